/* Flattened values: what is traced as one axis, or as the batch and one axis: the places of its axes say that all are meant (TRACE_ALL,
 * TRACE_REST), which reductions alone know what to do with. */
#include "lang/internal.h"

Object *eval_flattened(Eval *eval, Object *value, bool keep_batch)
{
    ExprShape shape = trace_shape(value), flat = {.rank = 1, .dim = {1}, .axis = {TRACE_ALL}, .full = shape.full};
    if (keep_batch && shape.rank > 0)
        flat = (ExprShape){.rank = 2, .dim = {shape.dim[0], 1}, .axis = {shape.axis[0], TRACE_REST}, .full = shape.full};
    for (int i = keep_batch, *size = &flat.dim[keep_batch]; i < shape.rank; i++)
        *size = shape.dim[i] < 0 || *size < 0 ? -1 : *size * shape.dim[i];
    return shape.rank > keep_batch && shape.rank == shape.full ? trace_with_shape(eval, value->u.expr, &flat) : value;
}

bool trace_is_flattened(const ExprShape *shape)
{
    for (int i = 0; i < shape->rank; i++)
        if (shape->axis[i] <= TRACE_ALL)
            return true;
    return false;
}

static Object *backend_flatten(Eval *eval, void *keep_batch, const Call *call)
{
    Object *slot[1];
    if (call_unknown(call) || !call_unpack(eval, "flatten", call, "x", slot))
        return call_unknown(call) ? call_unknown(call) : eval->poison;
    return slot[0]->kind == OBJECT_EXPR ? eval_flattened(eval, slot[0], keep_batch != NULL) : unknown_new(eval, call->span, "flatten of data");
}

void builtins_flatten(Eval *eval)
{
    eval_builtin(eval, "tf.keras.backend.flatten", FAMILY_NONE, backend_flatten, NULL, NULL);
    eval_builtin(eval, "tf.keras.backend.batch_flatten", FAMILY_NONE, backend_flatten, "batch", NULL);
}
