/* Weights into models and into the state of training code: see weights.h. weights_match.c finds which tensor belongs where. */
#include "run/weights.h"

#include <string.h>

static bool is_weight(const Variable *variable)
{
    return !variable->slot_of && strchr(variable->name, '/') != NULL;
}

bool weights_load_model(Arena *arena, const Model *model, const char *path, FILE *log, const char **error)
{
    const TensorFile *file = tensor_file_read(arena, path, error);
    if (!file)
        return false;
    int total = model->graph->variables.count, count = 0;
    WeightSlot *slots = ARENA_ARRAY(arena, WeightSlot, total + 1);
    for (int i = 0; i < total; i++) {
        const Variable *variable = model->graph->variables.at[i];
        if (is_weight(variable))
            slots[count++] = (WeightSlot){ .name = variable->name, .rank = variable->shape.rank, .dim = variable->shape.dim,
                                           .to = ARENA_ARRAY(arena, float, shape_count(variable->shape) + 1) };
    }
    if (!weights_fill(arena, file, path, count, slots, log, error))
        return false;
    for (int i = 0, at = 0; i < total; i++)
        if (is_weight(model->graph->variables.at[i]))
            model->graph->variables.at[i]->data = slots[at++].to;
    return true;
}

void weights_initialize_model(Arena *arena, const Model *model, uint64_t seed)
{
    uint64_t *initial = ARENA_NEW(arena, uint64_t);
    *initial = seed;
    for (int i = 0; i < model->graph->variables.count; i++)
        model->graph->variables.at[i]->initial = initial;
}

enum { KIND_OPTIMIZER = 2 }; /* bnn_variable.kind */

bool weights_load_state(Arena *arena, const bnn_variable *variables, int count, float *state, const TensorFile *file, const char *path,
                        bool everything, FILE *log, const char **error)
{
    WeightSlot *slots = ARENA_ARRAY(arena, WeightSlot, count + 1);
    for (int i = 0; i < count; i++)
        slots[i] = (WeightSlot){ .name = variables[i].name, .rank = variables[i].rank, .dim = variables[i].dim,
                                 .to = state + variables[i].offset, .optional = !everything && variables[i].kind == KIND_OPTIMIZER };
    return weights_fill(arena, file, path, count, slots, log, error);
}

void weights_collect_state(Arena *arena, const bnn_variable *variables, int count, const float *state, bool everything, TensorFile *out)
{
    for (int i = 0; i < count; i++) {
        const bnn_variable *variable = &variables[i];
        if (variable->kind == KIND_OPTIMIZER && !everything)
            continue;
        NamedTensor tensor = { .name = variable->name, .rank = variable->rank, .data = state + variable->offset, .count = variable->count };
        memcpy(tensor.dim, variable->dim, sizeof variable->dim);
        VEC_PUSH(arena, &out->tensors, tensor);
    }
}

bool weights_save_state(Arena *arena, const bnn_variable *variables, int count, const float *state, const char *path, const char **error)
{
    TensorFile file = { 0 };
    VEC_PUSH(arena, &file.metadata_keys, "format");
    VEC_PUSH(arena, &file.metadata_values, "bnnc");
    weights_collect_state(arena, variables, count, state, false, &file);
    return safetensors_write(arena, path, &file, error);
}
