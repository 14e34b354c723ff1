/* Phase: the `training` that Keras itself hands to the call of a class of the file: whether a step is trained is known when the model runs, not
 * while the file is read. In: a call that gives no `training` (Keras then ignores the default in `def call(self, x, training=False)`). Out: an
 * object in its place; layers that get it decide as if they had got none, and where the file asks for its truth the call is recorded twice. */
#include "layers/family.h"
#include "layers/network.h"

#include <string.h>

/* training: which of the two the call is recorded for; asked: whether it depends on that. */
typedef struct { bool training, asked; } Phase;

static bool phase_truth(Object *self)
{
    Phase *phase = self->u.native.at;
    phase->asked = true;
    return phase->training;
}

static const NativeType phase_native = {.name = "training", .truth = phase_truth};

static bool is_left_open(const Object *value)
{
    return value->kind == OBJECT_NONE || object_is_native(value, &phase_native);
}

/* Where a method takes `training`, self not counted; -1: it does not, keyword_only: by its name alone, as one among its **kwargs, too. */
static int training_position(const Object *method, bool *keyword_only)
{
    const Object *function = method->kind == OBJECT_BOUND ? method->u.bound.function : method;
    int position = method->kind == OBJECT_BOUND ? -1 : 0;
    if (function->kind != OBJECT_FUNCTION)
        return -1;
    for (const Parameter *p = function->u.function.node->parameters; p; p = p->next, position++) {
        *keyword_only = p->kind == PARAMETER_KEYWORD_ONLY || p->kind == PARAMETER_STAR_STAR;
        if (p->kind == PARAMETER_STAR_STAR && method->kind == OBJECT_BOUND)
            return position;
        if ((p->kind == PARAMETER_KEYWORD_ONLY || p->kind == PARAMETER_PLAIN) && !strcmp(p->name, "training"))
            return position;
    }
    return -1;
}

/* The call as Keras makes it, with `training` where the caller leaves it open. */
static Call phase_call(Layers *layers, const Object *method, const Call *call, Phase *phase)
{
    bool keyword_only = false;
    int position = training_position(method, &keyword_only);
    Call filled = *call;
    if (position < 0)
        return filled;
    Object *open = object_native(layers->arena, &phase_native, phase, call->span);
    filled.at = ARENA_ARRAY(layers->arena, CallArgument, call->count + 1);
    bool given = false;
    for (int i = 0; i < call->count; i++) {
        bool training = call->at[i].name ? !strcmp(call->at[i].name, "training") : i == position && !keyword_only;
        filled.at[i] = call->at[i];
        if (training && is_left_open(call->at[i].value))
            filled.at[i].value = open;
        given |= training;
    }
    if (!given)
        filled.at[filled.count++] = (CallArgument){arena_intern(layers->arena, "training", strlen("training")), open, call->span, call->span};
    return filled;
}

static Value *apply_phase(Apply *apply)
{
    Value *inference = apply->input[0], *training = apply->input[1];
    if (!shape_equal(inference->shape, training->shape)) {
        diag_error(apply->layers->diag, apply->span, "the call returns a tensor of shape %s in inference, of shape %s in training",
                   apply_shape_text(apply, inference), apply_shape_text(apply, training));
        return NULL;
    }
    if (inference->element != training->element) {
        inference = family_float(apply, inference);
        training = family_float(apply, training);
    }
    return apply->training == 0 ? inference : family_training_only(apply, inference, training);
}

/* Puts what the two recordings return together, in place of `inference`. */
static bool phase_join(Layers *layers, int count, KerasTensor **inference, KerasTensor *const *training, Span span)
{
    for (int i = 0; i < count; i++) {
        if (inference[i] == training[i])
            continue;
        KerasTensor *both[] = {inference[i], training[i]};
        Object *joined = operation_call(layers->eval, "training", apply_phase, NULL, 2, both, span);
        if (eval_is_poison(joined))
            return false;
        inference[i] = tensor_of(joined);
    }
    return true;
}

/* What the callable returns for that phase, and its tensors; NULL after an error. */
static Object *call_in_phase(Layers *layers, const Layer *layer, Object *callable, const Call *call, Phase *phase, KerasTensor **outputs, int *count)
{
    Call inner = phase_call(layers, callable, call, phase);
    Object *result = eval_call(layers->eval, callable, &inner);
    *count = eval_is_poison(result) ? 0 : tensors_in(layers->eval, result, call->span, layer->class_name, outputs, LAYER_MAX_OUTPUTS);
    return *count < 1 ? NULL : result;
}

Object *phases_record(Layers *layers, Layer *layer, Object *callable, const Call *call, KerasTensor **outputs, int *count)
{
    Phase phase = {.training = false};
    Object *result = call_in_phase(layers, layer, callable, call, &phase, outputs, count);
    if (!result || !phase.asked)
        return result;
    KerasTensor *trained[LAYER_MAX_OUTPUTS];
    int trained_count;
    phase.training = true;
    layer->losses.count = 0; /* those of training count */
    if (!call_in_phase(layers, layer, callable, call, &phase, trained, &trained_count))
        return NULL;
    if (trained_count != *count) {
        diag_error(layers->diag, call->span, "%s: the call returns %d tensors in inference, %d in training", layer->class_name, *count, trained_count);
        return NULL;
    }
    return phase_join(layers, *count, outputs, trained, call->span) ? result : NULL;
}
