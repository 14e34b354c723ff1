/* Value sets of every quantizer of Larq and of hand-written ones; each level must be one of the integers and give the value back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/expr_help.h"

#include <math.h>
#include <string.h>

enum { ARGUMENTS = 3 };

typedef struct {
    Arena *arena;
    ExprPool *pool;
    const Expr *x, *alpha, *beta; /* ARG 0; ARG 1 and 2 are statistics */
    ValueSet sets[ARGUMENTS];
} Case;

static const bool reduced[ARGUMENTS] = {false, true, true};
static Case *the; /* of the running test */

static const Expr *k(float value) { return expr_const(the->pool, value); }
static const Expr *op1(ExprOp op, const Expr *a) { return expr_make(the->pool, op, a, NULL, NULL); }
static const Expr *op2(ExprOp op, const Expr *a, const Expr *b) { return expr_make(the->pool, op, a, b, NULL); }
static const Expr *where(const Expr *c, const Expr *a, const Expr *b) { return expr_make(the->pool, EX_SELECT, c, a, b); }
static const Expr *clip(const Expr *a, float low, float high) { return op2(EX_MAX, op2(EX_MIN, a, k(high)), k(low)); }

static int setup(void **state)
{
    the = *state = calloc(1, sizeof *the);
    the->arena = arena_new();
    the->pool = expr_pool_new(the->arena);
    the->x = expr_arg(the->pool, 0);
    the->alpha = expr_arg(the->pool, 1);
    the->beta = expr_arg(the->pool, 2);
    for (int i = 0; i < ARGUMENTS; i++)
        the->sets[i] = value_set_real();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(the->arena);
    free(the);
    return 0;
}

/* The level is an integer of the set, and scale * level + offset is the value, up to rounding. */
static void check_values(const Expr *e, const ValueSet *set)
{
    uint32_t seed = 3;
    for (int i = 0; i < 4000; i++) {
        float arguments[ARGUMENTS] = {((float)help_random(&seed) - 2147483648.0f) / 1e9f, 0.25f + (float)(help_random(&seed) % 1000) / 100.0f, 0.5f};
        if (the->sets[0].finite)
            arguments[0] = (float)(the->sets[0].lo + (i % 2 ? the->sets[0].hi - the->sets[0].lo : 0));
        if (the->sets[1].at_least && fabsf(arguments[0]) > arguments[1])
            arguments[1] = fabsf(arguments[0]);
        if (i < 8 && !the->sets[0].finite)
            arguments[0] = (float)(i - 4) / 2.0f;
        float level = expr_eval(set->level, arguments), scale = set->scale ? expr_eval(set->scale, arguments) : 1.0f;
        float value = expr_eval(e, arguments), again = scale * level + set->offset;
        if (level != rintf(level) || level < (float)set->lo || level > (float)set->hi || (set->step > 0 && ((int)level - set->lo) % set->step != 0))
            fail_msg("level %g of %s outside %s", (double)level, expr_text(the->arena, e, NULL, 0), value_set_text(the->arena, set));
        if (fabsf(value - again) > 1e-5f * (fabsf(value) + fabsf(scale)))
            fail_msg("%s is %g, but its level %g gives %g", expr_text(the->arena, e, NULL, 0), (double)value, (double)level, (double)again);
    }
}

static ValueSet expect_only(const Expr *e, const char *text, int planes)
{
    ValueSet set = expr_value_set(the->pool, e, the->sets, reduced, ARGUMENTS);
    if (strcmp(value_set_text(the->arena, &set), text) != 0)
        fail_msg("%s: %s instead of %s", expr_text(the->arena, e, NULL, 0), value_set_text(the->arena, &set), text);
    assert_int_equal(value_set_planes(&set), planes);
    return set;
}

static void expect(const Expr *e, const char *text, int planes)
{
    ValueSet set = expect_only(e, text, planes);
    assert_true(set.finite && set.level->pure);
    check_values(e, &set);
}

