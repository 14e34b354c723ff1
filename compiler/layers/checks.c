/* Checks: in: the arguments of a layer just made. out: whether they make sense before any shape is known; errors at their text. */
#include "layers/layer.h"

#include <string.h>

typedef struct { Eval *eval; Layer *layer; bool good; } Check;

static const Bound *find(const Check *check, const char *name)
{
    int index = signature_index(check->layer->signature, name);
    return index < 0 ? NULL : &check->layer->bound[index];
}

static void complain(Check *check, const Bound *bound, const char *text, const char *hint)
{
    Message *message = eval_error(check->eval, bound->given ? bound->span : check->layer->span, "%s: %s", check->layer->class_name, text);
    if (hint)
        diag_hint(message, "%s", hint);
    check->good = false;
}

static int largest(const Bound *bound)
{
    if (!bound || bound->value->kind == OBJECT_NONE)
        return 1;
    if (object_is_number(bound->value))
        return object_size(bound->value);
    int most = 0;
    for (int i = 0; i < bound->value->u.list.count; i++)
        if (object_number(bound->value->u.list.at[i]) > most)
            most = object_size(bound->value->u.list.at[i]);
    return most;
}

static void check_positive(Check *check, const char *name)
{
    const Bound *bound = find(check, name);
    bool list = bound && bound->value->kind == OBJECT_TUPLE, good = true;
    for (int i = 0; list && i < bound->value->u.list.count; i++)
        good &= object_number(bound->value->u.list.at[i]) >= 1;
    if (!good)
        complain(check, bound, arena_printf(eval_arena(check->eval), "%s must be at least 1, not %s", name, object_text(eval_arena(check->eval), bound->value)), NULL);
}

static void check_window(Check *check)
{
    static const char *const names[] = {"kernel_size", "strides", "pool_size", "dilation_rate", "size"};
    for (int i = 0; i < 5; i++)
        if (find(check, names[i]))
            check_positive(check, names[i]);
    const Bound *strides = find(check, "strides"), *dilation = find(check, "dilation_rate");
    if (check->good && strides && dilation && largest(strides) > 1 && largest(dilation) > 1)
        complain(check, dilation, "strides > 1 and dilation_rate > 1 cannot be combined", NULL);
}

static void check_groups(Check *check)
{
    const Bound *groups = find(check, "groups"), *filters = find(check, "filters");
    if (!groups || !filters || filters->value->u.integer % groups->value->u.integer == 0)
        return;
    complain(check, groups, arena_printf(eval_arena(check->eval), "%d filters cannot be split into %d groups", (int)filters->value->u.integer,
             (int)groups->value->u.integer), NULL);
}

static void check_padding(Check *check)
{
    const Bound *padding = find(check, "padding"), *values = find(check, "pad_values"), *implementation = find(check, "implementation");
    bool text = padding && padding->value->kind == OBJECT_STRING;
    if (text && values && !strcmp(padding->value->u.string.at, "causal") && object_number(values->value) != 0)
        complain(check, values, "pad_values must be 0 with causal padding", NULL);
    double number = implementation ? object_number(implementation->value) : 0;
    if (text && number == 1 && !strcmp(padding->value->u.string.at, "same"))
        complain(check, padding, "padding=\"same\" needs implementation=2 or 3", NULL);
    if (implementation && number != 1 && number != 2 && number != 3)
        complain(check, implementation, "implementation must be 1, 2 or 3", "they differ in how weights are stored");
}

static void check_rate(Check *check)
{
    const Bound *rate = find(check, "rate"), *deviation = find(check, "stddev");
    if (rate && (object_number(rate->value) < 0 || object_number(rate->value) >= 1))
        complain(check, rate, "rate must be in [0, 1)", "it is the share of values that is dropped");
    if (deviation && object_number(deviation->value) < 0)
        complain(check, deviation, "stddev must not be negative", NULL);
}

static void check_depthwise(Check *check)
{
    const Bound *strides = find(check, "strides");
    if (!find(check, "depthwise_initializer") || strides->value->kind != OBJECT_TUPLE || strides->value->u.list.count != 2)
        return;
    if (object_number(strides->value->u.list.at[0]) != object_number(strides->value->u.list.at[1]))
        complain(check, strides, "depthwise convolutions need equal strides along both axes", NULL);
}

bool layer_checked(Eval *eval, Layer *layer)
{
    Check check = {eval, layer, true};
    check_window(&check);
    if (check.good)
        check_groups(&check);
    check_padding(&check);
    check_rate(&check);
    check_depthwise(&check);
    return check.good;
}
