/* Augmentation and noise: what training does to images: exact where the move is given (numbers of TensorFlow), else statistics over many samples;
 * inference leaves everything as it is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "layers/layers.h"
#include "passes/passes.h"
#include "run/interp.h"

#include <math.h>
#include <string.h>

enum { SAMPLES = 2000, LENGTH = 8 };

static Arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* The output of a model of one layer for `samples` copies of x. */
static const float *run(const char *shape, const char *layer, PassMode mode, const float *x, int count, int samples)
{
    const char *text = arena_printf(arena, "model = Sequential([Input(%s), %s])\nmodel.compile('sgd', 'mse')\n", shape, layer);
    FrontOptions front = {0};
    Diag *diag = diag_new(arena);
    Model *model = model_from_source(arena, source_from_text(arena, "t.bnn", text, strlen(text)), &front, diag);
    if (!model)
        diag_print(diag, stderr);
    assert_non_null(model);
    PassOptions options = {.mode = mode, .model = model, .stop_after = "canonical"};
    Graph *graph = passes_run(model->graph, &options);
    Interp *interp = interp_new(graph, 7);
    float *inputs = ARENA_ARRAY(arena, float, count * samples);
    for (int i = 0; i < samples; i++)
        memcpy(inputs + i * count, x, sizeof(float) * (size_t)count);
    int64_t out = shape_count(graph->outputs.at[0]->shape) * samples;
    float *copy = ARENA_ARRAY(arena, float, out), *labels = ARENA_ARRAY(arena, float, out);
    interp_run(interp, samples, (const void *[]){inputs}, mode == MODE_TRAIN ? (const void *[]){labels} : NULL);
    memcpy(copy, interp_result(interp, graph->outputs.at[0]).f32, sizeof(float) * (size_t)out);
    interp_free(interp);
    return copy;
}

static const float ramp[LENGTH] = {1, 2, 3, 4, 5, 6, 7, 8};

