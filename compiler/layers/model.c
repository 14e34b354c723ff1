/* Models: in: Sequential(...), Model(inputs, outputs). out: model layers with their network. */
#include "layers/apply.h"
#include "layers/network.h"

#include <string.h>

static Value *apply_network(Apply *apply)
{
    Network *network = model_network(apply->layers, apply->layer);
    if (!network) {
        if (!apply->layer->broken)
            apply_error(apply, NULL, "'%s' has no outputs", apply->layer->name);
        return NULL;
    }
    if (network->inputs.count != apply->input_count) {
        apply_error(apply, NULL, "'%s' takes %d input%s, got %d", apply->layer->name, network->inputs.count, network->inputs.count == 1 ? "" : "s",
                    apply->input_count);
        return NULL;
    }
    for (int i = 0; i < apply->input_count; i++)
        if (apply->input[i]->shape.rank != network->inputs.at[i]->value->shape.rank) {
            apply_error(apply, NULL, "'%s' was made for an input of shape %s, got %s", apply->layer->name,
                        apply_shape_text(apply, network->inputs.at[i]->value), apply_shape_text(apply, apply->input[i]));
            return NULL;
        }
    Environment outer = environment_of_model(apply->outer);
    if (!network_run(apply->layers, apply->graph, network, apply->input, apply->output, apply->training, &outer, NULL))
        return NULL;
    apply->output_count = network->outputs.count;
    return apply->output[0];
}

Network *model_network(Layers *layers, Layer *layer)
{
    if (layer->network || layer->kind != LAYER_SEQUENTIAL || layer->broken || !layer->built || layer->chain.count < 1)
        return layer->network;
    layer->network = network_new(layers, 1, layer->chain.at, 1, &layer->chain.at[layer->chain.count - 1], layer->span, "Sequential", 0);
    if (!layer->network)
        layer->broken = true;
    return layer->network;
}

Layer *model_layer_new(Layers *layers, LayerKind kind, Span span)
{
    Layer *layer = layer_new(layers, kind, kind == LAYER_SEQUENTIAL ? "Sequential" : "Functional", span);
    layer->apply = apply_network;
    return layer;
}

void model_make(Layer *layer, LayerKind kind)
{
    layer->kind = kind;
    layer->apply = apply_network;
}

Object *sequential_create(Eval *eval, const Call *call)
{
    Layers *layers = layers_of(eval);
    Signature *signature = signature_parse(layers->arena, "layers: object = None, name: any = None, trainable: bool = True");
    Bound *bound = signature_bind(eval, signature, "Sequential", call);
    if (!bound)
        return eval_poison(eval);
    Layer *layer = model_layer_new(layers, LAYER_SEQUENTIAL, call->span);
    layer_set_name(layers, layer, bound[1].value, bound[1].span);
    if (bound[0].value->kind == OBJECT_UNKNOWN && !eval_is_poison(bound[0].value)) {
        eval_unknown_error(eval, bound[0].value, bound[0].span, "Sequential: the layers are not known here");
        return eval_poison(eval);
    }
    sequential_fill(eval, layer, bound[0].value, bound[0].span);
    return layer->object;
}

bool model_fill(Eval *eval, Layer *layer, Object *inputs, Span inputs_span, Object *outputs, Span outputs_span)
{
    Layers *layers = layers_of(eval);
    KerasTensor *in[LAYER_MAX_OUTPUTS], *out[LAYER_MAX_OUTPUTS];
    int in_count = tensors_in(eval, inputs, inputs_span, "Model: inputs", in, LAYER_MAX_OUTPUTS);
    int out_count = in_count < 0 ? -1 : tensors_in(eval, outputs, outputs_span, "Model: outputs", out, LAYER_MAX_OUTPUTS);
    if (in_count < 0 || out_count < 0) {
        layer->broken = true;
        return false;
    }
    layer->network = network_new(layers, in_count, in, out_count, out, outputs_span, "Model", 0);
    layer->broken = !layer->network;
    layer->built = !layer->broken;
    if (layer->network && !tensor_of(outputs))
        layer->network->structure = outputs;
    return !layer->broken;
}

Object *model_create(Eval *eval, const Call *call)
{
    Layers *layers = layers_of(eval);
    Signature *signature = signature_parse(layers->arena, "inputs: object, outputs: object, name: any = None, trainable: bool = True");
    Bound *bound = signature_bind(eval, signature, "Model", call);
    if (!bound)
        return eval_poison(eval);
    Layer *layer = model_layer_new(layers, LAYER_FUNCTIONAL, call->span);
    layer_set_name(layers, layer, bound[2].value, bound[2].span);
    model_fill(eval, layer, bound[0].value, bound[0].span, bound[1].value, bound[1].span);
    if (!bound[3].value->u.boolean)
        layer_set_trainable(layer, false);
    return layer->object;
}

/* Builds what has no input shape yet: Sequential, and models of the file's own classes. */
bool model_build(Layers *layers, Layer *layer, Element element, Shape shape, Span span)
{
    if (layer->kind == LAYER_SEQUENTIAL)
        return sequential_build(layers, layer, element, shape, span);
    if (layer->kind != LAYER_COMPOSITE || layer->network)
        return !layer->broken;
    KerasTensor *input = input_tensor(layers, NULL, element, shape, span), *outputs[LAYER_MAX_OUTPUTS];
    CallArgument argument = {NULL, tensor_object(layers, input), span, span};
    Call call = {&argument, 1, span, span};
    Object *result = layer_call(layers->eval, layer->object, &call);
    int count = result && !eval_is_poison(result) ? tensors_in(layers->eval, result, span, layer->class_name, outputs, LAYER_MAX_OUTPUTS) : -1;
    if (count < 0) {
        layer->broken = true;
        return false;
    }
    layer->built = true;
    layer->network = network_new(layers, 1, &input, count, outputs, span, layer->class_name, 0);
    return layer->network != NULL;
}
