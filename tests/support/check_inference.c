/* Packed inference: in: a model with weights. out: outputs of its generated C, sample by sample, compared with the interpreter's. */
#include "support/check_parts.h"

#include "base/bug.h"
#include "passes/passes.h"
#include "run/interp.h"

static int64_t output_count(const Check *check, int index)
{
    return shape_count(check->model->graph->outputs.at[index]->shape);
}

float **check_outputs_new(Check *check)
{
    const Graph *graph = check->model->graph;
    float **outputs = ARENA_ARRAY(check->arena, float *, graph->outputs.count + 1);
    for (int k = 0; k < graph->outputs.count; k++)
        outputs[k] = check_block(check->arena, sizeof(float) * (size_t)(output_count(check, k) * check->batch));
    return outputs;
}

void check_outputs(Check *check, const char *what, float *const *want, float *const *got)
{
    for (int k = 0; k < check->model->graph->outputs.count; k++) {
        size_t count = (size_t)(output_count(check, k) * check->batch);
        check_compare(check, what, want[k], got[k], count);
        check_margin(check, what, got[k], count * sizeof(float));
    }
}

static void read_result(const Interp *interp, const Value *value, int samples, float *out)
{
    Tensor result = interp_result(interp, value);
    int64_t one = shape_count(value->shape);
    for (int64_t i = 0; i < one * samples; i++) {
        int64_t from = value->batched ? i : i % one;
        out[i] = value->element == ELEMENT_F32 ? result.f32[from] : (float)result.i32[from];
    }
}

float **check_reference(Check *check, int together)
{
    PassOptions options = { .mode = MODE_INFER, .model = check->model, .stop_after = "canonical" };
    Graph *graph = passes_run(check->model->graph, &options);
    Interp *interp = interp_new(graph, check->seed);
    float **outputs = check_outputs_new(check);
    BUG_IF(check->batch % together);
    for (int n = 0; n < check->batch; n += together) {
        const void *part[POINTERS_MAX];
        for (int k = 0; k < graph->inputs.count; k++) /* floats and int32 have four bytes */
            part[k] = (const char *)check->inputs[k] + 4 * shape_count(graph->inputs.at[k]->shape) * n;
        interp_run(interp, together, part, NULL);
        for (int k = 0; k < graph->outputs.count; k++)
            read_result(interp, graph->outputs.at[k], together, outputs[k] + output_count(check, k) * n);
    }
    interp_free(interp);
    return outputs;
}

static size_t sample_bytes(const Value *value)
{
    return (size_t)shape_count(value->shape) * (value->element == ELEMENT_F32 ? sizeof(float) : 1);
}

static void run_predict(Check *check, const PackedProgram *program, float *const *want)
{
    const Graph *graph = check->model->graph;
    void *workspace = check_block(check->arena, program->workspace_bytes);
    float **got = check_outputs_new(check);
    for (int n = 0; n < check->batch; n++) {
        const void *inputs[POINTERS_MAX];
        float *outputs[POINTERS_MAX];
        for (int k = 0; k < graph->inputs.count; k++)
            inputs[k] = (char *)check->packed[k] + sample_bytes(graph->inputs.at[k]) * (size_t)n;
        for (int k = 0; k < graph->outputs.count; k++)
            outputs[k] = got[k] + output_count(check, k) * n;
        program->predict(inputs, outputs, workspace);
    }
    check_margin(check, "workspace", workspace, program->workspace_bytes);
    check_outputs(check, "predict", want, got);
}

void check_inference(Check *check, float *const *want)
{
    const char *error = NULL;
    ProgramOptions options = check_options(check);
    PackedProgram *program = program_packed(check->arena, check->model, &options, &error);
    check->tally->comparisons++;
    if (program)
        run_predict(check, program, want);
    else
        check_complain(check, "inference does not compile", error);
    jit_free(program ? program->jit : NULL);
}
