/* The reference interpreter computes once; then every toolchain compiles the generated C and must give the same bits. */
#include "support/check.h"

#include "base/bug.h"

#include "emit/emit.h"
#include "passes/passes.h"
#include "plan/plan.h"
#include "run/interp.h"
#include "support/formula.h"

#include "bnn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 3, STEPS = 2, STEPS_MAX = 16, POINTERS_MAX = 8 };

typedef struct {
    Arena *arena;
    Model *model;
    uint64_t seed;
    int batch, steps;
    const char *label;
    CheckResult result;
    const void *inputs[POINTERS_MAX]; /* float or int32, as the interpreter wants them */
    void *packed[POINTERS_MAX];       /* the same as generated code wants them: float, uint8_t, int8_t */
    const void *labels[POINTERS_MAX];
} Check;

int check_toolchains(Arena *arena, Toolchain *out, int room)
{
    static const Toolchain all[] = {
        { "tcc, generic", JIT_TCC, NULL, NULL, "generic" },
        { "gcc -O0, generic", JIT_CC, "gcc", "-O0", "generic" },
        { "gcc -O3, generic", JIT_CC, "gcc", "-O3", "generic" },
        { "gcc -O3 -mfma, generic", JIT_CC, "gcc", "-O3 -mavx2 -mfma", "generic" },
        { "clang -O2, generic", JIT_CC, "clang", "-O2", "generic" },
        { "gcc -O3, avx2", JIT_CC, "gcc", "-O3 -mavx2", "avx2" },
        { "clang -O2, avx2", JIT_CC, "clang", "-O2 -mavx2 -mfma", "avx2" },
    };
    int count = 0;
    (void)arena;
    for (size_t i = 0; i < sizeof all / sizeof *all && count < room; i++) {
        const char *why = NULL;
        char probe[64] = "command -v gcc >/dev/null 2>&1";
        if (all[i].compiler)
            snprintf(probe, sizeof probe, "command -v %s >/dev/null 2>&1", all[i].compiler);
        bool present = all[i].kind == JIT_TCC ? jit_available(JIT_TCC, &why) : system(probe) == 0;
        if (strcmp(all[i].target, "avx2") == 0 && !__builtin_cpu_supports("avx2"))
            present = false;
        if (strstr(all[i].name, "-mfma") && !__builtin_cpu_supports("fma"))
            present = false;
        if (present)
            out[count++] = all[i];
        else
            printf("not on this machine: %s\n", all[i].name);
    }
    return count;
}

