/* Cross-entropies of a softmax or a sigmoid: Keras computes them from what goes into the activation, in losses and in metrics. In: an output and the
 * name of a loss or metric. out: the activation to look behind, and the same loss with from_logits=True. */
#include "layers/layer.h"

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
    Arena *arena = layers->arena;
    const Object *given = loss->family_arguments;
    int count = given ? given->u.dict.count : 0;
    Call call = {.at = ARENA_ARRAY(arena, CallArgument, count + 1), .span = span, .callee = span};
    bool named = false;
    for (int i = 0; i < count; i++) {
        const char *name = given->u.dict.keys[i]->u.string.at;
        bool logits = !strcmp(name, "from_logits");
        named |= logits;
        call.at[call.count++] = (CallArgument){arena_intern(arena, name, strlen(name)), logits ? object_bool(arena, true) : given->u.dict.values[i], span, span};
    }
    if (!named)
        call.at[call.count++] = (CallArgument){arena_intern(arena, "from_logits", 11), object_bool(arena, true), span, span};
    Object *definition = loss->definition ? loss->definition : loss;
    return eval_call(layers->eval, definition, &call);
}
