/* NumPy on constants: making small arrays and changing their shapes. */
#include "lang/internal.h"

#include <math.h>

#define NUMPY(function) static Object *function(Eval *eval, void *data, const Call *call)

/* --- making arrays */

NUMPY(numpy_array)
{
    (void)data;
    if (call->count && call->at[0].value->kind == OBJECT_DATASET)
        return call->at[0].value;
    Object *array = numpy_first_array(eval, call);
    return array->kind == OBJECT_ARRAY && array == call->at[0].value ? object_copy(eval_arena(eval), array) : array;
}

static bool shape_from(Object *value, int *rank, int *dims)
{
    double number;
    *rank = object_is_sequence(value) ? value->u.list.count : 1;
    for (int i = 0; i < *rank && *rank <= 8; i++) {
        if (!object_as_number(object_is_sequence(value) ? value->u.list.at[i] : value, &number))
            return false;
        dims[i] = clamp_int(clamp_int64(number));
    }
    return true;
}

NUMPY(numpy_filled)
{
    Object *unknown = call_unknown(call);
    int rank, dims[8];
    double value = !strcmp(data, "ones");
    if (unknown || !call->count)
        return unknown ? unknown : eval->poison;
    if (!shape_from(call->at[0].value, &rank, dims))
        return unknown_new(eval, call->span, "an array of an unknown shape");
    if (!strcmp(data, "full") && call->count > 1)
        object_as_number(call->at[1].value, &value);
    Object *array = array_new(eval, rank, dims, call->span);
    for (int i = 0; !object_is_unknown(array) && i < object_array_count(array); i++)
        array->u.array.at[i] = value;
    return array;
}

NUMPY(numpy_eye)
{
    double number;
    (void)data;
    if (!call->count || !object_as_number(call->at[0].value, &number))
        return call->count ? unknown_new(eval, call->span, "an array of an unknown shape") : eval->poison;
    int rows = clamp_int(clamp_int64(number)), columns = rows;
    for (int i = 1; i < call->count; i++) {
        bool given = call->at[i].name ? !strcmp(call->at[i].name, "M") || !strcmp(call->at[i].name, "num_columns") : i == 1;
        if (given && object_as_number(call->at[i].value, &number))
            columns = clamp_int(clamp_int64(number));
    }
    Object *array = array_new(eval, 2, (int[]){rows, columns}, call->span);
    for (int i = 0; !object_is_unknown(array) && i < rows && i < columns; i++)
        array->u.array.at[(int64_t)i * columns + i] = 1;
    return array;
}

NUMPY(numpy_arange)
{
    Object *slot[3], *unknown = call_unknown(call);
    double v[3] = {0, 0, 1};
    (void)data;
    if (unknown || !call_unpack(eval, "arange", call, "start stop? step?", slot))
        return unknown ? unknown : eval->poison;
    for (int i = 0; i < 3; i++)
        if (slot[i])
            object_as_number(slot[i], &v[i]);
    if (!slot[1])
        v[1] = v[0], v[0] = 0;
    double count = v[2] != 0 ? ceil((v[1] - v[0]) / v[2]) : -1;
    Object *array = array_new(eval, 1, (int[]){count > 0 ? clamp_int(clamp_int64(count)) : 0}, call->span);
    for (int i = 0; !object_is_unknown(array) && i < object_array_count(array); i++)
        array->u.array.at[i] = v[0] + i * v[2];
    return array;
}

NUMPY(numpy_linspace)
{
    Object *slot[4], *unknown = call_unknown(call);
    double low = 0, high = 0, count = 50;
    (void)data;
    if (unknown || !call_unpack(eval, "linspace", call, "start stop num? endpoint?", slot))
        return unknown ? unknown : eval->poison;
    object_as_number(slot[0], &low);
    object_as_number(slot[1], &high);
    if (slot[2])
        object_as_number(slot[2], &count);
    bool open = slot[3] && !object_truth(slot[3]);
    Object *array = array_new(eval, 1, (int[]){clamp_int(clamp_int64(count))}, call->span);
    double steps = open ? count : count - 1;
    for (int i = 0; !object_is_unknown(array) && i < object_array_count(array); i++)
        array->u.array.at[i] = steps > 0 ? low + i * ((high - low) / steps) : low;
    return array;
}