static bool same_bits(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void compare(Check *check, const char *toolchain, const char *what, const float *want, const float *got, size_t count)
{
    check->result.comparisons++;
    for (size_t i = 0; i < count; i++)
        if (!same_bits(want[i], got[i])) {
            check->result.differences++;
            printf("DIFF %s [%s] %s[%zu of %zu]: interpreter %a (%.9g), generated %a (%.9g)\n", check->label, toolchain, what, i, count,
                   (double)want[i], (double)want[i], (double)got[i], (double)got[i]);
            return;
        }
}

static void make_inputs(Check *check)
{
    const Graph *graph = check->model->graph;
    for (int k = 0; k < graph->inputs.count; k++) {
        const Value *input = graph->inputs.at[k];
        int64_t count = shape_count(input->shape) * check->batch;
        const char *name = arena_printf(check->arena, "x%d", k);
        float *reals = ARENA_ARRAY(check->arena, float, count);
        int32_t *integers = ARENA_ARRAY(check->arena, int32_t, count);
        if (input->element == ELEMENT_F32)
            formula_input_f32(check->seed, name, count, reals);
        else
            formula_input_i32(check->seed, name, input->element, count, integers);
        check->inputs[k] = input->element == ELEMENT_F32 ? (void *)reals : integers;
    }
}

/* Inputs as generated code takes them: integers are bytes there. */
static void pack_inputs(Check *check)
{
    const Graph *graph = check->model->graph;
    for (int k = 0; k < graph->inputs.count; k++) {
        const Value *input = graph->inputs.at[k];
        int64_t count = shape_count(input->shape) * check->batch;
        uint8_t *bytes = ARENA_ARRAY(check->arena, uint8_t, count * (int64_t)sizeof(float));
        if (input->element == ELEMENT_F32)
            memcpy(bytes, check->inputs[k], (size_t)count * sizeof(float));
        else
            for (int64_t i = 0; i < count; i++)
                bytes[i] = (uint8_t)((const int32_t *)check->inputs[k])[i];
        check->packed[k] = bytes;
    }
}

/* ---- calling generated code: up to eight pointers in a row */

typedef void (*Predict)(void *, void *, void *, void *, void *, void *, void *, void *);
typedef void (*Evaluate)(const float *, void *, const void *, int, float *);
typedef float (*TrainBatch)(float *, void *, const void *, const void *, int, uint64_t, float, float *);

static void *aligned(Arena *arena, size_t bytes)
{
    uintptr_t at = (uintptr_t)arena_alloc(arena, bytes + 64);
    return (void *)((at + 63) / 64 * 64);
}

static Jit *compile(Check *check, const Toolchain *toolchain, const Emitted *code, const char *what)
{
    const char *error = NULL;
    JitOptions options = { .kind = toolchain->kind, .compiler = toolchain->compiler, .flags = toolchain->flags };
    Jit *jit = jit_compile(check->arena, "model", code->c_text, code->h_text, &options, &error);
    check->result.comparisons++;
    if (!jit) {
        check->result.differences++;
        printf("DIFF %s [%s] %s: does not compile: %s\n", check->label, toolchain->name, what, error);
    }
    return jit;
}

/* ---- inference */

static size_t element_bytes(const Value *value)
{
    return value->element == ELEMENT_F32 ? sizeof(float) : 1;
}

static void run_predict(Check *check, const Toolchain *toolchain, Jit *jit, const Graph *graph, const Emitted *code, float *const *want)
{
    Predict predict = (Predict)(uintptr_t)jit_symbol(jit, "model_predict");
    BUG_IF(!predict);
    void *workspace = aligned(check->arena, code->workspace_bytes + 64);
    float *got[POINTERS_MAX];
    for (int k = 0; k < graph->outputs.count; k++)
        got[k] = aligned(check->arena, sizeof(float) * (size_t)(shape_count(graph->outputs.at[k]->shape) * check->batch));
    for (int n = 0; n < check->batch; n++) {
        void *at[POINTERS_MAX] = { 0 };
        int count = 0;
        for (int k = 0; k < graph->inputs.count; k++)
            at[count++] = (char *)check->packed[k] +
                          element_bytes(graph->inputs.at[k]) * (size_t)shape_count(graph->inputs.at[k]->shape) * (size_t)n;
        for (int k = 0; k < graph->outputs.count; k++)
            at[count++] = got[k] + shape_count(graph->outputs.at[k]->shape) * n;
        at[count++] = workspace;
        predict(at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7]);
    }
    for (int k = 0; k < graph->outputs.count; k++)
        compare(check, toolchain->name, "predict", want[k], got[k], (size_t)(shape_count(graph->outputs.at[k]->shape) * check->batch));
}

static void read_result(const Interp *interp, const Value *value, float *out)
{
    Tensor result = interp_result(interp, value);
    for (int64_t i = 0; i < shape_count(value->shape); i++)
        out[i] = value->element == ELEMENT_F32 ? result.f32[i] : (float)result.i32[i];
}

/* Sample by sample, as predict is called: a quantizer's statistics over the batch are those of one sample. */
static float **reference_inference(Check *check)
{
    PassOptions options = { .mode = MODE_INFER, .model = check->model, .stop_after = "canonical" };
    Graph *graph = passes_run(check->model->graph, &options);
    Interp *interp = interp_new(graph, check->seed);
    float **outputs = ARENA_ARRAY(check->arena, float *, graph->outputs.count + 1);
    for (int k = 0; k < graph->outputs.count; k++)
        outputs[k] = ARENA_ARRAY(check->arena, float, shape_count(graph->outputs.at[k]->shape) * check->batch);
    for (int n = 0; n < check->batch; n++) {
        const void *sample[POINTERS_MAX];
        for (int k = 0; k < graph->inputs.count; k++) /* floats and int32 have four bytes */
            sample[k] = (const char *)check->inputs[k] + 4 * shape_count(graph->inputs.at[k]->shape) * n;
        interp_run(interp, 1, sample, NULL);
        for (int k = 0; k < graph->outputs.count; k++)
            read_result(interp, graph->outputs.at[k], outputs[k] + shape_count(graph->outputs.at[k]->shape) * n);
    }
    interp_free(interp);
    return outputs;
}

