/* Lambda: a function of tensors as a layer: what it does to placeholders is recorded, and run on values. */
#include "layers/family.h"
#include "layers/network.h"

/* function(inputs, **arguments), and `training` where it takes that: if it asks, it is called once more as in training. */
static Object *call_in_phases(Layers *layers, const Object *function, const Call *call, Span span)
{
    Phase phase = {.training = false};
    Call inner = phase_call(layers, function, call, &phase);
    Object *inference = eval_call(layers->eval, (Object *)function, &inner), *training;
    if (!phase.asked || eval_is_poison(inference))
        return inference;
    KerasTensor *both[2][LAYER_MAX_OUTPUTS];
    phase.training = true;
    training = eval_call(layers->eval, (Object *)function, &inner);
    int count = tensors_in(layers->eval, inference, span, "Lambda", both[0], LAYER_MAX_OUTPUTS);
    if (count < 1 || eval_is_poison(training))
        return NULL;
    if (tensors_in(layers->eval, training, span, "Lambda", both[1], LAYER_MAX_OUTPUTS) != count) {
        diag_error(layers->diag, span, "Lambda: the function returns another number of tensors in training than in inference");
        return NULL;
    }
    return phase_join(layers, count, both[0], both[1], span) ? tensors_pack(layers, count, both[0], tensor_of(inference) ? NULL : inference) : NULL;
}

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
    return call_in_phases(apply->layers, apply_argument(apply, "function"), &call, span);
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
