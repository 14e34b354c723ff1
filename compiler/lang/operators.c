/* Operators: dispatch by the kinds of the operands. In: evaluated operands. Out: the result, or poison after an error. */
#include "lang/internal.h"

static Object *unsupported(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    eval_error(eval, span, "'%s' between %s and %s is not possible", ast_operator_text(op), object_kind_name(left),
               object_kind_name(right));
    return eval->poison;
}

static Object *list_repeat(Eval *eval, Object *list, Object *times, Span span)
{
    Object *result = object_list(eval_arena(eval), list->kind, 0, NULL);
    int64_t count = list->u.list.count ? object_integer(times) : 0;
    if (!eval_list_fits(eval, count > 0 ? clamp_product(list->u.list.count, count) : 0, span))
        return eval->poison;
    for (int64_t i = 0; i < count; i++)
        for (int k = 0; k < list->u.list.count; k++)
            object_append(eval_arena(eval), result, list->u.list.at[k]);
    return result;
}

static Object *string_repeat(Eval *eval, Object *string, Object *times, Span span)
{
    Text text = text_new(eval_arena(eval));
    int64_t count = string->u.string.length ? object_integer(times) : 0;
    if (!eval_string_fits(eval, count > 0 ? (size_t)clamp_product(count, (int64_t)string->u.string.length) : 0, span))
        return eval->poison;
    for (int64_t i = 0; i < count; i++)
        text_add_bytes(&text, string->u.string.at, string->u.string.length);
    return object_string_sized(eval_arena(eval), text.at ? text.at : "", text.length);
}

static Object *string_join(Eval *eval, Object *left, Object *right, Span span)
{
    if (!eval_string_fits(eval, left->u.string.length + right->u.string.length, span))
        return eval->poison;
    Text text = text_new(eval_arena(eval));
    text_add_bytes(&text, left->u.string.at, left->u.string.length);
    text_add_bytes(&text, right->u.string.at, right->u.string.length);
    return object_string_sized(eval_arena(eval), text.at ? text.at : "", text.length);
}

static Object *list_join(Eval *eval, Object *left, Object *right, Span span)
{
    if (!eval_list_fits(eval, (int64_t)left->u.list.count + right->u.list.count, span))
        return eval->poison;
    Object *result = object_list(eval_arena(eval), left->kind, left->u.list.count, left->u.list.at);
    for (int i = 0; i < right->u.list.count; i++)
        object_append(eval_arena(eval), result, right->u.list.at[i]);
    return result;
}

static Object *set_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    Object *result = object_list(eval_arena(eval), OBJECT_SET, 0, NULL);
    for (int i = 0; i < left->u.list.count; i++) {
        bool there = eval_search(eval, right, left->u.list.at[i], span) >= 0;
        if (op == OP_BIT_OR || (op == OP_BIT_AND && there) || ((op == OP_SUBTRACT || op == OP_BIT_XOR) && !there))
            object_append(eval_arena(eval), result, left->u.list.at[i]);
    }
    for (int i = 0; (op == OP_BIT_OR || op == OP_BIT_XOR) && i < right->u.list.count; i++)
        if (eval_search(eval, left, right->u.list.at[i], span) < 0)
            object_append(eval_arena(eval), result, right->u.list.at[i]);
    return result;
}

static Object *dict_join(Eval *eval, Object *left, Object *right, Span span)
{
    Object *result = object_dict(eval_arena(eval));
    eval_dict_put_all(eval, result, left, span);
    eval_dict_put_all(eval, result, right, span);
    return result;
}

static Object *container_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    bool times = op == OP_MULTIPLY, plus = op == OP_ADD;
    bool left_integer = left->kind == OBJECT_INT || left->kind == OBJECT_BOOL,
         right_integer = right->kind == OBJECT_INT || right->kind == OBJECT_BOOL;
    if (left->kind == OBJECT_STRING && op == OP_MODULO)
        return format_percent(eval, left, right, span);
    if (plus && left->kind == OBJECT_STRING && right->kind == OBJECT_STRING)
        return string_join(eval, left, right, span);
    if (plus && left->kind == right->kind && object_is_list_or_tuple(left))
        return list_join(eval, left, right, span);
    if (times && right_integer && left->kind == OBJECT_STRING)
        return string_repeat(eval, left, right, span);
    if (times && left_integer && right->kind == OBJECT_STRING)
        return string_repeat(eval, right, left, span);
    if (times && right_integer && object_is_list_or_tuple(left))
        return list_repeat(eval, left, right, span);
    if (times && left_integer && object_is_list_or_tuple(right))
        return list_repeat(eval, right, left, span);
    if (left->kind == OBJECT_SET && right->kind == OBJECT_SET &&
        (op == OP_BIT_OR || op == OP_BIT_AND || op == OP_SUBTRACT || op == OP_BIT_XOR))
        return set_binary(eval, op, left, right, span);
    if (left->kind == OBJECT_DICT && right->kind == OBJECT_DICT && op == OP_BIT_OR)
        return dict_join(eval, left, right, span);
    return unsupported(eval, op, left, right, span);
}

