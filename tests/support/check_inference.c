/* Packed inference: in: a model with weights. out: outputs of its generated C, sample by sample, compared with the interpreter's on the whole batch. */
#include "support/check_parts.h"

#include "base/bug.h"
#include "passes/passes.h"
#include "run/interp.h"

typedef void (*Predict)(const void *const *inputs, void *const *outputs, void *workspace);

float **check_reference(Check *check)
{
    PassOptions options = { .mode = MODE_INFER, .model = check->model, .stop_after = "canonical" };
    Graph *graph = passes_run(check->model->graph, &options);
    Interp *interp = interp_new(graph, check->seed);
    interp_run(interp, check->batch, check->inputs, NULL);
    float **outputs = ARENA_ARRAY(check->arena, float *, graph->outputs.count + 1);
    for (int k = 0; k < graph->outputs.count; k++) {
        const Value *value = graph->outputs.at[k];
        size_t one = (size_t)shape_count(value->shape);
        Tensor result = interp_result(interp, value);
        outputs[k] = ARENA_ARRAY(check->arena, float, one * (size_t)check->batch);
        for (size_t i = 0; i < one * (size_t)check->batch; i++) {
            size_t from = value->batched ? i : i % one;
            outputs[k][i] = value->element == ELEMENT_F32 ? result.f32[from] : (float)result.i32[from];
        }
    }
    interp_free(interp);
    return outputs;
}

/* A function of one kind for every number of inputs and outputs. */
static const char *caller(Arena *arena, const char *prefix, const Graph *graph)
{
    Text text = text_new(arena);
    text_printf(&text, "void model_call(const void *const *x, void *const *y, void *workspace);\n"
                       "void model_call(const void *const *x, void *const *y, void *workspace)\n{\n    %s_predict(", prefix);
    for (int k = 0; k < graph->inputs.count; k++)
        text_printf(&text, "x[%d], ", k);
    for (int k = 0; k < graph->outputs.count; k++)
        text_printf(&text, "y[%d], ", k);
    text_add(&text, "workspace);\n}\n");
    return text.at;
}

static size_t sample_bytes(const Value *value)
{
    return (size_t)shape_count(value->shape) * (value->element == ELEMENT_F32 ? sizeof(float) : 1);
}

static void run_predict(Check *check, Jit *jit, const Graph *graph, const Emitted *code)
{
    Predict call = (Predict)(uintptr_t)jit_symbol(jit, "model_call");
    BUG_IF(!call);
    void *workspace = check_block(check->arena, code->workspace_bytes);
    float *got[POINTERS_MAX];
    for (int k = 0; k < graph->outputs.count; k++)
        got[k] = check_block(check->arena, sizeof(float) * (size_t)(shape_count(graph->outputs.at[k]->shape) * check->batch));
    for (int n = 0; n < check->batch; n++) {
        const void *inputs[POINTERS_MAX];
        void *outputs[POINTERS_MAX];
        for (int k = 0; k < graph->inputs.count; k++)
            inputs[k] = (char *)check->packed[k] + sample_bytes(graph->inputs.at[k]) * (size_t)n;
        for (int k = 0; k < graph->outputs.count; k++)
            outputs[k] = got[k] + shape_count(graph->outputs.at[k]->shape) * n;
        call(inputs, outputs, workspace);
    }
    check_margin(check, "workspace", workspace, code->workspace_bytes);
    for (int k = 0; k < graph->outputs.count; k++)
        check_compare(check, "predict", check->outputs[k], got[k], (size_t)(shape_count(graph->outputs.at[k]->shape) * check->batch));
}

void check_inference(Check *check)
{
    PassOptions passes = { .mode = MODE_INFER, .model = check->model, .constants = true };
    Graph *graph = passes_run(check->model->graph, &passes);
    PlanOptions options = check->plan;
    options.target = target_find(check->toolchain->target);
    options.batch = 1;
    Plan *plan = plan_build(check->arena, graph, &options);
    plan_verify(plan);
    EmitOptions emit = { .file_stem = options.prefix, .source_hash = "0", .weights_hash = "0", .options_text = "" };
    Emitted code = emit_inference(check->arena, plan, check->model, &emit);
    Jit *jit = check_compile(check, &code, caller(check->arena, options.prefix, graph), "inference");
    if (jit)
        run_predict(check, jit, graph, &code);
    jit_free(jit);
}
