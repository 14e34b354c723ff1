/* Arithmetic of Python numbers: int (64 bits, overflow is an error), float, bool. */
#include "lang/internal.h"

#include <math.h>

static Object *overflow(Eval *eval, Span span)
{
    eval_error(eval, span, "the integer does not fit into 64 bits");
    return eval->poison;
}

static Object *by_zero(Eval *eval, Span span)
{
    eval_error(eval, span, "division by zero");
    return eval->poison;
}

/* Not for the least integer by -1. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    int64_t quotient = a / b;
    return quotient - (a % b != 0 && (a < 0) != (b < 0));
}

/* Of the sign of b. */
static int64_t modulo(int64_t a, int64_t b)
{
    int64_t rest = b == -1 ? 0 : a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static Object *integer_power(Eval *eval, int64_t base, int64_t exponent, Span span)
{
    if (exponent < 0)
        return base ? object_float(eval_arena(eval), pow((double)base, (double)exponent)) : by_zero(eval, span);
    int64_t result = 1;
    while (exponent) {
        if ((exponent & 1) && __builtin_mul_overflow(result, base, &result))
            return overflow(eval, span);
        exponent >>= 1;
        if (exponent && __builtin_mul_overflow(base, base, &base))
            return overflow(eval, span);
    }
    return object_int(eval_arena(eval), result);
}

static Object *integer_bits(Eval *eval, AstOperator op, int64_t a, int64_t b, Span span)
{
    bool shift = op == OP_SHIFT_LEFT || op == OP_SHIFT_RIGHT;
    int64_t result = 0;
    if (shift && b < 0) {
        eval_error(eval, span, "a shift by %lld, which is negative", (long long)b);
        return eval->poison;
    }
    if (op == OP_SHIFT_LEFT && a && (b > 62 || __builtin_mul_overflow(a, (int64_t)1 << b, &result)))
        return overflow(eval, span);
    switch (op) {
    case OP_BIT_AND: result = a & b; break;
    case OP_BIT_OR: result = a | b; break;
    case OP_BIT_XOR: result = a ^ b; break;
    case OP_SHIFT_RIGHT: result = a >> (b < 63 ? b : 63); break;
    case OP_SHIFT_LEFT: break;
    default:
        eval_error(eval, span, "'%s' between numbers is not possible", ast_operator_text(op));
        return eval->poison;
    }
    return object_int(eval_arena(eval), result);
}

static Object *integer_binary(Eval *eval, AstOperator op, int64_t a, int64_t b, Span span)
{
    int64_t result;
    bool wrong = false;
    switch (op) {
    case OP_ADD: wrong = __builtin_add_overflow(a, b, &result); break;
    case OP_SUBTRACT: wrong = __builtin_sub_overflow(a, b, &result); break;
    case OP_MULTIPLY: wrong = __builtin_mul_overflow(a, b, &result); break;
    case OP_DIVIDE: return b ? object_float(eval_arena(eval), (double)a / (double)b) : by_zero(eval, span);
    case OP_FLOOR_DIVIDE: case OP_MODULO:
        if (!b)
            return by_zero(eval, span);
        if (op == OP_FLOOR_DIVIDE && a == INT64_MIN && b == -1)
            return overflow(eval, span);
        result = op == OP_MODULO ? modulo(a, b) : floor_divide(a, b);
        break;
    case OP_POWER: return integer_power(eval, a, b, span);
    default: return integer_bits(eval, op, a, b, span);
    }
    return wrong ? overflow(eval, span) : object_int(eval_arena(eval), result);
}

static Object *float_binary(Eval *eval, AstOperator op, double a, double b, Span span)
{
    Arena *arena = eval_arena(eval);
    bool divides = op == OP_DIVIDE || op == OP_FLOOR_DIVIDE || op == OP_MODULO;
    if (divides && b == 0)
        return by_zero(eval, span);
    switch (op) {
    case OP_ADD: return object_float(arena, a + b);
    case OP_SUBTRACT: return object_float(arena, a - b);
    case OP_MULTIPLY: return object_float(arena, a * b);
    case OP_DIVIDE: return object_float(arena, a / b);
    case OP_FLOOR_DIVIDE: return object_float(arena, floor(a / b));
    case OP_MODULO: {
        double rest = fmod(a, b);
        return object_float(arena, rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest);
    }
    case OP_POWER: return object_float(arena, pow(a, b));
    default: break;
    }
    eval_error(eval, span, "'%s' between floats is not possible", ast_operator_text(op));
    return eval->poison;
}

Object *number_binary(Eval *eval, AstOperator op, const Object *left, const Object *right, Span span)
{
    bool logic = left->kind == OBJECT_BOOL && right->kind == OBJECT_BOOL && (op == OP_BIT_AND || op == OP_BIT_OR || op == OP_BIT_XOR);
    if (logic) {
        bool a = left->u.boolean, b = right->u.boolean;
        return object_bool(eval_arena(eval), op == OP_BIT_AND ? a && b : op == OP_BIT_OR ? a || b : a != b);
    }
    if (left->kind == OBJECT_FLOAT || right->kind == OBJECT_FLOAT)
        return float_binary(eval, op, object_number(left), object_number(right), span);
    int64_t a = left->kind == OBJECT_BOOL ? left->u.boolean : left->u.integer;
    int64_t b = right->kind == OBJECT_BOOL ? right->u.boolean : right->u.integer;
    return integer_binary(eval, op, a, b, span);
}
