/* Gradients of Expr against central differences in double, over tensors [3][4], with reductions and broadcasts; ties and custom
 * gradients by value. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/expr_help.h"

#include <math.h>
#include <string.h>

enum { ROWS = 3, COLUMNS = 4, SIZE = ROWS * COLUMNS, ARGUMENTS = 3 };

/* All elements, and the axes along which the size is 1 (the elements are then equal). */
typedef struct { double at[SIZE]; unsigned flat; } Tensor;

static double pointwise(const Expr *e, double a, double b, double c)
{
    switch (e->op) {
    case EX_ADD: return a + b;
    case EX_SUB: return a - b;
    case EX_MUL: return a * b;
    case EX_DIV: return a / b;
    case EX_NEG: return -a;
    case EX_LT: return a < b;
    case EX_LE: return a <= b;
    case EX_EQ: return a == b;
    case EX_NE: return a != b;
    case EX_AND: return a != 0 && b != 0;
    case EX_OR: return a != 0 || b != 0;
    case EX_NOT: return a == 0;
    case EX_SELECT: return a != 0 ? b : c;
    case EX_ABS: return fabs(a);
    case EX_SGN: return (a > 0) - (a < 0);
    case EX_SIGN: return a < 0 ? -1 : 1;
    case EX_MAX: return a >= b ? a : b;
    case EX_MIN: return a <= b ? a : b;
    case EX_FLOOR: return floor(a);
    case EX_ROUND: return rint(a);
    case EX_EXP: return exp(a);
    case EX_LOG: return log(a);
    case EX_LOG1P: return log1p(a);
    case EX_TANH: return tanh(a);
    case EX_SIGMOID: return 1 / (1 + exp(-a));
    case EX_SINH: return sinh(a);
    case EX_COSH: return cosh(a);
    case EX_ERF: return erf(a);
    case EX_COS: return cos(a);
    case EX_SIN: return sin(a);
    case EX_SQRT: return sqrt(a);
    case EX_POW: return pow(a, b);
    default: return a; /* custom, stop */
    }
}

static Tensor reduce(const Expr *e, const Tensor *x)
{
    Tensor out = {.flat = x->flat | (e->axes & 3)};
    int rows = x->flat & 1 ? 1 : ROWS, columns = x->flat & 2 ? 1 : COLUMNS;
    int count = (e->axes & 1 ? rows : 1) * (e->axes & 2 ? columns : 1);
    for (int i = 0; i < SIZE; i++) {
        double sum = 0, most = -INFINITY;
        for (int j = 0; j < SIZE; j++) {
            bool same_row = e->axes & 1 ? j / COLUMNS < rows : j / COLUMNS == i / COLUMNS;
            bool same_column = e->axes & 2 ? j % COLUMNS < columns : j % COLUMNS == i % COLUMNS;
            if (same_row && same_column) {
                sum += x->at[j];
                most = fmax(most, x->at[j]);
            }
        }
        out.at[i] = e->op == EX_REDUCE_SUM ? sum : e->op == EX_REDUCE_MEAN ? sum / count : e->op == EX_REDUCE_MAX ? most : count;
    }
    return out;
}

static Tensor evaluate(const Expr *e, const Tensor *arguments)
{
    if (e->op == EX_ARG)
        return arguments[e->index];
    Tensor out = {.flat = 3}, child[3];
    memset(child, 0, sizeof child);
    for (int k = 0; k < 3 && e->child[k]; k++) {
        child[k] = evaluate(e->child[k], arguments);
        out.flat &= child[k].flat;
    }
    if (e->op >= EX_REDUCE_SUM && e->op <= EX_REDUCE_COUNT)
        return reduce(e, &child[0]);
    for (int i = 0; i < SIZE; i++)
        out.at[i] = e->op == EX_CONST ? (double)e->value : pointwise(e, child[0].at[i], child[1].at[i], child[2].at[i]);
    return out;
}

/* sum of dy * e over e's own shape; dy is ARG 2 */
static double weighted(const Expr *e, const Tensor *arguments)
{
    Tensor value = evaluate(e, arguments);
    double sum = 0;
    for (int i = 0; i < SIZE; i++)
        if (!(value.flat & 1 && i >= COLUMNS) && !(value.flat & 2 && i % COLUMNS != 0))
            sum += value.at[i] * arguments[2].at[i];
    return sum;
}

static void fill(Tensor *arguments, const Expr *e, uint32_t seed)
{
    unsigned flat = evaluate(e, arguments).flat;
    for (int k = 0; k < ARGUMENTS; k++)
        for (int i = 0; i < SIZE; i++)
            arguments[k].at[i] = 0.3 + (double)(help_random(&seed) % 100000) / 60000.0;
    arguments[2].flat = flat;
    for (int i = 0; i < SIZE; i++)
        arguments[2].at[i] = arguments[2].at[(flat & 1 ? 0 : i / COLUMNS) * COLUMNS + (flat & 2 ? 0 : i % COLUMNS)];
}

