/* Expr: sharing and folding; the C that is printed gives the bits of expr_eval with every compiler; gradients against differences. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "expr/expr.h"
#include "unit/expr_help.h"

#include <math.h>
#include <string.h>

static const Expr *make(ExprPool *pool, ExprOp op, const Expr *a, const Expr *b) { return expr_make(pool, op, a, b, NULL); }

static void test_sharing(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *x = expr_arg(pool, 0), *y = expr_arg(pool, 1);
    assert_ptr_equal(make(pool, EX_ADD, x, y), make(pool, EX_ADD, x, y));
    assert_ptr_not_equal(make(pool, EX_ADD, x, y), make(pool, EX_ADD, y, x));
    assert_ptr_not_equal(expr_const(pool, 0.0f), expr_const(pool, -0.0f));
    assert_ptr_not_equal(expr_dy(pool), expr_dy(pool));
    assert_int_equal(make(pool, EX_MUL, x, y)->uses, 3);
    const Expr *many = x;
    for (int i = 0; i < 5000; i++) /* grows the table, and stays a DAG of 5000 nodes though a tree of 2^5000 */
        many = make(pool, EX_ADD, many, many);
    assert_int_equal(expr_size(many), 5001);
    assert_true(expr_eval(many, (float[]){1.0f}) > 1e38f);
    const Expr *gradient;
    expr_differentiate(pool, many, expr_const(pool, 1.0f), &gradient, 1);
    assert_non_null(gradient);
    assert_true(strlen(expr_text(arena, many, NULL, 0)) < 400000);
    arena_free(arena);
}

static void test_folding(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *x = expr_arg(pool, 0), *one = expr_const(pool, 1.0f), *zero = expr_const(pool, 0.0f), *minus_zero = expr_const(pool, -0.0f);
    assert_ptr_equal(make(pool, EX_MUL, x, one), x);
    assert_ptr_equal(make(pool, EX_SUB, x, zero), x);
    assert_ptr_equal(make(pool, EX_ADD, x, minus_zero), x);
    assert_ptr_not_equal(make(pool, EX_ADD, x, zero), x); /* -0 + 0 is +0 */
    assert_ptr_not_equal(make(pool, EX_MUL, x, zero), zero); /* NaN, infinity, -0 */
    assert_int_equal(make(pool, EX_POW, x, expr_const(pool, 2.0f))->op, EX_MUL);
    assert_true(make(pool, EX_ADD, one, one)->value == 2.0f);
    assert_true(expr_make(pool, EX_EXP, one, NULL, NULL)->value == 2.71828183f);
    assert_ptr_equal(expr_make(pool, EX_SELECT, zero, x, one), one);
    assert_ptr_equal(expr_reduce(pool, EX_REDUCE_MEAN, one, 1), one);
    assert_int_equal(expr_reduce(pool, EX_REDUCE_SUM, one, 1)->op, EX_REDUCE_SUM);
    arena_free(arena);
}

static void test_text(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *x = expr_arg(pool, 0), *dy = expr_arg(pool, 1);
    const char *const names[] = {"x", "dy"};
    const Expr *inside = make(pool, EX_LE, expr_make(pool, EX_ABS, x, NULL, NULL), expr_const(pool, 1.0f));
    assert_string_equal(expr_text(arena, expr_make(pool, EX_SELECT, inside, dy, expr_const(pool, 0.0f)), names, 2), "where(abs(x) <= 1, dy, 0)");
    const Expr *sum = make(pool, EX_SUB, x, make(pool, EX_SUB, x, dy));
    assert_string_equal(expr_text(arena, sum, NULL, 0), "x0 - (x0 - x1)");
    assert_string_equal(expr_text(arena, make(pool, EX_MUL, sum, expr_make(pool, EX_NEG, x, NULL, NULL)), NULL, 0), "(x0 - (x0 - x1)) * -x0");
    assert_string_equal(expr_text(arena, expr_reduce(pool, EX_REDUCE_MEAN, x, 5), names, 2), "reduce_mean(x, axes=[0,2])");
    assert_string_equal(expr_text(arena, expr_const(pool, 0.1f), NULL, 0), "0.1");
    arena_free(arena);
}

static void test_substitute(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *x = expr_arg(pool, 0), *dy = expr_dy(pool), *three = expr_const(pool, 3.0f);
    const Expr *custom = expr_custom(pool, expr_make(pool, EX_SIGN, x, NULL, NULL), dy, 1, &x, (const Expr *[]){make(pool, EX_MUL, dy, x)});
    const Expr *moved = expr_substitute(pool, custom, (const Expr *[]){make(pool, EX_MUL, expr_arg(pool, 1), three)}, 1);
    assert_int_equal(moved->op, EX_CUSTOM);
    assert_int_equal(moved->uses, 2);
    const Expr *gradients[2];
    expr_differentiate(pool, moved, expr_arg(pool, 2), gradients, 2);
    assert_null(gradients[0]);
    assert_string_equal(expr_text(arena, gradients[1], NULL, 0), "x2 * (x1 * 3) * 3");
    assert_string_equal(expr_text(arena, expr_forward(pool, moved), NULL, 0), "sign(x1 * 3)");
    arena_free(arena);
}

