/* The trainer over a hand-written program; what it is fed with; what it logs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/arena_fixture.h"
#include "base/bug.h"
#include "layers/layers.h"
#include "run/interp.h"
#include "run/trainer.h"
#include "run/weights.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Outputs say the right class; the loss is the state's first number, the metric's two parts the first label and the batch. */
static float fake_test(const float *state, void *workspace, const void *const *x, const void *const *y, int count, float *metrics, float *const *out)
{
    const uint8_t *inputs = x[0];
    (void)workspace, (void)y;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < 3; k++)
            out[0][i * 3 + k] = inputs[i * FEATURES] % 3 == k ? 1.0f : 0.0f;
    metrics[0] = (float)count;
    return state[0];
}

static const Metric fake_metrics[] = { { .name = "accuracy", .part_count = 1, .part_size = { 1 } } };
static const TrainProgram fake_program = {
    .state_bytes = (2 * FEATURES + 1) * sizeof(float), .workspace_bytes = 16, .batch = BATCH, .variable_count = 3, .metric_count = 1,
    .part_count = 1, .variables = fake_variables, .metrics = fake_metrics, .init = fake_init, .train = fake_train, .test = fake_test,
};

static uint8_t images[ROWS * FEATURES], image_labels[ROWS];
static const Array image_array = { .rank = 2, .dim = { ROWS, FEATURES }, .count = ROWS * FEATURES, .bytes = images };
static const Array label_array = { .rank = 1, .dim = { ROWS }, .count = ROWS, .bytes = image_labels };

static Feed fake_feed(void)
{
    static FeedColumn x = { .name = "x", .array = &image_array, .element = ELEMENT_U8, .from = FEATURES, .width = FEATURES };
    static FeedColumn y = { .name = "y", .array = &label_array, .element = ELEMENT_I32, .form = FORM_CLASS, .from = 1, .width = 1 };
    for (int i = 0; i < ROWS * FEATURES; i++)
        images[i] = (uint8_t)(i * 37 + i / 7);
    for (int i = 0; i < ROWS; i++)
        image_labels[i] = (uint8_t)(images[i * FEATURES] % 3);
    return (Feed){ .count = ROWS, .inputs = &x, .input_count = 1, .labels = &y, .label_count = 1, .outputs = { 3 }, .output_count = 1, .classes = true };
}

static const FitInfo no_fit;

static TrainSettings settings_of(int epochs)
{
    return (TrainSettings){ .epochs = epochs, .batch_size = BATCH, .shuffle = true, .seed = 5, .quiet = true, .fit = &no_fit };
}

static void run_trainer(Arena *arena, const TrainSettings *settings, float *state_out)
{
    Feed feed = fake_feed();
    const char *error = NULL;
    Trainer *trainer = trainer_new(arena, &fake_program, &feed, NULL, settings);
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
    settings.steps_per_epoch = 4;
    run_trainer(*state, &settings, other);
    assert_true(other[8] == 12.0f);
    settings = settings_of(3);
    settings.initial_epoch = 1; /* 2 epochs of 7 */
    run_trainer(*state, &settings, other);
    assert_true(other[8] == 14.0f);
    assert_true(base[8] == 21.0f); /* 3 epochs of 7 batches, the last of 2 rows */
}

/* Epochs of 3 batches walk through passes of 7 batches: the order of samples is that of whole epochs, cut elsewhere. */
static void test_steps(void **state)
{
    float whole[9], cut[9];
    TrainSettings settings = settings_of(3);
    run_trainer(*state, &settings, whole);
    settings = settings_of(7);
    settings.steps_per_epoch = 3;
    run_trainer(*state, &settings, cut);
    assert_memory_equal(whole, cut, sizeof whole);
    settings = settings_of(3);
    settings.steps_per_epoch = 100; /* there are only 7 */
    run_trainer(*state, &settings, cut);
    assert_memory_equal(whole, cut, sizeof whole);
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
    Trainer *trainer = trainer_new(*state, &fake_program, &feed, NULL, &settings);
    assert_true(trainer_resume(trainer, &checkpoint, path, &error));
    assert_true(trainer_run(trainer, &error));
    assert_memory_equal(trainer->state, whole, sizeof whole);
    assert_true(weights_save_state(*state, fake_variables, 3, trainer->state, path, &error));
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
    Trainer *trainer = trainer_new(*state, &fake_program, &feed, NULL, &settings);
    assert_int_equal(trainer->train.count, 37); /* as Keras: floor(50 * 0.75) train, the rest validates */
    assert_int_equal(trainer->validation.count, 13);
    assert_int_equal(trainer->validation.first, 37);
    int classes[ROWS];
    Scores scores = trainer_test(trainer, &feed, classes);
    for (int i = 0; i < ROWS; i++)
        assert_int_equal(classes[i], feed_class(&feed, i));
    assert_int_equal(scores.samples, ROWS);
    assert_true(scores.part[0] == 6 * 8 * 8 + 2 * 2); /* batches count as their samples: six of 8 and one of 2 */
    trainer_free(trainer);
}

