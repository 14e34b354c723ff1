/* Small constant NumPy arrays (float64, up to 8 axes): building, broadcasting arithmetic, items. */
#include "lang/internal.h"

#include <math.h>

static bool array_fits(int rank, const int *dims)
{
    int64_t count = 1;
    for (int i = 0; i < rank && rank <= 8; i++)
        count = dims[i] < 0 ? INT64_MAX : clamp_product(count, dims[i] ? dims[i] : 1);
    return rank <= 8 && count <= LIMIT_ITEMS;
}

Object *array_new(Eval *eval, int rank, const int *dims, Span span)
{
    if (!array_fits(rank, dims))
        return unknown_new(eval, span, "a large array");
    Object *array = ARENA_NEW(eval_arena(eval), Object);
    array->kind = OBJECT_ARRAY;
    array->origin = span;
    array->u.array.rank = rank;
    for (int i = 0; i < rank; i++)
        array->u.array.dim[i] = dims[i];
    int count = object_array_count(array);
    array->u.array.at = ARENA_ARRAY(eval_arena(eval), double, count + 1);
    return eval_work(eval, count, span) ? array : eval->poison;
}

/* Shape of nested lists; false when they are ragged or hold something else. *unknown: an unknown inside. */
static bool measure(const Object *value, int depth, int *rank, int *dims, Object **unknown)
{
    double number;
    if (object_is_unknown(value)) {
        *unknown = (Object *)value;
        return false;
    }
    if (value->kind == OBJECT_ARRAY && value->u.array.rank) {
        for (int i = 0; i < value->u.array.rank; i++, depth++) {
            if (depth >= 8 || (depth < *rank && dims[depth] != value->u.array.dim[i]))
                return false;
            dims[depth] = value->u.array.dim[i];
            *rank = depth + 1 > *rank ? depth + 1 : *rank;
        }
        return array_fits(depth, dims);
    }
    if (!object_is_sequence(value))
        return object_as_number(value, &number) && depth >= *rank;
    if (depth >= 8 || (depth < *rank && dims[depth] != value->u.list.count))
        return false;
    dims[depth] = value->u.list.count;
    *rank = depth + 1 > *rank ? depth + 1 : *rank;
    if (!array_fits(depth + 1, dims))
        return false;
    for (int i = 0; i < value->u.list.count; i++)
        if (!measure(value->u.list.at[i], depth + 1, rank, dims, unknown))
            return false;
    return true;
}

static void fill(const Object *value, double **at)
{
    double number = 0;
    if (value->kind == OBJECT_ARRAY) {
        for (int i = 0; i < object_array_count(value); i++)
            *(*at)++ = value->u.array.at[i];
    } else if (object_is_sequence(value)) {
        for (int i = 0; i < value->u.list.count; i++)
            fill(value->u.list.at[i], at);
    } else {
        object_as_number(value, &number);
        *(*at)++ = number;
    }
}

Object *array_from(Eval *eval, Object *value, Span span)
{
    int rank = 0, dims[8];
    Object *unknown = NULL;
    value = initial_drawn(eval, value, span);
    if (value->kind == OBJECT_ARRAY || object_is_unknown(value))
        return value;
    if (value->kind == OBJECT_RANGE)
        value = eval_items(eval, value, span);
    if (!measure(value, 0, &rank, dims, &unknown)) {
        if (!unknown && (value->kind == OBJECT_EXPR || value->kind == OBJECT_NATIVE))
            diag_hint(eval_error(eval, span, "NumPy works on known numbers, not on a tensor"), "use the function of tf that does the same");
        else if (!unknown)
            eval_error(eval, span, "an array needs numbers in lists of equal length, at most %d, not %s", LIMIT_ITEMS, object_text(eval_arena(eval), value));
        return unknown ? unknown : eval->poison;
    }
    Object *array = array_new(eval, rank, dims, span);
    double *at = array->u.array.at;
    if (!object_is_unknown(array))
        fill(value, &at);
    return array;
}

