/* Tensors as the language sees them: operators, .shape, slices, and pointwise functions applied to them; each adds an operation layer. */
#include "layers/family.h"
#include "layers/network.h"

#include <string.h>

typedef struct {
    ExprOp op;
    int number_side;           /* 0: two tensors; 1: tensor op number; 2: number op tensor */
    double number;
    const Object *array;       /* in place of the number */
} BinaryData;

typedef struct { int start[SHAPE_MAX], stride[SHAPE_MAX]; Shape out, reshaped; } SliceData;
typedef struct { Object *callable; Span span; } MapData;

static bool shapes_join(Apply *apply, Value **a, Value **b)
{
    if (family_join(apply->graph, a, b))
        return true;
    Arena *arena = apply->layers->arena;
    diag_error(apply->layers->diag, apply->span, "the shapes %s and %s do not fit", shape_text(arena, (*a)->shape, (*a)->batched),
               shape_text(arena, (*b)->shape, (*b)->batched));
    return false;
}

Value *family_array_constant(Apply *apply, const Object *array)
{
    Shape shape = {.rank = array->u.array.rank};
    for (int i = 0; i < shape.rank && i < SHAPE_MAX; i++)
        shape.dim[i] = array->u.array.dim[i];
    int64_t count = shape_count(shape);
    float *values = ARENA_ARRAY(apply->layers->arena, float, count ? count : 1);
    for (int64_t i = 0; i < count; i++)
        values[i] = (float)array->u.array.at[i];
    return graph_constant_f32(apply->graph, shape, values);
}

static Value *apply_binary(Apply *apply)
{
    const BinaryData *data = apply->layer->data;
    Value *a = apply->input[0];
    if (data->number_side && !data->array) {
        const Expr *x = expr_arg(apply->layers->pool, 0), *n = expr_number(apply, data->number);
        return graph_map(apply->graph, data->number_side == 1 ? expr2(apply, data->op, x, n) : expr2(apply, data->op, n, x), 1, &a);
    }
    Value *b = data->array ? family_array_constant(apply, data->array) : apply->input[1];
    if (!shapes_join(apply, &a, &b))
        return NULL;
    return data->number_side == 2 ? graph_binary(apply->graph, data->op, b, a) : graph_binary(apply->graph, data->op, a, b);
}

typedef struct { AstOperator op; ExprOp expr; const char *name; bool swapped; } BinaryRow;

static const BinaryRow *binary_row(AstOperator op)
{
    static const BinaryRow table[] = {
        {OP_ADD, EX_ADD, "tf.__operators__.add", false}, {OP_SUBTRACT, EX_SUB, "tf.math.subtract", false},
        {OP_MULTIPLY, EX_MUL, "tf.math.multiply", false}, {OP_DIVIDE, EX_DIV, "tf.math.truediv", false},
        {OP_POWER, EX_POW, "tf.math.pow", false}, {OP_LESS, EX_LT, "tf.math.less", false},
        {OP_LESS_EQUAL, EX_LE, "tf.math.less_equal", false}, {OP_GREATER, EX_LT, "tf.math.greater", true},
        {OP_GREATER_EQUAL, EX_LE, "tf.math.greater_equal", true},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].op == op)
            return &table[i];
    return NULL;
}

static Object *tensor_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    Arena *arena = eval_arena(eval);
    BinaryData *data = ARENA_NEW(arena, BinaryData);
    const BinaryRow *row = binary_row(op);
    if (op == OP_MATMUL && tensor_of(left) && tensor_of(right))
        return matmul_of(eval, tensor_of(left), tensor_of(right), span);
    if (!row)
        return NULL;
    if (row->swapped) {
        Object *first = left;
        left = right;
        right = first;
    }
    const char *name = row->name;
    data->op = row->expr;
    KerasTensor *a = tensor_of(left), *b = tensor_of(right);
    if (a && b)
        return operation_call(eval, name, apply_binary, data, 2, (KerasTensor *[]){a, b}, span);
    Object *other = a ? right : left;
    if (other->kind == OBJECT_UNKNOWN) {
        if (!eval_is_poison(other))
            eval_unknown_error(eval, other, span, "a number combined with a tensor of the model is not known here");
        return eval_poison(eval);
    }
    bool array = other->kind == OBJECT_ARRAY && other->u.array.rank <= SHAPE_MAX, constant = other->kind == OBJECT_EXPR && other->u.expr->op == EX_CONST;
    if (!array && !constant && !object_is_number(other))
        return NULL;
    data->number_side = a ? 1 : 2;
    data->number = constant ? other->u.expr->value : array ? 0 : object_number(other);
    data->array = array ? other : NULL;
    if (!array && op == OP_POWER && a && data->number == 2) {
        data->op = EX_MUL;
        data->number_side = 0;
        return operation_call(eval, name, apply_binary, data, 2, (KerasTensor *[]){a, a}, span);
    }
    return operation_call(eval, name, apply_binary, data, 1, a ? &a : &b, span);
}

