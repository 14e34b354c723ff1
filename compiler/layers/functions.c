/* Functions of tensors that change shapes: tf.concat, reshape, pad, split, transpose, expand_dims, squeeze, stack; K.int_shape. */
#include "layers/family.h"

#include "base/clamp.h"

#include <string.h>

typedef struct { int axis, count, index; Shape shape; int order[SHAPE_MAX]; int sizes[LAYER_MAX_OUTPUTS]; } MoveData;

static Value *apply_concat(Apply *apply)
{
    return family_concat(apply, ((const MoveData *)apply->layer->data)->axis, apply->input_count, apply->input);
}

static Object *tf_concat(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    int axis, count = function_tensors(eval, call, "tensors", "tf.concat", tensors);
    if (count < 1)
        return function_without_tensors(eval, count, call, "tf.concat");
    MoveData *data = ARENA_NEW(eval_arena(eval), MoveData);
    if (!function_integer(eval, function_argument(call, 1, "axis", NULL), "tf.concat", -1, &axis))
        return eval_poison(eval);
    data->axis = function_axis(eval, axis, tensors[0]->value->shape.rank, tensors[0]->value->batched, call->span, "tf.concat");
    return data->axis < 0 ? eval_poison(eval) : operation_call(eval, "tf.concat", apply_concat, data, count, tensors, call->span);
}

/* Each with an axis of size 1 where they are joined. */
static Value *apply_stack(Apply *apply)
{
    int axis = ((const MoveData *)apply->layer->data)->axis;
    Value *wide[LAYER_MAX_OUTPUTS];
    for (int i = 0; i < apply->input_count; i++) {
        Shape shape = apply->input[i]->shape;
        for (int k = shape.rank++; k > axis; k--)
            shape.dim[k] = shape.dim[k - 1];
        shape.dim[axis] = 1;
        wide[i] = graph_reshape(apply->graph, apply->input[i], shape);
    }
    return family_concat(apply, axis, apply->input_count, wide);
}

static Object *tf_stack(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    int axis, count = function_tensors(eval, call, "values", "tf.stack", tensors);
    if (count < 1)
        return function_without_tensors(eval, count, call, "tf.stack");
    MoveData *data = ARENA_NEW(eval_arena(eval), MoveData);
    if (!function_integer(eval, function_argument(call, 1, "axis", NULL), "tf.stack", 0, &axis))
        return eval_poison(eval);
    int rank = tensors[0]->value->shape.rank;
    if (rank == SHAPE_MAX) {
        eval_error(eval, call->span, "tf.stack: at most %d axes are possible", SHAPE_MAX);
        return eval_poison(eval);
    }
    data->axis = function_axis(eval, axis, rank + 1, tensors[0]->value->batched, call->span, "tf.stack");
    return data->axis < 0 ? eval_poison(eval) : operation_call(eval, "tf.stack", apply_stack, data, count, tensors, call->span);
}

static Value *apply_reshape_to(Apply *apply)
{
    return graph_reshape(apply->graph, apply->input[0], ((const MoveData *)apply->layer->data)->shape);
}

static Object *reshape_call(Eval *eval, const char *name, KerasTensor *tensor, Shape shape, Span span)
{
    MoveData *data = ARENA_NEW(eval_arena(eval), MoveData);
    data->shape = shape;
    return operation_call(eval, name, apply_reshape_to, data, 1, &tensor, span);
}

/* The shape -1 or [-1]. */
static bool is_flat(const Object *shape)
{
    const Object *item = object_is_list_or_tuple(shape) && shape->u.list.count == 1 ? shape->u.list.at[0] : shape;
    return item->kind == OBJECT_INT && item->u.integer == -1;
}

static Object *tf_reshape(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    int count = function_tensors(eval, call, "tensor", "tf.reshape", tensors), open = -1;
    const CallArgument *shape = function_argument(call, 1, "shape", NULL);
    const CallArgument *value = function_argument(call, 0, "tensor", NULL);
    if (value && value->value->kind == OBJECT_EXPR && shape && is_flat(shape->value))
        return eval_flattened(eval, value->value, false);
    if (count != 1 || !shape)
        return function_without_tensors(eval, count, call, "tf.reshape");
    bool list = object_is_list_or_tuple(shape->value), batched = tensors[0]->value->batched;
    Shape out = {.rank = list ? shape->value->u.list.count - batched : -1};
    int64_t known = 1, total = shape_count(tensors[0]->value->shape);
    for (int i = 0; i < out.rank && i < SHAPE_MAX; i++) {
        Object *item = shape->value->u.list.at[i + batched];
        out.dim[i] = object_is_number(item) ? object_size(item) : 0;
        if (out.dim[i] == -1)
            open = i;
        else
            known = clamp_product(known, out.dim[i]);
    }
    if (open >= 0 && known > 0)
        out.dim[open] = (int)(total / known);
    if (out.rank < 0 || out.rank > SHAPE_MAX || shape_count(out) != total) {
        eval_error(eval, shape->span, "tf.reshape: a tensor of shape %s cannot become %s%s", shape_text(eval_arena(eval), tensors[0]->value->shape, batched),
                   object_text(eval_arena(eval), shape->value), batched ? " (the batch stays first)" : "");
        return eval_poison(eval);
    }
    return reshape_call(eval, "tf.reshape", tensors[0], out, call->span);
}

