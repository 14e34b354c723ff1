/* Arguments of functions of tensors: in: a call. out: its tensors, numbers and axes, checked. */
#include "layers/family.h"

#include <string.h>

const CallArgument *function_argument(const Call *call, int position, const char *name, const char *other)
{
    for (int i = 0; i < call->count; i++)
        if (call->at[i].name && (!strcmp(call->at[i].name, name) || (other && !strcmp(call->at[i].name, other))))
            return &call->at[i];
    return position < call->count && !call->at[position].name ? &call->at[position] : NULL;
}

int function_tensors(Eval *eval, const Call *call, const char *name, const char *owner, KerasTensor **out)
{
    const CallArgument *first = function_argument(call, 0, name, "values");
    if (!first)
        return 0;
    const Object *value = first->value;
    bool list = object_is_list_or_tuple(value), tensors = tensor_of(value) != NULL;
    for (int i = 0; list && i < value->u.list.count; i++)
        tensors |= tensor_of(value->u.list.at[i]) != NULL;
    return tensors ? tensors_in(eval, first->value, first->span, owner, out, LAYER_MAX_OUTPUTS) : 0;
}

static bool is_traced(const Object *value)
{
    for (int i = 0; object_is_list_or_tuple(value) && i < value->u.list.count; i++)
        if (value->u.list.at[i]->kind == OBJECT_EXPR)
            return true;
    return value->kind == OBJECT_EXPR;
}

Object *function_without_tensors(Eval *eval, int found, const Call *call, const char *owner)
{
    for (int i = 0; i < call->count && found >= 0; i++) {
        if (eval_is_poison(call->at[i].value))
            return eval_poison(eval);
        if (is_traced(call->at[i].value))
            return eval_want_tensors(eval, call->span, owner);
    }
    return found < 0 ? eval_poison(eval) : object_unknown(eval_arena(eval), call->span, "%s of data", owner);
}

bool function_integer(Eval *eval, const CallArgument *from, const char *owner, int otherwise, int *out)
{
    *out = otherwise;
    if (!from)
        return true;
    if (from->value->kind == OBJECT_INT) {
        *out = object_size(from->value);
        return true;
    }
    if (from->value->kind == OBJECT_UNKNOWN)
        eval_unknown_error(eval, from->value, from->span, "%s: the axis is not known here", owner);
    else
        eval_error(eval, from->span, "%s: expected an int, not %s", owner, object_kind_name(from->value));
    return false;
}

/* The axis without the batch; below 0: it is the batch, or there is none. */
static int without_batch(int axis, int rank, bool batched)
{
    int at = axis < 0 ? axis + rank + batched : axis;
    return at < rank + batched ? at - batched : -1 - batched;
}

int function_axis_at(int axis, const KerasTensor *x)
{
    int at = without_batch(axis, x->value->shape.rank, x->value->batched);
    return at < 0 ? -1 : at;
}

int function_axis(Eval *eval, int axis, int rank, bool batched, Span span, const char *owner)
{
    int at = without_batch(axis, rank, batched);
    if (at >= 0)
        return at;
    eval_error(eval, span, batched && at == -1 ? "%s: axis %d is the batch" : "%s: axis %d does not exist", owner, axis);
    return -1;
}
