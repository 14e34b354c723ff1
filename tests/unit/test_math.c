/* The runtime's mathematics: accuracy over a sample of all floats, special values, the same bits from every compiler; random numbers
 * and initializers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "bnn_train.h"

#define EXHAUSTIVE_NO_MAIN
#include "math/exhaustive.c"

#include "unit/expr_help.h"

static void test_accuracy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        assert_int_equal(check(&functions[i], 509), 0);
}

static float exact_pow(float x, float y) { return (float)pow((double)x, (double)y); }

static void test_power(void **state)
{
    (void)state;
    static const float nasty[] = {0.0f, -0.0f, 1.0f, -1.0f, 2.0f, -2.0f, 0.5f, -0.5f, 3.0f, -3.0f, 1e-40f, 3e38f, -3e38f, 16777216.0f, 1e-3f, 7.7f, -1.5f, 1e10f, INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++)
        for (size_t j = 0; j < sizeof nasty / sizeof *nasty; j++) {
            float got = bnn_powf(nasty[i], nasty[j]), wanted = exact_pow(nasty[i], nasty[j]);
            if (ulp_error(got, pow((double)nasty[i], (double)nasty[j])) > 0.5001 && !(isinf(got) && isinf(wanted) && got == wanted))
                fail_msg("pow(%a, %a) = %a, not %a", (double)nasty[i], (double)nasty[j], (double)got, (double)wanted);
        }
    uint32_t seed = 1;
    for (int i = 0; i < 300000; i++) {
        float x = bnn_from_bits(help_random(&seed)), y = ((float)help_random(&seed) - 2147483648.0f) / 4e8f;
        double exact = pow((double)x, (double)y);
        if (fabs(exact) < 3.4e38 && !isnan(exact) && ulp_error(bnn_powf(x, y), exact) > 0.5001)
            fail_msg("pow(%a, %a) = %a, not %a", (double)x, (double)y, (double)bnn_powf(x, y), exact);
        assert_true(isnan(x) || (bnn_powf(x, 1.0f) == x && bnn_bits(bnn_powf(x, 2.0f)) == bnn_bits(x * x)));
    }
}

static void test_special_values(void **state)
{
    (void)state;
    assert_true(bnn_expf(-INFINITY) == 0.0f && bnn_expf(INFINITY) == INFINITY && bnn_expf(-104.0f) == 0.0f && bnn_expf(-103.9f) == 0x1p-149f);
    assert_true(bnn_expf(88.8f) == INFINITY && bnn_expf(0.0f) == 1.0f && bnn_logf(0.0f) == -INFINITY && isnan(bnn_logf(-1.0f)));
    assert_true(bnn_logf(-0.0f) == -INFINITY && bnn_logf(INFINITY) == INFINITY && isnan(bnn_logf(-INFINITY)) && bnn_log1pf(-1.0f) == -INFINITY);
    assert_true(bnn_sigmoidf(-INFINITY) == 0.0f && bnn_sigmoidf(INFINITY) == 1.0f && bnn_sigmoidf(0.0f) == 0.5f);
    assert_true(bnn_tanhf(-INFINITY) == -1.0f && signbit(bnn_tanhf(-0.0f)) && bnn_tanhf(1e-45f) == 1e-45f && bnn_coshf(-1000.0f) == INFINITY);
    assert_true(isnan(bnn_sqrtf(-1.0f)) && signbit(bnn_sqrtf(-0.0f)) && bnn_sqrtf(INFINITY) == INFINITY && bnn_sqrt_portable(INFINITY) == INFINITY);
    assert_true(isnan(bnn_cosf(INFINITY)) && bnn_cosf(0.0f) == 1.0f && bnn_erff(-INFINITY) == -1.0f);
}

/* --- the same bits */
static const char bits_source[] =
    "#include \"bnn_math.h\"\n"
    "#define LOOP(value) for (; count > 0; count--, start += 99991u) { float x = bnn_from_bits(start), y = value; uint32_t b = bnn_bits(y); \\\n"
    "    hash = (hash ^ (y != y ? 0x7fc00000u : b)) * 16777619u; } return hash;\n"
    "uint32_t f0(uint32_t start, uint32_t count); uint32_t f0(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_expf(x)) }\n"
    "uint32_t f1(uint32_t start, uint32_t count); uint32_t f1(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_logf(x)) }\n"
    "uint32_t f2(uint32_t start, uint32_t count); uint32_t f2(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_log1pf(x)) }\n"
    "uint32_t f3(uint32_t start, uint32_t count); uint32_t f3(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_tanhf(x)) }\n"
    "uint32_t f4(uint32_t start, uint32_t count); uint32_t f4(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_sigmoidf(x)) }\n"
    "uint32_t f5(uint32_t start, uint32_t count); uint32_t f5(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_sinhf(x) + bnn_coshf(x)) }\n"
    "uint32_t f6(uint32_t start, uint32_t count); uint32_t f6(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_erff(x)) }\n"
    "uint32_t f7(uint32_t start, uint32_t count); uint32_t f7(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_cosf(x)) }\n"
    "uint32_t f8(uint32_t start, uint32_t count); uint32_t f8(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_sinf(x)) }\n"
    "uint32_t f9(uint32_t start, uint32_t count); uint32_t f9(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_powf(x, 0.3f)) }\n"
    "uint32_t f10(uint32_t start, uint32_t count); uint32_t f10(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_sqrtf(x)) }\n"
    "uint32_t f11(uint32_t start, uint32_t count); uint32_t f11(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_sqrt_portable(x)) }\n"
    "uint32_t f12(uint32_t start, uint32_t count); uint32_t f12(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_floorf(x)) }\n"
    "uint32_t f13(uint32_t start, uint32_t count); uint32_t f13(uint32_t start, uint32_t count) { uint32_t hash = 1; LOOP(bnn_roundf(x)) }\n";