static void test_binary(void **state)
{
    (void)state;
    const Expr *x = the->x, *sign = op1(EX_SIGN, x);
    expect(sign, "{-1,+1}", 1);
    expect(op1(EX_SGN, op2(EX_ADD, op1(EX_SGN, x), k(0.1f))), "{-1,+1}", 1); /* larq.math.sign as Larq writes it */
    expect(op1(EX_SGN, op2(EX_MAX, x, k(0.0f))), "{0,1}", 1);               /* heaviside */
    expect(op2(EX_LT, k(0.25f), x), "{0,1}", 1);
    expect(where(op2(EX_LT, x, k(0.0f)), k(-1.0f), k(1.0f)), "{-1,+1}", 1);
    expect(where(op2(EX_LE, k(0.0f), x), k(0.3f), k(-0.3f)), "{-1,+1} * 0.3", 1);
    expect(op2(EX_SUB, op2(EX_MUL, k(2.0f), op2(EX_LT, k(0.0f), x)), k(1.0f)), "{-1,+1}", 1);
    expect(op2(EX_SUB, op2(EX_LT, k(0.0f), x), k(0.5f)), "{-1,+1}/2", 1);
    expect(op1(EX_NEG, sign), "{-1,+1}", 1);
    expect(op1(EX_TANH, sign), "{-1,+1} * 0.7615942", 1);
    expect(op2(EX_ADD, clip(x, -1, 1), op2(EX_SUB, sign, clip(x, -1, 1))), "{-1,+1}", 1); /* straight-through without custom gradient */
    expect(op2(EX_MUL, sign, sign), "{-1,+1}", 1);
    expect(where(op2(EX_LT, x, k(0.0f)), k(2.0f), k(5.0f)), "{2,5}", 3);
}

static void test_scaled(void **state)
{
    (void)state;
    const Expr *x = the->x, *alpha = the->alpha, *sign = op1(EX_SIGN, x);
    expect(op2(EX_MUL, sign, alpha), "{-1,+1} * scale", 1); /* MagnitudeAwareSign, XNOR-Net, DoReFaNet */
    expect(op2(EX_DIV, sign, alpha), "{-1,+1} * scale", 1);
    expect(where(op2(EX_LE, k(0.0f), x), alpha, op1(EX_NEG, alpha)), "{-1,+1} * scale", 1);
    expect(where(op2(EX_LE, k(0.0f), x), alpha, k(0.0f)), "{0,1} * scale", 1);
    expect(op2(EX_MUL, op2(EX_MUL, k(-0.5f), alpha), sign), "{-1,+1} * scale", 1);
    const Expr *kept = op2(EX_LT, the->beta, op1(EX_ABS, x)), *scale = op2(EX_DIV, alpha, op2(EX_ADD, the->beta, k(1.0f)));
    expect(op2(EX_MUL, op2(EX_MUL, scale, op1(EX_SGN, x)), kept), "{-1,0,+1} * scale", 2); /* custom_ternary_channel */
    expect_only(op2(EX_ADD, op2(EX_MUL, sign, alpha), k(1.0f)), "real", 0);
    /* not split yet: the reduction itself is the scale */
    const Expr *mean = expr_reduce(the->pool, EX_REDUCE_MEAN, op1(EX_ABS, x), 7);
    ValueSet set = expr_value_set(the->pool, op2(EX_MUL, sign, mean), NULL, NULL, 0);
    assert_true(set.finite && set.scale == mean && set.lo == -1 && set.hi == 1 && set.step == 2);
}

static void test_ternary(void **state)
{
    (void)state;
    const Expr *x = the->x, *t = k(0.05f);
    const Expr *tern = op1(EX_SGN, op2(EX_ADD, op1(EX_SGN, op2(EX_ADD, x, t)), op1(EX_SGN, op2(EX_SUB, x, t))));
    expect(tern, "{-1,0,+1}", 2);
    const Expr *twn = op1(EX_SGN, op2(EX_ADD, op1(EX_SGN, op2(EX_ADD, x, the->beta)), op1(EX_SGN, op2(EX_SUB, x, the->beta))));
    expect(twn, "{-1,0,+1}", 2);
    expect(op1(EX_SGN, x), "{-1,0,+1}", 2);
    const Expr *three = where(op2(EX_LT, x, k(-0.5f)), k(-0.7f), where(op2(EX_LT, k(0.5f), x), k(0.7f), k(0.0f)));
    expect(three, "{-1,0,+1} * 0.7", 2);
    expect(op2(EX_MUL, op1(EX_SGN, x), k(2.0f)), "{-1,0,+1} * 2", 2);
}