static Value *apply_negative(Apply *apply)
{
    return graph_unary(apply->graph, EX_NEG, apply->input[0]);
}

static Object *tensor_unary(Eval *eval, AstOperator op, Object *self, Span span)
{
    KerasTensor *tensor = tensor_of(self);
    if (op == OP_PLUS)
        return self;
    return op == OP_NEGATE ? operation_call(eval, "tf.math.negative", apply_negative, NULL, 1, &tensor, span) : NULL;
}

/* --- x[..., a:b] */

static Value *apply_slice(Apply *apply)
{
    const SliceData *data = apply->layer->data;
    Value *x = graph_slice(apply->graph, apply->input[0], data->start, data->stride, data->out);
    return shape_equal(data->out, data->reshaped) ? x : graph_reshape(apply->graph, x, data->reshaped);
}

static bool is_slice(const Object *object)
{
    return object->kind == OBJECT_TUPLE && object->family == FAMILY_SLICE;
}

/* The language gives "..." as the text of the literal. */
static bool is_ellipsis(const Object *object)
{
    return object->kind == OBJECT_STRING && !strcmp(object->u.string.at, "...");
}

/* What an axis may be indexed with: an int, or a slice of ints. */
static bool is_index(const Object *object)
{
    for (int i = 0; is_slice(object) && i < 3; i++)
        if (object->u.list.at[i]->kind != OBJECT_NONE && object->u.list.at[i]->kind != OBJECT_INT)
            return false;
    return is_slice(object) || object->kind == OBJECT_INT;
}

static bool whole_slice(const Object *index)
{
    return is_slice(index) && index->u.list.at[0]->kind == OBJECT_NONE && index->u.list.at[1]->kind == OBJECT_NONE &&
           (index->u.list.at[2]->kind == OBJECT_NONE || index->u.list.at[2]->u.integer == 1);
}

static int slice_bound(const Object *bound, int otherwise, int size)
{
    if (bound->kind == OBJECT_NONE)
        return otherwise;
    int64_t at = bound->u.integer < 0 ? bound->u.integer + size : bound->u.integer;
    return at < 0 ? 0 : at > size ? size : (int)at;
}

/* One axis: fills start, stride, out size; false when nothing is left or the step is not positive. */
static bool slice_axis(const Object *index, int size, int *start, int *stride, int *out)
{
    if (!is_slice(index)) {
        int64_t at = index->u.integer < 0 ? index->u.integer + size : index->u.integer;
        *start = (int)at;
        *stride = *out = 1;
        return at >= 0 && at < size;
    }
    *stride = index->u.list.at[2]->kind == OBJECT_NONE ? 1 : object_size(index->u.list.at[2]);
    if (*stride == -1 && index->u.list.at[0]->kind == OBJECT_NONE && index->u.list.at[1]->kind == OBJECT_NONE) {
        *start = size - 1;
        *out = size;
        return true;
    }
    if (*stride < 1)
        return false;
    *start = slice_bound(index->u.list.at[0], 0, size);
    int stop = slice_bound(index->u.list.at[1], size, size);
    *out = stop > *start ? (stop - *start - 1) / *stride + 1 : 0;
    return *out >= 1;
}

static Object *bad_index(Eval *eval, Span span, const Value *value, const char *why)
{
    eval_error(eval, span, "a tensor of shape %s cannot be indexed like this: %s", shape_text(eval_arena(eval), value->shape, value->batched), why);
    return eval_poison(eval);
}

/* The index of each axis: the ellipsis stands for the axes that are not named. NULL: whole. */
static int spread_index(Object *index, int rank, const Object **axis)
{
    bool tuple = index->kind == OBJECT_TUPLE && index->family != FAMILY_SLICE;
    int count = tuple ? index->u.list.count : 1, ellipsis = -1, at = 0;
    for (int i = 0; i < count; i++)
        if (tuple && is_ellipsis(index->u.list.at[i]))
            ellipsis = i;
    int missing = rank - count + (ellipsis >= 0);
    if (missing < 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (i == ellipsis) {
            for (int k = 0; k < missing; k++)
                axis[at++] = NULL;
            continue;
        }
        axis[at++] = tuple ? index->u.list.at[i] : is_ellipsis(index) ? NULL : index;
    }
    while (at < rank)
        axis[at++] = NULL;
    return 0;
}

