/* Training: in: a model with weights and settings. out: initial values, evaluation, losses, metrics and the whole state after some steps
 * (weights, slots, moving statistics) of its generated C, compared with the interpreter. */
#include "support/check_parts.h"

#include "base/bug.h"
#include "passes/passes.h"
#include "run/interp.h"
#include "support/formula.h"

#include <bnn_train.h>
#include <string.h>

struct TrainingReference {
    Graph *graph;
    Interp *interp;
    float losses[STEPS_MAX], metrics[STEPS_MAX][METRIC_NUMBERS];
    float test_loss, test_metrics[METRIC_NUMBERS]; /* in inference, before any step */
    float **outputs;
};

/* The output that label `index` belongs to: those without a loss have none. */
static const Value *labelled_output(const Model *model, int index)
{
    for (int k = 0; k < model->graph->outputs.count; k++)
        if (model->compile.loss[k] && index-- == 0)
            return model->graph->outputs.at[k];
    BUG("a label without an output");
}

/* Classes, zeros and ones, or (for some seeds) reals where the loss takes numbers. */
static void make_labels(Check *check, const Graph *graph)
{
    bool reals = check->seed % 3 == 1;
    for (int k = 0; k < graph->labels.count; k++) {
        const Value *label = graph->labels.at[k], *output = labelled_output(check->model, k);
        int64_t count = shape_count(label->shape) * check->batch, classes = output->shape.dim[output->shape.rank - 1];
        const char *name = arena_printf(check->arena, "y%d", k);
        float *f32 = ARENA_ARRAY(check->arena, float, count);
        int32_t *i32 = ARENA_ARRAY(check->arena, int32_t, count);
        for (int64_t i = 0; i < count; i++) {
            uint64_t r = formula_raw(check->seed, name, (uint64_t)i);
            i32[i] = (int32_t)((r >> 33) % (uint64_t)classes);
            f32[i] = reals ? (float)(r >> 40) * 0x1p-23f - 0.5f : (float)((r >> 40) & 1);
        }
        check->labels[k] = label->element == ELEMENT_F32 ? (void *)f32 : i32;
    }
}

/* Over `count` samples, each with `size` numbers. */
static void means_of(const float *values, int size, int count, float *means)
{
    for (int k = 0; k < size; k++) {
        float sum = 0;
        for (int i = 0; i < count; i++)
            sum += values[i * size + k];
        means[k] = sum / (float)count;
    }
}

static float scores_of(Check *check, Interp *interp, const Graph *graph, float *metrics)
{
    BUG_IF(graph_metric_numbers(graph) > METRIC_NUMBERS);
    interp_run(interp, check->batch, check->inputs, check->labels);
    for (int k = 0; k < graph->metrics.count; k++) {
        int size = (int)shape_count(graph->metrics.at[k]->shape);
        means_of(interp_result(interp, graph->metrics.at[k]).f32, size, check->batch, metrics);
        metrics += size;
    }
    return interp_result(interp, graph->loss).f32[0];
}

static void run_test(Check *check, TrainingReference *r)
{
    PassOptions options = { .mode = MODE_INFER, .model = check->model, .stop_after = "canonical", .scores = true };
    Graph *graph = passes_run(check->model->graph, &options);
    Interp *interp = interp_new(graph, check->seed);
    r->test_loss = scores_of(check, interp, graph, r->test_metrics);
    r->outputs = check_reference(check, check->batch);
    interp_free(interp);
}

TrainingReference *check_training_reference(Check *check)
{
    PassOptions options = { .mode = MODE_TRAIN, .model = check->model, .stop_after = "canonical" };
    TrainingReference *r = ARENA_NEW(check->arena, TrainingReference);
    r->graph = passes_run(check->model->graph, &options);
    if (!check->labels[0])
        make_labels(check, r->graph);
    run_test(check, r);
    r->interp = interp_new(r->graph, check->seed);
    for (int step = 0; step < check->steps; step++) {
        r->losses[step] = scores_of(check, r->interp, r->graph, r->metrics[step]);
        interp_update(r->interp);
    }
    return r;
}