static void check(ExprPool *pool, const Expr *e)
{
    Arena *arena = expr_pool_arena(pool);
    const Expr *gradients[2];
    Tensor arguments[ARGUMENTS];
    memset(arguments, 0, sizeof arguments);
    fill(arguments, e, 17);
    expr_differentiate(pool, e, expr_arg(pool, 2), gradients, 2);
    for (int k = 0; k < 2; k++) {
        if (!gradients[k])
            continue;
        Tensor got = evaluate(gradients[k], arguments);
        for (int i = 0; i < SIZE; i++) {
            double before = arguments[k].at[i], h = 1e-6, high, low;
            arguments[k].at[i] = before + h;
            high = weighted(e, arguments);
            arguments[k].at[i] = before - h;
            low = weighted(e, arguments);
            arguments[k].at[i] = before;
            double wanted = (high - low) / (2 * h);
            if (!(fabs(got.at[i] - wanted) <= 1e-4 * (fabs(wanted) + 1)))
                fail_msg("d/dx%d of %s: %.8g, differences give %.8g\n%s", k, expr_text(arena, e, NULL, 0), got.at[i], wanted,
                         expr_text(arena, gradients[k], NULL, 0));
        }
    }
}

static void test_pointwise(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *x = expr_arg(pool, 0), *y = expr_arg(pool, 1), *third = expr_const(pool, 0.3333f);
    for (ExprOp op = EX_ADD; op <= EX_POW; op++) {
        int arity = help_arity(op);
        if (op == EX_SELECT)
            check(pool, expr_make(pool, op, expr_make(pool, EX_LT, x, y, NULL), x, expr_make(pool, EX_MUL, y, y, NULL)));
        else
            check(pool, expr_make(pool, op, x, arity > 1 ? y : NULL, NULL));
        if (arity > 1 && op != EX_SELECT)
            check(pool, expr_make(pool, op, third, x, NULL));
    }
    arena_free(arena);
}

/* Smooth operations whose values stay moderate, and reductions anywhere. */
static const Expr *random_smooth(ExprPool *pool, uint32_t *seed)
{
    static const ExprOp unary[] = {EX_TANH, EX_SIGMOID, EX_COS, EX_SIN, EX_ERF, EX_NEG, EX_STOP};
    static const ExprOp binary[] = {EX_ADD, EX_SUB, EX_MUL, EX_MUL, EX_MAX, EX_MIN};
    static const ExprOp reductions[] = {EX_REDUCE_SUM, EX_REDUCE_MEAN, EX_REDUCE_MAX};
    const Expr *node[16] = {expr_arg(pool, 0), expr_arg(pool, 1), expr_const(pool, 0.7f)};
    int count = 3;
    while (count < 14) {
        const Expr *a = node[help_random(seed) % (uint32_t)count], *b = node[count - 1 - (int)(help_random(seed) % 2)];
        uint32_t choice = help_random(seed) % 10;
        if (choice < 3)
            node[count++] = expr_reduce(pool, reductions[help_random(seed) % 3], b, 1 + help_random(seed) % 3);
        else if (choice < 6)
            node[count++] = expr_make(pool, unary[help_random(seed) % 6], b, NULL, NULL);
        else
            node[count++] = expr_make(pool, binary[help_random(seed) % 6], a, b, NULL);
    }
    return expr_make(pool, EX_TANH, node[count - 1], NULL, NULL);
}

static void test_reductions(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    uint32_t seed = 11;
    const Expr *x = expr_arg(pool, 0), *mean = expr_reduce(pool, EX_REDUCE_MEAN, expr_make(pool, EX_MUL, x, x, NULL), 1);
    check(pool, mean);
    check(pool, expr_make(pool, EX_MUL, mean, x, NULL));
    check(pool, expr_reduce(pool, EX_REDUCE_SUM, expr_make(pool, EX_ADD, mean, x, NULL), 3));
    for (int i = 0; i < 400; i++)
        check(pool, random_smooth(pool, &seed));
    arena_free(arena);
}

static float at(const Expr *e, float x, float dy) { return expr_eval(e, (float[]){x, dy}); }