static Object *tensor_subscript(Eval *eval, Object *self, Object *index, Span span)
{
    KerasTensor *tensor = tensor_of(self);
    Value *value = tensor->value;
    const Object *axis[SHAPE_MAX + 2];
    int rank = value->shape.rank + value->batched;
    SliceData *data = ARENA_NEW(eval_arena(eval), SliceData);
    data->out = value->shape;
    if (spread_index(index, rank, axis) < 0)
        return bad_index(eval, span, value, "too many indices");
    for (int i = 0; i < rank; i++)
        if (axis[i] && !is_index(axis[i]))
            return bad_index(eval, span, value, "an index must be an int or a slice of ints");
    if (value->batched && axis[0] && !whole_slice(axis[0]))
        return bad_index(eval, span, value, "the batch axis must be whole (:)");
    for (int i = 0; i < value->shape.rank; i++) {
        const Object *item = axis[i + value->batched];
        data->stride[i] = 1;
        if (item && !slice_axis(item, value->shape.dim[i], &data->start[i], &data->stride[i], &data->out.dim[i]))
            return bad_index(eval, span, value, "nothing is left");
        if (!item || is_slice(item))
            data->reshaped.dim[data->reshaped.rank++] = data->out.dim[i];
    }
    return operation_call(eval, "tf.__operators__.getitem", apply_slice, data, 1, &tensor, span);
}

/* --- functions of tensors */

static Value *apply_map(Apply *apply)
{
    const MapData *data = apply->layer->data;
    return apply_callable(apply, data->callable, apply->input_count, apply->input, data->span);
}

static Object *tensor_map(Eval *eval, Object *callable, int count, Object *const *arguments, Span span)
{
    Layers *layers = layers_of(eval);
    MapData *data = ARENA_NEW(layers->arena, MapData);
    data->callable = callable;
    data->span = span;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    for (int i = 0; i < count; i++)
        tensors[i] = tensor_of(arguments[i]);
    const char *name = quantizer_layer_name(layers, callable);
    return name ? operation_call_as(eval, name, apply_map, data, count, tensors, span)
                : operation_call(eval, operation_name(layers, callable), apply_map, data, count, tensors, span);
}

/* A layer that applies a callable: what ste_sign in a list of layers means. */
Layer *operation_layer(Layers *layers, Object *callable, Span span)
{
    MapData *data = ARENA_NEW(layers->arena, MapData);
    data->callable = callable;
    data->span = span;
    Layer *layer = layer_new(layers, LAYER_OPERATION, is_quantizer_object(callable) ? callable->family_name : "Lambda", span);
    const char *name = quantizer_layer_name(layers, callable);
    layer->name = name ? name : layers_unique_name(layers, is_quantizer_object(callable) ? operation_name(layers, callable) : "lambda", true);
    layer->apply = apply_map;
    layer->data = data;
    return layer;
}

/* --- attributes */

static Object *shape_tuple(Eval *eval, const KerasTensor *tensor, ObjectKind kind)
{
    Arena *arena = eval_arena(eval);
    Object *tuple = object_list(arena, kind, 0, NULL);
    if (tensor->value->batched)
        object_append(arena, tuple, object_none());
    for (int i = 0; i < tensor->value->shape.rank; i++)
        object_append(arena, tuple, object_int(arena, tensor->value->shape.dim[i]));
    return tuple;
}

static Object *get_shape(Eval *eval, void *tensor, const Call *call)
{
    (void)call;
    return shape_tuple(eval, tensor, OBJECT_TUPLE);
}

static Object *tensor_attribute(Eval *eval, Object *self, const char *name, Span span)
{
    (void)span;
    KerasTensor *tensor = tensor_of(self);
    Arena *arena = eval_arena(eval);
    if (!strcmp(name, "shape") || !strcmp(name, "_keras_shape"))
        return shape_tuple(eval, tensor, OBJECT_TUPLE);
    if (!strcmp(name, "get_shape"))
        return object_builtin(arena, name, get_shape, tensor, "The shape, batch first.");
    if (!strcmp(name, "ndim"))
        return object_int(arena, tensor->value->shape.rank + tensor->value->batched);
    if (!strcmp(name, "name"))
        return object_string(arena, tensor->node ? tensor->node->layer->name : "input");
    if (!strcmp(name, "dtype"))
        return object_string(arena, tensor->value->element == ELEMENT_U8 ? "uint8" : tensor->value->element == ELEMENT_I8 ? "int8"
                                    : tensor->value->element == ELEMENT_LEVEL ? "bits" : "float32");
    return NULL;
}

static const char *tensor_describe(Arena *arena, const Object *self)
{
    const Value *value = tensor_of(self)->value;
    return arena_printf(arena, "<tensor %s>", shape_text(arena, value->shape, value->batched));
}

static const char *tensor_names(Arena *arena, const Object *self)
{
    (void)arena, (void)self;
    return "shape get_shape ndim name dtype";
}

const NativeType tensor_native = {
    .name = "tensor",
    .attribute = tensor_attribute,
    .binary = tensor_binary,
    .unary = tensor_unary,
    .subscript = tensor_subscript,
    .describe = tensor_describe,
    .map = tensor_map,
    .names = tensor_names,
};