NUMPY(numpy_outer)
{
    Object *slot[2], *unknown = call_unknown(call);
    (void)data;
    if (unknown || !call_unpack(eval, "outer", call, "a b", slot))
        return unknown ? unknown : eval->poison;
    Object *a = array_from(eval, slot[0], call->span), *b = array_from(eval, slot[1], call->span);
    if (object_is_unknown(a) || object_is_unknown(b))
        return object_is_unknown(a) ? a : b;
    int m = object_array_count(a), n = object_array_count(b);
    Object *out = array_new(eval, 2, (int[]){m, n}, call->span);
    for (int i = 0; !object_is_unknown(out) && i < m * n; i++)
        out->u.array.at[i] = a->u.array.at[i / n] * b->u.array.at[i % n];
    return out;
}

/* --- shapes */

/* np.reshape(a, (2, 3)), a.reshape(2, 3) */
static Object *shape_argument(Eval *eval, const Call *call)
{
    if (call->count == 2 && object_is_sequence(call->at[1].value))
        return call->at[1].value;
    Object *tuple = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    for (int i = 1; i < call->count; i++)
        if (!call->at[i].name || !strcmp(call->at[i].name, "newshape") || !strcmp(call->at[i].name, "shape"))
            object_append(eval_arena(eval), tuple, call->at[i].value);
    return tuple->u.list.count == 1 && object_is_sequence(tuple->u.list.at[0]) ? tuple->u.list.at[0] : tuple;
}

static Object *reshaped(Eval *eval, Object *array, Object *shape, Span span)
{
    int dims[8], free = -1, frees = 0, rank = shape->u.list.count;
    int64_t known = 1;
    double number;
    for (int i = 0; i < rank && rank <= 8; i++) {
        if (!object_as_number(shape->u.list.at[i], &number))
            return eval->poison;
        dims[i] = clamp_int(clamp_int64(number));
        free = number < 0 ? i : free;
        frees += number < 0;
        known = clamp_product(known, number < 0 ? 1 : dims[i]);
    }
    int count = object_array_count(array);
    if (free >= 0 && known > 0)
        dims[free] = clamp_int(count / known);
    if (rank > 8 || frees > 1 || (frees && known == 0) || clamp_product(known, free >= 0 ? dims[free] : 1) != count) {
        eval_error(eval, span, "reshape: %d elements do not fit the shape %s", count, object_text(eval_arena(eval), shape));
        return eval->poison;
    }
    Object *out = array_new(eval, rank, dims, span);
    if (!object_is_unknown(out))
        memcpy(out->u.array.at, array->u.array.at, sizeof(double) * (size_t)count);
    return out;
}

Object *array_of_shape(Eval *eval, Object *array, Object *shape, Span span)
{
    Object *tuple = object_is_sequence(shape) ? shape : object_list(eval_arena(eval), OBJECT_TUPLE, 1, &shape);
    if (object_is_unknown(array) || object_array_count(array) != 1)
        return object_is_unknown(array) ? array : reshaped(eval, array, tuple, span);
    int rank, dims[8];
    if (!shape_from(tuple, &rank, dims))
        return unknown_new(eval, span, "an array of an unknown shape");
    Object *out = array_new(eval, rank, dims, span);
    for (int i = 0; !object_is_unknown(out) && i < object_array_count(out); i++)
        out->u.array.at[i] = array->u.array.at[0];
    return out;
}

NUMPY(numpy_reshape)
{
    (void)data;
    Object *unknown = call_unknown(call);
    if (unknown)
        return unknown;
    if (call->count && call->at[0].value->kind == OBJECT_DATASET)
        return dataset_reshape(eval, call->at[0].value, shape_argument(eval, call), call->span);
    Object *array = numpy_first_array(eval, call);
    return object_is_unknown(array) ? array : reshaped(eval, array, shape_argument(eval, call), call->span);
}

NUMPY(numpy_expand_dims)
{
    Object *slot[2], *unknown = call_unknown(call), *index = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    double axis;
    (void)data;
    if (unknown || !call_unpack(eval, "expand_dims", call, "a axis", slot) || !object_as_number(slot[1], &axis))
        return unknown ? unknown : eval->poison;
    bool dataset = slot[0]->kind == OBJECT_DATASET;
    Object *array = dataset ? slot[0] : array_from(eval, slot[0], call->span);
    if (object_is_unknown(array))
        return array;
    int rank = dataset ? array->u.dataset.rank : array->u.array.rank, at = clamp_int(index_from(axis, rank + 1));
    Object *whole = object_list(eval_arena(eval), OBJECT_TUPLE, 3, (Object *[]){object_none(), object_none(), object_none()});
    whole->family = FAMILY_SLICE;
    for (int i = 0; i <= rank; i++)
        object_append(eval_arena(eval), index, i == at ? object_none() : whole);
    return eval_subscript(eval, array, index, call->span);
}

