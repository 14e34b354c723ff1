/* What training settings need in C: the learning rate of a step, CaseOptimizer, Bop.is_binary_variable. */
#include "lang/internal.h"

#define BUILTIN(function) static Object *function(Eval *eval, void *data, const Call *call)

/* rate(learning_rate, step, decay): the value used at `step` as Keras' legacy optimizers compute it, times the run-time rate scale. */
BUILTIN(training_rate)
{
    Object *slot[3];
    double decay = 0;
    (void)data;
    if (!call_unpack(eval, "rate", call, "learning_rate step decay?", slot))
        return eval->poison;
    bool callable = object_is_callable(slot[0]), of_step = callable && eval_parameter_count(slot[0]) > 0; /* lambda: 0.01 is a rate, too */
    Object *rate = callable ? eval_call_simple(eval, slot[0], of_step, &slot[1], call->span) : slot[0];
    if (object_is_unknown(rate))
        return rate;
    double number;
    if (rate->kind != OBJECT_EXPR && object_as_number(rate, &number))
        rate = trace_constant(eval, number);
    if (slot[2] && object_as_number(slot[2], &decay) && decay != 0) {
        Object *product = operate_binary(eval, OP_MULTIPLY, trace_constant(eval, decay), slot[1], call->span);
        Object *divisor = operate_binary(eval, OP_ADD, trace_constant(eval, 1), product, call->span);
        rate = operate_binary(eval, OP_DIVIDE, rate, divisor, call->span);
    }
    return eval->rate_scale ? operate_binary(eval, OP_MULTIPLY, rate, eval->rate_scale, call->span) : rate;
}

/* hyper(value, step): a number or schedule as float32, without the rate scale (Bop's threshold and gamma). */
BUILTIN(training_hyper)
{
    Object *scale = eval->rate_scale;
    eval->rate_scale = NULL;
    Object *value = training_rate(eval, data, call);
    eval->rate_scale = scale;
    return value;
}

BUILTIN(is_binary_variable)
{
    Object *slot[1];
    (void)data;
    if (!call_unpack(eval, "is_binary_variable", call, "variable", slot))
        return eval->poison;
    bool found = true;
    Object *precision = attribute_get(eval, slot[0], eval_intern(eval, "precision"), call->span, &found);
    return object_bool(eval_arena(eval), found && precision->kind == OBJECT_INT && precision->u.integer == 1);
}

BUILTIN(case_optimizer_called)
{
    (void)data;
    eval_error(eval, call->span, "CaseOptimizer: layers choose one of its optimizers, it is no update rule itself");
    return eval->poison;
}

static bool case_pair(Eval *eval, const CallArgument *a, Object *cases)
{
    Object *pair = a->value;
    bool fine =
        object_is_list_or_tuple(pair) && pair->u.list.count == 2 && object_is_callable(pair->u.list.at[0]);
    if (!fine) {
        eval_error(eval, a->span, "CaseOptimizer: needs pairs (predicate, optimizer), not %s", object_text(eval_arena(eval), pair));
        return false;
    }
    Object *optimizer = eval_resolve(eval, FAMILY_OPTIMIZER, pair->u.list.at[1], a->span, "CaseOptimizer");
    if (!optimizer)
        return false;
    object_append(eval_arena(eval), cases, object_list(eval_arena(eval), OBJECT_TUPLE, 2, (Object *[]){pair->u.list.at[0], optimizer}));
    return true;
}

BUILTIN(case_optimizer)
{
    Arena *arena = eval_arena(eval);
    Object *cases = object_list(arena, OBJECT_LIST, 0, NULL), *fallback = object_none(), *unknown = call_unknown(call);
    (void)data;
    if (unknown)
        return unknown;
    for (int i = 0; i < call->count; i++) {
        const CallArgument *a = &call->at[i];
        bool fine = true;
        if (!a->name)
            fine = case_pair(eval, a, cases);
        else if (!strcmp(a->name, "default_optimizer"))
            fine = (fallback = eval_resolve(eval, FAMILY_OPTIMIZER, a->value, a->span, "CaseOptimizer")) != NULL;
        else if (strcmp(a->name, "name"))
            fine = (diag_hint(eval_error(eval, a->name_span, "CaseOptimizer: unknown argument '%s'", a->name),
                              "did you mean 'default_optimizer'?"),
                    false);
        if (!fine)
            return eval->poison;
    }
    Object *object = object_builtin(arena, "CaseOptimizer", case_optimizer_called, NULL, NULL);
    object->origin = call->span;
    object->family = FAMILY_OPTIMIZER;
    object->family_name = "CaseOptimizer";
    object->family_arguments = object_dict(arena);
    object_dict_set(arena, object->family_arguments, "cases", cases);
    object_dict_set(arena, object->family_arguments, "default_optimizer", fallback);
    return object;
}

/* Keeps both lists with the optimizer's arguments; layers/optimizer.c asks them. */
Object *exclude_from_weight_decay(Eval *eval, void *optimizer, const Call *call)
{
    Arena *arena = eval_arena(eval);
    Object *slot[2], *arguments = ((Object *)optimizer)->family_arguments;
    if (!call_unpack(eval, "exclude_from_weight_decay", call, "var_list? var_names?", slot))
        return eval->poison;
    for (int i = 0; i < 2; i++)
        object_dict_set(arena, arguments, i ? "undecayed_names" : "undecayed", slot[i] ? slot[i] : object_none());
    return object_none();
}

void builtins_training(Eval *eval)
{
    eval_bare(eval, "_rate", training_rate, NULL);
    eval_bare(eval, "_hyper", training_hyper, NULL);
    eval_builtin(eval, "larq.optimizers.CaseOptimizer", FAMILY_OPTIMIZER, case_optimizer, NULL,
                 "CaseOptimizer((predicate, optimizer), ..., default_optimizer=None): each variable goes to the optimizer whose predicate "
                 "it meets.");
    eval_builtin(eval, "Bop.is_binary_variable", FAMILY_FUNCTION, is_binary_variable, NULL,
                 "is_binary_variable(variable): whether its quantizer has one bit: the predicate for Bop in a CaseOptimizer.");
}
