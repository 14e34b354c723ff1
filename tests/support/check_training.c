/* Training: in: a model with weights and settings. out: initial values, evaluation, losses, metrics and the whole state after some steps
 * (weights, slots, moving statistics) of its generated C, compared with the interpreter. */
#include "support/check_parts.h"

#include "base/bug.h"
#include "passes/passes.h"
#include "run/interp.h"
#include "support/formula.h"

#include "bnn.h"

#include <string.h>

enum { METRICS_MAX = 8 };

struct TrainingReference {
    Graph *graph;
    Interp *interp;
    float losses[STEPS_MAX], metrics[STEPS_MAX][METRICS_MAX];
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

static float mean_of(const float *values, int count)
{
    float sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return sum / (float)count;
}

TrainingReference *check_training_reference(Check *check)
{
    PassOptions options = { .mode = MODE_TRAIN, .model = check->model, .stop_after = "canonical" };
    TrainingReference *r = ARENA_NEW(check->arena, TrainingReference);
    r->graph = passes_run(check->model->graph, &options);
    BUG_IF(r->graph->metrics.count > METRICS_MAX);
    if (!check->labels[0])
        make_labels(check, r->graph);
    r->interp = interp_new(r->graph, check->seed);
    for (int step = 0; step < check->steps; step++) {
        interp_run(r->interp, check->batch, check->inputs, check->labels);
        r->losses[step] = interp_result(r->interp, r->graph->loss).f32[0];
        for (int k = 0; k < r->graph->metrics.count; k++)
            r->metrics[step][k] = mean_of(interp_result(r->interp, r->graph->metrics.at[k]).f32, check->batch);
        interp_update(r->interp);
    }
    return r;
}

void check_training_reference_free(TrainingReference *reference)
{
    interp_free(reference->interp);
}

/* --- calling generated code */

typedef struct {
    const bnn_variable *table;
    int count;
    size_t state_bytes, workspace_bytes;
    void (*init)(float *, uint64_t);
    float (*step)(float *, void *, const void *const *, const void *const *, int, uint64_t, float *);
    void (*evaluate)(const float *, void *, const void *const *, int, void *const *);
} Training;

static void add_pointers(Text *text, const char *name, int count)
{
    for (int k = 0; k < count; k++)
        text_printf(text, "%s[%d], ", name, k);
}

/* Functions of one kind for every number of inputs, labels and outputs. */
static const char *callers(Arena *arena, const Graph *train, const Graph *evaluate)
{
    Text text = text_new(arena);
    const char *step = "float model_step(float *state, void *workspace, const void *const *x, const void *const *label, int count, uint64_t seed, float *metrics)";
    text_printf(&text, "extern const int model_variable_count;\nconst int model_variable_count = MODEL_VARIABLE_COUNT;\n%s;\n%s\n{\n"
                       "    return model_train_batch(state, workspace, ", step, step);
    add_pointers(&text, "x", train->inputs.count);
    add_pointers(&text, "label", train->labels.count);
    const char *outputs = "void model_outputs(const float *state, void *workspace, const void *const *x, int count, void *const *y)";
    text_printf(&text, "count, seed, 1.0f, metrics);\n}\n%s;\n%s\n{\n    model_evaluate(state, workspace, ", outputs, outputs);
    add_pointers(&text, "x", evaluate->inputs.count);
    text_add(&text, "count");
    for (int k = 0; k < evaluate->outputs.count; k++)
        text_printf(&text, ", y[%d]", k);
    text_add(&text, ");\n}\n");
    return text.at;
}

static void *symbol(Jit *jit, const char *name)
{
    void *found = jit_symbol(jit, name);
    if (!found)
        BUG("generated code has no %s", name);
    return found;
}

static Training training_of(Jit *jit, const Plan *plan, const Emitted *code)
{
    Training t = { .table = symbol(jit, "model_variables"), .workspace_bytes = code->workspace_bytes };
    t.count = *(const int *)symbol(jit, "model_variable_count");
    t.init = (void (*)(float *, uint64_t))(uintptr_t)symbol(jit, "model_init");
    t.step = (float (*)(float *, void *, const void *const *, const void *const *, int, uint64_t, float *))(uintptr_t)symbol(jit, "model_step");
    t.evaluate = (void (*)(const float *, void *, const void *const *, int, void *const *))(uintptr_t)symbol(jit, "model_outputs");
    t.state_bytes = plan->state_bytes;
    return t;
}

/* --- the state */

static const Variable *variable_named(const Graph *graph, const char *name)
{
    for (int i = 0; i < graph->variables.count; i++)
        if (!strcmp(graph->variables.at[i]->name, name))
            return graph->variables.at[i];
    return NULL;
}

/* What init writes is what the runtime's own function gives. */
static void check_initial(Check *check, const Training *t, const Graph *graph, const float *state)
{
    for (int i = 0; i < t->count; i++) {
        const Variable *variable = variable_named(graph, t->table[i].name);
        if (!variable || variable->initializer.kind == INIT_ARRAY)
            continue;
        float *want = ARENA_ARRAY(check->arena, float, t->table[i].count);
        bnn_initialize(&t->table[i], check->seed, want);
        check_compare(check, arena_printf(check->arena, "initial %s", t->table[i].name), want, state + t->table[i].offset, t->table[i].count);
    }
}

static void load_state(const Training *t, const Graph *graph, float *state)
{
    for (int i = 0; i < t->count; i++) {
        const Variable *variable = variable_named(graph, t->table[i].name);
        if (variable && variable->data)
            memcpy(state + t->table[i].offset, variable->data, t->table[i].count * sizeof(float));
    }
}

static void compare_state(Check *check, const TrainingReference *want, const Training *t, const float *state)
{
    for (int i = 0; i < t->count; i++) {
        const Variable *variable = variable_named(want->graph, t->table[i].name);
        if (variable)
            check_compare(check, t->table[i].name, interp_variable(want->interp, variable), state + t->table[i].offset, t->table[i].count);
    }
}

static void check_evaluate(Check *check, const Training *t, const float *state, void *workspace)
{
    const Graph *graph = check->model->graph;
    void *got[POINTERS_MAX];
    for (int k = 0; k < graph->outputs.count; k++)
        got[k] = check_block(check->arena, sizeof(float) * (size_t)(shape_count(graph->outputs.at[k]->shape) * check->batch));
    t->evaluate(state, workspace, (const void *const *)check->packed, check->batch, got);
    for (int k = 0; k < graph->outputs.count; k++)
        check_compare(check, "evaluate", check->outputs[k], got[k], (size_t)(shape_count(graph->outputs.at[k]->shape) * check->batch));
}

static void run_training(Check *check, const Training *t, const TrainingReference *want)
{
    float *state = check_block(check->arena, t->state_bytes), metrics[METRICS_MAX] = { 0 };
    void *workspace = check_block(check->arena, t->workspace_bytes);
    t->init(state, check->seed);
    check_initial(check, t, want->graph, state);
    load_state(t, want->graph, state);
    check_evaluate(check, t, state, workspace);
    memset(workspace, 0xFF, t->workspace_bytes);
    for (int step = 0; step < check->steps; step++) {
        float loss = t->step(state, workspace, (const void *const *)check->packed, check->labels, check->batch, check->seed, metrics);
        check_compare(check, "loss", &want->losses[step], &loss, 1);
        check_compare(check, "metrics", want->metrics[step], metrics, (size_t)want->graph->metrics.count);
    }
    compare_state(check, want, t, state);
    check_margin(check, "state", state, t->state_bytes);
    check_margin(check, "workspace", workspace, t->workspace_bytes);
}

void check_training(Check *check, const TrainingReference *want)
{
    PassOptions train = { .mode = MODE_TRAIN, .model = check->model }, infer = { .mode = MODE_INFER, .model = check->model };
    PlanOptions options = check->plan;
    options.target = target_find(check->toolchain->target);
    options.batch = check->batch + (int)(check->seed % 2); /* batches need not be full */
    options.training = true;
    Plan *train_plan = plan_build(check->arena, passes_run(check->model->graph, &train), &options);
    Plan *evaluate_plan = plan_build(check->arena, passes_run(check->model->graph, &infer), &options);
    plan_verify(train_plan);
    plan_verify(evaluate_plan);
    EmitOptions emit = { .file_stem = options.prefix, .source_hash = "0", .options_text = "" };
    Emitted code = emit_training(check->arena, train_plan, evaluate_plan, check->model, &emit);
    Jit *jit = check_compile(check, &code, callers(check->arena, train_plan->graph, evaluate_plan->graph), "training");
    if (jit) {
        Training t = training_of(jit, train_plan, &code);
        run_training(check, &t, want);
    }
    jit_free(jit);
}