static void test_bits(void **state)
{
    (void)state;
    const Expr *x = the->x;
    for (int bits = 1; bits <= 8; bits++) {
        float n = (float)((1 << bits) - 1);
        char text[32];
        const Expr *levels = op2(EX_DIV, op1(EX_ROUND, op2(EX_MUL, clip(x, 0, 1), k(n))), k(n));
        snprintf(text, sizeof text, bits == 1 ? "{0,1}" : "{0..%g}/%g", (double)n, (double)n);
        expect(levels, text, bits); /* DoReFa activations, custom_kbit */
        const Expr *weights = op2(EX_SUB, op2(EX_MUL, k(2.0f), levels), k(1.0f));
        snprintf(text, sizeof text, bits == 1 ? "{-1,+1}" : "{%g,%g..+%g}/%g", (double)-n, (double)(2 - n), (double)n, (double)n);
        expect(weights, text, bits);
    }
    expect(op1(EX_ROUND, clip(x, -2, 2)), "{-2..+2}", 3);
    expect(op1(EX_FLOOR, op2(EX_MUL, clip(x, 0, 1), k(3.5f))), "{0..3}", 2);
    expect(clip(op1(EX_ROUND, x), 0, 3), "{0..3}", 2);
}

/* DoReFa weights and by_max: a maximum over what is divided by it bounds the quotient. */
static void test_maximum(void **state)
{
    (void)state;
    const Expr *x = the->x, *top = the->alpha;
    the->sets[1].at_least = op1(EX_ABS, x);
    expect(op2(EX_DIV, op1(EX_ROUND, op2(EX_MUL, op2(EX_DIV, x, top), k(3.0f))), k(3.0f)), "{-3..+3}/3", 3);
    const Expr *p = op2(EX_ADD, op2(EX_DIV, x, op2(EX_MUL, k(2.0f), top)), k(0.5f));
    const Expr *weights = op2(EX_SUB, op2(EX_DIV, op2(EX_MUL, k(2.0f), op1(EX_ROUND, op2(EX_MUL, p, k(7.0f)))), k(7.0f)), k(1.0f));
    expect(weights, "{-7,-5..+7}/7", 3);
    const Expr *safe = where(op2(EX_EQ, top, k(0.0f)), k(0.0f), op2(EX_DIV, x, top));
    expect(op1(EX_ROUND, safe), "{-1,0,+1}", 2);
    const Expr *zero = op2(EX_EQ, top, k(0.0f)), *no_nan = where(zero, k(0.0f), op2(EX_DIV, x, where(zero, k(1.0f), top)));
    expect(op1(EX_ROUND, op2(EX_ADD, op2(EX_MUL, no_nan, k(0.5f)), k(0.5f))), "{0,1}", 1);
    the->sets[1].at_least = NULL;
    expect_only(op1(EX_ROUND, op2(EX_DIV, x, top)), "real", 0);
    const Expr *tanh = op1(EX_TANH, x), *whole = expr_reduce(the->pool, EX_REDUCE_MAX, op1(EX_ABS, tanh), 15);
    ValueSet set = expr_value_set(the->pool, op1(EX_ROUND, op2(EX_MUL, op2(EX_DIV, tanh, whole), k(2.0f))), NULL, NULL, 0);
    assert_true(set.finite && set.lo == -2 && set.hi == 2);
}