static PlanOptions plan_options(const Check *check, const Toolchain *toolchain, bool training)
{
    return (PlanOptions){ .prefix = "model", .target = target_find(toolchain->target), .batch = training ? check->batch : 1, .training = training };
}

static void check_inference(Check *check, const Toolchain *toolchain, float *const *want)
{
    PassOptions passes = { .mode = MODE_INFER, .model = check->model, .constants = true };
    Graph *graph = passes_run(check->model->graph, &passes);
    PlanOptions options = plan_options(check, toolchain, false);
    Plan *plan = plan_build(check->arena, graph, &options);
    plan_verify(plan);
    EmitOptions emit = { .file_stem = "model", .source_hash = "0", .weights_hash = "0", .options_text = "" };
    Emitted code = emit_inference(check->arena, plan, check->model, &emit);
    Jit *jit = compile(check, toolchain, &code, "inference");
    if (jit) {
        run_predict(check, toolchain, jit, graph, &code, want);
        jit_free(jit);
    }
}

/* ---- training */

static void make_labels(Check *check, const Graph *graph)
{
    for (int k = 0; k < graph->labels.count; k++) {
        const Value *label = graph->labels.at[k];
        int64_t count = shape_count(label->shape) * check->batch;
        int64_t classes = shape_count(check->model->graph->outputs.at[k]->shape);
        float *f32 = ARENA_ARRAY(check->arena, float, count);
        int32_t *i32 = ARENA_ARRAY(check->arena, int32_t, count);
        for (int64_t i = 0; i < count; i++) {
            uint64_t r = formula_raw(check->seed, "y", (uint64_t)i);
            i32[i] = (int32_t)((r >> 33) % (uint64_t)classes);
            f32[i] = (float)((r >> 40) & 1);
        }
        check->labels[k] = label->element == ELEMENT_F32 ? (void *)f32 : i32;
    }
}

typedef struct { float losses[STEPS_MAX]; Graph *graph; Interp *interp; float *evaluated; } TrainingReference;

static TrainingReference reference_training(Check *check)
{
    PassOptions options = { .mode = MODE_TRAIN, .model = check->model, .stop_after = "canonical" };
    TrainingReference r = { .graph = passes_run(check->model->graph, &options) };
    if (!check->labels[0])
        make_labels(check, r.graph);
    r.interp = interp_new(r.graph, check->seed);
    for (int step = 0; step < check->steps; step++) {
        interp_run(r.interp, check->batch, check->inputs, check->labels);
        r.losses[step] = interp_result(r.interp, r.graph->loss).f32[0];
        interp_update(r.interp);
    }
    return r;
}

static const Variable *variable_named(const Graph *graph, const char *name)
{
    for (int i = 0; i < graph->variables.count; i++)
        if (!strcmp(graph->variables.at[i]->name, name))
            return graph->variables.at[i];
    return NULL;
}

static void load_state(Check *check, const Graph *graph, const bnn_variable *table, int count, float *state)
{
    (void)check;
    for (int i = 0; i < count; i++) {
        const Variable *variable = variable_named(graph, table[i].name);
        if (variable && variable->data)
            memcpy(state + table[i].offset, variable->data, table[i].count * sizeof(float));
    }
}

static void compare_state(Check *check, const char *toolchain, const TrainingReference *want, const bnn_variable *table, int count, const float *state)
{
    for (int i = 0; i < count; i++) {
        const Variable *variable = variable_named(want->graph, table[i].name);
        if (variable)
            compare(check, toolchain, table[i].name, interp_variable(want->interp, variable), state + table[i].offset, table[i].count);
    }
}