/* Offset in `array` of the element at position `index` of the broadcast shape. */
static int broadcast_offset(const Object *array, const Object *into, int index)
{
    int offset = 0, stride = 1, rank = into->u.array.rank;
    for (int i = rank - 1; i >= 0; i--) {
        int at = index % into->u.array.dim[i], own = i - (rank - array->u.array.rank);
        index /= into->u.array.dim[i];
        if (own < 0)
            continue;
        if (array->u.array.dim[own] > 1)
            offset += at * stride;
        stride *= array->u.array.dim[own];
    }
    return offset;
}

/* An array for the result; an unknown or poison when there is none. */
static Object *broadcast_result(Eval *eval, const Object *a, const Object *b, Span span)
{
    int rank = a->u.array.rank > b->u.array.rank ? a->u.array.rank : b->u.array.rank, dims[8];
    for (int i = 0; i < rank; i++) {
        int x = i - (rank - a->u.array.rank), y = i - (rank - b->u.array.rank);
        int m = x < 0 ? 1 : a->u.array.dim[x], n = y < 0 ? 1 : b->u.array.dim[y];
        if (m != n && m != 1 && n != 1) {
            eval_error(eval, span, "arrays of shapes that do not go together");
            return eval->poison;
        }
        dims[i] = m == 1 ? n : m;
    }
    return array_new(eval, rank, dims, span);
}

static double number_op(AstOperator op, double a, double b)
{
    switch (op) {
    case OP_ADD: return a + b;
    case OP_SUBTRACT: return a - b;
    case OP_MULTIPLY: return a * b;
    case OP_DIVIDE: return a / b;
    case OP_FLOOR_DIVIDE: return floor(a / b);
    case OP_MODULO: return a - floor(a / b) * b;
    case OP_POWER: return pow(a, b);
    case OP_LESS: return a < b;
    case OP_LESS_EQUAL: return a <= b;
    case OP_GREATER: return a > b;
    case OP_GREATER_EQUAL: return a >= b;
    case OP_EQUAL: return a == b;
    case OP_NOT_EQUAL: return a != b;
    default: return NAN;
    }
}

Object *array_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    Object *a = array_from(eval, left, span), *b = array_from(eval, right, span);
    if (object_is_unknown(a) || object_is_unknown(b))
        return object_is_unknown(a) ? a : b;
    Object *out = broadcast_result(eval, a, b, span);
    if (object_is_unknown(out))
        return out;
    for (int i = 0; i < object_array_count(out); i++)
        out->u.array.at[i] = number_op(op, a->u.array.at[broadcast_offset(a, out, i)], b->u.array.at[broadcast_offset(b, out, i)]);
    return out->u.array.rank ? out : object_float(eval_arena(eval), out->u.array.at[0]);
}

Object *array_apply(Eval *eval, ExprOp op, int count, Object *const *operands, Span span)
{
    Object *part[EXPR_MAX_CHILDREN], *out = NULL;
    const Expr *argument[EXPR_MAX_CHILDREN] = {0};
    for (int i = 0; i < count; i++) {
        part[i] = array_from(eval, operands[i], span);
        out = object_is_unknown(part[i]) || !out ? part[i] : broadcast_result(eval, out, part[i], span);
        if (object_is_unknown(out))
            return out;
        argument[i] = expr_arg(eval_pool(eval), i);
    }
    out = array_new(eval, out->u.array.rank, out->u.array.dim, span);
    const Expr *e = expr_forward(eval_pool(eval), expr_make(eval_pool(eval), op, argument[0], argument[1], argument[2]));
    for (int n = 0; !object_is_unknown(out) && n < object_array_count(out); n++) {
        float x[EXPR_MAX_CHILDREN];
        for (int i = 0; i < count; i++)
            x[i] = (float)part[i]->u.array.at[broadcast_offset(part[i], out, n)];
        out->u.array.at[n] = expr_eval(e, x);
    }
    return out;
}

Object *array_compare(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    Object *result = array_binary(eval, op, left, right, span);
    return result->kind == OBJECT_FLOAT ? object_bool(eval_arena(eval), result->u.real != 0) : result;
}

/* --- items: integers, slices and new axes */

typedef struct { int64_t start, step, count; bool keep; } AxisPart;