/* --- the printed C */
enum { DAGS = 300, ARGUMENTS = 3 };

static const float nasty[] = {0.0f, -0.0f, 1.0f, -1.0f, 0.5f, -0.5f, 1.5f, -2.5f, 3.0f, -7.25f, 0.1f, -0.3f, 1e-3f, 88.8f, -104.0f, 1e10f, -1e10f,
                              3.4e38f, -3.4e38f, 1e-38f, -1e-40f, 1e-45f, 8388607.5f, 16777217.0f, 0.99999994f, 1.0000001f, INFINITY, -INFINITY, NAN};
enum { NASTY = sizeof nasty / sizeof *nasty };

static const Expr *random_dag(ExprPool *pool, uint32_t *seed)
{
    const Expr *node[40];
    int count = 0, size = 8 + (int)(help_random(seed) % 30);
    for (; count < ARGUMENTS; count++)
        node[count] = expr_arg(pool, count);
    node[count++] = expr_const(pool, nasty[help_random(seed) % NASTY]);
    node[count++] = expr_const(pool, nasty[help_random(seed) % 12]);
    while (count < size) {
        ExprOp op = EX_ADD + (ExprOp)(help_random(seed) % (EX_POW - EX_ADD + 1));
        int arity = help_arity(op);
        const Expr *child[3] = {NULL};
        for (int k = 0; k < arity; k++) /* mostly recent ones: deep DAGs */
            child[k] = node[help_random(seed) % 3 ? count - 1 - (int)(help_random(seed) % 4) : (int)(help_random(seed) % (uint32_t)count)];
        node[count++] = expr_make(pool, op, child[0], child[1], child[2]);
    }
    return node[count - 1];
}

static bool same_float(float a, float b) { return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0; }

static void compare_library(void *library, const Expr *const *dags)
{
    uint32_t seed = 99;
    for (int d = 0; d < DAGS; d++) {
        float (*function)(const float *) = (float (*)(const float *))help_symbol(library, "f%d", d);
        for (int i = 0; i < 120; i++) {
            float x[ARGUMENTS];
            for (int k = 0; k < ARGUMENTS; k++)
                x[k] = i % 2 ? nasty[help_random(&seed) % NASTY] : ((float)help_random(&seed) - 2147483648.0f) / 5e8f;
            float wanted = expr_eval(dags[d], x), got = function(x);
            if (!same_float(wanted, got))
                fail_msg("f%d(%a, %a, %a) is %a, printed C gives %a", d, (double)x[0], (double)x[1], (double)x[2], (double)wanted, (double)got);
        }
    }
}

static void test_printed_c(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *dags[DAGS];
    const char *const arguments[ARGUMENTS] = {"x[0]", "x[1]", "x[2]"};
    Text source = text_new(arena);
    uint32_t seed = 1;
    text_add(&source, "#include \"bnn_math.h\"\n");
    for (int d = 0; d < DAGS; d++) {
        dags[d] = random_dag(pool, &seed);
        help_function(&source, arena, dags[d], d, arguments);
    }
    for (const char *const *compiler = help_compilers; *compiler; compiler++) {
        void *library = help_library(*compiler, source.at, "-Wall -Wextra -Werror");
        if (library)
            compare_library(library, dags);
    }
    arena_free(arena);
}

static void test_many(void **state)
{
    (void)state;
    enum { COUNT = 150 };
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    uint32_t seed = 5;
    static float x[COUNT * 2], y[1], z[COUNT], out[COUNT];
    for (int i = 0; i < COUNT * 2; i++)
        x[i] = ((float)help_random(&seed) - 2147483648.0f) / 5e8f;
    for (int i = 0; i < COUNT; i++)
        z[i] = nasty[help_random(&seed) % NASTY];
    y[0] = 0.75f;
    for (int d = 0; d < 100; d++) {
        const Expr *e = random_dag(pool, &seed);
        expr_eval_many(e, COUNT, (const float *[]){x, y, z}, (int[]){2, 0, 1}, out);
        for (int i = 0; i < COUNT; i++)
            assert_true(same_float(out[i], expr_eval(e, (float[]){x[2 * i], y[0], z[i]})));
    }
    arena_free(arena);
}

