/* The reference interpreter computes once; then every toolchain compiles the generated C and must give the same bits. */
#include "support/check.h"

#include "base/bug.h"
#include "support/check_parts.h"
#include "support/formula.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BATCH = 3, STEPS = 2, MARGIN = 256, ALIGNMENT = 64 };

/* --- comparing */

static bool same_bits(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

void check_compare(Check *check, const char *what, const float *want, const float *got, size_t count)
{
    check->tally->comparisons++;
    for (size_t i = 0; i < count; i++)
        if (!same_bits(want[i], got[i])) {
            check->tally->differences++;
            printf("DIFF %s [%s] %s[%zu of %zu]: interpreter %a (%.9g), generated %a (%.9g)\n", check->label, check->toolchain->name, what, i, count,
                   (double)want[i], (double)want[i], (double)got[i], (double)got[i]);
            return;
        }
}

void check_complain(Check *check, const char *what, const char *why)
{
    check->tally->differences++;
    printf("DIFF %s [%s] %s: %s\n", check->label, check->toolchain->name, what, why);
}

/* Batches need not be full. */
ProgramOptions check_options(const Check *check)
{
    const Toolchain *toolchain = check->toolchain;
    return (ProgramOptions){ .jit = { .kind = toolchain->kind, .compiler = toolchain->compiler, .flags = toolchain->flags },
                             .target = target_find(toolchain->target), .unroll = check->unroll, .batch = check->batch + (int)(check->seed % 2) };
}

/* --- memory of generated code */

void *check_block(Arena *arena, size_t bytes)
{
    uintptr_t at = (uintptr_t)arena_alloc(arena, bytes + MARGIN + ALIGNMENT);
    return memset((void *)((at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT), 0xFF, bytes + MARGIN);
}

void check_margin(Check *check, const char *what, const void *block, size_t bytes)
{
    const unsigned char *behind = (const unsigned char *)block + bytes;
    for (int i = 0; i < MARGIN; i++)
        if (behind[i] != 0xFF) {
            check_complain(check, what, "something was written behind it");
            return;
        }
}

/* --- inputs and weights */

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

static void make_weights(Arena *arena, Graph *graph, uint64_t seed)
{
    for (int i = 0; i < graph->variables.count; i++) {
        Variable *variable = graph->variables.at[i];
        float *data = ARENA_ARRAY(arena, float, shape_count(variable->shape));
        formula_weight(variable, seed, data);
        variable->data = data;
    }
}

/* --- the whole */

static CheckResult check_everything(Check *check, const Toolchain *toolchains, int count)
{
    CheckResult result = { 0 };
    BUG_IF(count > TOOLCHAINS_MAX || check->model->graph->inputs.count > POINTERS_MAX || check->model->graph->outputs.count > POINTERS_MAX);
    pack_inputs(check);
    float **outputs = check_reference(check, 1);
    TrainingReference *training = check->steps && check->model->compile.present ? check_training_reference(check) : NULL;
    for (int i = 0; i < count; i++) {
        check->toolchain = &toolchains[i];
        check->tally = &result.of[i];
        check_inference(check, outputs);
        if (training)
            check_training(check, training);
        result.comparisons += result.of[i].comparisons;
        result.differences += result.of[i].differences;
    }
    if (training)
        check_training_reference_free(training);
    return result;
}

/* Most models as bnnc compiles them by default. */
static Unroll unroll_of(uint64_t seed)
{
    return seed % 7 == 3 ? UNROLL_NONE : seed % 31 == 5 ? UNROLL_FULL : UNROLL_AUTO;
}

CheckResult check_model(Arena *arena, Model *model, uint64_t weights_seed, const Toolchain *toolchains, int count, const char *label)
{
    Check check = { .arena = arena, .model = model, .seed = weights_seed, .batch = BATCH, .steps = STEPS, .label = label };
    check.unroll = unroll_of(weights_seed);
    make_weights(arena, model->graph, weights_seed);
    make_inputs(&check);
    return check_everything(&check, toolchains, count);
}

CheckResult check_data(Arena *arena, Model *model, const CheckData *data, const Toolchain *toolchains, int count, const char *label)
{
    Check check = { .arena = arena, .model = model, .batch = data->batch, .steps = data->steps, .label = label };
    BUG_IF(data->steps > STEPS_MAX);
    for (int k = 0; k < model->graph->inputs.count; k++)
        check.inputs[k] = data->inputs[k];
    for (int k = 0; data->steps && data->labels[0] && k < model->graph->outputs.count; k++)
        check.labels[k] = data->labels[k];
    return check_everything(&check, toolchains, count);
}
