/* Functions of tensors that take elements again, or in another order: tf.gather, tile, repeat, roll, reverse, unstack, space_to_depth and back;
 * K.batch_flatten. In: a tensor and constants. Out: an operation of slices and concatenations along one axis, or of reshapes and a transposition. */
#include "layers/family.h"

#include <string.h>

enum { TAKE_MAX = 4096 }; /* indices along an axis */
typedef struct Take { int axis, count; int *index; bool dropped; const struct Take *next; /* along another axis */ } Take;
typedef struct { int block; bool back; } Blocks;

/* The tensor of the first argument; NULL: *result is what the call gives. */
static KerasTensor *call_tensor(Eval *eval, const Call *call, const char *owner, Object **result)
{
    KerasTensor *x = call->count ? tensor_of(call->at[0].value) : NULL;
    if (!x)
        *result = function_without_tensors(eval, call->count && !eval_is_poison(call->at[0].value) ? 0 : -1, call, owner);
    return x;
}

/* An int, or one of a list that holds as many as there are axes asked for; -1 in *count: neither. */
static int number_at(const CallArgument *from, int index, int *count)
{
    const Object *value = from ? from->value : NULL;
    bool list = value && object_is_list_or_tuple(value);
    const Object *item = list ? index < value->u.list.count ? value->u.list.at[index] : NULL : value;
    bool good = item && item->kind == OBJECT_INT && (*count < 0 || *count == (list ? value->u.list.count : 1));
    *count = good ? (list ? value->u.list.count : 1) : -1;
    return good ? object_size(item) : 0;
}

static Object *refuse(Eval *eval, const Call *call, const char *owner, const char *wanted)
{
    eval_error(eval, call->span, "%s: %s", owner, wanted);
    return eval_poison(eval);
}

/* Runs of neighbours are one slice. */
static Value *take_along(Apply *apply, Value *x, const Take *take)
{
    Value **parts = ARENA_ARRAY(apply->layers->arena, Value *, take->count);
    int count = 0;
    for (int i = 0, run; i < take->count; i += run) {
        for (run = 1; i + run < take->count && take->index[i + run] == take->index[i] + run;)
            run++;
        parts[count++] = family_cut(apply->graph, x, take->axis, take->index[i], run);
    }
    Value *y = count == 1 ? parts[0] : family_concat(apply, take->axis, count, parts);
    if (!take->dropped || !y)
        return y;
    Shape shape = y->shape;
    for (int i = take->axis; i + 1 < shape.rank; i++)
        shape.dim[i] = shape.dim[i + 1];
    shape.rank--;
    return graph_reshape(apply->graph, y, shape);
}

static Value *apply_take(Apply *apply)
{
    Value *x = apply->input[0];
    for (const Take *take = apply->layer->data; x && take; take = take->next)
        x = take_along(apply, x, take);
    return x;
}

static Take *take_new(Eval *eval, int axis, int64_t count, const Take *next)
{
    Take *take = ARENA_NEW(eval_arena(eval), Take);
    *take = (Take){axis, (int)count, ARENA_ARRAY(eval_arena(eval), int, count), false, next};
    return take;
}

static Object *take_call(Eval *eval, const char *name, KerasTensor *x, const Take *take, Span span)
{
    return operation_call(eval, name, apply_take, take, 1, &x, span);
}

/* `times` copies of the axis one behind the other, or of each of its elements. */
static Take *repeated(Eval *eval, const KerasTensor *x, int axis, int times, bool each, const Take *next)
{
    int size = x->value->shape.dim[axis];
    Take *take = take_new(eval, axis, (int64_t)size * times, next);
    for (int i = 0; i < take->count; i++)
        take->index[i] = each ? i / times : i % size;
    return take;
}

static Object *tf_tile(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    Object *result;
    KerasTensor *x = call_tensor(eval, call, "tf.tile", &result);
    const CallArgument *multiples = function_argument(call, 1, "multiples", "n");
    int first = x && x->value->batched, rank = x ? x->value->shape.rank + first : 0;
    const Take *takes = NULL;
    for (int i = 0; i < rank; i++) {
        int count = rank, times = number_at(multiples, i, &count);
        if (count != rank || (i >= first ? times < 1 || (int64_t)times * x->value->shape.dim[i - first] > TAKE_MAX : times != 1))
            return refuse(eval, call, "tf.tile", first ? "multiples must be a whole number for each axis, 1 for the batch" : "multiples must be a whole number for each axis");
        takes = i >= first ? repeated(eval, x, i - first, times, false, takes) : NULL;
    }
    return x ? take_call(eval, "tf.tile", x, takes, call->span) : result;
}

