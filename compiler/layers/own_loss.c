/* Losses beside that of compile. In: self.add_loss(tensor) while the call of a class is recorded; model.add_loss(tensor). Out: the tensor as a part
 * of the training loss, and so the activity regularizer of a class. In a call an operation adds it that passes an output of the call on: what runs the call runs it, too. A model keeps it. */
#include "layers/apply.h"
#include "layers/network.h"

static Value *apply_own_loss(Apply *apply)
{
    VEC_PUSH(apply->graph->arena, &apply->graph->extra_losses, apply->input[1]);
    return apply->input[0];
}

static bool is_scalar(const KerasTensor *tensor)
{
    return tensor && !tensor->value->batched && !tensor->value->shape.rank && tensor->value->element == ELEMENT_F32;
}

/* Keras makes what leads to the loss a part of the model. */
static void add_to_model(Layers *layers, Layer *layer, KerasTensor *loss, Span span)
{
    const Network *old = layer->network;
    KerasTensor *ends[2 * LAYER_MAX_OUTPUTS];
    int outputs = old->outputs.count, losses = old->losses.count;
    if (losses == LAYER_MAX_OUTPUTS) {
        diag_error(layers->diag, span, "add_loss: more than %d losses", LAYER_MAX_OUTPUTS);
        return;
    }
    for (int i = 0; i < outputs + losses; i++)
        ends[i] = i < outputs ? old->outputs.at[i] : old->losses.at[i - outputs];
    ends[outputs + losses] = loss;
    Network *network = network_new(layers, old->inputs.count, old->inputs.at, outputs + losses + 1, ends, span, "add_loss", 0);
    if (!network)
        return;
    network->outputs.count = outputs;
    network->structure = old->structure;
    for (int i = 0; i <= losses; i++)
        VEC_PUSH(layers->arena, &network->losses, ends[outputs + i]);
    layer->network = network;
}

static void add_one(Layers *layers, Layer *layer, Object *given, Span span)
{
    KerasTensor *tensor = tensor_of(given);
    if (is_scalar(tensor) && layer->kind == LAYER_FUNCTIONAL && layer->network)
        add_to_model(layers, layer, tensor, span);
    else if (is_scalar(tensor) && layer->kind == LAYER_COMPOSITE)
        VEC_PUSH(layers->arena, &layer->losses, tensor);
    else if (!eval_is_poison(given))
        diag_warning(layers->diag, span, "add_loss is not followed: it is no scalar computed from the inputs");
}

Object *own_loss_add(Eval *eval, void *owner, const Call *call)
{
    Object *given = call->count ? call->at[0].value : object_none();
    bool list = object_is_list_or_tuple(given);
    for (int i = 0; i < (list ? given->u.list.count : 1); i++)
        add_one(layers_of(eval), owner, list ? given->u.list.at[i] : given, call->span);
    return object_none();
}

const Bound *own_loss_activity(Eval *eval, const CallArgument *argument)
{
    Signature *signature = signature_parse(eval_arena(eval), "activity_regularizer: regularizer = None");
    Call call = {.at = (CallArgument *)argument, .count = 1, .span = argument->span};
    return signature_bind(eval, signature, "super().__init__", &call);
}

static Value *apply_activity(Apply *apply)
{
    const Bound *activity = apply->layer->data;
    return apply_activity_loss(apply, activity->value, apply->input[0], activity->span) ? apply->input[0] : NULL;
}

/* What the operation gives in place of the tensor. */
static bool pass_on(Object *passed, KerasTensor **tensor)
{
    if (!eval_is_poison(passed))
        *tensor = tensor_of(passed);
    return !eval_is_poison(passed);
}

bool own_losses_join(Layers *layers, Layer *layer, int count, KerasTensor **outputs, Span span)
{
    for (int i = 0; i < layer->losses.count; i++) {
        KerasTensor *both[] = {outputs[0], layer->losses.at[i]};
        if (!pass_on(operation_call(layers->eval, "add_loss", apply_own_loss, NULL, 2, both, span), &outputs[0]))
            return false;
    }
    layer->losses.count = 0;
    bool regularized = layer->activity && layer->activity->value->kind != OBJECT_NONE;
    for (int i = 0; i < count && regularized; i++)
        if (!pass_on(operation_call(layers->eval, "activity", apply_activity, layer->activity, 1, &outputs[i], span), &outputs[i]))
            return false;
    return true;
}
