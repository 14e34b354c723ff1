/* Base classes of pointwise things: a class of the file over larq.quantizers.Quantizer, Constraint, Regularizer, Initializer, Loss or
 * LearningRateSchedule is used through its `call` or `__call__`, traced like a function. So is one over a definition, such as SteSign or
 * MaxNorm: super().__init__ makes the function that it extends, which is its `call` as long as it has none of its own. */
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

/* Of the arguments of the base classes (name, metrics, reduction, dtype) a loss's reduction means something: it becomes an attribute. */
static Object *loss_initialize(Eval *eval, Object *instance, const Call *call)
{
    Object *slot[2];
    if (!call_unpack(eval, "Loss", call, "reduction? name?", slot))
        return eval->poison;
    if (slot[0])
        object_dict_set(eval_arena(eval), instance->u.instance.attributes, "reduction", slot[0]);
    return object_none();
}

static Object *base_initialize(Eval *eval, Object *instance, const Call *call)
{
    (void)eval;
    (void)instance;
    (void)call;
    return object_none();
}

static const char *const made_key = "__extended__";

static Object *extended_initialize(Eval *eval, Object *instance, const Call *call)
{
    Object *made = definition_call(eval, eval_class_root(instance->u.instance.class), call);
    Object *attributes = instance->u.instance.attributes;
    object_dict_set(eval_arena(eval), attributes, made_key, made);
    if (!object_dict_get(attributes, "precision") && eval_precision(eval, made))
        object_dict_set(eval_arena(eval), attributes, "precision", object_int(eval_arena(eval), eval_precision(eval, made)));
    return object_is_unknown(made) ? made : object_none();
}

static bool extended_complete(Eval *eval, Object *instance, Span span)
{
    const Object *made = object_dict_get(instance->u.instance.attributes, made_key);
    if (!made)
        eval_not_initialized(eval, instance, span);
    return made && !object_is_unknown(made);
}

static Object *extended_call(Eval *eval, Object *instance, const Call *call)
{
    if (trace_wants_map(call))
        return trace_map(eval, instance, call);
    Object *method = eval_method(eval, instance, "call");
    return eval_call(eval, method ? method : object_dict_get(instance->u.instance.attributes, made_key), call);
}

static Object *extended_attribute(Eval *eval, Object *instance, const char *name, Span span)
{
    Object *made = object_dict_get(instance->u.instance.attributes, made_key);
    if (!strcmp(name, "call") || !strcmp(name, "__call__"))
        return made;
    if (!made || object_is_unknown(made) || !strcmp(name, "get_config") || !strcmp(name, "name"))
        return base_attribute(eval, instance, name, span);
    return object_dict_get(made->family_arguments, name);
}

const NativeClass *definition_class(const Object *definition)
{
    static const NativeClass extended = {.name = "extended", .initialize = extended_initialize, .complete = extended_complete, .call = extended_call, .attribute = extended_attribute};
    Family family = object_is_definition(definition) ? definition->family : FAMILY_NONE;
    return family == FAMILY_QUANTIZER || family == FAMILY_CONSTRAINT || family == FAMILY_REGULARIZER || family == FAMILY_INITIALIZER ? &extended : NULL;
}

static const NativeClass bases[] = {
    {.name = "Quantizer", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "BaseQuantizer", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "Constraint", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "Regularizer", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "LearningRateSchedule", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "Initializer", .initialize = base_initialize, .call = base_call, .attribute = base_attribute},
    {.name = "Loss", .initialize = loss_initialize, .call = base_call, .attribute = base_attribute},
};

void builtins_bases(Eval *eval)
{
    static const char *const modules[] = {"larq.quantizers", "larq.quantizers", "tf.keras.constraints", "tf.keras.regularizers",
                                          "tf.keras.optimizers.schedules", "tf.keras.initializers", "tf.keras.losses"};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        eval_register(eval, arena_printf(eval_arena(eval), "%s.%s", modules[i], bases[i].name), FAMILY_NONE, eval_native_class(eval, &bases[i]));
}
