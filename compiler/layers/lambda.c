/* Lambda: a function of tensors as a layer: what it does to placeholders is recorded once, and run on values. */
#include "layers/family.h"

#include <string.h>

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