enum { HASHES = 14 };

static void test_same_bits(void **state)
{
    (void)state;
    static const char *const extra[] = {"gcc -std=c99 -O3 -ffp-contract=off -fno-math-errno", "gcc -std=c99 -O3 -ffp-contract=off -mavx2 -mfma",
                                        "clang -std=c99 -O3 -ffp-contract=off -fno-math-errno -mavx2 -mfma", NULL};
    uint32_t first[HASHES] = {0};
    for (int i = 0; i < 7; i++) {
        const char *compiler = i < 4 ? help_compilers[i] : extra[i - 4];
        void *library = help_library(compiler, bits_source, "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror");
        for (int k = 0; library && k < HASHES; k++) {
            uint32_t hash = ((uint32_t(*)(uint32_t, uint32_t))help_symbol(library, "f%d", k))(0, 200000);
            if (first[k] != 0 && first[k] != hash)
                fail_msg("f%d differs with %s", k, compiler);
            first[k] = hash;
        }
    }
    assert_int_equal(first[10], first[11]);
}

/* --- random numbers */
static bnn_variable variable_of(const char *name, bnn_init_kind init, float a, float b, int rows, int columns)
{
    return (bnn_variable){.name = name, .rank = 2, .dim = {rows, columns}, .count = (size_t)rows * (size_t)columns, .init = init, .a = a, .b = b};
}

enum { MANY = 250 };
static float numbers[MANY * MANY];

static void moments(double *mean, double *deviation)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < MANY * MANY; i++) {
        sum += (double)numbers[i];
        squares += (double)numbers[i] * (double)numbers[i];
    }
    *mean = sum / (MANY * MANY);
    *deviation = sqrt(squares / (MANY * MANY) - *mean * *mean);
}

static void test_random(void **state)
{
    (void)state;
    uint64_t buckets[16] = {0};
    double chi = 0;
    for (uint64_t i = 0; i < 160000; i++) {
        float u = bnn_random(7, i % 3, (uint32_t)(i % 5), i);
        assert_true(u >= 0.0f && u < 1.0f);
        buckets[(int)(u * 16.0f)]++;
    }
    for (int i = 0; i < 16; i++)
        chi += ((double)buckets[i] - 10000.0) * ((double)buckets[i] - 10000.0) / 10000.0;
    assert_true(chi < 45.0); /* 15 degrees of freedom: exceeded once in 10^4 */
    assert_true(bnn_random(1, 2, 3, 4) == bnn_random(1, 2, 3, 4) && bnn_random(1, 2, 3, 4) != bnn_random(2, 1, 3, 4) && bnn_random(1, 2, 3, 4) != bnn_random(1, 3, 2, 4));
    assert_true(bnn_random(1, 2, 3, 4) == 0x1.50c39cp-2f && bnn_random(0, 0, 0, 0) == 0x1.891a94p-2f); /* never to change */
}