/* A metric of parts is its result of the sums; the loss is a mean. */
static void test_scores(void **state)
{
    ExprPool *pool = expr_pool_new(*state);
    const Expr *result = expr_make(pool, EX_DIV, expr_arg(pool, 1), expr_make(pool, EX_ADD, expr_arg(pool, 2), expr_arg(pool, 0), NULL), NULL);
    const Expr *row = expr_reduce(pool, EX_REDUCE_MAX, expr_make(pool, EX_MUL, expr_arg(pool, 1), expr_arg(pool, 2), NULL), 1);
    const Metric metrics[] = { { .name = "mean", .part_count = 1, .part_size = { 1 } }, { .name = "own", .part_count = 2, .part_size = { 1, 1 }, .result = result },
                               { .name = "row", .part_count = 2, .part_size = { 1, 3 }, .result = row }, { .name = "last", .part_count = 1, .part_size = { 1 } } };
    const TrainProgram program = { .metric_count = 4, .part_count = 8, .metrics = metrics };
    Scores scores = { 0 };
    Logs logs = { 0 };
    double value;
    scores_add(&scores, &program, 1.0f, (float[8]){ 0.5f, 1, 2, 1, 1, 2, 1, 3 }, 6);
    scores_add(&scores, &program, 3.0f, (float[8]){ 1.0f, 2, 4, 1, 1, 0, 4, 7 }, 2);
    scores_log(&scores, &program, scores_names(*state, &program, "val_"), &logs);
    assert_int_equal(logs.count, 5);
    assert_true(logs_get(&logs, "val_row", &value) && value == 8.0 * 14.0); /* 8 times the greatest of (8, 12, 14) */
    assert_true(logs_get(&logs, "val_loss", &value) && value == 1.5);
    assert_true(logs_get(&logs, "val_mean", &value) && value == 0.625);
    assert_true(logs_get(&logs, "val_own", &value) && value == (double)(10.0f / 28.0f)); /* (6 + 4) / (12 + 8 + 8 samples) */
    assert_true(logs_get(&logs, "val_last", &value) && value == 4.0);
    assert_false(logs_get(&logs, "own", &value));
}

/* Larq's worked sequence on two elements: (1, 1) gives 0, (2, 2) 1, (1, 2) 0.75; a new epoch starts at 0 again and keeps what it saw. A quantizer
 * that two layers share sees their kernels in turn: what real Larq gives for it is in tests/larq (train_flip_ratio). */
static void test_flip_ratio(void **state)
{
    static const float kernels[][2] = { { 1.2f, 1 }, { 2, 2.9f }, { 1, 2 }, { -1, 2 }, { 1, 2 } };
    static const double want[] = { 0, 1, 0.75, 0, 0.5 }, want_shared[] = { 0, 0.5, (double)(1.5f / 5.0f), 0.5, (double)(0.5f / 3.0f) };
    Graph *graph = graph_new(*state, expr_pool_new(*state), NULL);
    const Variable first = { .name = "dense/kernel" }, second = { .name = "dense_1/kernel" };
    const Expr *same = expr_arg(graph->pool, 0);
    VEC_PUSH(*state, &graph->flips, ((FlipLook){ "flip_ratio/ste_sign", &first, &first, same }));
    VEC_PUSH(*state, &graph->flips, ((FlipLook){ "flip_ratio/no_op", &second, &first, same }));
    VEC_PUSH(*state, &graph->flips, ((FlipLook){ "flip_ratio/no_op", &second, &second, same }));
    const bnn_variable rows[] = { { .name = "dense/bias", .count = 1 }, { .name = "dense/kernel", .offset = 1, .count = 2 },
                                  { .name = "dense_1/kernel", .offset = 3, .count = 2 } };
    const TrainProgram program = { .variables = rows, .variable_count = 3, .graph = graph };
    Flips flips = flips_new(*state, &program);
    assert_int_equal(flips.count, 2);
    for (int i = 0; i < 5; i++) {
        Logs logs = { 0 };
        double value;
        if (i == 0 || i == 3)
            flips_begin(&flips);
        flips_update(&flips, (const float[]){ 9, kernels[i][0], kernels[i][1], 1, kernels[i][1] });
        flips_log(&flips, i == 4, &logs);
        assert_int_equal(logs.count, 2);
        assert_true(logs_get(&logs, i == 4 ? "val_flip_ratio/ste_sign" : "flip_ratio/ste_sign", &value) && value == want[i]);
        assert_true(logs_get(&logs, i == 4 ? "val_flip_ratio/no_op" : "flip_ratio/no_op", &value));
        assert_true(value == want_shared[i]);
    }
}

