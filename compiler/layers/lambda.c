/* Lambda: a function of tensors as a layer: what it does to placeholders is recorded, and run on values. */
#include "layers/family.h"

#include <string.h>

/* function(inputs, **arguments) */
static Object *call_lambda(Apply *apply, Object *inputs)
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
    return eval_call(apply->layers->eval, apply_argument(apply, "function"), &call);
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
