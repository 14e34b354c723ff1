/* Lambda: a function of tensors as a layer: what it does to placeholders is recorded, and run on values. */
#include "layers/family.h"
#include "layers/network.h"

/* function(inputs, **arguments), and `training` where it takes that */
static Object *call_lambda(Apply *apply, Object *inputs, void *unused)
{
    Eval *eval = apply->layers->eval;
    const Object *extra = apply_argument(apply, "arguments");
    Span span = apply_span(apply, "function");
    (void)unused;
    Call call = {.span = span, .callee = span};
    call_add(eval, &call, NULL, inputs, span);
    if (extra->kind != OBJECT_NONE && !call_add_dict(eval, &call, extra, apply_span(apply, "arguments"), "Lambda: arguments"))
        return NULL;
    KerasTensor *outputs[LAYER_MAX_OUTPUTS];
    int count;
    Object *result = phases_record(apply->layers, apply->layer, apply_argument(apply, "function"), &call, outputs, &count);
    return result ? tensors_pack(apply->layers, count, outputs, result) : NULL;
}

Value *apply_lambda(Apply *apply)
{
    Layer *layer = apply->layer;
    layer->network = family_recorded(apply, apply->input_count, apply->input, call_lambda, apply_span(apply, "function"));
    if (!layer->network ||
        !network_run(apply->layers, apply->graph, layer->network, apply->input, apply->output, apply->training, apply->outer, NULL))
        return NULL;
    apply->output_count = layer->network->outputs.count;
    return apply->output[0];
}