static bool native_operand(const Object *object)
{
    return object->kind == OBJECT_NATIVE && object->u.native.type->binary;
}

static bool either(const Object *left, const Object *right, ObjectKind kind)
{
    return left->kind == kind || right->kind == kind;
}

Object *operate_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    if (object_is_unknown(left) || object_is_unknown(right))
        return object_is_unknown(left) ? left : right;
    if (native_operand(left) || native_operand(right)) {
        const NativeType *type = native_operand(left) ? left->u.native.type : right->u.native.type;
        Object *result = type->binary(eval, op, left, right, span);
        return result ? result : unsupported(eval, op, left, right, span);
    }
    if (either(left, right, OBJECT_INSTANCE)) {
        Object *result = instance_operator(eval, op, left, right, span);
        return result ? result : unsupported(eval, op, left, right, span);
    }
    if (left->kind == OBJECT_STRING)
        return container_binary(eval, op, left, right, span);
    if (either(left, right, OBJECT_EXPR))
        return trace_binary(eval, op, left, right, span);
    if (either(left, right, OBJECT_DATASET))
        return dataset_binary(eval, op, left, right, span);
    if (either(left, right, OBJECT_ARRAY))
        return array_binary(eval, op, left, right, span);
    if (object_is_number(left) && object_is_number(right))
        return number_binary(eval, op, left, right, span);
    return container_binary(eval, op, left, right, span);
}

Object *operate_unary(Eval *eval, AstOperator op, Object *operand, Span span)
{
    Arena *arena = eval_arena(eval);
    if (object_is_unknown(operand))
        return operand;
    if (op == OP_NOT && operand->kind != OBJECT_EXPR)
        return object_bool(arena, !eval_truth(eval, operand, span));
    if (operand->kind == OBJECT_EXPR)
        return trace_unary(eval, op, operand, span);
    if (operand->kind == OBJECT_NATIVE && operand->u.native.type->unary) {
        Object *result = operand->u.native.type->unary(eval, op, operand, span);
        if (result)
            return result;
    }
    if (operand->kind == OBJECT_ARRAY && op == OP_NEGATE)
        return array_binary(eval, OP_MULTIPLY, operand, object_float(arena, -1), span);
    if (operand->kind == OBJECT_DATASET && op == OP_NEGATE)
        return dataset_binary(eval, OP_MULTIPLY, operand, object_float(arena, -1), span);
    if (object_is_number(operand) && op == OP_PLUS)
        return operand->kind == OBJECT_BOOL ? object_int(arena, operand->u.boolean) : operand;
    if (object_is_number(operand) && op == OP_NEGATE)
        return operand->kind == OBJECT_FLOAT ? object_float(arena, -operand->u.real)
                                             : number_binary(eval, OP_SUBTRACT, object_int(arena, 0), operand, span);
    if ((operand->kind == OBJECT_INT || operand->kind == OBJECT_BOOL) && op == OP_INVERT)
        return object_int(arena, ~object_integer(operand));
    eval_error(eval, span, "'%s' of %s is not possible", ast_operator_text(op), object_kind_name(operand));
    return eval->poison;
}

/* --- comparisons */

static int order_strings(const Object *a, const Object *b)
{
    size_t shorter = a->u.string.length < b->u.string.length ? a->u.string.length : b->u.string.length;
    int order = memcmp(a->u.string.at, b->u.string.at, shorter);
    return order ? order : (a->u.string.length > b->u.string.length) - (a->u.string.length < b->u.string.length);
}