static void test_integers(void **state)
{
    (void)state;
    const Expr *x = the->x;
    the->sets[0] = value_set_levels(the->pool, 0, 255, 1);
    ValueSet set = expect_only(op2(EX_ADD, op2(EX_MUL, x, k(1.0f / 127.5f)), k(-1.0f)), "{0..255} * 0.007843138 - 1", 8);
    assert_ptr_equal(set.level, x);
    assert_true(set.scale->value == 1.0f / 127.5f && set.offset == -1.0f);
    set = expect_only(op2(EX_DIV, x, k(255.0f)), "{0..255}/255", 8);
    assert_ptr_equal(set.level, x);
    expect(op1(EX_SIGN, op2(EX_SUB, x, k(127.5f))), "{-1,+1}", 1);
    the->sets[0] = value_set_levels(the->pool, 0, 510, 1); /* 0, as a pad value on a grid twice as fine: 255 * 0.003921569f is 1 in floats alone */
    the->sets[0].scale = k(1.0f / 127.5f / 2.0f);
    the->sets[0].offset = -1.0f;
    expect_only(op1(EX_SGN, x), "{-1,0,+1}", 2);
    the->sets[0] = value_set_levels(the->pool, 0, 1, 1);
    expect(op2(EX_SUB, op2(EX_MUL, x, k(2.0f)), k(1.0f)), "{-1,+1}", 1);
    the->sets[0] = value_set_levels(the->pool, -1, 1, 2);
    expect(op2(EX_ADD, x, x), "{-1,+1} * 2", 1);
    expect(op1(EX_ABS, x), "{1}", 1);
    the->sets[0] = value_set_levels(the->pool, -3, 3, 2);
    the->sets[0].scale = k(0.5f);
    the->sets[0].lower = -1.5f;
    the->sets[0].upper = 1.5f;
    set = expect_only(op2(EX_MUL, x, k(2.0f)), "{-3,-1..+3}", 2);
    assert_true(expr_eval(set.level, (float[]){-0.5f}) == -1.0f);
}

static void test_real(void **state)
{
    (void)state;
    const Expr *x = the->x;
    expect_only(x, "real", 0);
    expect_only(clip(x, -1, 1), "real in [-1, 1]", 0);
    expect_only(op1(EX_ROUND, x), "real", 0);
    expect_only(op2(EX_MAX, x, k(0.0f)), "real", 0);
    expect_only(op1(EX_TANH, x), "real in [-1, 1]", 0);
    expect_only(op2(EX_ADD, x, op1(EX_SIGN, x)), "real", 0);
    expect_only(where(op2(EX_LT, x, k(0.0f)), k(-1.0f), where(op2(EX_LT, x, k(2.0f)), k(0.0f), k(0.7320508f))), "real in [-1, 0.732051]", 0);
}

/* --- soundness on random expressions made of what quantizers are made of */
static const Expr *made[40];
static int made_count;

static const Expr *random_quantizer(uint32_t *seed)
{
    static const ExprOp ops[] = {EX_ADD, EX_SUB, EX_MUL, EX_DIV, EX_NEG, EX_LT, EX_LE, EX_EQ, EX_AND, EX_NOT, EX_SELECT, EX_SELECT, EX_ABS, EX_SGN,
                                 EX_SIGN, EX_SIGN, EX_MAX, EX_MIN, EX_FLOOR, EX_ROUND, EX_TANH, EX_SIGMOID, EX_SQRT, EX_EXP};
    static const float constants[] = {0.0f, 1.0f, -1.0f, 2.0f, 3.0f, 0.5f, 0.25f, 0.7f, 7.0f, -0.3f};
    const Expr *node[40] = {the->x, the->alpha, the->beta};
    int count = ARGUMENTS, size = 10 + (int)(help_random(seed) % 12);
    for (int i = 0; i < 3; i++)
        node[count++] = k(constants[help_random(seed) % (sizeof constants / sizeof *constants)]);
    while (count < size) {
        ExprOp op = ops[help_random(seed) % (sizeof ops / sizeof *ops)];
        const Expr *child[3] = {NULL};
        for (int i = 0; i < help_arity(op); i++)
            child[i] = node[help_random(seed) % 2 ? count - 1 - (int)(help_random(seed) % 3) : (int)(help_random(seed) % (uint32_t)count)];
        node[count++] = expr_make(the->pool, op, child[0], child[1], child[2]);
    }
    memcpy(made, node, sizeof made);
    made_count = count;
    return node[count - 1];
}

/* NaN is left out of all this. */
static bool all_finite(const float *arguments)
{
    for (int i = 0; i < made_count; i++)
        if (!(fabsf(expr_eval(made[i], arguments)) < 1e30f))
            return false;
    return true;
}

