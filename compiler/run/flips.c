/* See flips.h. */
#include "run/flips.h"

static void add(Arena *arena, const TrainProgram *program, const Variable *variable, Flips *flips)
{
    const bnn_variable *row = program_variable(program, variable->name);
    if (row)
        flips->at[flips->count++] = (FlipRatio){ .name = arena_printf(arena, "flip_ratio/%s", variable->layer_name), .quantizer = variable->flips,
                                                 .offset = row->offset, .count = row->count, .previous = ARENA_ARRAY(arena, int8_t, row->count),
                                                 .values = ARENA_ARRAY(arena, float, row->count) };
}

Flips flips_new(Arena *arena, const TrainProgram *program)
{
    const Graph *graph = program->graph;
    Flips flips = { .at = graph ? ARENA_ARRAY(arena, FlipRatio, graph->variables.count + 1) : NULL };
    for (int i = 0; graph && i < graph->variables.count; i++)
        if (graph->variables.at[i]->flips)
            add(arena, program, graph->variables.at[i], &flips);
    return flips;
}

void flips_begin(Flips *flips)
{
    for (int i = 0; i < flips->count; i++)
        flips->at[i].total = 0, flips->at[i].updates = 0;
}

static void update(FlipRatio *flip, const float *kernel)
{
    size_t same = 0;
    expr_eval_many(flip->quantizer, (int)flip->count, &kernel, (const int[]){ 1 }, flip->values);
    for (size_t i = 0; i < flip->count; i++) {
        int8_t value = (int8_t)flip->values[i];
        same += value == flip->previous[i];
        flip->previous[i] = value;
    }
    if (flip->updates++ > 0)
        flip->total += 1.0 - (double)same / (double)flip->count;
}

void flips_update(Flips *flips, const float *state)
{
    for (int i = 0; i < flips->count; i++)
        update(&flips->at[i], state + flips->at[i].offset);
}

void flips_log(const Flips *flips, Logs *logs)
{
    for (int i = 0; i < flips->count; i++) {
        const FlipRatio *flip = &flips->at[i];
        logs_set(logs, flip->name, flip->updates > 1 ? (double)(float)(flip->total / (double)(flip->updates - 1)) : 0.0);
    }
}
