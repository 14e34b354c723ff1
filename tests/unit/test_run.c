/* JIT, weights, feed, trainer: with small programs written here, so nothing of the compiler's middle is needed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "run/trainer.h"
#include "run/weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

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

/* ---- trainer, over a hand-written program: the update depends on the order of samples, on rate, seed and step. */

enum { FEATURES = 4, ROWS = 50, BATCH = 8 };
static const bnn_variable fake_variables[] = {
    { .name = "dense/kernel", .rank = 1, .dim = { FEATURES }, .offset = 0, .count = FEATURES, .kind = 0, .trainable = 1 },
    { .name = "dense/kernel/m", .rank = 1, .dim = { FEATURES }, .offset = FEATURES, .count = FEATURES, .kind = 2 },
    { .name = "step", .rank = 0, .offset = 2 * FEATURES, .count = 1, .kind = 2 },
};

static void fake_init(float *state, uint64_t seed)
{
    memset(state, 0, (2 * FEATURES + 1) * sizeof *state);
    for (int i = 0; i < FEATURES; i++)
        state[i] = (float)(seed + (uint64_t)i) * 0.125f;
}

static float fake_train(float *state, void *workspace, const void *const *x, const void *const *y, int count, uint64_t seed, float rate_scale,
                        float *metrics)
{
    const uint8_t *inputs = x[0];
    const int32_t *labels = y[0];
    (void)workspace;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < FEATURES; k++) {
            float *m = state + FEATURES + k;
            *m = 0.9f * *m + (float)inputs[i * FEATURES + k] * 0.01f * (float)(labels[i] + 1);
            state[k] = state[k] * 0.99f - rate_scale * *m * 0.001f - (float)(seed % 7) * 1e-3f / (state[2 * FEATURES] + 1.0f);
        }
    state[2 * FEATURES] += 1.0f;
    metrics[0] = (float)labels[0];
    return state[0];
}

static void fake_evaluate(const float *state, void *workspace, const void *const *x, int count, float *const *out)
{
    const uint8_t *inputs = x[0];
    (void)workspace, (void)state;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < 3; k++)
            out[0][i * 3 + k] = inputs[i * FEATURES] % 3 == k ? 1.0f : 0.0f;
}

static const char *const fake_metric_names[] = { "accuracy" };
static const TrainProgram fake_program = {
    .state_bytes = (2 * FEATURES + 1) * sizeof(float), .workspace_bytes = 16, .batch = BATCH, .variable_count = 3, .metric_count = 1,
    .variables = fake_variables, .metric_names = fake_metric_names, .init = fake_init, .train = fake_train, .evaluate = fake_evaluate,
};

static Feed fake_feed(void)
{
    static uint8_t images[ROWS * FEATURES], labels[ROWS];
    for (int i = 0; i < ROWS * FEATURES; i++)
        images[i] = (uint8_t)(i * 37 + i / 7);
    for (int i = 0; i < ROWS; i++)
        labels[i] = (uint8_t)(images[i * FEATURES] % 3);
    return (Feed){ .images = images, .labels = labels, .count = ROWS, .features = FEATURES, .element = ELEMENT_U8, .label_form = LABEL_CLASS,
                   .label_width = 1, .outputs = 3 };
}

static TrainSettings settings_of(int epochs)
{
    return (TrainSettings){ .epochs = epochs, .batch_size = BATCH, .shuffle = true, .seed = 5, .quiet = true };
}

static void run_trainer(Arena *arena, const TrainSettings *settings, float *state_out)
{
    Feed feed = fake_feed();
    const char *error = NULL;
    Trainer *trainer = trainer_new(arena, &fake_program, &feed, settings);
    assert_true(trainer_run(trainer, &error));
    memcpy(state_out, trainer->state, fake_program.state_bytes);
    trainer_free(trainer);
}

static void test_shuffle(void **state)
{
    int order[1000], again[1000], other[1000], fixed = 0;
    bool seen[1000] = { false };
    (void)state;
    trainer_shuffle(order, 1000, 3, 4);
    trainer_shuffle(again, 1000, 3, 4);
    trainer_shuffle(other, 1000, 3, 5);
    assert_memory_equal(order, again, sizeof order);
    assert_memory_not_equal(order, other, sizeof order);
    for (int i = 0; i < 1000; i++) {
        assert_in_range(order[i], 0, 999);
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
        fixed += order[i] == i;
    }
    assert_in_range(fixed, 0, 8); /* one is expected */
    trainer_shuffle(order, 1, 3, 4);
    assert_int_equal(order[0], 0);
}

static void test_settings_matter(void **state)
{
    float base[9], same[9], other[9];
    TrainSettings settings = settings_of(3);
    static const double rates[] = { 1.0, 0.5, 0.25 };
    run_trainer(*state, &settings, base);
    run_trainer(*state, &settings, same);
    assert_memory_equal(base, same, sizeof base);
    settings.shuffle = false;
    run_trainer(*state, &settings, other);
    assert_memory_not_equal(base, other, sizeof base);
    settings = settings_of(3);
    settings.seed = 6;
    run_trainer(*state, &settings, other);
    assert_memory_not_equal(base, other, sizeof base);
    settings = settings_of(3);
    settings.epoch_rate = rates;
    settings.epoch_rate_count = 3;
    run_trainer(*state, &settings, other);
    assert_memory_not_equal(base, other, sizeof base);
    assert_true(base[8] == 21.0f); /* 3 epochs of 7 batches, the last of 2 rows */
}

