/* autodiff. In: the semantic graph without switches. Out: the same forward pass (batch normalization from batch statistics) with the
 * loss, metrics, one gradient a trainable variable, and the updates of variables, optimizer slots and moving statistics. */
#include "passes/autodiff.h"

#include <string.h>

/* Arrays by value id grow with the graph. */
static void reserve(Autodiff *state)
{
    int count = state->graph->values.count;
    if (count <= state->capacity)
        return;
    int capacity = 2 * count + 64;
    Arena *arena = state->graph->arena;
    BatchNorm **batchnorm = ARENA_ARRAY(arena, BatchNorm *, capacity);
    bool *opaque = ARENA_ARRAY(arena, bool, capacity);
    if (state->capacity) {
        memcpy(batchnorm, state->batchnorm, sizeof *batchnorm * (size_t)state->capacity);
        memcpy(opaque, state->opaque, sizeof *opaque * (size_t)state->capacity);
    }
    state->batchnorm = batchnorm;
    state->opaque = opaque;
    state->capacity = capacity;
}

/* No gradient passes through the values from the first on: batch normalization has a rule of its own, and a correction has none. */
static void hide_from(Autodiff *state, int first, int end)
{
    reserve(state);
    for (int id = first; id < end; id++)
        state->opaque[id] = true;
}

/* Statistics of the batch in place of the moving ones, which move; gamma and beta as renormalization corrects them. */
static void use_batch(Autodiff *state, const Value *old, Value *const *kept, BatchNorm *norm)
{
    Graph *graph = state->graph;
    Value *mean_weight = norm->mean, *variance_weight = norm->variance;
    bool renorm = old->u.batchnorm.renorm.present;
    int first = graph->values.count;
    Correction correction;
    pass_batch_statistics(graph, norm->x, &norm->mean, &norm->variance);
    if (renorm)
        correction = training_correction(graph, old, kept, norm->mean, norm->variance);
    training_moving_statistics(graph, old, mean_weight, variance_weight, norm->mean, norm->variance, training_count(graph, norm->x));
    if (renorm)
        training_variance_of_stddev(graph, old, kept[0], variance_weight);
    hide_from(state, first, graph->values.count);
    if (renorm)
        pass_correct(graph, &correction, &norm->gamma, &norm->beta);
}

static Value *lower_batchnorm(Autodiff *state, const Value *old, Value *const *map)
{
    Graph *graph = state->graph;
    BatchNorm *norm = ARENA_NEW(graph->arena, BatchNorm);
    int at = 1;
    norm->x = pass_to_float(graph, map[old->input[0]->id]);
    norm->gamma = old->u.batchnorm.scale ? map[old->input[at++]->id] : NULL;
    norm->beta = old->u.batchnorm.center ? map[old->input[at++]->id] : NULL;
    norm->mean = map[old->input[at++]->id];
    norm->variance = map[old->input[at++]->id];
    norm->epsilon = old->u.batchnorm.epsilon;
    norm->frozen = old->u.batchnorm.frozen;
    graph_at(graph, old->span, old->name);
    if (!norm->frozen) {
        Value *kept[3] = {NULL};
        for (int i = 0; i < 3 && old->u.batchnorm.renorm.present; i++)
            kept[i] = map[old->input[at++]->id];
        use_batch(state, old, kept, norm);
    }
    int first = graph->values.count;
    if (norm->frozen) {
        norm->mean = training_read(graph, norm->mean);
        norm->variance = training_read(graph, norm->variance);
    }
    Value *y = pass_normalize(graph, norm->x, norm->gamma, norm->beta, norm->mean, norm->variance, norm->epsilon, &norm->inv);
    hide_from(state, first, y->id);
    state->batchnorm[y->id] = norm;
    return y;
}

static bool wants_gradient(const Autodiff *state, const Value *value)
{
    if (value->op == OP_WEIGHT)
        return value->u.variable->trainable && !value->u.variable->state;
    if (value->op == OP_INPUT)
        return state->options->keep_gradients && value->element == ELEMENT_F32 && !value->u.feed.label;
    return false;
}

static void find_needed(Autodiff *state)
{
    Graph *graph = state->graph;
    state->forward_count = graph->values.count;
    state->needed = ARENA_ARRAY(graph->arena, bool, graph->values.count + 1);
    state->gradient = ARENA_ARRAY(graph->arena, Value *, graph->values.count + 1);
    reserve(state);
    for (int i = 0; i < graph->values.count; i++) {
        const Value *value = graph->values.at[i];
        const BatchNorm *norm = state->batchnorm[i];
        bool needed = wants_gradient(state, value);
        for (int k = 0; k < value->input_count && !state->opaque[i]; k++)
            needed |= state->needed[value->input[k]->id];
        if (norm)
            needed |= (norm->gamma && state->needed[norm->gamma->id]) || (norm->beta && state->needed[norm->beta->id]);
        state->needed[i] = needed;
    }
}

static void sweep(Autodiff *state)
{
    Graph *graph = state->graph;
    graph->at_phase = 1;
    state->gradient[graph->loss->id] = graph_scalar(graph, 1.0f);
    for (int i = state->forward_count - 1; i >= 0; i--) {
        Value *y = graph->values.at[i], *dy = state->gradient[i];
        if (!dy || !state->needed[i])
            continue;
        graph_at(graph, y->span, y->name);
        if (state->batchnorm[i])
            autodiff_batchnorm(state, state->batchnorm[i], dy);
        else if (y->op != OP_WEIGHT && y->op != OP_INPUT)
            autodiff_rule(state, y, dy);
    }
}

static void list_gradients(Autodiff *state)
{
    Graph *graph = state->graph;
    for (int i = 0; i < graph->variables.count; i++) {
        Value *weight = i < graph->weights.count ? graph->weights.at[i] : NULL;
        if (weight && weight->id < state->forward_count && state->gradient[weight->id])
            VEC_PUSH(graph->arena, &graph->gradients, ((Update){graph->variables.at[i], state->gradient[weight->id]}));
    }
    for (int i = 0; i < graph->inputs.count; i++)
        if (state->gradient[graph->inputs.at[i]->id])
            VEC_PUSH(graph->arena, &graph->gradients, ((Update){NULL, state->gradient[graph->inputs.at[i]->id]}));
}

void pass_autodiff(Graph **graph, const PassOptions *options)
{
    const Graph *old = *graph;
    Value **map;
    Autodiff state = {.graph = graph_rewrite_begin(old, &map), .options = options};
    for (int i = 0; i < old->values.count; i++) {
        const Value *value = old->values.at[i];
        map[i] = value->op == OP_BATCHNORM ? lower_batchnorm(&state, value, map) : graph_copy_value(state.graph, value, map);
    }
    graph_rewrite_finish(state.graph, old, map);
    *graph = state.graph;
    training_loss(state.graph, options);
    if (!state.graph->loss)
        return; /* an error was reported */
    find_needed(&state);
    sweep(&state);
    if (options->keep_gradients)
        list_gradients(&state);
    training_updates(&state);
    state.graph->extra_losses.count = 0; /* they are in the loss now */
    graph_remove_dead(graph);
}
