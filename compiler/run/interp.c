/* Interp. In: a graph, inputs and labels of some samples. Out: the tensor of every value, by the operators' reference evaluation. */
#include "run/interp.h"

#include "base/bug.h"
#include "graph/operators.h"

#include <string.h>

struct Interp {
    Arena *arena;       /* lives as long as the interpreter: variables */
    Arena *run;         /* tensors of the last run */
    const Graph *graph;
    float **variable;   /* by index */
    Tensor *tensor;     /* by value id */
    uint64_t seed;
    int batch;
    InterpWatch *watch; /* NULL: none */
    void *watch_context;
};

static void initialize(Interp *interp, const Variable *variable)
{
    size_t count = (size_t)shape_count(variable->shape);
    float *numbers = ARENA_ARRAY(interp->arena, float, count + 1);
    interp->variable[variable->index] = numbers;
    if (variable_values(variable, numbers))
        return;
    if (variable->slot_of && variable->initializer.kind == INIT_ARRAY && !variable->initializer.array) /* as its variable, which comes first */
        memcpy(numbers, interp->variable[variable->slot_of->index], count * sizeof(float));
    else
        variable_draw(variable, interp->seed, numbers);
}

Interp *interp_new(const Graph *graph, uint64_t seed)
{
    Arena *arena = arena_new();
    Interp *interp = ARENA_NEW(arena, Interp);
    interp->arena = arena;
    interp->graph = graph;
    interp->seed = seed;
    interp->variable = ARENA_ARRAY(arena, float *, graph->variables.count + 1);
    for (int i = 0; i < graph->variables.count; i++)
        initialize(interp, graph->variables.at[i]);
    return interp;
}

void interp_free(Interp *interp)
{
    if (interp->run)
        arena_free(interp->run);
    arena_free(interp->arena);
}

float *interp_variable(Interp *interp, const Variable *variable)
{
    return interp->variable[variable->index];
}

static Tensor tensor_new(Interp *interp, const Value *value)
{
    OpContext context = {.batch = interp->batch};
    int64_t count = value_elements(value, &context);
    if (element_is_integer(value->element))
        return (Tensor){.i32 = ARENA_ARRAY(interp->run, int32_t, count + 1)};
    return (Tensor){.f32 = ARENA_ARRAY(interp->run, float, count + 1)};
}

static Tensor feed(const Value *value, const void *const *inputs, const void *const *labels)
{
    const void *data = value->u.feed.label ? labels[value->u.feed.index] : inputs[value->u.feed.index];
    if (element_is_integer(value->element))
        return (Tensor){.i32 = (int32_t *)data};
    return (Tensor){.f32 = (float *)data};
}

void interp_run(Interp *interp, int batch, const void *const *inputs, const void *const *labels)
{
    const Graph *graph = interp->graph;
    OpContext context = {.batch = batch, .seed = interp->seed};
    if (interp->run)
        arena_free(interp->run);
    interp->run = arena_new();
    interp->batch = batch;
    interp->tensor = ARENA_ARRAY(interp->run, Tensor, graph->values.count + 1);
    for (int i = 0; i < graph->values.count; i++) {
        const Value *value = graph->values.at[i];
        Tensor in[64];
        for (int k = 0; k < value->input_count; k++)
            in[k] = interp->tensor[value->input[k]->id];
        if (value->op == OP_INPUT) {
            interp->tensor[i] = feed(value, inputs, labels);
        } else if (value->op == OP_WEIGHT) {
            interp->tensor[i].f32 = interp->variable[value->u.variable->index];
        } else {
            interp->tensor[i] = tensor_new(interp, value);
            op_eval(value, &context, in, interp->tensor[i]);
            if (interp->watch)
                interp->watch(interp->watch_context, value, batch, in, interp->tensor[i]);
        }
    }
}

void interp_watch(Interp *interp, InterpWatch *watch, void *context)
{
    interp->watch = watch;
    interp->watch_context = context;
}

Tensor interp_result(const Interp *interp, const Value *value)
{
    BUG_IF(!interp->tensor || value->id >= interp->graph->values.count || interp->graph->values.at[value->id] != value);
    return interp->tensor[value->id];
}

/* All updates read the state before the step: weights are still in use by values, so new contents are copied first. */
void interp_update(Interp *interp)
{
    const Graph *graph = interp->graph;
    float **fresh = ARENA_ARRAY(interp->run, float *, graph->updates.count + 1);
    for (int i = 0; i < graph->updates.count; i++) {
        const Update *update = &graph->updates.at[i];
        size_t bytes = sizeof(float) * (size_t)shape_count(update->target->shape);
        fresh[i] = memcpy(arena_alloc(interp->run, bytes), interp_result(interp, update->value).f32, bytes);
    }
    for (int i = 0; i < graph->updates.count; i++) {
        const Variable *target = graph->updates.at[i].target;
        memcpy(interp->variable[target->index], fresh[i], sizeof(float) * (size_t)shape_count(target->shape));
    }
}
