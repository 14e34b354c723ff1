/* In: tests/larq/cases/NAME.bnn and goldens/NAME.safetensors. Out: model, weights, inputs, labels. What the golden does not store is computed
 * by the formula of tests/larq/README.md. */
#include "support/golden.h"

#include "support/formula.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **golden_names(Arena *arena, const char *directory, const char *prefix, int *count)
{
    VEC(const char *) names = { 0 };
    DIR *folder = opendir(arena_printf(arena, "%s/cases", directory));
    if (!folder) {
        perror(directory);
        return NULL;
    }
    for (struct dirent *entry; (entry = readdir(folder));)
        if (text_ends_with(entry->d_name, ".bnn") && !strncmp(entry->d_name, prefix, strlen(prefix)))
            VEC_PUSH(arena, &names, arena_strndup(arena, entry->d_name, strlen(entry->d_name) - 4));
    closedir(folder);
    if (names.count)
        qsort(names.at, (size_t)names.count, sizeof *names.at, by_name);
    *count = names.count;
    return names.at ? names.at : ARENA_ARRAY(arena, const char *, 1);
}

/* ---- the case's own settings */

static const char *oracle_setting(Arena *arena, const char *text, const char *key)
{
    const char *line = strstr(text, "# oracle:");
    const char *end = line ? strchr(line, '\n') : NULL;
    const char *at = line ? strstr(line, arena_printf(arena, "%s=", key)) : NULL;
    if (!at || !end || at > end)
        return NULL;
    at += strlen(key) + 1;
    return arena_strndup(arena, at, strcspn(at, " \n]"));
}

static Shape parse_shape(const char *text)
{
    Shape shape = { 0 };
    for (; text && *text && shape.rank < SHAPE_MAX; text += *text == ',') {
        char *end;
        shape.dim[shape.rank++] = (int)strtol(text, &end, 10);
        text = end;
    }
    return shape;
}

double golden_number(const Golden *golden, const char *key, double otherwise)
{
    const char *text = tensor_file_metadata(golden->file, key);
    return text ? strtod(text, NULL) : otherwise;
}

bool golden_open(Golden *golden, Arena *arena, const char *directory, const char *name)
{
    const char *error = NULL;
    *golden = (Golden){ .arena = arena, .name = name };
    const Source *source = source_read(arena, arena_printf(arena, "%s/cases/%s.bnn", directory, name), &error);
    golden->file = source ? tensor_file_read(arena, arena_printf(arena, "%s/goldens/%s.safetensors", directory, name), &error) : NULL;
    if (!golden->file) {
        printf("FAIL %s: %s\n", name, error);
        return false;
    }
    Diag *diag = diag_new(arena);
    FrontOptions front = { .model.input_shape = parse_shape(oracle_setting(arena, source->text, "input")) };
    golden->model = model_from_source(arena, source, &front, diag);
    if (!golden->model) {
        printf("FAIL %s: does not compile\n", name);
        diag_print(diag, stdout);
        return false;
    }
    golden->seed = (uint64_t)golden_number(golden, "seed", 1);
    golden->batch = (int)golden_number(golden, "batch", 2);
    const NamedTensor *losses = tensor_file_find(golden->file, "losses");
    golden->steps = losses ? (int)losses->count : 1;
    return true;
}

/* ---- tensors */

static bool holds(const Golden *golden, const char *name)
{
    return tensor_file_find(golden->file, name) || tensor_file_find(golden->file, arena_printf(golden->arena, "%s#s", name));
}

const char *golden_key(const Golden *golden, const Variable *variable)
{
    const char *tail = strrchr(variable->name, '/');
    while (tail && tail > variable->name && tail[-1] != '/')
        tail--;
    return !tail || holds(golden, variable->name) || !holds(golden, tail) ? variable->name : tail;
}

bool golden_weight(Golden *golden, const Variable *variable, float *out)
{
    Variable named = *variable;
    named.name = golden_key(golden, variable);
    const NamedTensor *given = tensor_file_find(golden->file, named.name);
    size_t count = (size_t)shape_count(variable->shape);
    if (given && given->count == count)
        memcpy(out, given->data, count * sizeof(float));
    else if (holds(golden, named.name))
        formula_weight(&named, golden->seed, out);
    else
        return false;
    return true;
}

bool golden_set_weights(Golden *golden)
{
    const Graph *graph = golden->model->graph;
    for (int i = 0; i < graph->variables.count; i++) {
        Variable *variable = graph->variables.at[i];
        float *data = ARENA_ARRAY(golden->arena, float, shape_count(variable->shape));
        if (golden_weight(golden, variable, data))
            variable->data = data;
        else if (!variable->state || strstr(variable->name, "moving_"))
            golden->missing = variable->name;
    }
    return !golden->missing;
}

static const void *tensor(Golden *golden, const char *prefix, int index, int total, const Value *value)
{
    bool integers = value->element != ELEMENT_F32;
    const char *key = total == 1 ? prefix : arena_printf(golden->arena, "%s%d", prefix, index);
    size_t count = (size_t)shape_count(value->shape) * (size_t)(value->batched ? golden->batch : 1);
    const NamedTensor *given = tensor_file_find(golden->file, key);
    float *f32 = ARENA_ARRAY(golden->arena, float, count);
    int32_t *i32 = ARENA_ARRAY(golden->arena, int32_t, count);
    if (given && given->count == count)
        memcpy(f32, given->data, count * sizeof(float));
    else if (integers)
        formula_input_i32(golden->seed, key, value->element, (int64_t)count, i32);
    else
        formula_input_f32(golden->seed, key, (int64_t)count, f32);
    if (given && integers)
        for (size_t i = 0; i < count; i++)
            i32[i] = (int32_t)f32[i];
    return integers ? (const void *)i32 : f32;
}

const void **golden_inputs(Golden *golden, const Graph *graph)
{
    const void **inputs = ARENA_ARRAY(golden->arena, const void *, graph->inputs.count + 1);
    for (int i = 0; i < graph->inputs.count; i++)
        inputs[i] = tensor(golden, "x", i, graph->inputs.count, graph->inputs.at[i]);
    return inputs;
}

const void **golden_labels(Golden *golden, const Graph *graph, bool compiled)
{
    const void **labels = ARENA_ARRAY(golden->arena, const void *, graph->labels.count + 1);
    for (int i = 0; i < graph->labels.count; i++)
        labels[i] = tensor(golden, compiled ? "y" : "dy", i, graph->labels.count, graph->labels.at[i]);
    return labels;
}