void check_training_reference_free(TrainingReference *reference)
{
    interp_free(reference->interp);
}

/* --- the state */

/* What init writes is what the runtime's own function gives. */
static void check_initial(Check *check, const TrainProgram *t, const Graph *graph, const float *state)
{
    for (int i = 0; i < t->variable_count; i++) {
        const Variable *variable = graph_variable_named(graph, t->variables[i].name);
        if (!variable || variable->initializer.kind == INIT_ARRAY)
            continue;
        float *want = ARENA_ARRAY(check->arena, float, t->variables[i].count);
        bnn_initialize(&t->variables[i], check->seed, want);
        check_compare(check, arena_printf(check->arena, "initial %s", t->variables[i].name), want, state + t->variables[i].offset, t->variables[i].count);
    }
}

static void load_state(const TrainProgram *t, const Graph *graph, float *state)
{
    for (int i = 0; i < t->variable_count; i++) {
        const Variable *variable = graph_variable_named(graph, t->variables[i].name);
        if (variable && variable->data)
            memcpy(state + t->variables[i].offset, variable->data, t->variables[i].count * sizeof(float));
    }
}

static void compare_state(Check *check, const TrainingReference *want, const TrainProgram *t, const float *state)
{
    for (int i = 0; i < t->variable_count; i++) {
        const Variable *variable = graph_variable_named(want->graph, t->variables[i].name);
        if (variable)
            check_compare(check, t->variables[i].name, interp_variable(want->interp, variable), state + t->variables[i].offset, t->variables[i].count);
    }
}

static void check_scores(Check *check, const TrainProgram *t, const TrainingReference *want, const float *state, void *workspace)
{
    float **got = check_outputs_new(check), metrics[METRIC_NUMBERS] = { 0 };
    const void *const *inputs = (const void *const *)check->packed;
    t->evaluate(state, workspace, inputs, check->batch, got);
    check_outputs(check, "evaluate", want->outputs, got);
    memset(workspace, 0xFF, t->workspace_bytes);
    got = check_outputs_new(check);
    float loss = t->test(state, workspace, inputs, check->labels, check->batch, metrics, got);
    check_outputs(check, "test", want->outputs, got);
    check_compare(check, "loss of the test", &want->test_loss, &loss, 1);
    check_compare(check, "metrics of the test", want->test_metrics, metrics, (size_t)t->part_count);
}

static void run_training(Check *check, const TrainProgram *t, const TrainingReference *want)
{
    float *state = check_block(check->arena, t->state_bytes), metrics[METRIC_NUMBERS] = { 0 };
    void *workspace = check_block(check->arena, t->workspace_bytes);
    t->init(state, check->seed);
    check_initial(check, t, want->graph, state);
    load_state(t, want->graph, state);
    check_scores(check, t, want, state, workspace);
    memset(workspace, 0xFF, t->workspace_bytes);
    for (int step = 0; step < check->steps; step++) {
        float loss = t->train(state, workspace, (const void *const *)check->packed, check->labels, check->batch, check->seed, 1.0f, metrics);
        check_compare(check, "loss", &want->losses[step], &loss, 1);
        check_compare(check, "metrics", want->metrics[step], metrics, (size_t)t->part_count);
    }
    compare_state(check, want, t, state);
    check_margin(check, "state", state, t->state_bytes);
    check_margin(check, "workspace", workspace, t->workspace_bytes);
}

void check_training(Check *check, const TrainingReference *want)
{
    const char *error = NULL;
    ProgramOptions options = check_options(check);
    TrainProgram *program = program_train(check->arena, check->model, &options, &error);
    check->tally->comparisons++;
    if (program)
        run_training(check, program, want);
    else
        check_complain(check, "training does not compile", error);
    jit_free(program ? program->jit : NULL);
}
