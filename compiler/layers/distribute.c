/* TimeDistributed: in: a layer and a value whose first axis counts steps. out: the layer on every step. Keras takes steps and samples as one
 * batch; here the steps run one by one, except where they must be seen together: by batch normalization, so that a model that holds
 * one is run layer by layer on all steps. */
#include "layers/family.h"
#include "layers/network.h"

#include <string.h>

/* A tensor of the inner layers: with the steps along its first axis, or step by step. Each form is made when it is wanted. */
typedef struct { Value *whole, **step; } Stepped;

typedef struct {
    Layers *layers;
    Graph *graph;
    Span span;
    int steps, training;
    const Environment *outer;    /* of what is the same for all steps; says how many times steps repeat a layer */
    Stepped **known;             /* by tensor id, in the network that runs */
    int known_count;
} Distribution;

static Shape step_shape(const Value *whole)
{
    return shape_of(whole->shape.rank - 1, whole->shape.dim + 1);
}

static Value *step_of(Graph *graph, Value *whole, int step)
{
    return graph_reshape(graph, family_cut(graph, whole, 0, step, 1), step_shape(whole));
}

static Value *with_step_axis(Graph *graph, Value *y)
{
    Shape out = {.rank = y->shape.rank + 1, .dim = {1}};
    for (int i = 1; i < out.rank; i++)
        out.dim[i] = y->shape.dim[i - 1];
    return graph_reshape(graph, y, out);
}

static Value *whole_of(const Distribution *d, Stepped *tensor)
{
    Value **parts = ARENA_ARRAY(d->layers->arena, Value *, d->steps);
    for (int i = 0; !tensor->whole && i < d->steps; i++)
        parts[i] = with_step_axis(d->graph, tensor->step[i]);
    if (!tensor->whole)
        tensor->whole = graph_concat(d->graph, 0, d->steps, parts);
    return tensor->whole;
}

static Value *at_step(const Distribution *d, Stepped *tensor, int step)
{
    if (!tensor->step)
        tensor->step = ARENA_ARRAY(d->layers->arena, Value *, d->steps);
    if (!tensor->step[step])
        tensor->step[step] = step_of(d->graph, tensor->whole, step);
    return tensor->step[step];
}

static Stepped *stepped_new(const Distribution *d, Value *whole)
{
    Stepped *tensor = ARENA_NEW(d->layers->arena, Stepped);
    tensor->whole = whole;
    tensor->step = whole ? NULL : ARENA_ARRAY(d->layers->arena, Value *, d->steps);
    return tensor;
}

static bool holds_batchnorm(const Layer *layer)
{
    bool found = layer_is(layer, "BatchNormalization") || (layer->inner && holds_batchnorm(layer->inner));
    for (int i = 0; layer->network && i < layer->network->layers.count && !found; i++)
        found = holds_batchnorm(layer->network->layers.at[i]);
    for (int i = 0; i < layer->children.count && !found; i++)
        found = holds_batchnorm(layer->children.at[i]);
    return found;
}

/* --- one layer */

static bool run_layer(const Distribution *d, Layer *layer, const Network *network, int count, Value **inputs, bool whole, Value **outputs, int *output_count)
{
    Apply apply = {.layers = d->layers, .graph = d->graph, .layer = layer, .span = d->span, .input = inputs, .input_count = count,
                   .training = d->training, .outer = d->outer, .has_steps = whole};
    layer->used = layer->called = true;
    if (!layer->path)
        layer->path = layer->name;
    if (network) {
        *output_count = network->outputs.count;
        return network_run(d->layers, d->graph, network, inputs, outputs, d->training, d->outer, NULL);
    }
    if (!layer_run(&apply))
        return false;
    *output_count = apply.output_count;
    memcpy(outputs, apply.output, sizeof *outputs * (size_t)apply.output_count);
    return true;
}