/* What generated C tests with is what the interpreter says, and its outputs are those of evaluate: regularizers, two outputs, parts. */
static const char tested_model[] = "x = Input((6,))\n"
    "h = BatchNormalization()(QuantDense(5, kernel_quantizer=ste_sign, kernel_regularizer='l2')(x))\n"
    "model = Model(x, [Dense(3, activation='softmax', name='a')(h), Dense(1, name='b', activity_regularizer='l1')(h)])\n"
    "model.compile('adam', {'a': 'sparse_categorical_crossentropy', 'b': 'mse'}, loss_weights=[1.0, 0.5],\n"
    "              metrics={'a': ['accuracy', TopKCategoricalAccuracy(2)], 'b': [RootMeanSquaredError(), Precision(0.1)]})\n";

static void test_test_batch(void **state)
{
    enum { COUNT = 4, OUTS = 4, PARTS = 7 };
    Arena *arena = *state;
    FrontOptions front = { 0 };
    Diag *diag = diag_new(arena);
    const char *error = "";
    const Model *model = model_from_source(arena, source_from_text(arena, "test.bnn", tested_model, strlen(tested_model)), &front, diag);
    assert_non_null(model);
    ProgramOptions options = { .jit = { .kind = JIT_TCC }, .target = target_find("generic"), .batch = 8 };
    TrainProgram *program = program_train(arena, model, &options, &error);
    assert_non_null(program);
    assert_int_equal(program->metric_count, 6);
    assert_int_equal(program->part_count, PARTS);
    float x[COUNT * 6], b[COUNT], out_a[COUNT * 3], out_b[COUNT], again[COUNT * 3], parts[PARTS], *outputs[] = { out_a, out_b };
    const int32_t a[COUNT] = { 2, 0, 1, 1 };
    for (int i = 0; i < COUNT * 6; i++)
        x[i] = (float)(i * 29 % 17) / 8 - 1;
    for (int i = 0; i < COUNT; i++)
        b[i] = (float)(i % 2);
    const void *inputs[] = { x }, *labels[] = { a, b };
    void *workspace = aligned_alloc(64, (program->workspace_bytes + 127) / 64 * 64);
    float *floats = aligned_alloc(64, (program->state_bytes + 127) / 64 * 64);
    program->init(floats, 3);
    float loss = program->test(floats, workspace, inputs, labels, COUNT, parts, outputs);

    PassOptions passes = { .mode = MODE_INFER, .model = model, .scores = true, .stop_after = "canonical" };
    Graph *graph = passes_run(model->graph, &passes);
    Interp *interp = interp_new(graph, 3);
    interp_run(interp, COUNT, inputs, labels);
    assert_memory_equal(interp_result(interp, graph->loss).f32, &loss, sizeof loss);
    assert_memory_equal(interp_result(interp, graph->outputs.at[0]).f32, out_a, sizeof out_a);
    assert_memory_equal(interp_result(interp, graph->outputs.at[1]).f32, out_b, sizeof out_b);
    for (int m = 0; m < PARTS; m++) {
        float sum = 0;
        for (int i = 0; i < COUNT; i++)
            sum += interp_result(interp, graph->metrics.at[m]).f32[i];
        sum /= (float)COUNT;
        assert_memory_equal(&sum, &parts[m], sizeof sum);
    }
    float *evaluated[] = { again, b };
    program->evaluate(floats, workspace, inputs, COUNT, evaluated);
    assert_memory_equal(again, out_a, sizeof again);
    interp_free(interp);
    jit_free(program->jit);
    free(floats);
    free(workspace);
}

const struct CMUnitTest trainer_tests[] = {
    TEST(test_shuffle), TEST(test_settings_matter), TEST(test_steps), TEST(test_resume), TEST(test_split_and_evaluate), TEST(test_scores), TEST(test_flip_ratio), TEST(test_test_batch),
};
const int trainer_test_count = sizeof trainer_tests / sizeof *trainer_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("trainer", trainer_tests, (size_t)trainer_test_count, NULL, NULL) != 0;
}
#endif
