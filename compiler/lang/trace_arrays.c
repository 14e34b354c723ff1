/* Arrays of known numbers among what is traced. In: the operands of an operation. Out: whether it is one on arrays alone; an array as a number,
 * where it is one everywhere, or as a function of the position along the last axis, as losses take it; one item of that axis. */
#include "lang/internal.h"

bool trace_is_array(const Object *value)
{
    return value->kind == OBJECT_ARRAY || initial_undrawn(value);
}

bool trace_only_arrays(int count, Object *const *operands)
{
    bool arrays = false, traced = false;
    for (int i = 0; i < count; i++) {
        const Object *operand = operands[i];
        arrays |= trace_is_array(operand);
        traced |= operand->kind == OBJECT_UNKNOWN || (operand->kind == OBJECT_EXPR && !trace_is_constant(operand));
    }
    return arrays && !traced;
}

/* tf.ones(shape) is a number wherever that shape follows from the rest. */
static bool is_uniform(const Object *value)
{
    int count = value->kind == OBJECT_ARRAY ? object_array_count(value) : 0;
    for (int i = 1; i < count; i++)
        if (value->u.array.at[i] != value->u.array.at[0])
            return false;
    return count > 0;
}

/* Whether the array has no axis, but of size 1, that none of the other operands has. */
static bool is_number_there(const Object *array, int count, Object *const *operands)
{
    if (!is_uniform(array))
        return false;
    for (int i = 0; i < array->u.array.rank; i++) {
        bool found = array->u.array.dim[i] == 1;
        for (int k = 0; k < count && !found; k++) {
            ExprShape shape = trace_shape(operands[k]);
            int at = shape.rank - array->u.array.rank + i;
            found = at >= 0 && shape.dim[at] == array->u.array.dim[i];
        }
        if (!found)
            return false;
    }
    return true;
}

void eval_take_rows(Eval *eval, int size)
{
    eval->row_size = size;
}

enum { ROW_MAX = 256 };

/* Numbers along the last axis, as a function of the position there. */
static Object *row_of(Eval *eval, const Object *array)
{
    int count = object_array_count(array), rank = array->u.array.rank;
    if (!eval->row_size || count != eval->row_size || count > ROW_MAX || rank < 1 || array->u.array.dim[rank - 1] != count)
        return NULL;
    ExprPool *pool = eval_pool(eval);
    Object *position = trace_argument(eval, 2, &(TraceShape){.rank = 1, .dim = {count}});
    const Expr *row = expr_const(pool, (float)array->u.array.at[0]);
    for (int i = 1; i < count; i++)
        row = expr_make(pool, EX_SELECT, expr_make(pool, EX_EQ, position->u.expr, expr_const(pool, (float)i), NULL),
                        expr_const(pool, (float)array->u.array.at[i]), row);
    return trace_with_shape(eval, row, position->shape);
}

Object *trace_last_item(Eval *eval, Object *value, const Object *index, Span span)
{
    ExprShape shape = trace_shape(value);
    int rank = shape.rank, count = index->kind == OBJECT_TUPLE && index->family != FAMILY_SLICE ? index->u.list.count : 0;
    int named = count && index->u.list.at[0]->kind == OBJECT_STRING ? rank - count + 1 : 0; /* "...": the rest */
    const Object *last = count ? index->u.list.at[count - 1] : NULL;
    if (!eval->row_size || !last || last->kind != OBJECT_INT || rank < 2 || shape.dim[rank - 1] != eval->row_size || shape.axis[rank - 1] != 0 ||
        count + (named ? named - 1 : 0) != rank)
        return NULL;
    for (int i = named ? 1 : 0; i < count - 1; i++)
        if (!trace_whole(index->u.list.at[i]))
            return NULL;
    int64_t at = last->u.integer < 0 ? last->u.integer + eval->row_size : last->u.integer;
    if (at < 0 || at >= eval->row_size)
        return NULL;
    Object *position = trace_argument(eval, 2, &(TraceShape){.rank = 1, .dim = {eval->row_size}}), *place = trace_constant(eval, (double)at);
    Object *there = trace_apply(eval, EX_EQ, 2, (Object *[]){position, place}, span);
    Object *alone = trace_apply(eval, EX_SELECT, 3, (Object *[]){there, value, trace_constant(eval, 0)}, span);
    return trace_reduce(eval, EX_REDUCE_SUM, alone, object_int(eval_arena(eval), -1), false, span);
}

Object *trace_operand(Eval *eval, int index, int count, Object *const *operands)
{
    Object *operand = operands[index];
    if (operand->kind != OBJECT_ARRAY || object_array_count(operand) < 1)
        return operand;
    Object *row = is_number_there(operand, count, operands) ? trace_constant(eval, operand->u.array.at[0]) : row_of(eval, operand);
    return row ? row : operand;
}