static void test_ties(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *x = expr_arg(pool, 0), *dy = expr_arg(pool, 1), *one = expr_const(pool, 1.0f), *minus = expr_const(pool, -1.0f), *g[1];
    const Expr *clip = expr_make(pool, EX_MAX, expr_make(pool, EX_MIN, x, one, NULL), minus, NULL);
    expr_differentiate(pool, clip, dy, g, 1);
    assert_true(at(g[0], 1.0f, 3.0f) == 3.0f && at(g[0], -1.0f, 3.0f) == 3.0f && at(g[0], 1.5f, 3.0f) == 0.0f);
    expr_differentiate(pool, expr_make(pool, EX_MAX, one, x, NULL), dy, g, 1);
    assert_true(at(g[0], 1.0f, 3.0f) == 0.0f && at(g[0], 1.5f, 3.0f) == 3.0f);
    expr_differentiate(pool, expr_make(pool, EX_ABS, x, NULL, NULL), dy, g, 1);
    assert_true(at(g[0], 0.0f, 3.0f) == 0.0f && at(g[0], -2.0f, 3.0f) == -3.0f);
    expr_differentiate(pool, expr_make(pool, EX_SIGN, x, NULL, NULL), dy, g, 1); /* zeros, as TensorFlow */
    assert_true(g[0] && at(g[0], 0.5f, 3.0f) == 0.0f);
    expr_differentiate(pool, expr_make(pool, EX_ROUND, x, NULL, NULL), dy, g, 1); /* no gradient, as TensorFlow */
    assert_null(g[0]);
    expr_differentiate(pool, expr_reduce(pool, EX_REDUCE_MAX, x, 3), expr_const(pool, 1.0f), g, 1);
    Tensor argument = {.at = {1, 5, 5, 2, 0, 0, 5, 0, 0, 0, 0, 5}}, got = evaluate(g[0], &argument);
    for (int i = 0; i < SIZE; i++)
        assert_true(fabs(got.at[i] - (argument.at[i] == 5 ? 0.25 : 0.0)) < 1e-7);
    arena_free(arena);
}

/* SteSign(clip) as the prelude traces it, inside alpha * q(u) as XNOR-Net's quantizer. */
static void test_custom(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *x = expr_arg(pool, 0), *one = expr_const(pool, 1.0f), *zero = expr_const(pool, 0.0f), *g[2];
    const Expr *u = expr_make(pool, EX_MAX, expr_make(pool, EX_MIN, x, one, NULL), expr_const(pool, -1.0f), NULL), *dy = expr_dy(pool);
    const Expr *inside = expr_make(pool, EX_LE, expr_make(pool, EX_ABS, u, NULL, NULL), one, NULL);
    const Expr *q = expr_custom(pool, expr_make(pool, EX_SIGN, u, NULL, NULL), dy, 1, &u, (const Expr *[]){expr_make(pool, EX_SELECT, inside, dy, zero)});
    const Expr *alpha = expr_reduce(pool, EX_REDUCE_MEAN, expr_make(pool, EX_ABS, u, NULL, NULL), 1);
    expr_differentiate(pool, expr_make(pool, EX_MUL, alpha, q, NULL), expr_arg(pool, 2), g, 2);
    assert_null(g[1]);
    Tensor a[3] = {{.at = {0.5, -0.25, 1.5, 0.1, -0.5, 0.75, -2, 0.2, 0.3, -0.9, 0.6, -0.3}}, {{0}, 0}, {.at = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}};
    Tensor got = evaluate(g[0], a);
    for (int i = 0; i < SIZE; i++) {
        double column = 0, scale = 0;
        for (int j = i % COLUMNS; j < SIZE; j += COLUMNS) {
            column += a[2].at[j] * (a[0].at[j] < 0 ? -1 : 1);
            scale += fmin(fabs(a[0].at[j]), 1.0) / ROWS;
        }
        double passes = fabs(a[0].at[i]) <= 1, sign = a[0].at[i] < 0 ? -1 : 1;
        assert_true(fabs(got.at[i] - passes * (a[2].at[i] * scale + sign * column / ROWS)) < 1e-6);
    }
    /* a custom gradient that sums over an axis along which the upstream has size 1 still counts every element */
    const Expr *fresh = expr_dy(pool), *sum = expr_reduce(pool, EX_REDUCE_SUM, fresh, 3);
    const Expr *total = expr_custom(pool, expr_make(pool, EX_SIGN, x, NULL, NULL), fresh, 1, &x, &sum);
    expr_differentiate(pool, expr_reduce(pool, EX_REDUCE_SUM, total, 3), one, g, 1);
    got = evaluate(g[0], a);
    assert_true(got.at[5] == SIZE);
    arena_free(arena);
}

const struct CMUnitTest gradient_tests[] = {cmocka_unit_test(test_pointwise), cmocka_unit_test(test_reductions), cmocka_unit_test(test_ties),
                                            cmocka_unit_test(test_custom)};
const int gradient_test_count = sizeof gradient_tests / sizeof *gradient_tests;

#ifdef UNIT_STANDALONE
int main(void) { return cmocka_run_group_tests(gradient_tests, NULL, NULL); }
#endif
