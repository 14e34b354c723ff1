/* JIT, weights, feed, trainer: with small programs written here, so nothing of the compiler's middle is needed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/arena_fixture.h"
#include "run/trainer.h"
#include "run/weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- JIT */

static const char adder[] = "#include \"adder.h\"\n"
                            "static const int table[3] = { 1, 2, 3 };\n"
                            "int32_t add(int32_t a, int32_t b) { return a + b + OFFSET + table[1]; }\n"
                            "float scale(uint64_t x) { return (float)x * 0x1.8p-1f; }\n";
static const char adder_header[] = "#ifndef ADDER_H\n#define ADDER_H\n#include <stdint.h>\n#include <stddef.h>\n#define OFFSET 100\n"
                                   "int32_t add(int32_t a, int32_t b);\nfloat scale(uint64_t x);\n#endif\n";

typedef int32_t (*AddFunction)(int32_t a, int32_t b);
typedef float (*ScaleFunction)(uint64_t x);

static void check_adder(Arena *arena, JitKind kind, const char *compiler, const char *flags)
{
    const char *error = NULL;
    JitOptions options = { .kind = kind, .compiler = compiler, .flags = flags };
    Jit *jit = jit_compile(arena, "adder", adder, adder_header, &options, &error);
    if (!jit)
        fail_msg("%s", error);
    AddFunction add = (AddFunction)(uintptr_t)jit_symbol(jit, "add");
    ScaleFunction scale = (ScaleFunction)(uintptr_t)jit_symbol(jit, "scale");
    assert_non_null(add);
    assert_int_equal(add(20, 3), 125);
    assert_true(scale(UINT64_C(1) << 63) == 0x1.8p62f); /* a conversion that libtcc calls a function for */
    assert_true(scale(8) == 6.0f);
    assert_null(jit_symbol(jit, "no_such_function"));
    jit_free(jit);
}

static void test_jit_system_compiler(void **state)
{
    const char *why_not;
    if (!jit_available(JIT_CC, &why_not))
        skip();
    char parent[] = "/tmp/bnnc-test-XXXXXX";
    assert_non_null(mkdtemp(parent));
    setenv("TMPDIR", parent, 1);
    check_adder(*state, JIT_CC, NULL, NULL);
    check_adder(*state, JIT_CC, NULL, "-O3 -fopenmp");
    check_adder(*state, JIT_AUTO, NULL, "-O1");
    unsetenv("TMPDIR");
    assert_int_equal(rmdir(parent), 0); /* nothing is left in it */
}

static void test_jit_tcc(void **state)
{
    if (!jit_available(JIT_TCC, NULL))
        skip();
    check_adder(*state, JIT_TCC, NULL, NULL);
    check_adder(*state, JIT_TCC, NULL, "-O3 -fopenmp");
}

static void test_jit_errors(void **state)
{
    static const char *const bad[] = {
        "int f(void) { goto out; out: return zz; }\n", /* poisons libtcc's label stack */
        "int f(void) { return missing(3); }\n",
        "int f(void) {\n",
        "#include <no_such_header.h>\n",
        "int f(void) { return undefined_at_link; } extern int undefined_at_link;\n",
    };
    static const JitKind kinds[] = { JIT_CC, JIT_TCC };
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof bad / sizeof *bad && jit_available(kinds[k], NULL); i++) {
            const char *error = NULL;
            JitOptions options = { .kind = kinds[k] };
            Jit *jit = jit_compile(*state, "bad", bad[i], "", &options, &error);
            if (jit && kinds[k] == JIT_CC && i == 1) { /* an undeclared function may only be missed at the first call */
                jit_free(jit);
                continue;
            }
            assert_null(jit);
            assert_non_null(error);
            check_adder(*state, kinds[k], NULL, NULL);
        }
}

static void test_jit_error_position(void **state)
{
    const char *error = NULL;
    JitOptions options = { .kind = JIT_TCC };
    if (!jit_available(JIT_TCC, NULL))
        skip();
    assert_null(jit_compile(*state, "deep", "#include \"deep.h\"\nint a;\nint f(void) { return zz; }\n", "#include <stdint.h>\nint b;\n", &options, &error));
    assert_non_null(strstr(error, "deep.c:3: error"));
}

static void test_jit_no_compiler(void **state)
{
    const char *error = NULL;
    JitOptions options = { .kind = JIT_AUTO, .compiler = "no-such-compiler-here" };
    Jit *jit = jit_compile(*state, "adder", adder, adder_header, &options, &error); /* falls back on libtcc */
    assert_non_null(jit);
    jit_free(jit);
    options.kind = JIT_CC;
    assert_null(jit_compile(*state, "adder", adder, adder_header, &options, &error));
    assert_non_null(strstr(error, "no-such-compiler-here"));
}

