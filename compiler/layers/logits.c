/* Cross-entropies of a softmax or a sigmoid: Keras computes them from what goes into the activation, in losses and in metrics. In: an output and the
 * name of a loss or metric. out: the activation to look behind, and the same loss with from_logits=True. */
#include "layers/training.h"

#include <string.h>

bool logits_are_of(Layers *layers, const Value *output, const char *name, Span span)
{
    Eval *eval = layers->eval;
    if (output->op != OP_MAP || output->input_count != 1)
        return false;
    Object *activation = eval_resolve(eval, FAMILY_ACTIVATION, object_string(layers->arena, name), span, "compile");
    TraceShape shape = trace_shape_of(output->input[0]->shape, output->input[0]->batched);
    const Expr *traced = activation ? eval_trace(eval, activation, 1, &shape, span) : NULL;
    ExprPool *pool = layers->pool;
    return traced && expr_forward(pool, traced) == expr_forward(pool, output->u.expr); /* custom gradients are never shared */
}

/* Softmax and sigmoid both leave their argument behind, for each of these losses. */
const char *logits_activation(Layers *layers, const char *loss, const Value *output, Span span)
{
    static const char *const losses[] = {"CategoricalCrossentropy", "SparseCategoricalCrossentropy", "BinaryCrossentropy",
                                         "CategoricalFocalCrossentropy", "BinaryFocalCrossentropy"};
    static const char *const activations[] = {"softmax", "sigmoid"};
    bool takes_logits = false;
    for (size_t i = 0; loss && i < sizeof losses / sizeof *losses; i++)
        takes_logits |= !strcmp(loss, losses[i]);
    for (size_t i = 0; takes_logits && i < sizeof activations / sizeof *activations; i++)
        if (logits_are_of(layers, output, activations[i], span))
            return activations[i];
    return NULL;
}

Object *logits_taken(Layers *layers, Object *loss, Span span)
{
    Eval *eval = layers->eval;
    Call call = {.span = span, .callee = span};
    if (loss->family_arguments && !call_add_dict(eval, &call, loss->family_arguments, span, loss->family_name))
        return eval_poison(eval);
    call_set(eval, &call, "from_logits", object_bool(layers->arena, true), span);
    return eval_call(eval, loss->definition ? loss->definition : loss, &call);
}