static void gather(Object *out, const Object *array, const AxisPart *part, const int *source_axis, int parts)
{
    int strides[8];
    for (int i = array->u.array.rank - 1, stride = 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= array->u.array.dim[i];
    }
    for (int n = 0; n < object_array_count(out); n++) {
        int64_t offset = 0;
        int index = n;
        for (int i = parts - 1; i >= 0; i--) {
            int at = part[i].keep && part[i].count ? index % (int)part[i].count : 0;
            index /= part[i].keep && part[i].count ? (int)part[i].count : 1;
            if (source_axis[i] >= 0)
                offset += (part[i].start + at * part[i].step) * strides[source_axis[i]];
        }
        out->u.array.at[n] = array->u.array.at[offset];
    }
}

Object *array_subscript(Eval *eval, Object *array, Object *index, Span span)
{
    AxisPart part[16];
    int source[16], dims[16], parts = 0, rank = 0, axis = 0;
    bool tuple = index->kind == OBJECT_TUPLE && index->family != FAMILY_SLICE;
    int given = tuple ? index->u.list.count : 1;
    double number;
    for (int i = 0; (i < given || axis < array->u.array.rank) && parts < 16; i++, parts++) {
        const Object *one = i >= given ? NULL : tuple ? index->u.list.at[i] : index;
        bool fresh = one && one->kind == OBJECT_NONE;
        source[parts] = fresh ? -1 : axis;
        part[parts] = (AxisPart){0, 1, fresh ? 1 : axis < array->u.array.rank ? array->u.array.dim[axis] : 0, true};
        if (!fresh && axis >= array->u.array.rank)
            break;
        if (one && one->family == FAMILY_SLICE) {
            if (!slice_range(eval, one, array->u.array.dim[axis], &part[parts].start, &part[parts].step, &part[parts].count, span))
                return eval->poison;
        } else if (one && !fresh && object_as_number(one, &number)) {
            if (!index_of(eval, one, array->u.array.dim[axis], &part[parts].start, "axis", span))
                return eval->poison;
            part[parts].step = part[parts].count = 1;
            part[parts].keep = false;
        } else if (one && !fresh) {
            break;
        }
        if (part[parts].keep)
            dims[rank++] = (int)part[parts].count;
        axis += !fresh;
    }
    if (axis < array->u.array.rank || parts >= 16 || rank > 8 || parts < given) {
        eval_error(eval, span, "this index does not fit an array of rank %d", array->u.array.rank);
        return eval->poison;
    }
    Object *out = array_new(eval, rank, dims, span);
    if (object_is_unknown(out))
        return out;
    gather(out, array, part, source, parts);
    return rank ? out : object_float(eval_arena(eval), out->u.array.at[0]);
}

Object *array_shape_tuple(Eval *eval, const Object *array)
{
    Object *tuple = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    for (int i = 0; i < array->u.array.rank; i++)
        object_append(eval_arena(eval), tuple, object_int(eval_arena(eval), array->u.array.dim[i]));
    return tuple;
}

/* Methods are the module's functions with the array in front: a.reshape(2, 3) is np.reshape(a, 2, 3). */
Object *array_attribute(Eval *eval, Object *array, const char *name)
{
    if (!strcmp(name, "shape"))
        return array_shape_tuple(eval, array);
    if (!strcmp(name, "ndim"))
        return object_int(eval_arena(eval), array->u.array.rank);
    if (!strcmp(name, "size"))
        return object_int(eval_arena(eval), object_array_count(array));
    if (!strcmp(name, "dtype"))
        return object_string(eval_arena(eval), "float64");
    const char *path =
        arena_printf(eval_arena(eval), "np.%s",
                     !strcmp(name, "tolist") || !strcmp(name, "flatten") || !strcmp(name, "ravel") || !strcmp(name, "astype") ||
                             !strcmp(name, "copy") || !strcmp(name, "item") || !strcmp(name, "numpy")
                         ? arena_printf(eval_arena(eval), "_%s", name)
                         : name);
    for (int i = 0; i < eval->entries.count; i++)
        if (!strcmp(eval->entries.at[i].path, path))
            return object_bound(eval_arena(eval), eval->entries.at[i].object, array);
    return NULL;
}
