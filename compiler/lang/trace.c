/* Tracing: functions of the language applied to OBJECT_EXPR become Expr. In: operands with shapes. Out: an Expr and its shape.
 * The Expr keeps the rank of its arguments; the shape (ExprShape) says which axes TensorFlow would still see. */
#include "lang/internal.h"

#include <math.h>

bool trace_is_constant(const Object *value)
{
    return value->kind == OBJECT_EXPR && value->u.expr->op == EX_CONST;
}

bool object_as_number(const Object *object, double *value)
{
    bool array = object->kind == OBJECT_ARRAY && object_array_count(object) == 1;
    if (object_is_number(object))
        *value = object_number(object);
    else if (trace_is_constant(object))
        *value = object->u.expr->value;
    else if (array)
        *value = object->u.array.at[0];
    else
        return false;
    return true;
}

ExprShape trace_shape(const Object *value)
{
    return value->kind == OBJECT_EXPR && value->shape ? *value->shape : (ExprShape){0};
}

Object *trace_with_shape(Eval *eval, const Expr *expr, const ExprShape *shape)
{
    Object *object = object_expr(eval_arena(eval), expr);
    if (shape && shape->full) {
        ExprShape *copy = ARENA_NEW(eval_arena(eval), ExprShape);
        *copy = *shape;
        object->shape = copy;
    }
    return object;
}

Object *trace_constant(Eval *eval, double value)
{
    return object_expr(eval_arena(eval), expr_const(eval_pool(eval), (float)value));
}

const Expr *trace_expr(Eval *eval, Object *value)
{
    double number;
    if (value->kind == OBJECT_EXPR)
        return value->u.expr;
    return object_as_number(value, &number) ? expr_const(eval_pool(eval), (float)number) : NULL;
}

/* --- broadcasting */

static const char *shape_words(Eval *eval, const ExprShape *shape)
{
    Text text = text_new(eval_arena(eval));
    text_add(&text, "(");
    for (int i = 0; i < shape->rank; i++) {
        text_add(&text, i ? ", " : "");
        if (shape->dim[i] < 0)
            text_add(&text, "None");
        else
            text_printf(&text, "%d", shape->dim[i]);
    }
    text_add(&text, shape->rank == 1 ? ",)" : ")");
    return text.at;
}

static bool merge_axis(ExprShape *into, int i, int dim, int axis)
{
    bool same_size = into->dim[i] == dim || into->dim[i] < 0 || dim < 0;
    if (dim == 1)
        return true;
    if (into->dim[i] == 1) {
        into->dim[i] = dim;
        into->axis[i] = axis;
        return true;
    }
    return same_size && into->axis[i] == axis;
}

static bool broadcast(Eval *eval, ExprShape *into, const ExprShape *other, Span span)
{
    ExprShape a = *into, b = *other, before = *into;
    if (a.rank < b.rank) {
        ExprShape swap = a;
        a = b;
        b = swap;
    }
    a.full = before.full > other->full ? before.full : other->full;
    for (int i = 0; i < b.rank; i++) {
        if (merge_axis(&a, a.rank - b.rank + i, b.dim[i], b.axis[i]))
            continue;
        Message *message =
            eval_error(eval, span, "the shapes %s and %s do not go together", shape_words(eval, &before), shape_words(eval, other));
        diag_hint(message, "a reduction with keepdims=True keeps its axes in place");
        return false;
    }
    *into = a;
    return true;
}

Object *trace_apply(Eval *eval, ExprOp op, int count, Object *const *operands, Span span)
{
    const Expr *child[EXPR_MAX_CHILDREN] = {0};
    ExprShape shape = {0};
    if (trace_only_arrays(count, operands))
        return array_apply(eval, op, count, operands, span);
    for (int i = 0; i < count; i++) {
        if (object_is_unknown(operands[i]))
            return operands[i];
        Object *operand = trace_operand(eval, i, count, operands);
        child[i] = trace_expr(eval, operand);
        if (!child[i]) {
            eval->wants_tensors |= trace_is_array(operands[i]);
            eval_error(eval, span, "%s cannot be computed with here", object_kind_name(operands[i]));
            return eval->poison;
        }
        ExprShape part = trace_shape(operand);
        if (!broadcast(eval, &shape, &part, span))
            return eval->poison;
    }
    return trace_with_shape(eval, expr_make(eval_pool(eval), op, child[0], child[1], child[2]), &shape);
}

