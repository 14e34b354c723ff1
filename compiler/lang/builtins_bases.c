/* Base classes of pointwise things: a class of the file over larq.quantizers.Quantizer, Constraint, Regularizer, Loss or
 * LearningRateSchedule is used through its `call` or `__call__`, traced like a function. */
#include "lang/internal.h"

static Object *base_identity(Eval *eval, void *data, const Call *call)
{
    (void)data;
    return call->count ? call->at[call->count - 1].value : eval->poison; /* super().call(outputs) returns them */
}

static Object *base_config(Eval *eval, void *data, const Call *call)
{
    (void)data;
    (void)call;
    return object_dict(eval_arena(eval));
}

static Object *base_call(Eval *eval, Object *instance, const Call *call)
{
    if (trace_wants_map(call))
        return trace_map(eval, instance, call);
    Object *method = eval_method(eval, instance, "call");
    if (method)
        return eval_call(eval, method, call);
    eval_error(eval, call->span, "%s has no method call", instance->u.instance.class->name);
    return eval->poison;
}

static Object *base_attribute(Eval *eval, Object *instance, const char *name, Span span)
{
    (void)span;
    if (!strcmp(name, "call"))
        return object_builtin(eval_arena(eval), name, base_identity, NULL, NULL);
    if (!strcmp(name, "get_config"))
        return object_builtin(eval_arena(eval), name, base_config, NULL, NULL);
    return !strcmp(name, "name") ? object_string(eval_arena(eval), instance->u.instance.class->name) : NULL;
}

/* The base classes' own arguments (name, metrics, reduction, dtype) mean nothing here. */
static Object *base_initialize(Eval *eval, Object *instance, const Call *call)
{
    (void)eval;
    (void)instance;
    (void)call;
    return object_none();
}

static const NativeClass bases[] = {
    {.name = "Quantizer", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "BaseQuantizer", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "Constraint", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "Regularizer", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "LearningRateSchedule", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "Loss", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
};

void builtins_bases(Eval *eval)
{
    static const char *const modules[] = {"larq.quantizers", "larq.quantizers", "tf.keras.constraints", "tf.keras.regularizers",
                                          "tf.keras.optimizers.schedules", "tf.keras.losses"};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        eval_register(eval, arena_printf(eval_arena(eval), "%s.%s", modules[i], bases[i].name), FAMILY_NONE, eval_native_class(eval, &bases[i]));
}
