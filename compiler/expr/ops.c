/* The table of operations: how each is evaluated, written in C, differentiated, bounded, and whether it is monotone.
 * The evaluations are the functions of runtime/bnn_math.h that the C text names, so both give the same bits. */
#include "expr/internal.h"

#include "bnn_math.h"

/* One value, and a block of them in a loop that the C compiler can turn into vectors: the same expression of a, b, c. */
#define OPERATION(name, value)                                                                                          \
    static float name(float a, float b, float c) { (void)a, (void)b, (void)c; return value; }                           \
    static void name##_block(const float *restrict x, const float *restrict y, const float *restrict z, float *restrict out) \
    {                                                                                                                   \
        for (int i = 0; i < EXPR_BLOCK; i++) {                                                                          \
            float a = x[i], b = y[i], c = z[i];                                                                         \
            (void)a, (void)b, (void)c;                                                                                  \
            out[i] = value;                                                                                             \
        }                                                                                                               \
    }
OPERATION(eval_add, a + b)
OPERATION(eval_sub, a - b)
OPERATION(eval_mul, a * b)
OPERATION(eval_div, a / b)
OPERATION(eval_neg, -a)
OPERATION(eval_less, a < b ? 1.0f : 0.0f)
OPERATION(eval_less_equal, a <= b ? 1.0f : 0.0f)
OPERATION(eval_equal, a == b ? 1.0f : 0.0f)
OPERATION(eval_not_equal, a != b ? 1.0f : 0.0f)
OPERATION(eval_and, a != 0.0f && b != 0.0f ? 1.0f : 0.0f)
OPERATION(eval_or, a != 0.0f || b != 0.0f ? 1.0f : 0.0f)
OPERATION(eval_not, a != 0.0f ? 0.0f : 1.0f)
OPERATION(eval_select, bnn_select(a, b, c))
OPERATION(eval_abs, bnn_abs(a))
OPERATION(eval_sgn, bnn_sgn(a))
OPERATION(eval_sign, bnn_sign(a))
OPERATION(eval_max, bnn_max(a, b))
OPERATION(eval_min, bnn_min(a, b))
OPERATION(eval_floor, bnn_floorf(a))
OPERATION(eval_round, bnn_roundf(a))
OPERATION(eval_exp, bnn_expf(a))
OPERATION(eval_log, bnn_logf(a))
OPERATION(eval_log1p, bnn_log1pf(a))
OPERATION(eval_tanh, bnn_tanhf(a))
OPERATION(eval_sigmoid, bnn_sigmoidf(a))
OPERATION(eval_sinh, bnn_sinhf(a))
OPERATION(eval_cosh, bnn_coshf(a))
OPERATION(eval_erf, bnn_erff(a))
OPERATION(eval_cos, bnn_cosf(a))
OPERATION(eval_sin, bnn_sinf(a))
OPERATION(eval_sqrt, bnn_sqrtf(a))
OPERATION(eval_pow, bnn_powf(a, b))

