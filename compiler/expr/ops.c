/* The table of operations: how each is evaluated, written in C, differentiated, bounded, and whether it is monotone.
 * The evaluations are the functions of runtime/bnn_math.h that the C text names, so both give the same bits. */
#include "expr/internal.h"

#include "bnn_math.h"

#define UNARY(name, value) static float name(float a, float b, float c) { (void)b; (void)c; return value; }
#define BINARY(name, value) static float name(float a, float b, float c) { (void)c; return value; }
BINARY(eval_add, a + b)
BINARY(eval_sub, a - b)
BINARY(eval_mul, a * b)
BINARY(eval_div, a / b)
UNARY(eval_neg, -a)
BINARY(eval_less, a < b ? 1.0f : 0.0f)
BINARY(eval_less_equal, a <= b ? 1.0f : 0.0f)
BINARY(eval_equal, a == b ? 1.0f : 0.0f)
BINARY(eval_not_equal, a != b ? 1.0f : 0.0f)
BINARY(eval_and, a != 0.0f && b != 0.0f ? 1.0f : 0.0f)
BINARY(eval_or, a != 0.0f || b != 0.0f ? 1.0f : 0.0f)
UNARY(eval_not, a != 0.0f ? 0.0f : 1.0f)
static float eval_select(float a, float b, float c) { return bnn_select(a, b, c); }
UNARY(eval_abs, bnn_abs(a))
UNARY(eval_sgn, bnn_sgn(a))
UNARY(eval_sign, bnn_sign(a))
BINARY(eval_max, bnn_max(a, b))
BINARY(eval_min, bnn_min(a, b))
UNARY(eval_floor, bnn_floorf(a))
UNARY(eval_round, bnn_roundf(a))
UNARY(eval_exp, bnn_expf(a))
UNARY(eval_log, bnn_logf(a))
UNARY(eval_log1p, bnn_log1pf(a))
UNARY(eval_tanh, bnn_tanhf(a))
UNARY(eval_sigmoid, bnn_sigmoidf(a))
UNARY(eval_sinh, bnn_sinhf(a))
UNARY(eval_cosh, bnn_coshf(a))
UNARY(eval_erf, bnn_erff(a))
UNARY(eval_cos, bnn_cosf(a))
UNARY(eval_sin, bnn_sinf(a))
UNARY(eval_sqrt, bnn_sqrtf(a))
BINARY(eval_pow, bnn_powf(a, b))