static Object *tf_repeat(Eval *eval, void *name, const Call *call)
{
    Object *result;
    KerasTensor *x = call_tensor(eval, call, name, &result);
    if (!x)
        return result;
    int counts[] = {1, 1}, times = number_at(function_argument(call, 1, "repeats", "rep"), 0, &counts[0]);
    int axis = function_axis_at(number_at(function_argument(call, 2, "axis", NULL), 0, &counts[1]), x);
    if (counts[0] < 0 || counts[1] < 0 || axis < 0 || times < 1 || (int64_t)times * x->value->shape.dim[axis] > TAKE_MAX)
        return refuse(eval, call, name, "needs a whole number of repeats and an axis that is not the batch");
    return take_call(eval, name, x, repeated(eval, x, axis, times, true, NULL), call->span);
}

/* roll and reverse: for each axis that is named. */
static Object *turned(Eval *eval, const Call *call, const char *name, const CallArgument *axes, const CallArgument *shifts)
{
    Object *result;
    KerasTensor *x = call_tensor(eval, call, name, &result);
    const Take *takes = NULL;
    for (int i = 0, count = 1; x && i < count; i++) {
        int axis_count = i ? count : -1, shift_count = -1;
        int axis = function_axis_at(number_at(axes, i, &axis_count), x), shift = shifts ? number_at(shifts, i, &shift_count) : 0;
        if (axis_count < 0 || axis < 0 || x->value->shape.dim[axis] > TAKE_MAX || (shifts && shift_count != axis_count))
            return refuse(eval, call, name, shifts ? "needs a shift for each axis, none of which is the batch" : "needs axes, none of which is the batch");
        count = axis_count;
        int size = x->value->shape.dim[axis];
        Take *take = take_new(eval, axis, size, takes);
        for (int k = 0; k < size; k++)
            take->index[k] = shifts ? (int)((((int64_t)k - shift) % size + size) % size) : size - 1 - k;
        takes = take;
    }
    return x ? take_call(eval, name, x, takes, call->span) : result;
}

static Object *tf_roll(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    return turned(eval, call, "tf.roll", function_argument(call, 2, "axis", NULL), function_argument(call, 1, "shift", NULL));
}

static Object *tf_reverse(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    return turned(eval, call, "tf.reverse", function_argument(call, 1, "axis", "axes"), NULL);
}

static Object *tf_gather(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    Object *result;
    KerasTensor *x = call_tensor(eval, call, "tf.gather", &result);
    const CallArgument *indices = function_argument(call, 1, "indices", NULL);
    int axis_count = 1, axis = x ? function_axis_at(number_at(function_argument(call, 3, "axis", NULL), 0, &axis_count), x) : -1, count = -1;
    if (!x)
        return result;
    number_at(indices, 0, &count);
    if (axis_count < 0 || axis < 0 || count < 1 || count > TAKE_MAX)
        return refuse(eval, call, "tf.gather", "needs constant indices, and an axis that is not the batch");
    Take *take = take_new(eval, axis, count, NULL);
    take->dropped = !object_is_list_or_tuple(indices->value);
    for (int i = 0; i < count; i++) {
        int kept = count;
        take->index[i] = number_at(indices, i, &kept);
        if (kept < 0 || take->index[i] < 0 || take->index[i] >= x->value->shape.dim[axis])
            return refuse(eval, call, "tf.gather", "an index is outside the axis");
    }
    return take_call(eval, "tf.compat.v1.gather", x, take, call->span);
}

static Value *apply_unstack(Apply *apply)
{
    const Take *take = apply->layer->data;
    for (; take; take = take->next)
        apply->output[apply->output_count++] = take_along(apply, apply->input[0], take);
    return apply->output[0];
}

static Object *tf_unstack(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    Object *result;
    KerasTensor *x = call_tensor(eval, call, "tf.unstack", &result);
    int count = 1, axis = x ? function_axis_at(number_at(function_argument(call, 2, "axis", NULL), 0, &count), x) : -1;
    if (!x)
        return result;
    if (count < 0 || axis < 0 || x->value->shape.dim[axis] > LAYER_MAX_OUTPUTS)
        return refuse(eval, call, "tf.unstack", "needs a short axis that is not the batch");
    Take *takes = NULL;
    for (int i = x->value->shape.dim[axis] - 1; i >= 0; i--) {
        takes = take_new(eval, axis, 1, takes);
        *takes->index = i;
        takes->dropped = true;
    }
    result = operation_call(eval, "tf.unstack", apply_unstack, takes, 1, &x, call->span);
    return tensor_of(result) ? object_list(eval_arena(eval), OBJECT_LIST, 1, &result) : result;
}

