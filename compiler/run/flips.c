/* See flips.h. */
#include "run/flips.h"

#include "base/bug.h"

static FlipRatio *ratio_of(Arena *arena, Flips *flips, const FlipLook *look, size_t count)
{
    for (int i = 0; i < flips->count; i++)
        if (flips->at[i].quantizer == look->quantizer)
            return &flips->at[i];
    FlipRatio *ratio = &flips->at[flips->count++];
    *ratio = (FlipRatio){ .name = look->metric, .validation_name = arena_printf(arena, "val_%s", look->metric), .quantizer = look->quantizer,
                          .count = count, .previous = ARENA_ARRAY(arena, int8_t, count) };
    return ratio;
}

Flips flips_new(Arena *arena, const TrainProgram *program)
{
    int count = program->graph ? program->graph->flips.count : 0;
    Flips flips = { .at = ARENA_ARRAY(arena, FlipRatio, count + 1), .look = ARENA_ARRAY(arena, KernelLook, count + 1) };
    size_t largest = 0;
    for (int i = 0; i < count; i++) {
        const FlipLook *look = &program->graph->flips.at[i];
        const bnn_variable *kernel = program_variable(program, look->kernel->name);
        if (!kernel)
            continue;
        FlipRatio *ratio = ratio_of(arena, &flips, look, kernel->count);
        BUG_IF(ratio->count != kernel->count);
        flips.look[flips.look_count++] = (KernelLook){ ratio, look->value, kernel->offset };
        largest = kernel->count > largest ? kernel->count : largest;
    }
    flips.values = ARENA_ARRAY(arena, float, largest + 1);
    return flips;
}

void flips_begin(Flips *flips)
{
    for (int i = 0; i < flips->count; i++)
        flips->at[i].total = 0, flips->at[i].looks = 0;
}

static void take_look(FlipRatio *ratio, const float *values)
{
    size_t same = 0;
    for (size_t i = 0; i < ratio->count; i++) {
        int8_t value = (int8_t)values[i];
        same += value == ratio->previous[i];
        ratio->previous[i] = value;
    }
    if (ratio->looks++ > 0)
        ratio->total += 1.0f - (float)same / (float)ratio->count;
}

void flips_update(Flips *flips, const float *state)
{
    for (int i = 0; i < flips->look_count; i++) {
        const KernelLook *look = &flips->look[i];
        const float *kernel = state + look->offset;
        expr_eval_many(look->value, (int)look->ratio->count, &kernel, (const int[]){ 1 }, flips->values);
        take_look(look->ratio, flips->values);
    }
}

void flips_log(const Flips *flips, bool validation, Logs *logs)
{
    for (int i = 0; i < flips->count; i++) {
        const FlipRatio *ratio = &flips->at[i];
        logs_set(logs, validation ? ratio->validation_name : ratio->name, ratio->looks > 1 ? (double)(ratio->total / (float)(ratio->looks - 1)) : 0.0);
    }
}
