/* Recordings: in: values and a function of tensors that a layer stands for. out: what the function does to placeholders of their shapes, as a
 * network that runs on values. One is kept for each combination of shapes: a layer may be called on several. */
#include "layers/family.h"
#include "layers/network.h"

static bool takes(const Network *network, int count, Value *const *inputs)
{
    bool same = network->inputs.count == count;
    for (int i = 0; i < count && same; i++)
        same = shape_equal(network->inputs.at[i]->value->shape, inputs[i]->shape) && network->inputs.at[i]->value->batched == inputs[i]->batched;
    return same;
}

Network *family_record(Apply *apply, int count, Value *const *inputs, RecordedCall *call, void *data, Span span)
{
    Layers *layers = apply->layers;
    KerasTensor *placeholders[LAYER_MAX_OUTPUTS], *outputs[LAYER_MAX_OUTPUTS];
    int first_node = layers->node_count;
    for (int i = 0; i < count; i++)
        placeholders[i] = tensor_placeholder(layers, inputs[i]);
    VEC_PUSH(layers->arena, &layers->inside, apply->layer);
    Object *result = call(apply, tensors_pack(layers, count, placeholders, NULL), data);
    layers->inside.count--;
    if (!result || eval_is_poison(result))
        return NULL;
    int found = tensors_in(layers->eval, result, span, apply->layer->class_name, outputs, LAYER_MAX_OUTPUTS);
    return found < 1 ? NULL : network_new(layers, count, placeholders, found, outputs, apply->span, NULL, first_node);
}

Network *family_recorded(Apply *apply, int count, Value *const *inputs, RecordedCall *call, Span span)
{
    Layer *layer = apply->layer;
    for (int i = 0; i < layer->recorded.count; i++)
        if (takes(layer->recorded.at[i], count, inputs))
            return layer->recorded.at[i];
    Network *network = family_record(apply, count, inputs, call, NULL, span);
    if (network)
        VEC_PUSH(apply->layers->arena, &layer->recorded, network);
    return network;
}