static Object *apply2(Eval *eval, ExprOp op, Object *a, Object *b, Span span)
{
    Object *operands[] = {a, b};
    return trace_apply(eval, op, 2, operands, span);
}

static Object *trace_power(Eval *eval, Object *base, Object *exponent, Span span)
{
    double power;
    if (object_as_number(exponent, &power)) {
        if (power == 1)
            return base;
        if (power == 2)
            return apply2(eval, EX_MUL, base, base, span);
        if (power == 0.5)
            return trace_apply(eval, EX_SQRT, 1, &base, span);
    }
    return apply2(eval, EX_POW, base, exponent, span);
}

Object *trace_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    Object *quotient;
    switch (op) {
    case OP_ADD: return apply2(eval, EX_ADD, left, right, span);
    case OP_SUBTRACT: return apply2(eval, EX_SUB, left, right, span);
    case OP_MULTIPLY: return apply2(eval, EX_MUL, left, right, span);
    case OP_DIVIDE: return apply2(eval, EX_DIV, left, right, span);
    case OP_POWER: return trace_power(eval, left, right, span);
    case OP_BIT_AND: return apply2(eval, EX_AND, left, right, span);
    case OP_BIT_OR: return apply2(eval, EX_OR, left, right, span);
    case OP_BIT_XOR: return apply2(eval, EX_NE, left, right, span);
    case OP_FLOOR_DIVIDE: case OP_MODULO:
        quotient = apply2(eval, EX_DIV, left, right, span);
        quotient = trace_apply(eval, EX_FLOOR, 1, &quotient, span);
        return op == OP_FLOOR_DIVIDE ? quotient : apply2(eval, EX_SUB, left, apply2(eval, EX_MUL, quotient, right, span), span);
    case OP_MATMUL: eval->wants_tensors = true; break;
    default: break;
    }
    eval_error(eval, span, "'%s' is not possible inside a function of tensors", ast_operator_text(op));
    return eval->poison;
}

Object *trace_unary(Eval *eval, AstOperator op, Object *operand, Span span)
{
    if (op == OP_PLUS)
        return operand;
    return trace_apply(eval, op == OP_NEGATE ? EX_NEG : EX_NOT, 1, &operand, span);
}

Object *trace_compare(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    switch (op) {
    case OP_LESS: return apply2(eval, EX_LT, left, right, span);
    case OP_LESS_EQUAL: return apply2(eval, EX_LE, left, right, span);
    case OP_GREATER: return apply2(eval, EX_LT, right, left, span);
    case OP_GREATER_EQUAL: return apply2(eval, EX_LE, right, left, span);
    case OP_EQUAL: return apply2(eval, EX_EQ, left, right, span);
    default: return apply2(eval, EX_NE, left, right, span);
    }
}

/* --- reductions */

static bool axis_bit(Eval *eval, const ExprShape *shape, Object *axis, uint32_t *mask, Span span)
{
    double number;
    if (!object_as_number(axis, &number)) {
        eval_error(eval, span, "axis must be an integer or a list of them, not %s", object_kind_name(axis));
        return false;
    }
    int64_t at = index_from(number, shape->rank);
    if (at < 0 || at >= shape->rank) {
        eval_error(eval, span, "axis %.0f is outside the shape %s", number, shape_words(eval, shape));
        return false;
    }
    *mask |= 1u << at;
    return true;
}

static bool axis_mask(Eval *eval, const ExprShape *shape, Object *axis, uint32_t *mask, Span span)
{
    *mask = axis ? 0 : (1u << shape->rank) - 1;
    if (!axis || axis->kind == OBJECT_NONE) {
        *mask = (1u << shape->rank) - 1;
        return true;
    }
    if (!object_is_sequence(axis))
        return axis_bit(eval, shape, axis, mask, span);
    for (int i = 0; i < axis->u.list.count; i++)
        if (!axis_bit(eval, shape, axis->u.list.at[i], mask, span))
            return false;
    return true;
}