static void test_resume(void **state)
{
    float whole[9], resumed[9];
    const char *error = NULL;
    char path[] = "/tmp/bnnc-test-XXXXXX";
    int handle = mkstemp(path);
    assert_true(handle >= 0);
    close(handle);
    TrainSettings settings = settings_of(5);
    settings.validation_split = 0.1;
    run_trainer(*state, &settings, whole);
    settings.epochs = 2;
    settings.checkpoint = path;
    settings.source_hash = "abc";
    run_trainer(*state, &settings, resumed);

    Checkpoint checkpoint;
    assert_true(checkpoint_read(*state, path, &checkpoint, &error));
    assert_int_equal(checkpoint.epoch, 2);
    assert_int_equal(checkpoint.seed, 5);
    assert_int_equal(checkpoint.batch_size, BATCH);
    assert_true(checkpoint.validation_split == 0.1);
    assert_string_equal(checkpoint.source_hash, "abc");
    Feed feed = fake_feed();
    settings.epochs = 5;
    settings.checkpoint = NULL;
    Trainer *trainer = trainer_new(*state, &fake_program, &feed, &settings);
    assert_true(trainer_resume(trainer, &checkpoint, path, &error));
    assert_true(trainer_run(trainer, &error));
    assert_memory_equal(trainer->state, whole, sizeof whole);
    assert_true(trainer_save(trainer, path, false, &error));
    trainer_free(trainer);
    TensorFile *weights = tensor_file_read(*state, path, &error);
    assert_int_equal(weights->tensors.count, 1); /* no slots, no step */
    assert_false(checkpoint_read(*state, path, &checkpoint, &error));
    assert_non_null(strstr(error, "not a checkpoint"));
    unlink(path);
}

static void test_split_and_evaluate(void **state)
{
    Feed feed = fake_feed();
    TrainSettings settings = settings_of(0);
    settings.validation_split = 0.25;
    Trainer *trainer = trainer_new(*state, &fake_program, &feed, &settings);
    assert_int_equal(trainer->train.count, 37); /* as Keras: floor(50 * 0.75) train, the rest validates */
    assert_int_equal(trainer->validation.count, 13);
    assert_ptr_equal(trainer->validation.labels, feed.labels + 37);
    int classes[ROWS];
    assert_int_equal(trainer_evaluate(trainer, &feed, classes), ROWS);
    assert_int_equal(classes[49], feed.labels[49]);
    trainer_free(trainer);
}

/* ---- feed */

static void test_feed_forms(void **state)
{
    (void)state;
    Feed feed = fake_feed();
    const int rows[2] = { 7, 0 };
    uint8_t bytes[2 * FEATURES];
    int32_t classes[2];
    float reals[2 * FEATURES], labels[6];
    feed_gather(&feed, rows, 2, bytes, classes);
    assert_memory_equal(bytes, feed.images + 7 * FEATURES, FEATURES);
    assert_int_equal(classes[0], feed.labels[7]);
    assert_int_equal(classes[1], feed.labels[0]);
    feed.element = ELEMENT_F32;
    for (int i = 0; i < 256; i++)
        feed.value_of_byte[i] = (float)i / 4;
    feed.label_form = LABEL_PLUS_MINUS;
    feed.label_width = 3;
    feed_gather(&feed, rows, 2, reals, labels);
    assert_true(reals[0] == (float)feed.images[7 * FEATURES] / 4);
    for (int i = 0; i < 3; i++)
        assert_true(labels[i] == (i == feed.labels[7] ? 1.0f : -1.0f));
    feed.label_form = LABEL_ONE_HOT;
    feed_gather(&feed, rows, 1, reals, labels);
    assert_true(labels[0] + labels[1] + labels[2] == 1.0f);
    assert_int_equal(feed_predicted(&feed, (float[3]){ 1, 2, 2 }), 1); /* the first of equals */
    feed.outputs = 1;
    feed.label_form = LABEL_SINGLE;
    assert_int_equal(feed_predicted(&feed, (float[1]){ 0.5f }), 0); /* Keras' threshold is exclusive */
    assert_int_equal(feed_predicted(&feed, (float[1]){ 0.75f }), 1);
    feed.label_form = LABEL_SINGLE_PLUS_MINUS;
    assert_int_equal(feed_predicted(&feed, (float[1]){ 0.25f }), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
const struct CMUnitTest run_tests[] = {
    TEST(test_jit_system_compiler), TEST(test_jit_tcc), TEST(test_jit_errors), TEST(test_jit_error_position), TEST(test_jit_no_compiler),
    TEST(test_jit_many), TEST(test_weights_by_name), TEST(test_weights_by_order), TEST(test_weights_refused), TEST(test_shuffle),
    TEST(test_settings_matter), TEST(test_resume), TEST(test_split_and_evaluate), TEST(test_feed_forms),
};
const int run_test_count = sizeof run_tests / sizeof *run_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("run", run_tests, (size_t)run_test_count, NULL, NULL) != 0;
}
#endif