static void test_initializers(void **state)
{
    (void)state;
    double mean, deviation;
    bnn_variable v = variable_of("a/kernel", BNN_INIT_UNIFORM, -0.5f, 0.25f, MANY, MANY);
    bnn_initialize(&v, 3, numbers);
    moments(&mean, &deviation);
    assert_true(fabs(mean + 0.125) < 0.004 && fabs(deviation - 0.75 / sqrt(12.0)) < 0.003);
    float first = numbers[0];
    v.name = "b/kernel";
    bnn_initialize(&v, 3, numbers);
    assert_true(numbers[0] != first);
    v = variable_of("a/kernel", BNN_INIT_NORMAL, 1.0f, 2.0f, MANY, MANY);
    bnn_initialize(&v, 3, numbers);
    moments(&mean, &deviation);
    assert_true(fabs(mean - 1.0) < 0.04 && fabs(deviation - 2.0) < 0.03);
    v = variable_of("a/kernel", BNN_INIT_TRUNCATED_NORMAL, 0.0f, 2.0f, MANY, MANY);
    bnn_initialize(&v, 3, numbers);
    moments(&mean, &deviation);
    assert_true(fabs(mean) < 0.03 && fabs(deviation - 2.0 * 0.87962566) < 0.03);
    for (int i = 0; i < MANY * MANY; i++)
        assert_true(fabsf(numbers[i]) <= 4.0f);
    v = variable_of("quant_dense/kernel", BNN_INIT_TRUNCATED_NORMAL, 0.0f, 1.0f, 2, 2);
    bnn_initialize(&v, 42, numbers);
    assert_true(numbers[0] == -0x1.a92064p-4f && numbers[1] == 0x1.6d45f2p-5f && numbers[2] == -0x1.845258p+0f && numbers[3] == -0x1.9bcddep-4f);
    v = variable_of("a/kernel", BNN_INIT_IDENTITY, 3.0f, 0.0f, 3, 4);
    bnn_initialize(&v, 3, numbers);
    for (int i = 0; i < 12; i++)
        assert_true(numbers[i] == (i % 5 == 0 ? 3.0f : 0.0f));
}

/* Bits of initial numbers, in rows of more and of less than the initializers work on at a time: never to change. */
static void test_initial_bits(void **state)
{
    (void)state;
    static const uint32_t want[] = {[BNN_INIT_UNIFORM] = 0x13ba3d6cu, [BNN_INIT_NORMAL] = 0xc1b9a861u, [BNN_INIT_TRUNCATED_NORMAL] = 0x692e922eu};
    for (bnn_init_kind init = BNN_INIT_UNIFORM; init <= BNN_INIT_TRUNCATED_NORMAL; init++) {
        bnn_variable v = variable_of("a/kernel", init, 0.25f, 2.0f, 9, 111);
        bnn_initialize(&v, 7, numbers);
        uint32_t hash = 1;
        for (size_t i = 0; i < v.count; i++)
            hash = hash * 31 + bnn_bits(numbers[i]);
        assert_true(hash == want[init]);
        float third = numbers[2];
        v.count = 3;
        numbers[3] = 7.0f;
        bnn_initialize(&v, 7, numbers);
        assert_true(numbers[2] == third && numbers[3] == 7.0f);
    }
}

static void check_orthogonal(int rows, int columns)
{
    bnn_variable v = variable_of("q", BNN_INIT_ORTHOGONAL, 2.0f, 0.0f, rows, columns);
    bnn_initialize(&v, 5, numbers);
    int count = rows < columns ? rows : columns, size = rows < columns ? columns : rows;
    for (int a = 0; a < count; a++)
        for (int b = 0; b <= a; b++) {
            double dot = 0;
            for (int i = 0; i < size; i++)
                dot += rows < columns ? (double)numbers[a * columns + i] * (double)numbers[b * columns + i]
                                      : (double)numbers[i * columns + a] * (double)numbers[i * columns + b];
            assert_true(fabs(dot - (a == b ? 4.0 : 0.0)) < 1e-5);
        }
}

static void test_orthogonal(void **state)
{
    (void)state;
    check_orthogonal(40, 40);
    check_orthogonal(60, 25);
    check_orthogonal(25, 60);
    check_orthogonal(1, 7);
}

const struct CMUnitTest math_tests[] = {
    cmocka_unit_test(test_accuracy), cmocka_unit_test(test_power),        cmocka_unit_test(test_special_values), cmocka_unit_test(test_same_bits),
    cmocka_unit_test(test_random),   cmocka_unit_test(test_initializers), cmocka_unit_test(test_initial_bits),
    cmocka_unit_test(test_orthogonal)};
const int math_test_count = sizeof math_tests / sizeof *math_tests;

#ifdef UNIT_STANDALONE
int main(void) { return cmocka_run_group_tests(math_tests, NULL, NULL); }
#endif