static void test_operations(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *x = expr_arg(pool, 0), *y = expr_arg(pool, 1);
    static const struct { ExprOp op; float a, b, wanted; } table[] = {
        {EX_SIGN, 0.0f, 0, 1.0f}, {EX_SIGN, -0.0f, 0, 1.0f}, {EX_SIGN, -1e-45f, 0, -1.0f}, {EX_SIGN, NAN, 0, NAN},
        {EX_SGN, 0.0f, 0, 0.0f}, {EX_SGN, -0.0f, 0, 0.0f}, {EX_SGN, -2.0f, 0, -1.0f}, {EX_SGN, NAN, 0, NAN},
        {EX_MAX, NAN, 0.0f, NAN}, {EX_MAX, 0.0f, NAN, NAN}, {EX_MAX, -0.0f, 0.0f, -0.0f}, {EX_MAX, 0.0f, -0.0f, 0.0f},
        {EX_MIN, NAN, 0.0f, NAN}, {EX_MIN, 0.0f, NAN, NAN}, {EX_MIN, 0.0f, -0.0f, 0.0f}, {EX_MIN, 2.0f, 1.0f, 1.0f},
        {EX_LT, NAN, 1.0f, 0.0f}, {EX_LE, NAN, NAN, 0.0f}, {EX_EQ, NAN, NAN, 0.0f}, {EX_NE, NAN, NAN, 1.0f}, {EX_EQ, 0.0f, -0.0f, 1.0f},
        {EX_AND, 2.0f, NAN, 1.0f}, {EX_OR, 0.0f, -0.0f, 0.0f}, {EX_NOT, -0.0f, 0, 1.0f},
        {EX_ROUND, 0.5f, 0, 0.0f}, {EX_ROUND, 1.5f, 0, 2.0f}, {EX_ROUND, -2.5f, 0, -2.0f}, {EX_ROUND, 8388609.0f, 0, 8388609.0f},
        {EX_FLOOR, -0.5f, 0, -1.0f}, {EX_FLOOR, 2.0f, 0, 2.0f}, {EX_FLOOR, -0.0f, 0, -0.0f},
        {EX_DIV, 1.0f, 0.0f, INFINITY}, {EX_SQRT, -1.0f, 0, NAN}, {EX_POW, -2.0f, 3.0f, -8.0f}, {EX_POW, 0.0f, 0.0f, 1.0f},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const Expr *e = expr_make(pool, table[i].op, x, help_arity(table[i].op) > 1 ? y : NULL, NULL);
        float got = expr_eval(e, (float[]){table[i].a, table[i].b});
        if (!same_float(got, table[i].wanted))
            fail_msg("%s(%a, %a) = %a", expr_text(arena, e, NULL, 0), (double)table[i].a, (double)table[i].b, (double)got);
    }
    arena_free(arena);
}

static void test_monotone(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ExprPool *pool = expr_pool_new(arena);
    const Expr *x = expr_arg(pool, 0), *y = expr_arg(pool, 1), *one = expr_const(pool, 1.0f);
    const Expr *affine = make(pool, EX_ADD, make(pool, EX_MUL, x, y), one);
    const Expr *square = make(pool, EX_MUL, x, x), *minus = expr_make(pool, EX_NEG, x, NULL, NULL);
    assert_int_equal(expr_monotone(affine, 0), MONOTONE_EITHER);
    assert_int_equal(expr_monotone(affine, 2), MONOTONE_CONSTANT);
    assert_int_equal(expr_monotone(square, 0), MONOTONE_NO);
    assert_int_equal(expr_monotone(make(pool, EX_MAX, minus, one), 0), MONOTONE_DOWN);
    assert_int_equal(expr_monotone(expr_make(pool, EX_SIGN, expr_make(pool, EX_TANH, affine, NULL, NULL), NULL, NULL), 0), MONOTONE_EITHER);
    assert_int_equal(expr_monotone(make(pool, EX_LT, x, y), 0), MONOTONE_DOWN);
    assert_int_equal(expr_monotone(make(pool, EX_LT, x, y), 1), MONOTONE_UP);
    const Expr *sigmoid = make(pool, EX_DIV, one, make(pool, EX_ADD, one, expr_make(pool, EX_EXP, minus, NULL, NULL)));
    assert_int_equal(expr_monotone(sigmoid, 0), MONOTONE_UP);
    const Expr *choice = expr_make(pool, EX_SELECT, make(pool, EX_LT, x, y), expr_const(pool, -1.0f), one);
    assert_int_equal(expr_monotone(choice, 0), MONOTONE_UP);
    assert_int_equal(expr_monotone(make(pool, EX_EQ, x, y), 0), MONOTONE_NO);
    assert_int_equal(expr_monotone(expr_make(pool, EX_ABS, x, NULL, NULL), 0), MONOTONE_NO);
    const Expr *relu = make(pool, EX_MAX, x, expr_const(pool, 0.0f));
    assert_int_equal(expr_monotone(make(pool, EX_MUL, relu, relu), 0), MONOTONE_UP);
    arena_free(arena);
}

const struct CMUnitTest expr_tests[] = {
    cmocka_unit_test(test_sharing),    cmocka_unit_test(test_folding),    cmocka_unit_test(test_text), cmocka_unit_test(test_substitute),
    cmocka_unit_test(test_operations), cmocka_unit_test(test_printed_c), cmocka_unit_test(test_many), cmocka_unit_test(test_monotone),
};
const int expr_test_count = sizeof expr_tests / sizeof *expr_tests;

#ifdef UNIT_STANDALONE
int main(void) { return cmocka_run_group_tests(expr_tests, NULL, NULL); }
#endif