static bool run_each(const Distribution *d, Layer *layer, const Network *network, int count, Stepped **in, Stepped **out, int *out_count)
{
    Value *inputs[LAYER_MAX_OUTPUTS], *outputs[LAYER_MAX_OUTPUTS];
    for (int step = 0; step < d->steps; step++) {
        for (int i = 0; i < count; i++)
            inputs[i] = at_step(d, in[i], step);
        if (!run_layer(d, layer, network, count, inputs, false, outputs, out_count))
            return false;
        for (int i = 0; i < *out_count; i++) {
            out[i] = step ? out[i] : stepped_new(d, NULL);
            out[i]->step[step] = outputs[i];
        }
    }
    return true;
}

static bool run_whole(const Distribution *d, Layer *layer, Stepped *in, Stepped **out, int *out_count)
{
    Value *input = whole_of(d, in), *output;
    if (!run_layer(d, layer, NULL, 1, &input, true, &output, out_count))
        return false;
    out[0] = stepped_new(d, output);
    return true;
}

static bool run_network(Distribution *d, const Network *network, Stepped **in, Stepped **out);

/* TimeDistributed around a layer that wants all steps: its steps and these are one axis. */
static bool run_nested(const Distribution *d, Layer *layer, Stepped *in, Stepped **out, int *out_count)
{
    Value *whole = whole_of(d, in);
    Shape joined = {.rank = whole->shape.rank - 1, .dim = {whole->shape.dim[0] * whole->shape.dim[1]}};
    for (int i = 1; i < joined.rank; i++)
        joined.dim[i] = whole->shape.dim[i + 1];
    Environment outer = *d->outer;
    Distribution own = *d;
    outer.repeats /= d->steps; /* the steps inside count both */
    own.outer = &outer;
    Stepped *joined_in = stepped_new(d, graph_reshape(d->graph, whole, joined)), *joined_out[LAYER_MAX_OUTPUTS];
    if (!run_whole(&own, layer, joined_in, joined_out, out_count))
        return false;
    Value *y = joined_out[0]->whole;
    Shape apart = {.rank = y->shape.rank + 1, .dim = {whole->shape.dim[0], whole->shape.dim[1]}};
    for (int i = 2; i < apart.rank; i++)
        apart.dim[i] = y->shape.dim[i - 1];
    out[0] = stepped_new(d, graph_reshape(d->graph, y, apart));
    return true;
}

static bool distribute(Distribution *d, Layer *layer, const Network *network, int count, Stepped **in, Stepped **out, int *out_count)
{
    const Network *inner = network ? network : layer->is_model ? model_network(d->layers, layer) : NULL;
    bool dense = layer_is(layer, "Dense") || layer_is(layer, "QuantDense"); /* they work on the last axis of any rank */
    if (dense || layer_is(layer, "BatchNormalization"))
        return run_whole(d, layer, in[0], out, out_count);
    if (!holds_batchnorm(layer) || (!inner && !layer_is(layer, "TimeDistributed")))
        return run_each(d, layer, network, count, in, out, out_count);
    if (!inner)
        return run_nested(d, layer, in[0], out, out_count);
    Environment outer = network ? *d->outer : environment_of_model(d->outer);
    Distribution own = *d;
    outer.wrappers = 0;
    own.outer = &outer;
    *out_count = inner->outputs.count;
    return run_network(&own, inner, in, out);
}

/* --- a network, layer by layer on all steps */

/* Tensors of the network, else what it captured from outside, which is the same in each step. */
static Stepped *find(const Distribution *d, const KerasTensor *tensor)
{
    if (tensor->id < d->known_count && d->known[tensor->id])
        return d->known[tensor->id];
    Value *value = environment_find(d->outer, tensor);
    Stepped *same = value ? stepped_new(d, NULL) : NULL;
    for (int i = 0; same && i < d->steps; i++)
        same->step[i] = value;
    return same;
}

