/* Metrics of compile(metrics=...): names and values that Keras 2.15 gives for the same labels and outputs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/arena_fixture.h"
#include "layers/layers.h"
#include "passes/passes.h"
#include "run/interp.h"
#include "run/logs.h"

#include <math.h>
#include <string.h>

enum { COUNT = 5 };
typedef enum { HOT, CLASSES, ZERO_ONE, PLUS_MINUS } Labels;
static const float three[COUNT * 3] = { .7f, .2f, .1f, .3f, .3f, .4f, .25f, .5f, .25f, .4f, .4f, .2f, .05f, .15f, .8f }; /* ties in rows 2 and 4 */
static const float one[COUNT] = { .9f, -.4f, .3f, .0f, -1.2f };
static const float hot[COUNT * 3] = { 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1 };
static const int32_t classes[COUNT] = { 0, 2, 0, 1, 2 };
static const float zero_one[COUNT] = { 1, 0, 0, 1, 0 }, plus_minus[COUNT] = { 1, -1, -1, 1, -1 };
static const struct { int width; const float *outputs; const void *labels; const char *loss; } sets[] = {
    { 3, three, hot, "categorical_crossentropy" }, { 3, three, classes, "sparse_categorical_crossentropy" },
    { 1, one, zero_one, "hinge" },                 { 1, one, plus_minus, "squared_hinge" },
};
static const struct { Labels labels; const char *metric, *name; double value; } cases[] = {
    { HOT, "categorical_accuracy", "categorical_accuracy", 0.600000024 },
    { HOT, "acc", "acc", 0.600000024 },
    { HOT, "TopKCategoricalAccuracy(2)", "top_k_categorical_accuracy", 1 },
    { HOT, "Precision()", "precision", 1 },
    { HOT, "Recall(0.35)", "recall", 0.800000012 },
    { HOT, "TruePositives(0.3)", "true_positives", 4 },
    { HOT, "FalseNegatives()", "false_negatives", 3 },
    { HOT, "TrueNegatives(0.2)", "true_negatives", 5 },
    { HOT, "FalsePositives(0.25)", "false_positives", 4 },
    { HOT, "mse", "mse", 0.145333335 },
    { HOT, "mae", "mae", 0.326666653 },
    { HOT, "RootMeanSquaredError()", "root_mean_squared_error", 0.381226093 },
    { HOT, "KLDivergence()", "kullback_leibler_divergence", 0.759735942 },
    { HOT, "CosineSimilarity()", "cosine_similarity", 0.738902271 },
    { HOT, "cosine_similarity", "cosine_similarity", 0.738902271 },
    { HOT, "categorical_hinge", "categorical_hinge", 0.800000012 },
    { HOT, "poisson", "poisson", 0.586579502 },
    { HOT, "ce", "ce", 0.759738863 },
    { HOT, "LogCoshError()", "logcosh", 0.069174014 },
    { HOT, "Accuracy()", "accuracy", 0 },
    { HOT, "msle", "msle", 0.0716939345 },
    { HOT, "mape", "mape", 163333360 },
    { CLASSES, "accuracy", "accuracy", 0.600000024 },
    { CLASSES, "sparse_categorical_accuracy", "sparse_categorical_accuracy", 0.600000024 },
    { CLASSES, "SparseTopKCategoricalAccuracy(2)", "sparse_top_k_categorical_accuracy", 1 },
    { CLASSES, "mae", "mae", 0.933333278 },
    { CLASSES, "crossentropy", "crossentropy", 0.759738863 },
    { ZERO_ONE, "accuracy", "accuracy", 0.800000012 },
    { ZERO_ONE, "BinaryAccuracy(threshold=0.0)", "binary_accuracy", 0.600000024 },
    { ZERO_ONE, "binary_accuracy", "binary_accuracy", 0.800000012 },
    { ZERO_ONE, "hinge", "hinge", 0.600000024 },
    { ZERO_ONE, "squared_hinge", "squared_hinge", 0.611999989 },
    { ZERO_ONE, "Precision(0.0)", "precision", 0.5 },
    { PLUS_MINUS, "accuracy", "accuracy", 0.200000003 },
    { PLUS_MINUS, "BinaryAccuracy(threshold=0.0)", "binary_accuracy", 0.200000003 },
    { PLUS_MINUS, "hinge", "hinge", 0.600000024 },
    { PLUS_MINUS, "mse", "mse", 0.620000005 },
};

static const Model *identity(Arena *arena, int width, const char *loss, const char *metric)
{
    const char *quote = strchr(metric, '(') ? "" : "'";
    const char *text = arena_printf(arena, "model = Sequential([Input((%d,)), Activation('linear')])\nmodel.compile('sgd', '%s', metrics=[%s%s%s])\n", width,
                                    loss, quote, metric, quote);
    FrontOptions front = { 0 };
    return model_from_source(arena, source_from_text(arena, "test.bnn", text, strlen(text)), &front, diag_new(arena));
}

/* The parts as the trainer adds them up. */
static double evaluate(const Model *model, Labels labels)
{
    PassOptions passes = { .mode = MODE_INFER, .model = model, .scores = true, .stop_after = "canonical" };
    Graph *graph = passes_run(model->graph, &passes);
    Interp *interp = interp_new(graph, 0);
    const TrainProgram program = { .metric_count = 1, .part_count = graph_metric_numbers(graph), .metrics = model->compile.metrics.at };
    const char *const names[] = { "loss", "metric" };
    Scores scores = { 0 };
    Logs logs = { 0 };
    float parts[METRIC_NUMBERS] = { 0 };
    const void *inputs[] = { sets[labels].outputs }, *given[] = { sets[labels].labels };
    interp_run(interp, COUNT, inputs, given);
    for (int m = 0, at = 0; m < graph->metrics.count; m++) {
        int size = (int)shape_count(graph->metrics.at[m]->shape);
        for (int k = 0; k < size; k++, at++)
            for (int i = 0; i < COUNT; i++)
                parts[at] += interp_result(interp, graph->metrics.at[m]).f32[i * size + k] / COUNT;
    }
    scores_add(&scores, &program, 0, parts, COUNT);
    scores_log(&scores, &program, names, &logs);
    interp_free(interp);
    return logs.value[1];
}

static void test_values(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Model *model = identity(*state, sets[cases[i].labels].width, sets[cases[i].labels].loss, cases[i].metric);
        assert_non_null(model);
        assert_int_equal(model->compile.metrics.count, 1);
        assert_string_equal(model->compile.metrics.at[0].name, cases[i].name);
        double value = evaluate(model, cases[i].labels);
        if (!(fabs(value - cases[i].value) <= 2e-6 * fmax(1, fabs(cases[i].value))))
            fail_msg("%s of set %d is %.9g, not %.9g", cases[i].metric, (int)cases[i].labels, value, cases[i].value);
    }
}

static void test_refused(void **state)
{
    assert_null(identity(*state, 3, "mse", "acuracy"));
    const Model *model = identity(*state, 3, "mse", "F1Score(average=None)"); /* several numbers: a warning */
    assert_int_equal(model->compile.metrics.count, 0);
    assert_null(identity(*state, 3, "mse", "'mse', tf.keras.metrics.MeanSquaredError(name='mse')"));
}

const struct CMUnitTest metrics_tests[] = { TEST(test_values), TEST(test_refused) };
const int metrics_test_count = sizeof metrics_tests / sizeof *metrics_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("metrics", metrics_tests, (size_t)metrics_test_count, NULL, NULL) != 0;
}
#endif
