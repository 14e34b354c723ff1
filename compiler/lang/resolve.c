/* Resolving a value in the family of a parameter: strings, functions, class forms, config dicts. Out: a callable or None, or NULL after an
 * error. */
#include "lang/internal.h"

static const char *a_family(Eval *eval, Family family)
{
    const char *word = family_word(family);
    return arena_printf(eval_arena(eval), "%s %s", strchr("aeiou", *word) ? "an" : "a", word);
}

/* Functions of the file by name: registered ones and globals. */
static Object *find_users(Eval *eval, const char *name)
{
    Object *object = object_dict_get(eval->registered, name);
    object = object ? object : scope_get(eval->globals, eval_intern(eval, name));
    bool callable = object && (object->kind == OBJECT_FUNCTION || object->kind == OBJECT_INSTANCE || object->kind == OBJECT_CLASS);
    return callable ? object : NULL;
}

/* The families in which a name for `family` is looked up, in order. */
static const Family *families_for(Family family)
{
    static const Family activation[] = { FAMILY_ACTIVATION, FAMILY_QUANTIZER, FAMILY_NONE },
                        quantizer[] = { FAMILY_QUANTIZER, FAMILY_ACTIVATION, FAMILY_NONE };
    static const Family metric[] = {FAMILY_METRIC, FAMILY_LOSS, FAMILY_NONE};
    static const Family one[][2] = {
#define FAMILY(name, text, shapes) {FAMILY_##name, FAMILY_NONE},
#include "lang/families.def"
#undef FAMILY
    };
    return family == FAMILY_ACTIVATION  ? activation
           : family == FAMILY_QUANTIZER ? quantizer
           : family == FAMILY_METRIC    ? metric
                                        : one[family];
}

Object *eval_find(Eval *eval, Family family, const char *name)
{
    Object *object = NULL;
    for (const Family *f = families_for(family); *f && !object; f++)
        object = names_find(eval, *f, name);
    return object;
}

const char *eval_nearest(Eval *eval, Family family, const char *name)
{
    const char *nearest = NULL;
    if (family == FAMILY_QUANTIZER)
        return names_nearest(eval, family, name);
    for (const Family *f = families_for(family); *f && !nearest; f++)
        nearest = names_nearest(eval, *f, name);
    return nearest;
}

static Object *resolve_failed(Eval *eval, Family family, const char *name, Span span, const char *owner)
{
    Message *message = eval_error(eval, span, "%s: unknown %s '%s'", owner, family_word(family), name);
    const char *nearest = eval_nearest(eval, family, name);
    nearest = nearest ? nearest : scope_foreign_constant(name);
    if (nearest)
        diag_hint(message, "did you mean '%s'?", nearest);
    return NULL;
}

/* A definition given without a call (kernel_quantizer=SteSign) is taken with its defaults. */
static Object *resolve_definition(Eval *eval, Object *object, Span span, const char *owner)
{
    if (!object_is_definition(object))
        return object;
    Object *instance = names_default_instance(eval, object, span);
    if (!object_is_definition(instance))
        return instance;
    for (const Parameter *p = object->u.function.node->parameters; p; p = p->next)
        if (!p->value) {
            eval_error(eval, span, "%s: %s needs its argument '%s'", owner, object->u.function.name, p->name);
            break;
        }
    return NULL;
}

static Object *resolve_name(Eval *eval, Family family, const char *name, Span span, const char *owner)
{
    bool own_alone = family == FAMILY_QUANTIZER; /* Larq looks texts up among its quantizers only */
    Object *object = own_alone ? names_find(eval, family, name) : eval_find(eval, family, name);
    object = object ? object : find_users(eval, name);
    if (!object && own_alone && names_find(eval, FAMILY_ACTIVATION, name)) {
        diag_hint(eval_error(eval, span, "%s: unknown quantizer '%s'", owner, name), "it is an activation: activation=\"%s\"", name);
        return NULL;
    }
    return object ? resolve_definition(eval, object, span, owner) : resolve_failed(eval, family, name, span, owner);
}