static bool run_node(Distribution *d, const CallNode *node)
{
    Stepped *in[LAYER_MAX_OUTPUTS], *out[LAYER_MAX_OUTPUTS];
    Distribution own = *d;
    int count = 0;
    own.span = node->span;
    own.training = node->training >= 0 ? node->training : d->training;
    for (int i = 0; i < node->input_count; i++)
        if (!(in[i] = find(d, node->input[i]))) {
            diag_error(d->layers->diag, node->span, "%s: its input does not come from this model's inputs", node->layer->class_name);
            return false;
        }
    if (!distribute(&own, node->layer, node->network, node->input_count, in, out, &count))
        return false;
    for (int i = 0; i < node->output_count && i < count; i++)
        d->known[node->output[i]->id] = out[i];
    return true;
}

static bool run_network(Distribution *d, const Network *network, Stepped **in, Stepped **out)
{
    Stepped **before = d->known;
    int before_count = d->known_count, size = d->layers->tensors.count;
    d->known = ARENA_ARRAY(d->layers->arena, Stepped *, size + 1);
    d->known_count = size;
    for (int i = 0; i < before_count; i++) /* a composite layer sees what is around it */
        d->known[i] = before[i];
    for (int i = 0; i < network->inputs.count; i++)
        d->known[network->inputs.at[i]->id] = in[i];
    bool good = true;
    for (int i = 0; i < network->nodes.count && good; i++) {
        const CallNode *node = network->nodes.at[i];
        bool given = false;
        for (int k = 0; k < network->inputs.count; k++)
            given |= network->inputs.at[k]->node == node;
        if (!given && node->layer->kind != LAYER_INPUT)
            good = run_node(d, node);
    }
    for (int i = 0; i < network->outputs.count && good; i++)
        good = (out[i] = find(d, network->outputs.at[i])) != NULL;
    d->known = before;
    d->known_count = before_count;
    return good;
}

/* --- the wrapper */

static Object *call_inner(Apply *apply, Object *input, void *unused)
{
    (void)unused;
    CallArgument argument = {NULL, input, apply->span, apply->span};
    return layer_call(apply->layers->eval, apply->layer->inner->object, &(Call){&argument, 1, apply->span, apply->span});
}

/* What a class of the file does to one step is recorded; a Sequential is built for one. */
static bool make_inner(Apply *apply, Layer *inner, const Value *whole, const Network **network)
{
    *network = NULL;
    if (inner->kind == LAYER_SEQUENTIAL && !inner->built)
        return sequential_build(apply->layers, inner, whole->element, step_shape(whole), apply->span);
    if (inner->kind != LAYER_COMPOSITE)
        return true;
    Value step = *whole;
    step.shape = step_shape(whole);
    inner->path = inner->path ? inner->path : inner->name;
    *network = family_recorded(apply, 1, (Value *[]){&step}, call_inner, apply->span);
    return *network != NULL;
}

Value *apply_timedistributed(Apply *apply)
{
    if (!family_inputs(apply, 1) || !family_has_steps(apply))
        return NULL;
    Value *x = apply->input[0];
    Layer *inner = apply->layer->inner;
    const Network *network;
    if (!inner) /* a quantizer, or a function, becomes a layer */
        inner = apply->layer->inner = layer_from_object(apply->layers->eval, apply_argument(apply, "layer"), apply_span(apply, "layer"), "TimeDistributed");
    if (!inner || !make_inner(apply, inner, x, &network))
        return NULL;
    int repeats = apply->outer && apply->outer->repeats ? apply->outer->repeats : 1;
    Environment outer = {.outer = apply->outer, .repeats = repeats * x->shape.dim[0], .wrappers = 1 + (apply->outer ? apply->outer->wrappers : 0),
                         .more_runs = apply->outer ? apply->outer->more_runs : 0};
    Distribution d = {.layers = apply->layers, .graph = apply->graph, .span = apply->span, .steps = x->shape.dim[0], .training = apply->training,
                      .outer = &outer};
    Stepped *in = stepped_new(&d, x), *out[LAYER_MAX_OUTPUTS];
    if (!distribute(&d, inner, network, 1, &in, out, &apply->output_count))
        return NULL;
    for (int i = 0; i < apply->output_count; i++)
        apply->output[i] = whole_of(&d, out[i]);
    return apply->output[0];
}