Object *trace_reduce(Eval *eval, ExprOp op, Object *value, Object *axis, bool keep, Span span)
{
    const Expr *e = trace_expr(eval, value);
    ExprShape shape = trace_shape(value), out = {.full = shape.full};
    uint32_t mask, axes = 0;
    if (trace_is_array(value))
        return array_fold(eval, op == EX_REDUCE_SUM ? "sum" : op == EX_REDUCE_MEAN ? "mean" : "max", array_from(eval, value, span), axis, keep, span);
    if (!e) {
        eval_error(eval, span, "%s cannot be reduced", object_kind_name(value));
        return eval->poison;
    }
    if (!shape.rank && (!axis || axis->kind == OBJECT_NONE))
        return value;
    if (!axis_mask(eval, &shape, axis, &mask, span))
        return eval->poison;
    for (int i = 0; i < shape.rank; i++) {
        bool reduced = mask >> i & 1;
        if (reduced && shape.axis[i] >= 0)
            axes |= 1u << (shape.full - 1 - shape.axis[i]);
        if (reduced && shape.axis[i] <= TRACE_ALL)
            axes |= ((1u << shape.full) - 1) & ~(shape.axis[i] == TRACE_REST ? 1u : 0u);
        if (reduced && !keep)
            continue;
        out.dim[out.rank] = reduced ? 1 : shape.dim[i];
        out.axis[out.rank++] = shape.axis[i];
    }
    return trace_with_shape(eval, axes ? expr_reduce(eval_pool(eval), op, e, axes) : e, &out);
}

/* --- attributes and items of traced values */

static Object *shape_tuple(Eval *eval, const ExprShape *shape)
{
    Object *tuple = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    for (int i = 0; i < shape->rank; i++)
        object_append(eval_arena(eval), tuple, shape->dim[i] < 0 ? object_none() : object_int(eval_arena(eval), shape->dim[i]));
    return tuple;
}

static Object *return_data(Eval *eval, void *data, const Call *call)
{
    (void)eval;
    (void)call;
    return data;
}

Object *trace_attribute(Eval *eval, Object *value, const char *name, Span span)
{
    Arena *arena = eval_arena(eval);
    ExprShape shape = trace_shape(value);
    (void)span;
    if (!strcmp(name, "shape"))
        return shape_tuple(eval, &shape);
    if (!strcmp(name, "get_shape"))
        return object_builtin(arena, name, return_data, shape_tuple(eval, &shape), NULL);
    if (!strcmp(name, "ndim") || !strcmp(name, "rank"))
        return object_int(arena, shape.rank);
    if (!strcmp(name, "dtype"))
        return object_string(arena, "float32");
    if (!strcmp(name, "numpy") || !strcmp(name, "value") || !strcmp(name, "read_value"))
        return object_builtin(arena, name, return_data, value, NULL);
    return NULL;
}

bool trace_whole(const Object *part)
{
    bool full = part->family == FAMILY_SLICE;
    for (int i = 0; full && i < 3; i++)
        full = part->u.list.at[i]->kind == OBJECT_NONE;
    return full;
}

/* Only new axes: x[:, None], x[..., tf.newaxis]; in losses one item of the last axis, too. */
Object *trace_subscript(Eval *eval, Object *value, Object *index, Span span)
{
    Object *item = trace_last_item(eval, value, index, span);
    if (item)
        return item;
    ExprShape shape = trace_shape(value), out = {.full = shape.full};
    bool tuple = index->kind == OBJECT_TUPLE && index->family != FAMILY_SLICE;
    int count = tuple ? index->u.list.count : 1, named = 0, at = 0;
    for (int i = 0; i < count; i++)
        named += trace_whole(tuple ? index->u.list.at[i] : index);
    for (int i = 0; i < count && out.rank < TRACE_RANK; i++) {
        const Object *part = tuple ? index->u.list.at[i] : index;
        int take = trace_whole(part) ? 1 : part->kind == OBJECT_STRING ? shape.rank - named : 0;
        if (part->kind == OBJECT_NONE) {
            out.dim[out.rank] = 1;
            out.axis[out.rank++] = -1;
        } else if (!take) {
            eval->wants_tensors = true;
            eval_error(eval, span, "items of a traced value cannot be taken, only new axes added");
            return eval->poison;
        }
        for (; take > 0 && at < shape.rank && out.rank < TRACE_RANK; take--, at++) {
            out.dim[out.rank] = shape.dim[at];
            out.axis[out.rank++] = shape.axis[at];
        }
    }
    for (; at < shape.rank && out.rank < TRACE_RANK; at++) {
        out.dim[out.rank] = shape.dim[at];
        out.axis[out.rank++] = shape.axis[at];
    }
    return trace_with_shape(eval, value->u.expr, &out);
}