/* Many states alive at once, freed in another order. */
static void test_jit_many(void **state)
{
    enum { COUNT = 16 };
    Jit *jits[COUNT];
    const char *error = NULL;
    JitOptions options = { .kind = JIT_TCC };
    if (!jit_available(JIT_TCC, NULL))
        skip();
    for (int i = 0; i < COUNT; i++) {
        const char *text = arena_printf(*state, "int f(void) { return %d; }\n", i);
        assert_non_null(jits[i] = jit_compile(*state, "f", text, "", &options, &error));
    }
    for (int i = 0; i < COUNT; i++) {
        int (*f)(void) = (int (*)(void))(uintptr_t)jit_symbol(jits[i * 5 % COUNT], "f");
        assert_int_equal(f(), i * 5 % COUNT);
        jit_free(jits[i * 5 % COUNT]);
    }
}

/* ---- weights */

static void add_tensor(Arena *arena, TensorFile *file, const char *name, int rows, int columns, float first)
{
    NamedTensor tensor = { .name = name, .rank = 2, .dim = { rows, columns }, .count = (size_t)(rows * columns) };
    float *data = ARENA_ARRAY(arena, float, tensor.count);
    for (size_t i = 0; i < tensor.count; i++)
        data[i] = first + (float)i;
    tensor.data = data;
    VEC_PUSH(arena, &file->tensors, tensor);
}

static const int dims_23[2] = { 2, 3 }, dims_32[2] = { 3, 2 };

static void test_weights_by_name(void **state)
{
    TensorFile file = { 0 };
    float a[6] = { 0 }, b[6] = { 0 };
    const char *error = NULL;
    WeightSlot slots[] = { { "dense/kernel", 2, dims_23, a, false }, { "dense_1/kernel", 2, dims_32, b, false } };
    add_tensor(*state, &file, "dense_1/kernel", 3, 2, 10);
    add_tensor(*state, &file, "dense/kernel", 2, 3, 20);
    add_tensor(*state, &file, "dense/kernel/m", 2, 3, 30);
    assert_true(weights_fill(*state, &file, "w", 2, slots, NULL, &error));
    assert_true(a[0] == 20.0f && b[5] == 15.0f);
}

/* Another session's numbers, and a file in alphabetical order: dense_10 comes before dense_9 there, but not in the model. */
static void test_weights_by_order(void **state)
{
    TensorFile file = { 0 };
    float a[6] = { 0 }, b[6] = { 0 }, c[6] = { 0 };
    const char *error = NULL;
    WeightSlot slots[] = { { "dense/kernel", 2, dims_23, a, false }, { "dense_1/kernel", 2, dims_23, b, false },
                           { "conv2d/kernel", 2, dims_32, c, false } };
    add_tensor(*state, &file, "conv2d_3/kernel", 3, 2, 5);
    add_tensor(*state, &file, "dense_10/kernel", 2, 3, 10);
    add_tensor(*state, &file, "dense_9/kernel", 2, 3, 90);
    char *log_text;
    size_t log_length;
    FILE *log = open_memstream(&log_text, &log_length);
    bool good = weights_fill(*state, &file, "w", 3, slots, log, &error);
    fclose(log);
    assert_true(good);
    assert_true(a[0] == 90.0f && b[0] == 10.0f && c[0] == 5.0f);
    assert_non_null(strstr(log_text, "dense_9/kernel -> dense/kernel"));
    free(log_text);
}

static void test_weights_refused(void **state)
{
    TensorFile file = { 0 }, more = { 0 };
    float a[6] = { 0 }, b[6] = { 0 };
    const char *error = NULL;
    WeightSlot slots[] = { { "dense/kernel", 2, dims_23, a, false }, { "dense_1/kernel", 2, dims_23, b, false } };
    add_tensor(*state, &file, "dense/kernel", 2, 3, 1);
    assert_false(weights_fill(*state, &file, "w", 2, slots, NULL, &error)); /* a layer too few */
    assert_non_null(strstr(error, "dense_1/kernel"));
    assert_true(a[1] == 0.0f);
    add_tensor(*state, &file, "dense_1/kernel", 3, 2, 1);
    assert_false(weights_fill(*state, &file, "w", 2, slots, NULL, &error)); /* a wrong shape */
    assert_non_null(strstr(error, "(3, 2)"));
    assert_true(a[1] == 0.0f);
    add_tensor(*state, &more, "dense_4/kernel", 2, 3, 1);
    add_tensor(*state, &more, "dense_5/kernel", 2, 3, 1);
    add_tensor(*state, &more, "dense_6/kernel", 2, 3, 1);
    assert_false(weights_fill(*state, &more, "w", 2, slots, NULL, &error)); /* a layer too many: no guessing */
}

const struct CMUnitTest run_tests[] = {
    TEST(test_jit_system_compiler), TEST(test_jit_tcc), TEST(test_jit_errors), TEST(test_jit_error_position), TEST(test_jit_no_compiler),
    TEST(test_jit_many), TEST(test_weights_by_name), TEST(test_weights_by_order), TEST(test_weights_refused),
};
const int run_test_count = sizeof run_tests / sizeof *run_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("run", run_tests, (size_t)run_test_count, NULL, NULL) != 0;
}
#endif