/* In every config, and no argument of a definition. */
static bool is_layers_own(const char *name)
{
    return !strcmp(name, "name") || !strcmp(name, "dtype") || !strcmp(name, "trainable");
}

/* {"class_name": "SteSign", "config": {"clip_value": 1.25}} */
static Object *resolve_config(Eval *eval, Family family, Object *dict, Span span, const char *owner)
{
    Object *name = object_dict_get(dict, "class_name"), *config = object_dict_get(dict, "config");
    if (!name || name->kind != OBJECT_STRING) {
        eval_error(eval, span, "%s: a dict for %s needs 'class_name' and 'config'", owner, a_family(eval, family));
        return NULL;
    }
    Object *object = names_find(eval, family, name->u.string.at);
    object = object ? object : find_users(eval, name->u.string.at);
    if (!object)
        return resolve_failed(eval, family, name->u.string.at, span, owner);
    Call all = {.span = span, .callee = span}, call = all;
    if (config && !call_add_dict(eval, &all, config, span, arena_printf(eval_arena(eval), "%s: 'config'", owner)))
        return NULL;
    for (int i = 0; i < all.count; i++)
        if (!is_layers_own(all.at[i].name))
            call_add(eval, &call, all.at[i].name, all.at[i].value, span);
    return eval_call(eval, object, &call);
}

/* A name that two families share ("hinge" the loss and the metric, "Identity" the layer and the initializer) follows the parameter. */
static Object *other_family(Eval *eval, Family family, Object *object)
{
    for (const Family *f = families_for(family); *f; f++)
        if (*f == object->family)
            return NULL;
    bool shared = object->family && object->family != family && object->family_name && object->kind != OBJECT_NATIVE;
    return shared && (object_is_definition(object) || object->kind == OBJECT_BUILTIN || object->definition)
               ? names_find(eval, family, object->family_name)
               : NULL;
}

Object *eval_resolve(Eval *eval, Family family, Object *value, Span span, const char *owner)
{
    if (value->kind == OBJECT_NONE)
        return value;
    if (unknown_is_undefined(value))
        return resolve_failed(eval, family, value->family_name, span, owner);
    if (object_is_unknown(value)) {
        eval_unknown_error(eval, value, span, "%s: the %s is not known here", owner, family_word(family));
        return NULL;
    }
    Object *result = value;
    if (value->kind == OBJECT_BUILTIN && value->family == FAMILY_LAYER && family != FAMILY_LAYER && !other_family(eval, family, value)) {
        Message *message = eval_error(eval, span, "%s: %s is a class of layers, not %s", owner, value->u.builtin.name, a_family(eval, family));
        if (family == FAMILY_ACTIVATION)
            diag_hint(message, "a layer made from it will do: %s(...)", value->u.builtin.name);
        return NULL;
    }
    if (value->kind == OBJECT_STRING)
        result = resolve_name(eval, family, value->u.string.at, span, owner);
    else if (value->kind == OBJECT_DICT && !value->family)
        result = resolve_config(eval, family, value, span, owner);
    else if (other_family(eval, family, value))
        result = resolve_definition(eval, other_family(eval, family, value), span, owner);
    else if (value->kind == OBJECT_FUNCTION)
        result = resolve_definition(eval, value, span, owner);
    bool class_form = result && result->kind == OBJECT_CLASS && !result->u.class->is_native && family != FAMILY_LAYER && family != FAMILY_MODEL;
    if (class_form)
        result = eval_call_simple(eval, result, 0, NULL, span);
    if (!result || object_is_unknown(result))
        return NULL;
    if (result->kind == OBJECT_NONE && family == FAMILY_METRIC) /* known, but not computed */
        return result;
    Object *finished = family == FAMILY_INITIALIZER ? initializer_finish(eval, result) : NULL;
    if (finished)
        return object_is_unknown(finished) ? NULL : finished;
    if (object_is_callable(result) || (result->kind == OBJECT_NATIVE && family != FAMILY_QUANTIZER) || result->kind == OBJECT_INSTANCE)
        return result;
    eval_error(eval, span, "%s: %s is not %s", owner, object_text(eval_arena(eval), value), a_family(eval, family));
    return NULL;
}