static void run_training(Check *check, const Toolchain *toolchain, Jit *jit, const Emitted *code, const TrainingReference *want)
{
    TrainBatch train = (TrainBatch)(uintptr_t)jit_symbol(jit, "model_train_batch");
    const bnn_variable *table = jit_symbol(jit, "model_variables");
    const int *count = jit_symbol(jit, "model_variable_count");
    void (*init)(float *, uint64_t) = (void (*)(float *, uint64_t))(uintptr_t)jit_symbol(jit, "model_init");
    BUG_IF(!train); BUG_IF(!table); BUG_IF(!count); BUG_IF(!init);
    size_t floats = 0;
    for (int i = 0; i < *count; i++)
        floats = table[i].offset + table[i].count > floats ? table[i].offset + table[i].count : floats;
    float *state = aligned(check->arena, floats * sizeof(float) + 64);
    void *workspace = aligned(check->arena, code->workspace_bytes + 64);
    float metrics[16] = { 0 };
    init(state, check->seed);
    load_state(check, want->graph, table, *count, state);
    for (int step = 0; step < check->steps; step++) {
        float loss = train(state, workspace, check->packed[0], check->labels[0], check->batch, check->seed, 1.0f, metrics);
        compare(check, toolchain->name, "loss", &want->losses[step], &loss, 1);
    }
    compare_state(check, toolchain->name, want, table, *count, state);
}

static void check_training(Check *check, const Toolchain *toolchain, const TrainingReference *want)
{
    PassOptions train = { .mode = MODE_TRAIN, .model = check->model }, infer = { .mode = MODE_INFER, .model = check->model };
    PlanOptions options = plan_options(check, toolchain, true);
    Plan *train_plan = plan_build(check->arena, passes_run(check->model->graph, &train), &options);
    Plan *evaluate_plan = plan_build(check->arena, passes_run(check->model->graph, &infer), &options);
    plan_verify(train_plan);
    plan_verify(evaluate_plan);
    EmitOptions emit = { .file_stem = "model", .source_hash = "0", .options_text = "" };
    Emitted code = emit_training(check->arena, train_plan, evaluate_plan, check->model, &emit);
    code.c_text = arena_printf(check->arena, "%s\nconst int model_variable_count = MODEL_VARIABLE_COUNT;\n", code.c_text);
    Jit *jit = compile(check, toolchain, &code, "training");
    if (jit) {
        run_training(check, toolchain, jit, &code, want);
        jit_free(jit);
    }
}

static void check_everything(Check *check, const Toolchain *toolchains, int count)
{
    const Graph *graph = check->model->graph;
    pack_inputs(check);
    float **want = reference_inference(check);
    for (int i = 0; i < count; i++)
        check_inference(check, &toolchains[i], want);
    if (check->steps && check->model->compile.present && graph->inputs.count == 1 && graph->outputs.count == 1) {
        TrainingReference training = reference_training(check);
        for (int i = 0; i < count; i++)
            check_training(check, &toolchains[i], &training);
        interp_free(training.interp);
    }
}

CheckResult check_model(Arena *arena, Model *model, uint64_t weights_seed, const Toolchain *toolchains, int count, const char *label)
{
    Check check = { .arena = arena, .model = model, .seed = weights_seed, .batch = BATCH, .steps = STEPS, .label = label, .result.compiled = true };
    const Graph *graph = model->graph;
    for (int i = 0; i < graph->variables.count; i++) {
        Variable *variable = graph->variables.at[i];
        float *data = ARENA_ARRAY(arena, float, shape_count(variable->shape));
        formula_weight(variable, weights_seed, data);
        variable->data = data;
    }
    make_inputs(&check);
    check_everything(&check, toolchains, count);
    return check.result;
}

CheckResult check_data(Arena *arena, Model *model, const CheckData *data, const Toolchain *toolchains, int count, const char *label)
{
    Check check = { .arena = arena, .model = model, .batch = data->batch, .steps = data->steps, .label = label, .result.compiled = true };
    BUG_IF(data->steps > STEPS_MAX);
    for (int k = 0; k < model->graph->inputs.count; k++)
        check.inputs[k] = data->inputs[k];
    if (data->steps)
        check.labels[0] = data->labels[0];
    check_everything(&check, toolchains, count);
    return check.result;
}
