/* Wrappers: layers around other layers or functions: TimeDistributed, Lambda. */
#include "layers/family.h"

#include <string.h>

/* The inner layer on each step: steps and samples are one batch for dense layers and batch normalization; others run step by step. */
static Apply nested_apply(const Apply *apply, Layer *inner, Value **x)
{
    return (Apply){.layers = apply->layers, .graph = apply->graph, .layer = inner, .span = apply->span, .input = x, .input_count = 1,
                   .training = apply->training, .outer = apply->outer};
}

static Value *run_inner(Apply *apply, Layer *inner, Value *x)
{
    Apply nested = nested_apply(apply, inner, &x);
    inner->used = inner->called = true;
    if (!inner->path)
        inner->path = inner->name;
    return inner->apply && layer_run(&nested) ? nested.output[0] : NULL;
}

static Value *step_of(Graph *graph, Value *x, int step)
{
    Shape out = {.rank = x->shape.rank - 1};
    for (int i = 0; i < out.rank; i++)
        out.dim[i] = x->shape.dim[i + 1];
    return graph_reshape(graph, family_cut(graph, x, 0, step, 1), out);
}

static Value *with_step_axis(Graph *graph, Value *y)
{
    Shape out = {.rank = y->shape.rank + 1, .dim = {1}};
    for (int i = 1; i < out.rank; i++)
        out.dim[i] = y->shape.dim[i - 1];
    return graph_reshape(graph, y, out);
}

/* Channels last: all else is one batch, so that the steps may join the axis after them, which keeps the rank that Keras would see. */
static Value *normalize_steps(Apply *apply, Layer *inner, Value *x)
{
    Apply nested = nested_apply(apply, inner, &x);
    Shape joined = x->shape;
    int axis, last = x->shape.rank - 1;
    if (apply_ints(&nested, "axis", &axis, 1) != 1 || (axis != -1 && axis != last)) {
        apply_error(apply, NULL, "around BatchNormalization only the last axis is supported");
        return NULL;
    }
    if (last == 1)
        return run_inner(apply, inner, x);
    joined.rank--;
    joined.dim[0] = x->shape.dim[0] * x->shape.dim[1];
    for (int i = 1; i < joined.rank; i++)
        joined.dim[i] = x->shape.dim[i + 1];
    Value *y = run_inner(apply, inner, graph_reshape(apply->graph, x, joined));
    return y ? graph_reshape(apply->graph, y, x->shape) : NULL;
}

static bool holds_batchnorm(const Layer *layer)
{
    bool found = !strcmp(layer->class_name, "BatchNormalization");
    for (int i = 0; layer->network && i < layer->network->layers.count && !found; i++)
        found = holds_batchnorm(layer->network->layers.at[i]);
    return found;
}

Value *apply_timedistributed(Apply *apply)
{
    Layer *inner = layer_of(apply_argument(apply, "layer"));
    Value *x = apply->input[0];
    if (!family_inputs(apply, 1))
        return NULL;
    if (!inner || x->shape.rank < 2) {
        apply_error(apply, inner ? NULL : "layer", inner ? "expected an input of at least 3 dimensions (batch and steps included), found %s" : "the layer must be a layer, not %s",
                    inner ? apply_shape_text(apply, x) : object_kind_name(apply_argument(apply, "layer")));
        return NULL;
    }
    apply->layer->inner = inner;
    int steps = x->shape.dim[0];
    if (steps > LAYER_MAX_OUTPUTS) {
        apply_error(apply, NULL, "at most %d steps are supported, found %d", LAYER_MAX_OUTPUTS, steps);
        return NULL;
    }
    if (strstr(inner->class_name, "Dense"))
        return run_inner(apply, inner, x); /* Dense works on the last axis of any rank */
    if (!strcmp(inner->class_name, "BatchNormalization"))
        return normalize_steps(apply, inner, x);
    if (holds_batchnorm(inner) && apply->training)
        diag_warning(apply->layers->diag, apply->span, "TimeDistributed: in training, batch normalization inside %s sees one step at a time; Keras normalizes over all steps", inner->name);
    Value *results[LAYER_MAX_OUTPUTS];
    for (int step = 0; step < steps; step++) {
        Value *y = run_inner(apply, inner, step_of(apply->graph, x, step));
        if (!y)
            return NULL;
        results[step] = with_step_axis(apply->graph, y);
    }
    return graph_concat(apply->graph, 0, steps, results);
}

/* function(inputs, **arguments) */
static Object *call_lambda(Apply *apply, Object *function, Object *inputs)
{
    Arena *arena = apply->layers->arena;
    const Object *extra = apply_argument(apply, "arguments");
    int count = extra->kind == OBJECT_DICT ? extra->u.dict.count : 0;
    Span span = apply_span(apply, "function");
    Call call = {.at = ARENA_ARRAY(arena, CallArgument, count + 1), .span = span, .callee = span};
    call.at[call.count++] = (CallArgument){NULL, inputs, span, span};
    for (int i = 0; i < count; i++) {
        const char *name = extra->u.dict.keys[i]->u.string.at;
        call.at[call.count++] = (CallArgument){arena_intern(arena, name, strlen(name)), extra->u.dict.values[i], span, span};
    }
    return eval_call(apply->layers->eval, function, &call);
}

static bool same_inputs(const Network *network, const Apply *apply)
{
    if (!network || network->inputs.count != apply->input_count)
        return false;
    for (int i = 0; i < apply->input_count; i++)
        if (!shape_equal(network->inputs.at[i]->value->shape, apply->input[i]->shape))
            return false;
    return true;
}

/* A function of tensors runs on placeholders; what it recorded is then run on the values. */
static Network *lambda_network(Apply *apply)
{
    Layers *layers = apply->layers;
    Object *function = apply_argument(apply, "function"), *arguments[LAYER_MAX_OUTPUTS];
    KerasTensor *inputs[LAYER_MAX_OUTPUTS], *outputs[LAYER_MAX_OUTPUTS];
    int first_node = layers->node_count;
    for (int i = 0; i < apply->input_count; i++) {
        Value *like = graph_input(layers->scratch, apply->input[i]->element, apply->input[i]->shape, false);
        inputs[i] = tensor_new(layers, NULL, 0, like);
        arguments[i] = tensor_object(layers, inputs[i]);
    }
    Object *given = apply->input_count == 1 ? arguments[0] : object_list(layers->arena, OBJECT_LIST, apply->input_count, arguments);
    VEC_PUSH(layers->arena, &layers->inside, apply->layer);
    Object *result = call_lambda(apply, function, given);
    layers->inside.count--;
    if (!result || eval_is_poison(result))
        return NULL;
    int count = tensors_in(layers->eval, result, apply_span(apply, "function"), "Lambda", outputs, LAYER_MAX_OUTPUTS);
    return count < 1 ? NULL : network_new(layers, apply->input_count, inputs, count, outputs, apply->span, NULL, first_node);
}

Value *apply_lambda(Apply *apply)
{
    Layer *layer = apply->layer;
    if (!same_inputs(layer->network, apply))
        layer->network = lambda_network(apply);
    if (!layer->network ||
        !network_run(apply->layers, apply->graph, layer->network, apply->input, apply->output, apply->training, apply->outer, NULL))
        return NULL;
    apply->output_count = layer->network->outputs.count;
    return apply->output[0];
}
