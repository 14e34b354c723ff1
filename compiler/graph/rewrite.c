/* Rewrites: in: a graph. out: a new graph that a pass fills by copying or replacing values; outputs, updates and the rest follow. */
#include "graph/operators.h"

Graph *graph_rewrite_begin(const Graph *old, Value ***map)
{
    Graph *to = graph_new(old->arena, old->pool, old->diag);
    to->training = old->training;
    to->notes = old->notes;
    for (int i = 0; i < old->variables.count; i++)
        VEC_PUSH(to->arena, &to->variables, old->variables.at[i]);
    *map = ARENA_ARRAY(old->arena, Value *, old->values.count + 1);
    return to;
}

static Value *mapped(const Value *old, Value *const *map)
{
    Value *value = map[old->id];
    if (!value)
        BUG("a rewrite lost value %d (%s)", old->id, op_name(old->op));
    return value;
}

Value *graph_copy_value(Graph *to, const Value *old, Value *const *map)
{
    Value *inputs[64];
    BUG_IF(old->input_count > 64);
    for (int i = 0; i < old->input_count; i++)
        inputs[i] = mapped(old->input[i], map);
    return graph_copy_updated(to, old, inputs);
}

/* The same operator on other inputs, at the current place. */
static Value *copy_here(Graph *to, const Value *old, Value *const *inputs)
{
    if (old->op == OP_WEIGHT)
        return graph_weight(to, old->u.variable);
    if (old->op == OP_PAD)
        return graph_pad(to, inputs[0], old->u.pad.before, old->u.pad.after, old->u.pad.value);
    Value *value = value_new(to, old->op, old->input_count, inputs);
    value->element = old->element;
    value->lo = old->lo, value->hi = old->hi, value->step = old->step;
    value->shape = old->shape;
    value->batched = old->batched;
    value->u = old->u;
    return value_append(to, value);
}

Value *graph_copy_updated(Graph *to, const Value *old, Value *const *inputs)
{
    graph_at(to, old->span, old->name);
    to->at_phase = old->phase;
    return copy_here(to, old, inputs);
}

Value *graph_inline(Graph *to, const Graph *function, Value *x)
{
    Value **map = ARENA_ARRAY(to->arena, Value *, function->values.count + 1);
    BUG_IF(function->inputs.count != 1 || function->outputs.count != 1);
    for (int i = 0; i < function->values.count; i++) {
        const Value *old = function->values.at[i];
        Value *inputs[64];
        BUG_IF(old->input_count > 64);
        for (int k = 0; k < old->input_count; k++)
            inputs[k] = mapped(old->input[k], map);
        map[i] = old == function->inputs.at[0] ? x : copy_here(to, old, inputs);
    }
    return mapped(function->outputs.at[0], map);
}

static Value *found(const Value *old, Value *const *map)
{
    return old ? mapped(old, map) : NULL;
}

void graph_rewrite_finish(Graph *to, const Graph *old, Value *const *map)
{
    for (int i = 0; i < old->inputs.count; i++)
        VEC_PUSH(to->arena, &to->inputs, mapped(old->inputs.at[i], map));
    for (int i = 0; i < old->labels.count; i++)
        VEC_PUSH(to->arena, &to->labels, mapped(old->labels.at[i], map));
    for (int i = 0; i < old->outputs.count; i++)
        VEC_PUSH(to->arena, &to->outputs, mapped(old->outputs.at[i], map));
    for (int i = 0; i < old->output_names.count; i++)
        VEC_PUSH(to->arena, &to->output_names, old->output_names.at[i]);
    for (int i = 0; i < old->updates.count; i++)
        VEC_PUSH(to->arena, &to->updates, ((Update){old->updates.at[i].target, mapped(old->updates.at[i].value, map)}));
    for (int i = 0; i < old->gradients.count; i++)
        VEC_PUSH(to->arena, &to->gradients, ((Update){old->gradients.at[i].target, mapped(old->gradients.at[i].value, map)}));
    for (int i = 0; i < old->extra_losses.count; i++)
        VEC_PUSH(to->arena, &to->extra_losses, mapped(old->extra_losses.at[i], map));
    for (int i = 0; i < old->metrics.count; i++)
        VEC_PUSH(to->arena, &to->metrics, mapped(old->metrics.at[i], map));
    for (int i = 0; i < old->metric_names.count; i++)
        VEC_PUSH(to->arena, &to->metric_names, old->metric_names.at[i]);
    for (int i = 0; i < old->flips.count; i++)
        VEC_PUSH(to->arena, &to->flips, old->flips.at[i]);
    to->loss = found(old->loss, map);
}

static void mark(const Value *value, bool *live)
{
    live[value->id] = true;
}

/* Values are in topological order, so one sweep from the end reaches everything that is needed. */
static bool *live_values(const Graph *graph)
{
    bool *live = ARENA_ARRAY(graph->arena, bool, graph->values.count + 1);
    for (int i = 0; i < graph->inputs.count; i++)
        mark(graph->inputs.at[i], live);
    for (int i = 0; i < graph->labels.count; i++)
        mark(graph->labels.at[i], live);
    for (int i = 0; i < graph->outputs.count; i++)
        mark(graph->outputs.at[i], live);
    for (int i = 0; i < graph->updates.count; i++)
        mark(graph->updates.at[i].value, live);
    for (int i = 0; i < graph->gradients.count; i++)
        mark(graph->gradients.at[i].value, live);
    for (int i = 0; i < graph->extra_losses.count; i++)
        mark(graph->extra_losses.at[i], live);
    for (int i = 0; i < graph->metrics.count; i++)
        mark(graph->metrics.at[i], live);
    if (graph->loss)
        mark(graph->loss, live);
    for (int i = graph->values.count - 1; i >= 0; i--)
        for (int k = 0; live[i] && k < graph->values.at[i]->input_count; k++)
            live[graph->values.at[i]->input[k]->id] = true;
    return live;
}

void graph_remove_dead(Graph **graph)
{
    const Graph *old = *graph;
    Value **map;
    bool *live = live_values(old);
    Graph *to = graph_rewrite_begin(old, &map);
    for (int i = 0; i < old->values.count; i++)
        if (live[i])
            map[i] = graph_copy_value(to, old->values.at[i], map);
    graph_rewrite_finish(to, old, map);
    *graph = to;
}