static const ExprRow rows[EX_COUNT] = {
    /*            eval, C value, C truth, gradient, monotone, range, integer */
    [EX_ADD] = {eval_add, "($0 + $1)", NULL, gradient_add, monotone_up, range_corners, INTEGER_IF_CHILDREN},
    [EX_SUB] = {eval_sub, "($0 - $1)", NULL, gradient_sub, monotone_sub, range_corners, INTEGER_IF_CHILDREN},
    [EX_MUL] = {eval_mul, "($0 * $1)", NULL, gradient_mul, monotone_mul, range_corners, INTEGER_IF_CHILDREN},
    [EX_DIV] = {eval_div, "($0 / $1)", NULL, gradient_div, monotone_div, range_div, INTEGER_NEVER},
    [EX_NEG] = {eval_neg, "(-$0)", NULL, gradient_neg, monotone_down, range_corners, INTEGER_IF_CHILDREN},
    [EX_LT] = {eval_less, NULL, "($0 < $1)", NULL, monotone_less, range_corners, INTEGER_ALWAYS},
    [EX_LE] = {eval_less_equal, NULL, "($0 <= $1)", NULL, monotone_less, range_corners, INTEGER_ALWAYS},
    [EX_EQ] = {eval_equal, NULL, "($0 == $1)", NULL, NULL, range_truth, INTEGER_ALWAYS},
    [EX_NE] = {eval_not_equal, NULL, "($0 != $1)", NULL, NULL, range_truth, INTEGER_ALWAYS},
    [EX_AND] = {eval_and, NULL, "(?0 & (int)?1)", NULL, monotone_and, range_truth, INTEGER_ALWAYS},
    [EX_OR] = {eval_or, NULL, "(?0 | (int)?1)", NULL, monotone_and, range_truth, INTEGER_ALWAYS},
    [EX_NOT] = {eval_not, NULL, "(!?0)", NULL, monotone_not, range_truth, INTEGER_ALWAYS},
    [EX_SELECT] = {eval_select, "(?0 ? $1 : $2)", NULL, gradient_select, monotone_select, range_select, INTEGER_IF_CHILDREN},
    [EX_ABS] = {eval_abs, "bnn_abs($0)", NULL, gradient_abs, monotone_abs, range_abs, INTEGER_IF_CHILDREN},
    [EX_SGN] = {eval_sgn, "bnn_sgn($0)", NULL, gradient_zero, monotone_up, range_corners, INTEGER_ALWAYS},
    [EX_SIGN] = {eval_sign, "bnn_sign($0)", NULL, gradient_zero, monotone_up, range_corners, INTEGER_ALWAYS},
    [EX_MAX] = {eval_max, "bnn_max($0, $1)", NULL, gradient_max, monotone_up, range_corners, INTEGER_IF_CHILDREN},
    [EX_MIN] = {eval_min, "bnn_min($0, $1)", NULL, gradient_min, monotone_up, range_corners, INTEGER_IF_CHILDREN},
    [EX_FLOOR] = {eval_floor, "bnn_floorf($0)", NULL, NULL, monotone_up, range_corners, INTEGER_ALWAYS},
    [EX_ROUND] = {eval_round, "bnn_roundf($0)", NULL, NULL, monotone_up, range_corners, INTEGER_ALWAYS},
    [EX_EXP] = {eval_exp, "bnn_expf($0)", NULL, gradient_exp, monotone_up, range_corners, INTEGER_NEVER},
    [EX_LOG] = {eval_log, "bnn_logf($0)", NULL, gradient_log, monotone_up, range_log, INTEGER_NEVER},
    [EX_LOG1P] = {eval_log1p, "bnn_log1pf($0)", NULL, gradient_log1p, monotone_up, range_log1p, INTEGER_NEVER},
    [EX_TANH] = {eval_tanh, "bnn_tanhf($0)", NULL, gradient_tanh, monotone_up, range_corners, INTEGER_NEVER},
    [EX_SIGMOID] = {eval_sigmoid, "bnn_sigmoidf($0)", NULL, gradient_sigmoid, monotone_up, range_corners, INTEGER_NEVER},
    [EX_SINH] = {eval_sinh, "bnn_sinhf($0)", NULL, gradient_sinh, monotone_up, range_corners, INTEGER_NEVER},
    [EX_COSH] = {eval_cosh, "bnn_coshf($0)", NULL, gradient_cosh, monotone_abs, range_cosh, INTEGER_NEVER},
    [EX_ERF] = {eval_erf, "bnn_erff($0)", NULL, gradient_erf, monotone_up, range_corners, INTEGER_NEVER},
    [EX_COS] = {eval_cos, "bnn_cosf($0)", NULL, gradient_cos, NULL, range_wave, INTEGER_NEVER},
    [EX_SIN] = {eval_sin, "bnn_sinf($0)", NULL, gradient_sin, NULL, range_wave, INTEGER_NEVER},
    [EX_SQRT] = {eval_sqrt, "bnn_sqrtf($0)", NULL, gradient_sqrt, monotone_up, range_sqrt, INTEGER_NEVER},
    [EX_POW] = {eval_pow, "bnn_powf($0, $1)", NULL, gradient_pow, monotone_pow, range_pow, INTEGER_NEVER},
};

const ExprRow *expr_row(ExprOp op) { return &rows[op]; }

static const struct { const char *text; int arity; } names[EX_COUNT] = {
#define EXPR_OP(name, arity, text) [EX_##name] = {text, arity},
#include "expr/expr.def"
#undef EXPR_OP
};

const char *expr_op_text(ExprOp op) { return names[op].text; }
int expr_op_arity(ExprOp op) { return names[op].arity; }
