/* Losses of a class's own. In: self.add_loss(tensor) while its call is recorded. Out: the tensor as a part of the training loss, which an operation
 * adds that passes an output of the call on: what runs the call runs it, too. */
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

Object *own_loss_add(Eval *eval, void *owner, const Call *call)
{
    Layers *layers = layers_of(eval);
    Layer *layer = owner;
    KerasTensor *tensor = call->count == 1 ? tensor_of(call->at[0].value) : NULL;
    if (is_scalar(tensor))
        VEC_PUSH(layers->arena, &layer->losses, tensor);
    else if (!call->count || !eval_is_poison(call->at[0].value))
        diag_warning(layers->diag, call->span, "add_loss is not followed: it is no scalar computed from the inputs of the call");
    return object_none();
}

bool own_losses_join(Layers *layers, Layer *layer, KerasTensor **output, Span span)
{
    for (int i = 0; i < layer->losses.count; i++) {
        Object *passed = operation_call(layers->eval, "add_loss", apply_own_loss, NULL, 2, (KerasTensor *[]){*output, layer->losses.at[i]}, span);
        if (eval_is_poison(passed))
            return false;
        *output = tensor_of(passed);
    }
    layer->losses.count = 0;
    return true;
}