/* -1, 0, 1; 2 when the two cannot be ordered. */
static int order_of(Eval *eval, const Object *a, const Object *b, int depth, Span span)
{
    if (object_is_number(a) && object_is_number(b)) {
        if (a->kind == OBJECT_INT && b->kind == OBJECT_INT)
            return (a->u.integer > b->u.integer) - (a->u.integer < b->u.integer);
        double x = object_number(a), y = object_number(b);
        return (x > y) - (x < y);
    }
    if (a->kind == OBJECT_STRING && b->kind == OBJECT_STRING) {
        int order = order_strings(a, b);
        return (order > 0) - (order < 0);
    }
    if (a->kind != b->kind || !object_is_list_or_tuple(a) || depth > LIMIT_DEPTH)
        return 2;
    for (int i = 0; i < a->u.list.count && i < b->u.list.count; i++)
        if (!eval_equal(eval, a->u.list.at[i], b->u.list.at[i], span))
            return order_of(eval, a->u.list.at[i], b->u.list.at[i], depth + 1, span);
    return (a->u.list.count > b->u.list.count) - (a->u.list.count < b->u.list.count);
}

static Object *contains(Eval *eval, Object *item, Object *container, Span span)
{
    Arena *arena = eval_arena(eval);
    if (container->kind == OBJECT_STRING && item->kind == OBJECT_STRING && eval_string_fits(eval, container->u.string.length, span))
        return object_bool(arena, strstr(container->u.string.at, item->u.string.at) != NULL);
    if (container->kind == OBJECT_DICT)
        return object_bool(arena, eval_dict_find(eval, container, item, span) != NULL);
    Object *items = object_is_sequence(container) ? container : eval_items(eval, container, span);
    return object_is_unknown(items) ? items : object_bool(arena, eval_search(eval, items, item, span) >= 0);
}

static Object *identical(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    bool same = left == right || (left->kind == right->kind &&
                                  (left->kind == OBJECT_NONE || left->kind == OBJECT_BOOL || left->kind == OBJECT_NATIVE ||
                                   left->kind == OBJECT_CLASS || left->kind == OBJECT_INT || left->kind == OBJECT_STRING) &&
                                  eval_equal(eval, left, right, span));
    return object_bool(eval_arena(eval), same == (op == OP_IS));
}

static Object *compare_values(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    if (op == OP_EQUAL || op == OP_NOT_EQUAL)
        return object_bool(eval_arena(eval), eval_equal(eval, left, right, span) == (op == OP_EQUAL));
    int order = order_of(eval, left, right, 0, span);
    if (order == 2)
        return unsupported(eval, op, left, right, span);
    bool truth = op == OP_LESS ? order < 0 : op == OP_LESS_EQUAL ? order <= 0 : op == OP_GREATER ? order > 0 : order >= 0;
    bool nan = object_is_number(left) && (object_number(left) != object_number(left) || object_number(right) != object_number(right));
    return object_bool(eval_arena(eval), truth && !nan);
}

Object *operate_compare(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    bool identity = op == OP_IS || op == OP_IS_NOT;
    if (identity && (left->kind == OBJECT_NONE || right->kind == OBJECT_NONE) && !object_is_unknown(left) && !object_is_unknown(right))
        return identical(eval, op, left, right, span);
    if (object_is_unknown(left) || object_is_unknown(right))
        return object_is_unknown(left) ? left : right;
    if (identity)
        return identical(eval, op, left, right, span);
    if (op == OP_IN || op == OP_NOT_IN) {
        Object *found = contains(eval, left, right, span);
        return found->kind == OBJECT_BOOL && op == OP_NOT_IN ? object_bool(eval_arena(eval), !found->u.boolean) : found;
    }
    bool absent = left->kind == OBJECT_NONE || right->kind == OBJECT_NONE || either(left, right, OBJECT_STRING);
    if (!absent && (native_operand(left) || native_operand(right))) {
        const NativeType *type = native_operand(left) ? left->u.native.type : right->u.native.type;
        Object *result = type->binary(eval, op, left, right, span);
        return result ? result : compare_values(eval, op, left, right, span);
    }
    if (!absent && either(left, right, OBJECT_INSTANCE)) {
        Object *result = instance_operator(eval, op, left, right, span);
        return result ? result : compare_values(eval, op, left, right, span);
    }
    if (!absent && either(left, right, OBJECT_EXPR))
        return trace_compare(eval, op, left, right, span);
    if (!absent && either(left, right, OBJECT_ARRAY))
        return array_compare(eval, op, left, right, span);
    if (!absent && either(left, right, OBJECT_DATASET))
        return unknown_new(eval, span, "a comparison of a data set");
    return compare_values(eval, op, left, right, span);
}