static void check_sound(const Expr *e, const ValueSet *set, const float *arguments)
{
    float value = expr_eval(e, arguments);
    if (!all_finite(arguments))
        return;
    if (value < set->lower || value > set->upper)
        fail_msg("%s is %g, outside %g .. %g", expr_text(the->arena, e, NULL, 0), (double)value, (double)set->lower, (double)set->upper);
    if (!set->finite)
        return;
    float level = expr_eval(set->level, arguments), scale = set->scale ? expr_eval(set->scale, arguments) : 1.0f;
    bool member = level >= (float)set->lo && level <= (float)set->hi && level == rintf(level) && (set->step == 0 || ((int)level - set->lo) % set->step == 0);
    if (!member || fabsf(value - (scale * level + set->offset)) > 1e-4f * (fabsf(value) + fabsf(scale) + fabsf(set->offset)))
        fail_msg("%s is %g: level %g = %s, scale %g, set %s", expr_text(the->arena, e, NULL, 0), (double)value, (double)level,
                 expr_text(the->arena, set->level, NULL, 0), (double)scale, value_set_text(the->arena, set));
}

static void test_random_quantizers(void **state)
{
    (void)state;
    uint32_t seed = 21;
    int finite = 0;
    for (int i = 0; i < 6000; i++) {
        const Expr *e = random_quantizer(&seed);
        the->sets[0] = i % 3 == 0 ? value_set_levels(the->pool, -1, 1, 2) : value_set_real();
        ValueSet set = expr_value_set(the->pool, e, the->sets, reduced, ARGUMENTS);
        finite += set.finite;
        for (int j = 0; j < 60; j++) {
            float arguments[ARGUMENTS] = {((float)help_random(&seed) - 2147483648.0f) / 1e9f, (float)(help_random(&seed) % 400) / 100.0f, 0.5f};
            if (i % 3 == 0)
                arguments[0] = j % 2 ? 1.0f : -1.0f;
            else if (j % 4 == 0)
                arguments[0] = rintf(arguments[0] * 2) / 2;
            check_sound(e, &set, arguments);
        }
    }
    assert_in_range(finite, 1500, 6000);
}

static void test_random_monotone(void **state)
{
    (void)state;
    uint32_t seed = 8;
    int monotone = 0;
    for (int i = 0; i < 4000; i++) {
        const Expr *e = random_quantizer(&seed);
        Monotone direction = expr_monotone(e, 0);
        if (!(e->uses & 1) || direction == MONOTONE_NO)
            continue;
        monotone++;
        for (int j = 0; j < 100; j++) {
            float a[ARGUMENTS] = {((float)help_random(&seed) - 2147483648.0f) / 1e9f, (float)(help_random(&seed) % 400) / 100.0f - 1.0f, 0.5f}, b[ARGUMENTS];
            memcpy(b, a, sizeof a);
            b[0] = j % 2 ? nextafterf(a[0], 9.0f) : a[0] + (float)(help_random(&seed) % 1000) / 300.0f;
            float low = expr_eval(e, a), high = expr_eval(e, b);
            if (!all_finite(a) || !all_finite(b))
                continue;
            if ((direction == MONOTONE_UP && low > high) || (direction == MONOTONE_DOWN && low < high) || (direction == MONOTONE_CONSTANT && low != high && low == low))
                fail_msg("%s is called monotone (%d), yet %a at %a and %a at %a", expr_text(the->arena, e, NULL, 0), direction, (double)low,
                         (double)a[0], (double)high, (double)b[0]);
        }
    }
    assert_in_range(monotone, 300, 4000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
const struct CMUnitTest valueset_tests[] = {TEST(test_binary), TEST(test_scaled), TEST(test_ternary), TEST(test_bits),
                                            TEST(test_maximum), TEST(test_integers), TEST(test_real),
                                            TEST(test_random_quantizers), TEST(test_random_monotone)};
const int valueset_test_count = sizeof valueset_tests / sizeof *valueset_tests;

#ifdef UNIT_STANDALONE
int main(void) { return cmocka_run_group_tests(valueset_tests, NULL, NULL); }
#endif
