/* Attributes of functions, of what definitions made (quantizers, optimizers, ...), and of numbers, which an optimizer may own. */
#include "lang/internal.h"

/* What an optimizer's number is set to; others stay as they are. */
Object *number_assign(Eval *eval, void *number, const Call *call)
{
    const Object *variable = number;
    if (call->count == 1 && variable->definition)
        eval_store_attribute(eval, variable->definition, variable->family_name, call->at[0].value, call->span);
    return object_none();
}

Object *number_attribute(Eval *eval, Object *object, const char *name)
{
    if (!strcmp(name, "real"))
        return object;
    if (!strcmp(name, "assign") && object->definition)
        return object_builtin(eval_arena(eval), name, number_assign, object, NULL);
    return !strcmp(name, "value") ? object : object_is_number(object) ? container_method(eval, object, name) : NULL;
}

static Object *precision_attribute(Eval *eval, Object *object)
{
    int precision = eval_precision(eval, object);
    return precision ? object_int(eval_arena(eval), precision) : NULL;
}

/* A number read from an optimizer is a variable in Keras: it can be assigned to. */
static Object *optimizer_number(Eval *eval, Object *optimizer, const char *name, const Object *value)
{
    Object *number = object_copy(eval_arena(eval), value);
    number->definition = optimizer;
    number->family_name = name;
    return number;
}

/* X.from_config(config) is X(**config). */
Object *object_from_config(Eval *eval, void *maker, const Call *call)
{
    Object *config = call->count == 1 ? call->at[0].value : NULL;
    if (!config || config->kind != OBJECT_DICT)
        return config && object_is_unknown(config) ? config : unknown_new(eval, call->span, "from_config of something else than a dict");
    Call make = {.span = call->span, .callee = call->callee};
    return call_add_dict(eval, &make, config, call->span, "from_config") ? eval_call(eval, maker, &make) : eval->poison;
}

Object *function_attribute(Eval *eval, Object *object, const char *name, Span span)
{
    Arena *arena = eval_arena(eval);
    if (!strcmp(name, "__name__"))
        return object_string(arena, object->kind == OBJECT_FUNCTION ? object->u.function.name : object->u.builtin.name);
    if (!strcmp(name, "precision"))
        return precision_attribute(eval, object);
    if (!strcmp(name, "from_config") && (object_is_definition(object) || (object->kind == OBJECT_BUILTIN && object->u.builtin.base)))
        return object_builtin(arena, name, object_from_config, object, "The object with these arguments.");
    if (!strcmp(name, "name") && object->family_name)
        return object_string(arena, object->family_name);
    if (object->family_arguments) {
        const char *key = !strcmp(name, "lr") ? "learning_rate" : name;
        Object *value = object_dict_get(object->family_arguments, key);
        if (value && object->family == FAMILY_OPTIMIZER && object_is_number(value))
            return optimizer_number(eval, object, key, value);
        if (value)
            return value;
        if (object->family == FAMILY_OPTIMIZER && !strcmp(name, "exclude_from_weight_decay") && object_dict_get(object->family_arguments, "weight_decay"))
            return object_builtin(arena, name, exclude_from_weight_decay, object, NULL);
    }
    if (object->kind == OBJECT_BUILTIN && object->family_name) { /* Bop.is_binary_variable, classes in C */
        Object *member = names_find(eval, FAMILY_FUNCTION, arena_printf(arena, "%s.%s", object->family_name, name));
        if (member)
            return member;
    }
    if (object->kind == OBJECT_FUNCTION && object_is_definition(object)) {
        Object *member = names_find(eval, FAMILY_FUNCTION, arena_printf(arena, "%s.%s", object->u.function.name, name));
        if (member)
            return member;
    }
    if (object->family == FAMILY_NONE && object->kind == OBJECT_FUNCTION)
        return unknown_new(eval, span, "the attribute '%s' of a function", name);
    if (object->family == FAMILY_OPTIMIZER || object->family == FAMILY_METRIC || object->family == FAMILY_LOSS ||
        object->family == FAMILY_LAYER)
        return unknown_new(eval, span, "the attribute '%s' of %s", name, object->family_name ? object->family_name : "this object");
    return NULL;
}
