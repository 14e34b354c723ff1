/* Hyperparameters: in: a number of an optimizer that a callback sets. out: a state variable that holds it, and the optimizer with that in its place. */
#include "layers/training.h"

#include <string.h>

/* Where the number is: `lr` is learning_rate when it was given. NULL: there is none. */
static Object *given_value(const Object *optimizer, const char *parameter)
{
    const Object *arguments = optimizer->family_arguments;
    Object *lr = arguments && !strcmp(parameter, "learning_rate") ? object_dict_get(arguments, "lr") : NULL;
    if (lr && lr->kind != OBJECT_NONE)
        return lr;
    return arguments ? object_dict_get(arguments, parameter) : NULL;
}

bool optimizer_is_case(const Object *optimizer)
{
    return optimizer->family_name && !strcmp(optimizer->family_name, "CaseOptimizer");
}

static bool taken(const Layers *layers, const char *variable)
{
    for (int i = 0; i < layers->hypers.count; i++)
        if (!strcmp(layers->hypers.at[i].state.variable, variable))
            return true;
    return false;
}

/* "learning_rate" for the model's own; else with the optimizer's name, numbered when two have it. */
static const char *variable_name(Layers *layers, const Object *optimizer, const char *parameter)
{
    const char *stem = !strcmp(parameter, "learning_rate") ? parameter
                                                          : arena_printf(layers->arena, "%s_%s", text_snake_case(layers->arena, optimizer->family_name), parameter);
    const char *name = stem;
    for (int i = 2; taken(layers, name); i++)
        name = arena_printf(layers->arena, "%s_%d", stem, i);
    return name;
}

static const HyperBinding *find(const Layers *layers, const Object *optimizer, const char *parameter)
{
    for (int i = 0; i < layers->hypers.count; i++)
        if (layers->hypers.at[i].optimizer == optimizer && !strcmp(layers->hypers.at[i].parameter, parameter))
            return &layers->hypers.at[i];
    return NULL;
}

const char *hyper_bind(Layers *layers, Object *optimizer, const char *parameter, Span span, const char *owner)
{
    const char *wanted = !strcmp(parameter, "lr") ? "learning_rate" : parameter, *called = optimizer->family_name;
    if (find(layers, optimizer, wanted))
        return find(layers, optimizer, wanted)->state.variable;
    const Object *value = optimizer_is_case(optimizer) ? NULL : given_value(optimizer, wanted);
    if (!value || !optimizer->definition) {
        Message *message = diag_error(layers->diag, span, "%s: the optimizer%s%s has no '%s'", owner, called ? " " : "", called ? called : "", parameter);
        if (optimizer_is_case(optimizer))
            diag_hint(message, "larq.callbacks.HyperparameterScheduler(schedule, '%s', optimizer) takes one of its optimizers", wanted);
        return NULL;
    }
    if (!eval_takes_schedule(optimizer->definition, wanted) || !object_is_number(value)) {
        diag_error(layers->diag, span, object_is_number(value) ? "%s: %s of %s cannot be changed while training runs" : "%s: %s of %s is a schedule already",
                   owner, wanted, called);
        return NULL;
    }
    HyperBinding binding = {optimizer, wanted, {variable_name(layers, optimizer, wanted), (float)object_number(value)}};
    VEC_PUSH(layers->arena, &layers->hypers, binding);
    return binding.state.variable;
}

Object *hyper_optimizer(Layers *layers, Object *optimizer, UpdateRule *rule)
{
    const Object *given = optimizer->family_arguments;
    Call call = {.span = optimizer->origin, .callee = optimizer->origin};
    if (given && !call_add_dict(layers->eval, &call, given, call.span, optimizer->family_name))
        return eval_poison(layers->eval);
    for (int i = 0; i < layers->hypers.count; i++) {
        const HyperBinding *binding = &layers->hypers.at[i];
        if (binding->optimizer != optimizer || rule->hyper_count == (int)(sizeof rule->hyper / sizeof *rule->hyper))
            continue;
        if (!strcmp(binding->parameter, "learning_rate") && object_dict_get(given, "lr"))
            call_set(layers->eval, &call, "lr", object_none(), call.span);
        call_set(layers->eval, &call, binding->parameter, eval_hyperparameter(layers->eval, rule->hyper_count), call.span);
        rule->hyper[rule->hyper_count++] = binding->state;
    }
    return rule->hyper_count ? eval_call(layers->eval, optimizer->definition, &call) : optimizer;
}