static Object *tf_expand_dims(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    int count = function_tensors(eval, call, "input", "tf.expand_dims", tensors), axis;
    if (count != 1)
        return function_without_tensors(eval, count, call, "tf.expand_dims");
    Shape from = tensors[0]->value->shape, out = {.rank = 0};
    if (!function_integer(eval, function_argument(call, 1, "axis", NULL), "tf.expand_dims", -1, &axis))
        return eval_poison(eval);
    axis = function_axis(eval, axis, from.rank + 1, tensors[0]->value->batched, call->span, "tf.expand_dims");
    if (axis < 0)
        return eval_poison(eval);
    for (int i = 0; i < from.rank + 1 && out.rank < SHAPE_MAX; i++)
        out.dim[out.rank++] = i == axis ? 1 : from.dim[i > axis ? i - 1 : i];
    return reshape_call(eval, "tf.expand_dims", tensors[0], out, call->span);
}

/* Whether that axis, of size 1, is to go. */
static bool squeeze_one(Eval *eval, const Object *item, const Value *x, Span span, bool gone[SHAPE_MAX])
{
    if (item->kind != OBJECT_INT) {
        eval_error(eval, span, "tf.squeeze: expected an int or a list of ints, not %s", object_kind_name(item));
        return false;
    }
    int axis = function_axis(eval, object_size(item), x->shape.rank, x->batched, span, "tf.squeeze");
    if (axis >= 0 && x->shape.dim[axis] != 1)
        eval_error(eval, span, "tf.squeeze: axis %d of %s is not 1", axis + x->batched, shape_text(eval_arena(eval), x->shape, x->batched));
    if (axis < 0 || x->shape.dim[axis] != 1)
        return false;
    gone[axis] = true;
    return true;
}

static Object *tf_squeeze(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    int count = function_tensors(eval, call, "input", "tf.squeeze", tensors);
    if (count != 1)
        return function_without_tensors(eval, count, call, "tf.squeeze");
    const CallArgument *axes = function_argument(call, 1, "axis", NULL);
    const Value *x = tensors[0]->value;
    bool given = axes && axes->value->kind != OBJECT_NONE, list = given && object_is_list_or_tuple(axes->value), gone[SHAPE_MAX] = {false};
    if (given && axes->value->kind == OBJECT_UNKNOWN) {
        eval_unknown_error(eval, axes->value, axes->span, "tf.squeeze: the axis is not known here");
        return eval_poison(eval);
    }
    for (int i = 0; given && i < (list ? axes->value->u.list.count : 1); i++)
        if (!squeeze_one(eval, list ? axes->value->u.list.at[i] : axes->value, x, axes->span, gone))
            return eval_poison(eval);
    Shape out = {.rank = 0};
    for (int i = 0; i < x->shape.rank; i++)
        if (given ? !gone[i] : x->shape.dim[i] != 1)
            out.dim[out.rank++] = x->shape.dim[i];
    return reshape_call(eval, "tf.compat.v1.squeeze", tensors[0], out, call->span);
}

static Value *apply_transpose_by(Apply *apply)
{
    return graph_transpose(apply->graph, apply->input[0], ((const MoveData *)apply->layer->data)->order);
}

static Object *tf_transpose(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    int count = function_tensors(eval, call, "a", "tf.transpose", tensors);
    const CallArgument *order = function_argument(call, 1, "perm", "pattern");
    if (count != 1)
        return function_without_tensors(eval, count, call, "tf.transpose");
    int first = tensors[0]->value->batched, rank = tensors[0]->value->shape.rank + first, seen = 0;
    MoveData *data = ARENA_NEW(eval_arena(eval), MoveData);
    bool given = order && order->value->kind != OBJECT_NONE, good = given ? object_is_list_or_tuple(order->value) && order->value->u.list.count == rank : !first;
    for (int i = 0; good && i < rank; i++) {
        Object *item = given ? order->value->u.list.at[i] : NULL;
        int at = !given ? rank - 1 - i : item->kind == OBJECT_INT ? object_size(item) : -1;
        good = at >= 0 && at < rank && (!first || (at == 0) == (i == 0)) && !(seen & 1 << at);
        seen |= good ? 1 << at : 0;
        if (good && i >= first)
            data->order[i - first] = at - first;
    }
    if (!good) {
        eval_error(eval, order ? order->span : call->span, "tf.transpose: perm must hold 0..%d once each%s", rank - 1, first ? ", the batch first" : "");
        return eval_poison(eval);
    }
    return operation_call(eval, "tf.compat.v1.transpose", apply_transpose_by, data, 1, tensors, call->span);
}

