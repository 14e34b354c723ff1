/* See flips.h. */
#include "flips.h"

#include <string.h>

FlipCheck flip_check_new(Arena *arena, const Graph *graph)
{
    int count = graph->variables.count;
    size_t floats = 0;
    bnn_variable *rows = ARENA_ARRAY(arena, bnn_variable, count + 1);
    for (int i = 0; i < count; i++) {
        const Variable *variable = graph->variables.at[i];
        rows[i] = (bnn_variable){ .name = variable->name, .offset = floats, .count = (size_t)shape_count(variable->shape) };
        floats += rows[i].count;
    }
    const TrainProgram program = { .graph = graph, .variables = rows, .variable_count = count };
    FlipCheck check = { .flips = flips_new(arena, &program), .graph = graph, .state = ARENA_ARRAY(arena, float, floats + 1) };
    flips_begin(&check.flips);
    return check;
}

void flip_check_look(FlipCheck *check, Interp *interp)
{
    float *at = check->state;
    for (int i = 0; i < check->graph->variables.count; i++) {
        const Variable *variable = check->graph->variables.at[i];
        size_t count = (size_t)shape_count(variable->shape);
        memcpy(at, interp_variable(interp, variable), count * sizeof *at);
        at += count;
    }
    flips_update(&check->flips, check->state);
}

void flip_check_compare(Case *c, const FlipCheck *check, const char *prefix)
{
    Logs logs = { 0 };
    flips_log(&check->flips, false, &logs);
    for (int i = 0; i < logs.count; i++) {
        float value = (float)logs.value[i];
        const char *key = arena_printf(c->arena, "%s/%s", prefix, logs.name[i]);
        if (!tensor_file_find(c->golden.file, key))
            case_fail(c, "Larq has no %s", key);
        compare(c, key, &value, 1, 0);
    }
}

bool flip_check_knows(const FlipCheck *check, const char *name)
{
    for (int i = 0; i < check->flips.count; i++)
        if (!strcmp(check->flips.at[i].name, name))
            return true;
    return false;
}