/* [h, w, b * b * c] and [h * b, w * b, c], by way of [h, b, w, b, c]. */
static Value *apply_blocks(Apply *apply)
{
    const Blocks *blocks = apply->layer->data;
    Value *x = apply->input[0];
    int b = blocks->block, h = x->shape.dim[0], w = x->shape.dim[1], c = x->shape.dim[2], order[] = {0, 2, 1, 3, 4};
    Shape split = blocks->back ? shape_of(5, (int[]){h, w, b, b, c / (b * b)}) : shape_of(5, (int[]){h / b, b, w / b, b, c});
    Shape out = blocks->back ? shape_of(3, (int[]){h * b, w * b, c / (b * b)}) : shape_of(3, (int[]){h / b, w / b, b * b * c});
    return graph_reshape(apply->graph, graph_transpose(apply->graph, graph_reshape(apply->graph, x, split), order), out);
}

static Object *tf_blocks(Eval *eval, void *name, const Call *call)
{
    Object *result;
    KerasTensor *x = call_tensor(eval, call, name, &result);
    int count = 1, block = number_at(function_argument(call, 1, "block_size", NULL), 0, &count);
    if (!x)
        return result;
    const Shape *shape = &x->value->shape;
    bool back = strcmp(name, "tf.nn.space_to_depth") != 0, good = count == 1 && block >= 1 && block < 1024 && shape->rank == 3 && x->value->batched;
    if (!good || (back ? shape->dim[2] % (block * block) : shape->dim[0] % block || shape->dim[1] % block))
        return refuse(eval, call, name, "needs an image whose size the block divides");
    Blocks *blocks = ARENA_NEW(eval_arena(eval), Blocks);
    *blocks = (Blocks){block, back};
    return operation_call(eval, name, apply_blocks, blocks, 1, &x, call->span);
}

/* All axes but the first, which is the batch as a rule. */
static Value *apply_flatten_all(Apply *apply)
{
    Value *x = apply->input[0];
    int first = x->batched || !x->shape.rank ? 1 : x->shape.dim[0], count = (int)shape_count(x->shape);
    return graph_reshape(apply->graph, x, x->batched ? shape_of(1, &count) : shape_of(2, (int[]){first, count / first}));
}

static Object *batch_flatten(Eval *eval, void *name, const Call *call)
{
    Object *result;
    KerasTensor *x = call_tensor(eval, call, name, &result);
    return x ? operation_call(eval, name, apply_flatten_all, NULL, 1, &x, call->span) : result;
}

void taking_register(Eval *eval)
{
    static const struct { const char *path; BuiltinFunction call; const char *help; } rows[] = {
        {"tf.gather", tf_gather, "gather(params, indices, axis): constant places along an axis."},
        {"tf.tile", tf_tile, "tile(input, multiples): copies along each axis."},
        {"tf.repeat", tf_repeat, "repeat(input, repeats, axis): each element several times."},
        {"tf.keras.backend.repeat_elements", tf_repeat, "repeat_elements(x, rep, axis): each element several times."},
        {"tf.roll", tf_roll, "roll(input, shift, axis): elements moved round along axes."},
        {"tf.reverse", tf_reverse, "reverse(tensor, axis): elements in reverse order along axes."},
        {"tf.unstack", tf_unstack, "unstack(value, num=None, axis=0): a list of the parts along an axis, without it."},
        {"tf.nn.space_to_depth", tf_blocks, "space_to_depth(input, block_size): blocks of pixels become channels."},
        {"tf.nn.depth_to_space", tf_blocks, "depth_to_space(input, block_size): channels become blocks of pixels."},
        {"tf.keras.backend.batch_flatten", batch_flatten, "batch_flatten(x): one axis a sample."},
    };
    Arena *arena = eval_arena(eval);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        eval_register(eval, rows[i].path, FAMILY_FUNCTION, object_builtin(arena, rows[i].path, rows[i].call, (void *)rows[i].path, rows[i].help));
}