#define EVALUATED_BY(name) name, name##_block
static const ExprRow rows[EX_COUNT] = {
    /*            eval and eval_block, C value, C truth, gradient, monotone, range, integer */
    [EX_ADD] = {EVALUATED_BY(eval_add), "($0 + $1)", NULL, gradient_add, monotone_up, range_corners, INTEGER_IF_CHILDREN},
    [EX_SUB] = {EVALUATED_BY(eval_sub), "($0 - $1)", NULL, gradient_sub, monotone_sub, range_corners, INTEGER_IF_CHILDREN},
    [EX_MUL] = {EVALUATED_BY(eval_mul), "($0 * $1)", NULL, gradient_mul, monotone_mul, range_corners, INTEGER_IF_CHILDREN},
    [EX_DIV] = {EVALUATED_BY(eval_div), "($0 / $1)", NULL, gradient_div, monotone_div, range_div, INTEGER_NEVER},
    [EX_NEG] = {EVALUATED_BY(eval_neg), "(-$0)", NULL, gradient_neg, monotone_down, range_corners, INTEGER_IF_CHILDREN},
    [EX_LT] = {EVALUATED_BY(eval_less), NULL, "($0 < $1)", NULL, monotone_less, range_corners, INTEGER_ALWAYS},
    [EX_LE] = {EVALUATED_BY(eval_less_equal), NULL, "($0 <= $1)", NULL, monotone_less, range_corners, INTEGER_ALWAYS},
    [EX_EQ] = {EVALUATED_BY(eval_equal), NULL, "($0 == $1)", NULL, NULL, range_truth, INTEGER_ALWAYS},
    [EX_NE] = {EVALUATED_BY(eval_not_equal), NULL, "($0 != $1)", NULL, NULL, range_truth, INTEGER_ALWAYS},
    [EX_AND] = {EVALUATED_BY(eval_and), NULL, "(?0 & (int)?1)", NULL, monotone_and, range_truth, INTEGER_ALWAYS},
    [EX_OR] = {EVALUATED_BY(eval_or), NULL, "(?0 | (int)?1)", NULL, monotone_and, range_truth, INTEGER_ALWAYS},
    [EX_NOT] = {EVALUATED_BY(eval_not), NULL, "(!?0)", NULL, monotone_not, range_truth, INTEGER_ALWAYS},
    [EX_SELECT] = {EVALUATED_BY(eval_select), "(?0 ? $1 : $2)", NULL, gradient_select, monotone_select, range_select, INTEGER_IF_CHILDREN},
    [EX_ABS] = {EVALUATED_BY(eval_abs), "bnn_abs($0)", NULL, gradient_abs, monotone_abs, range_abs, INTEGER_IF_CHILDREN},
    [EX_SGN] = {EVALUATED_BY(eval_sgn), "bnn_sgn($0)", NULL, gradient_zero, monotone_up, range_corners, INTEGER_ALWAYS},
    [EX_SIGN] = {EVALUATED_BY(eval_sign), "bnn_sign($0)", NULL, gradient_zero, monotone_up, range_corners, INTEGER_ALWAYS},
    [EX_MAX] = {EVALUATED_BY(eval_max), "bnn_max($0, $1)", NULL, gradient_max, monotone_up, range_corners, INTEGER_IF_CHILDREN},
    [EX_MIN] = {EVALUATED_BY(eval_min), "bnn_min($0, $1)", NULL, gradient_min, monotone_up, range_corners, INTEGER_IF_CHILDREN},
    [EX_FLOOR] = {EVALUATED_BY(eval_floor), "bnn_floorf($0)", NULL, NULL, monotone_up, range_corners, INTEGER_ALWAYS},
    [EX_ROUND] = {EVALUATED_BY(eval_round), "bnn_roundf($0)", NULL, NULL, monotone_up, range_corners, INTEGER_ALWAYS},
    [EX_EXP] = {EVALUATED_BY(eval_exp), "bnn_expf($0)", NULL, gradient_exp, monotone_up, range_corners, INTEGER_NEVER},
    [EX_LOG] = {EVALUATED_BY(eval_log), "bnn_logf($0)", NULL, gradient_log, monotone_up, range_log, INTEGER_NEVER},
    [EX_LOG1P] = {EVALUATED_BY(eval_log1p), "bnn_log1pf($0)", NULL, gradient_log1p, monotone_up, range_log1p, INTEGER_NEVER},
    [EX_TANH] = {EVALUATED_BY(eval_tanh), "bnn_tanhf($0)", NULL, gradient_tanh, monotone_up, range_corners, INTEGER_NEVER},
    [EX_SIGMOID] = {EVALUATED_BY(eval_sigmoid), "bnn_sigmoidf($0)", NULL, gradient_sigmoid, monotone_up, range_corners, INTEGER_NEVER},
    [EX_SINH] = {EVALUATED_BY(eval_sinh), "bnn_sinhf($0)", NULL, gradient_sinh, monotone_up, range_corners, INTEGER_NEVER},
    [EX_COSH] = {EVALUATED_BY(eval_cosh), "bnn_coshf($0)", NULL, gradient_cosh, monotone_abs, range_cosh, INTEGER_NEVER},
    [EX_ERF] = {EVALUATED_BY(eval_erf), "bnn_erff($0)", NULL, gradient_erf, monotone_up, range_corners, INTEGER_NEVER},
    [EX_COS] = {EVALUATED_BY(eval_cos), "bnn_cosf($0)", NULL, gradient_cos, NULL, range_wave, INTEGER_NEVER},
    [EX_SIN] = {EVALUATED_BY(eval_sin), "bnn_sinf($0)", NULL, gradient_sin, NULL, range_wave, INTEGER_NEVER},
    [EX_SQRT] = {EVALUATED_BY(eval_sqrt), "bnn_sqrtf($0)", NULL, gradient_sqrt, monotone_up, range_sqrt, INTEGER_NEVER},
    [EX_POW] = {EVALUATED_BY(eval_pow), "bnn_powf($0, $1)", NULL, gradient_pow, monotone_pow, range_pow, INTEGER_NEVER},
};

const ExprRow *expr_row(ExprOp op) { return &rows[op]; }

static const struct { const char *text; int arity; } names[EX_COUNT] = {
#define EXPR_OP(name, arity, text) [EX_##name] = {text, arity},
#include "expr/expr.def"
#undef EXPR_OP
};

const char *expr_op_text(ExprOp op) { return names[op].text; }
int expr_op_arity(ExprOp op) { return names[op].arity; }