NUMPY(numpy_repeat)
{
    Object *slot[3], *unknown = call_unknown(call);
    double times, axis;
    (void)data;
    if (unknown || !call_unpack(eval, "repeat", call, "a repeats axis?", slot) || !object_as_number(slot[1], &times))
        return unknown ? unknown : eval->poison;
    Object *array = array_from(eval, slot[0], call->span);
    if (object_is_unknown(array))
        return array;
    int at = 0, dims[8] = {object_array_count(array)}, rank = 1, inner = 1;
    if (slot[2] && object_as_number(slot[2], &axis)) {
        rank = array->u.array.rank;
        at = clamp_int(index_from(axis, rank));
        memcpy(dims, array->u.array.dim, sizeof dims);
    }
    if (at < 0 || at >= rank || !(times >= 0 && times <= LIMIT_ITEMS))
        return unknown_new(eval, call->span, "a large array");
    dims[at] = clamp_int((int64_t)dims[at] * (int)times);
    Object *out = array_new(eval, rank, dims, call->span);
    if (object_is_unknown(out))
        return out;
    for (int i = at + 1; i < rank; i++)
        inner *= dims[i];
    for (int n = 0; n < object_array_count(out); n++)
        out->u.array.at[n] = array->u.array.at[n / inner / (int)times * inner + n % inner];
    return out;
}

static Object *nested_list(Eval *eval, const Object *array, int axis, int *at)
{
    if (axis == array->u.array.rank)
        return object_float(eval_arena(eval), array->u.array.at[(*at)++]);
    Object *list = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    for (int i = 0; i < array->u.array.dim[axis]; i++)
        object_append(eval_arena(eval), list, nested_list(eval, array, axis + 1, at));
    return list;
}

NUMPY(numpy_tolist)
{
    int at = 0;
    (void)data;
    return nested_list(eval, call->at[0].value, 0, &at);
}

NUMPY(numpy_flatten)
{
    Object *array = call->at[0].value;
    (void)data;
    return reshaped(eval, array, object_list(eval_arena(eval), OBJECT_TUPLE, 1, (Object *[]){ object_int(eval_arena(eval), -1) }),
                    call->span);
}

NUMPY(numpy_same)
{
    (void)eval;
    (void)data;
    return call->at[0].value;
}

void builtins_numpy_arrays(Eval *eval)
{
    static const struct { const char *name; BuiltinFunction call; const void *data; } table[] = {
        {"np.array", numpy_array, NULL}, {"np.asarray", numpy_array, NULL}, {"np.zeros", numpy_filled, "zeros"},
        {"np.ones", numpy_filled, "ones"}, {"np.full", numpy_filled, "full"}, {"tf.zeros", numpy_filled, "zeros"}, {"tf.ones", numpy_filled, "ones"},
        {"tf.fill", numpy_filled, "full"}, {"tf.keras.backend.zeros", numpy_filled, "zeros"}, {"tf.keras.backend.ones", numpy_filled, "ones"},
        {"tf.eye", numpy_eye, NULL}, {"tf.range", numpy_arange, NULL}, {"tf.linspace", numpy_linspace, NULL}, {"np.eye", numpy_eye, NULL},
        {"np.identity", numpy_eye, NULL}, {"np.arange", numpy_arange, NULL}, {"np.linspace", numpy_linspace, NULL},
        {"np.outer", numpy_outer, NULL}, {"np.reshape", numpy_reshape, NULL},
        {"np.expand_dims", numpy_expand_dims, NULL}, {"np.repeat", numpy_repeat, NULL},
        {"np._tolist", numpy_tolist, NULL}, {"np._flatten", numpy_flatten, NULL}, {"np._ravel", numpy_flatten, NULL},
        {"np._astype", numpy_same, NULL}, {"np._copy", numpy_same, NULL}, {"np._item", numpy_same, NULL},
        {"np._numpy", numpy_same, NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        eval_builtin(eval, table[i].name, FAMILY_NONE, table[i].call, (void *)table[i].data, NULL);
}