static void test_translation_by_a_given_fraction(void **state)
{
    (void)state;
    static const struct { const char *arguments; float want[LENGTH]; } cases[] = {
        {"0.25, 0.25", {2, 1, 1, 2, 3, 4, 5, 6}},
        {"-0.25, -0.25", {3, 4, 5, 6, 7, 8, 8, 7}},
        {"0.3, 0.3", {2.4f, 1.4f, 1, 1.6f, 2.6f, 3.6f, 4.6f, 5.6f}},
        {"-0.3, -0.3", {3.4f, 4.4f, 5.4f, 6.4f, 7.4f, 8, 7.6f, 6.6f}},
        {"1.0, 1.0", {8, 7, 6, 5, 4, 3, 2, 1}},
        {"-1.0, -1.0", {8, 7, 6, 5, 4, 3, 2, 1}},
        {"0.25, 0.25), fill_mode=('wrap'", {7, 8, 1, 2, 3, 4, 5, 6}},
        {"-0.25, -0.25), fill_mode=('wrap'", {3, 4, 5, 6, 7, 8, 1, 2}},
        {"0.3, 0.3), fill_mode=('nearest'", {1, 1, 1, 1.6f, 2.6f, 3.6f, 4.6f, 5.6f}},
        {"-1.0, -1.0), fill_mode=('nearest'", {8, 8, 8, 8, 8, 8, 8, 8}},
        {"0.3, 0.3), fill_value=9.0, fill_mode=('constant'", {9, 9, 4.2f, 1.6f, 2.6f, 3.6f, 4.6f, 5.6f}},
        {"-0.3, -0.3), fill_value=9.0, fill_mode=('constant'", {3.4f, 4.4f, 5.4f, 6.4f, 7.4f, 8.4f, 9, 9}},
        {"0.3, 0.3), interpolation=('nearest'", {2, 1, 1, 2, 3, 4, 5, 6}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int axis = 0; axis < 2; axis++) {
            const char *layer = arena_printf(arena, axis ? "RandomTranslation(0, (%s))" : "RandomTranslation(width_factor=0, height_factor=(%s))", cases[c].arguments);
            const float *y = run(axis ? "(1, 8, 1)" : "(8, 1, 1)", layer, MODE_TRAIN, ramp, LENGTH, 1);
            for (int i = 0; i < LENGTH; i++)
                if (fabsf(y[i] - cases[c].want[i]) > 1e-5f)
                    fail_msg("%s: cell %d is %g, not %g", layer, i, (double)y[i], (double)cases[c].want[i]);
        }
}

/* Mean and variance of `count` numbers, `step` apart. */
static void moments(const float *x, int count, int step, double *mean, double *variance)
{
    *mean = *variance = 0;
    for (int i = 0; i < count; i++)
        *mean += (double)x[i * step] / count;
    for (int i = 0; i < count; i++)
        *variance += ((double)x[i * step] - *mean) * ((double)x[i * step] - *mean) / count;
}

/* The middle cell moves by t, evenly from -2 to 2 cells. */
static void test_translation_is_uniform(void **state)
{
    (void)state;
    double mean, variance;
    const float *y = run("(1, 8, 1)", "RandomTranslation(0.5, 0.25)", MODE_TRAIN, ramp, LENGTH, SAMPLES);
    moments(y + 4, SAMPLES, LENGTH, &mean, &variance);
    assert_true(fabs(mean - 5) < 0.1 && fabs(variance - 16.0 / 12) < 0.1);
    for (int i = 0; i < SAMPLES; i++)
        assert_true(y[i * LENGTH + 4] >= 3 && y[i * LENGTH + 4] <= 7);
}

static void test_flip_turns_half_of_them(void **state)
{
    (void)state;
    static const float image[4] = {1, 2, 3, 4};
    const float *y = run("(2, 2, 1)", "RandomFlip()", MODE_TRAIN, image, 4, SAMPLES);
    int seen[5] = {0};
    for (int i = 0; i < SAMPLES; i++) {
        seen[(int)y[4 * i]]++;
        assert_true(y[4 * i] + y[4 * i + 3] == 5 && y[4 * i + 1] + y[4 * i + 2] == 5);
    }
    for (int first = 1; first <= 4; first++)
        assert_in_range(seen[first], SAMPLES / 4 - 100, SAMPLES / 4 + 100);
    y = run("(2, 2, 1)", "RandomFlip('horizontal')", MODE_TRAIN, image, 4, SAMPLES);
    for (int i = 0; i < SAMPLES; i++)
        assert_true((y[4 * i] == 1 && y[4 * i + 2] == 3) || (y[4 * i] == 2 && y[4 * i + 2] == 4));
}

static void test_crop_begins_anywhere(void **state)
{
    (void)state;
    const float *y = run("(1, 8, 1)", "RandomCrop(1, 5)", MODE_TRAIN, ramp, LENGTH, SAMPLES);
    int seen[9] = {0};
    for (int i = 0; i < SAMPLES; i++) {
        seen[(int)y[5 * i]]++;
        for (int k = 1; k < 5; k++)
            assert_true(y[5 * i + k] == y[5 * i] + (float)k);
    }
    for (int first = 1; first <= 4; first++)
        assert_in_range(seen[first], SAMPLES / 4 - 100, SAMPLES / 4 + 100);
}

static void test_noise_has_its_moments(void **state)
{
    (void)state;
    static const float ones[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    double mean, variance;
    moments(run("(8,)", "GaussianNoise(0.5)", MODE_TRAIN, ones, 8, SAMPLES), 8 * SAMPLES, 1, &mean, &variance);
    assert_true(fabs(mean - 1) < 0.02 && fabs(variance - 0.25) < 0.02);
    moments(run("(8,)", "GaussianDropout(0.2)", MODE_TRAIN, ones, 8, SAMPLES), 8 * SAMPLES, 1, &mean, &variance);
    assert_true(fabs(mean - 1) < 0.02 && fabs(variance - 0.25) < 0.02);
    moments(run("(8,)", "Dropout(0.2)", MODE_TRAIN, ones, 8, SAMPLES), 8 * SAMPLES, 1, &mean, &variance);
    assert_true(fabs(mean - 1) < 0.02 && fabs(variance - 0.25) < 0.02);
}

/* Of numbers with mean 0 and variance 1. */
static void test_alpha_dropout_keeps_mean_and_variance(void **state)
{
    (void)state;
    static const float pairs[8] = {1, -1, 1, -1, 1, -1, 1, -1};
    double mean, variance;
    moments(run("(8,)", "AlphaDropout(0.3)", MODE_TRAIN, pairs, 8, SAMPLES), 8 * SAMPLES, 1, &mean, &variance);
    assert_true(fabs(mean) < 0.03 && fabs(variance - 1) < 0.03);
}

static void test_spatial_dropout_takes_whole_channels(void **state)
{
    (void)state;
    static const float ones[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    double mean, variance;
    const float *y = run("(2, 2, 2)", "SpatialDropout2D(0.5)", MODE_TRAIN, ones, 8, SAMPLES);
    for (int i = 0; i < 8 * SAMPLES; i++)
        assert_true((y[i] == 0 || y[i] == 2) && y[i] == y[i / 8 * 8 + i % 2]);
    moments(y, 2 * SAMPLES, 4, &mean, &variance);
    assert_true(fabs(mean - 1) < 0.1);
    y = run("(4, 2)", "Dropout(0.5, noise_shape=(None, 4, 1))", MODE_TRAIN, ones, 8, SAMPLES);
    for (int i = 0; i < 4 * SAMPLES; i++)
        assert_true((y[2 * i] == 0 || y[2 * i] == 2) && y[2 * i] == y[2 * i + 1]);
}

static void test_inference_changes_nothing(void **state)
{
    (void)state;
    static const char *const layers[] = {"RandomTranslation(0.5, 0.5)", "RandomFlip()", "GaussianNoise(1.0)", "SpatialDropout2D(0.5)", "GaussianDropout(0.5)", "Dropout(0.5)", "AlphaDropout(0.5)"};
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        assert_memory_equal(run("(1, 8, 1)", layers[i], MODE_INFER, ramp, LENGTH, 1), ramp, sizeof ramp);
    const float *middle = run("(1, 8, 1)", "RandomCrop(1, 4)", MODE_INFER, ramp, LENGTH, 1);
    assert_memory_equal(middle, ramp + 2, 4 * sizeof(float));
}

static void test_bad_arguments(void **state)
{
    (void)state;
    static const char *const wrong[] = {"RandomTranslation('a', 0)", "RandomTranslation(0, (0.5, -0.5))", "RandomTranslation(1.5, 0)", "Dropout(0.5, noise_shape=(None, 4))", "SpatialDropout1D(0.5)",
                                        "ReLU(max_value=-1)", "ThresholdedReLU(theta=-0.5)"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *text = arena_printf(arena, "model = Sequential([Input((4, 4, 1)), %s])\n", wrong[i]);
        FrontOptions front = {0};
        Diag *diag = diag_new(arena);
        assert_null(model_from_source(arena, source_from_text(arena, "t.bnn", text, strlen(text)), &front, diag));
        assert_int_equal(diag_errors(diag), 1);
    }
}

#define AUGMENT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
const struct CMUnitTest augment_tests[] = {
    AUGMENT_TEST(test_translation_by_a_given_fraction), AUGMENT_TEST(test_translation_is_uniform), AUGMENT_TEST(test_flip_turns_half_of_them),
    AUGMENT_TEST(test_crop_begins_anywhere), AUGMENT_TEST(test_noise_has_its_moments), AUGMENT_TEST(test_alpha_dropout_keeps_mean_and_variance), AUGMENT_TEST(test_spatial_dropout_takes_whole_channels),
    AUGMENT_TEST(test_inference_changes_nothing), AUGMENT_TEST(test_bad_arguments),
};
const int augment_test_count = sizeof augment_tests / sizeof *augment_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return cmocka_run_group_tests(augment_tests, NULL, NULL);
}
#endif
