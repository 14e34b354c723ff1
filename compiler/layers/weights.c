/* Weights: in: a role ("kernel") and a shape. out: the variable, made once a graph, and its value after the layer's quantizer; the
 * constraint and the regularizer of the role traced on the latent weight. */
#include "layers/apply.h"
#include "layers/network.h"

#include <string.h>

static const char *argument_name(const Apply *apply, const char *prefix, const char *suffix)
{
    return *prefix ? arena_printf(apply->layers->arena, "%s_%s", prefix, suffix) : suffix;
}

static Variable *find_variable(const Layer *layer, const char *role)
{
    for (int i = 0; i < layer->variables.count; i++)
        if (!strcmp(layer->variables.at[i]->role, role))
            return layer->variables.at[i];
    return NULL;
}

/* A constraint or regularizer as a function of the latent weight; false after an error. */
static bool trace_role(const Apply *apply, const char *argument, Shape shape, bool number, const Graph **out)
{
    Layers *layers = apply->layers;
    Object *callable = apply_argument(apply, argument);
    if (callable->kind == OBJECT_NONE)
        return true;
    Graph *function = graph_new(layers->arena, layers->pool, layers->diag);
    graph_at(function, apply->span, apply->layer->name);
    Value *weight = graph_input(function, ELEMENT_F32, shape, false);
    weight->batched = false;
    Apply inner = *apply;
    inner.graph = function;
    Value *result = apply_callable(&inner, callable, 1, &weight, apply_span(apply, argument));
    if (!result)
        return false;
    if (number ? shape_count(result->shape) != 1 : !shape_equal(result->shape, shape)) {
        apply_error(apply, argument, number ? "%s must make one number of the weight %s, not %s" : "%s must keep the shape of the weight %s, not make %s of it",
                    argument, shape_text(layers->arena, shape, false), shape_text(layers->arena, result->shape, false));
        return false;
    }
    VEC_PUSH(layers->arena, &function->outputs, result);
    *out = function;
    return true;
}

static bool set_precision(const Apply *apply, Variable *variable, const char *argument)
{
    if (!apply_has(apply, argument))
        return true;
    Object *quantizer = apply_argument(apply, argument);
    if (quantizer->kind == OBJECT_NONE)
        return true;
    variable->quantized = true;
    variable->precision = layer_of(quantizer) ? 0 : eval_precision(apply->layers->eval, quantizer);
    return true;
}

static Variable *variable_new(Apply *apply, const char *role, const char *prefix, Shape shape)
{
    Layer *layer = apply->layer;
    Initializer initializer = {.kind = INIT_CONSTANT};
    const char *argument = argument_name(apply, prefix, "initializer");
    if (!initializer_make(apply->layers, apply_argument(apply, argument), shape, apply_span(apply, argument), layer->class_name, &initializer))
        return NULL;
    Variable *variable = graph_variable(apply->graph, layer->path ? layer->path : layer->name, role, shape, initializer);
    variable->trainable = layer->trainable;
    VEC_PUSH(apply->layers->arena, &layer->variables, variable);
    bool good = trace_role(apply, argument_name(apply, prefix, "constraint"), shape, false, &variable->constraint) &&
                trace_role(apply, argument_name(apply, prefix, "regularizer"), shape, true, &variable->regularizer) &&
                set_precision(apply, variable, argument_name(apply, prefix, "quantizer"));
    return good ? variable : NULL;
}

/* Variables belong to one graph: on another one they are made again. */
static void use_graph(Apply *apply)
{
    Layer *layer = apply->layer;
    if (layer->variables_graph == apply->graph)
        return;
    layer->variables_graph = apply->graph;
    layer->variables.at = NULL;
    layer->variables.count = layer->variables.capacity = 0;
}

static bool same_shape(const Apply *apply, const Variable *variable, Shape shape)
{
    if (shape_equal(variable->shape, shape))
        return true;
    Arena *arena = apply->layers->arena;
    Message *message = apply_error(apply, NULL, "'%s' was first called on another shape: its %s is %s, this input %s needs %s",
                                   apply->layer->name, variable->role, shape_text(arena, variable->shape, false),
                                   apply_shape_text(apply, apply->input[0]), shape_text(arena, shape, false));
    if (apply->layer->nodes.count)
        diag_note(message, apply->layer->nodes.at[0]->span, "first called here");
    return false;
}

static Value *quantized(Apply *apply, const char *prefix, Value *weight)
{
    const char *argument = argument_name(apply, prefix, "quantizer");
    if (!apply_has(apply, argument))
        return weight;
    Value *quantized = apply_quantizer(apply, argument, weight);
    return quantized && quantizer_watch(apply, argument, weight->u.variable, quantized) ? quantized : NULL;
}

Value *apply_weight(Apply *apply, const char *role, const char *prefix, Shape shape)
{
    use_graph(apply);
    if (!apply_fits(apply, role, shape))
        return NULL;
    Variable *variable = find_variable(apply->layer, role);
    if (variable && !same_shape(apply, variable, shape))
        return NULL;
    if (!variable)
        variable = variable_new(apply, role, prefix, shape);
    return variable ? quantized(apply, prefix, graph_weight(apply->graph, variable)) : NULL;
}

Value *apply_state(Apply *apply, const char *role, Shape shape, double initial, const char *initializer_argument)
{
    Initializer initializer = {.kind = INIT_CONSTANT, .a = (float)initial};
    if (initializer_argument && !initializer_make(apply->layers, apply_argument(apply, initializer_argument), shape,
                                                  apply_span(apply, initializer_argument), apply->layer->class_name, &initializer))
        return NULL;
    return apply_state_from(apply, role, shape, initializer);
}

Value *apply_state_from(Apply *apply, const char *role, Shape shape, Initializer initializer)
{
    use_graph(apply);
    Layer *layer = apply->layer;
    Variable *variable = find_variable(layer, role);
    if (variable)
        return same_shape(apply, variable, shape) ? graph_weight(apply->graph, variable) : NULL;
    variable = graph_variable(apply->graph, layer->path ? layer->path : layer->name, role, shape, initializer);
    variable->trainable = false;
    variable->state = true;
    VEC_PUSH(apply->layers->arena, &layer->variables, variable);
    return graph_weight(apply->graph, variable);
}