static Value *apply_split(Apply *apply)
{
    const MoveData *data = apply->layer->data;
    int start = 0;
    for (int i = 0; i < data->count; i++) {
        apply->output[i] = family_cut(apply->graph, apply->input[0], data->axis, start, data->sizes[i]);
        start += data->sizes[i];
    }
    apply->output_count = data->count;
    return apply->output[0];
}

static bool split_sizes(const Object *wanted, int size, MoveData *data)
{
    bool list = object_is_list_or_tuple(wanted);
    data->count = list ? wanted->u.list.count : wanted->kind == OBJECT_INT ? object_size(wanted) : 0;
    int64_t sum = 0;
    if (data->count < 1 || data->count > LAYER_MAX_OUTPUTS)
        return false;
    for (int i = 0; i < data->count; i++) {
        data->sizes[i] = !list ? size / data->count : object_is_number(wanted->u.list.at[i]) ? object_size(wanted->u.list.at[i]) : 0;
        if (data->sizes[i] < 1)
            return false;
        sum += data->sizes[i];
    }
    return sum == size;
}

static Object *tf_split(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    int count = function_tensors(eval, call, "value", "tf.split", tensors), axis;
    const CallArgument *parts = function_argument(call, 1, "num_or_size_splits", NULL);
    if (count != 1 || !parts)
        return function_without_tensors(eval, count, call, "tf.split");
    MoveData *data = ARENA_NEW(eval_arena(eval), MoveData);
    if (!function_integer(eval, function_argument(call, 2, "axis", NULL), "tf.split", 0, &axis))
        return eval_poison(eval);
    data->axis = function_axis(eval, axis, tensors[0]->value->shape.rank, tensors[0]->value->batched, call->span, "tf.split");
    if (data->axis < 0)
        return eval_poison(eval);
    if (!split_sizes(parts->value, tensors[0]->value->shape.dim[data->axis], data)) {
        eval_error(eval, parts->span, "tf.split: axis %d of %s cannot be split into %s", axis,
                   shape_text(eval_arena(eval), tensors[0]->value->shape, tensors[0]->value->batched), object_text(eval_arena(eval), parts->value));
        return eval_poison(eval);
    }
    Object *result = operation_call(eval, "tf.split", apply_split, data, 1, tensors, call->span);
    return data->count == 1 && tensor_of(result) ? object_list(eval_arena(eval), OBJECT_LIST, 1, &result) : result;
}

static Object *int_shape(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    const CallArgument *x = function_argument(call, 0, "x", "input");
    if (!x || !tensor_of(x->value))
        return object_unknown(eval_arena(eval), call->span, "the shape of data");
    return eval_attribute(eval, x->value, "shape", call->span);
}

static Object *is_keras_tensor(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    return object_bool(eval_arena(eval), call->count && tensor_of(call->at[0].value));
}

void tensor_functions_register(Eval *eval)
{
    static const struct { const char *path; BuiltinFunction call; const char *help; } rows[] = {
        {"tf.concat", tf_concat, "concat(values, axis): tensors joined along an axis."},
        {"tf.keras.backend.concatenate", tf_concat, "concatenate(tensors, axis=-1): tensors joined along an axis."},
        {"tf.stack", tf_stack, "stack(values, axis=0): tensors joined along a new axis."},
        {"tf.reshape", tf_reshape, "reshape(tensor, shape): the same elements in another shape."},
        {"tf.transpose", tf_transpose, "transpose(a, perm=None): axes in another order."},
        {"tf.keras.backend.permute_dimensions", tf_transpose, "permute_dimensions(x, pattern): axes in another order."},
        {"tf.pad", function_pad, "pad(tensor, paddings, mode='CONSTANT', constant_values=0): a border, constant or what lies inside mirrored (REFLECT, SYMMETRIC)."},
        {"tf.split", tf_split, "split(value, num_or_size_splits, axis=0): parts along an axis."},
        {"tf.expand_dims", tf_expand_dims, "expand_dims(input, axis): a new axis of size 1."},
        {"tf.squeeze", tf_squeeze, "squeeze(input, axis=None): without the axes of size 1."},
        {"tf.keras.backend.int_shape", int_shape, "int_shape(x): the shape of a tensor, batch first as None."},
        {"tf.keras.backend.is_keras_tensor", is_keras_tensor, "is_keras_tensor(x): whether a value is a tensor of the model."},
    };
    Arena *arena = eval_arena(eval);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        eval_register(eval, rows[i].path, FAMILY_FUNCTION, object_builtin(arena, rows[i].path, rows[i].call, NULL, rows[i].help));
}
