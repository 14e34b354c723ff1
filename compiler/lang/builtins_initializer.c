/* Initializers: eval_resolve(FAMILY_INITIALIZER) leaves objects whose family_arguments hold the normal form described in eval.h.
 * The prelude's definitions (initializers.bnn) return that normal form as a dict; this file turns it into a callable object. */
#include "lang/internal.h"

/* he_normal(seed=1) builds another; HeNormal()(shape=(3, 4)) is values. data: the initializer. */
static Object *initializer_called(Eval *eval, void *data, const Call *call)
{
    Object *self = data, *shape = NULL;
    InitializerRule rule;
    for (int i = 0; i < call->count && !shape; i++)
        if (call->at[i].name ? !strcmp(call->at[i].name, "shape") : object_is_sequence(call->at[i].value))
            shape = call->at[i].value;
    if (self->definition && !shape)
        return definition_call(eval, self->definition, call);
    return eval_initializer(self, &rule) ? initial_values(eval, &rule, shape, call->span) : eval->poison;
}

/* From what a definition or a user gave: a dict with "kind", an array, a number. NULL: no initializer; poison or an unknown: its numbers are. */
Object *initializer_finish(Eval *eval, Object *value)
{
    Arena *arena = eval_arena(eval);
    double number;
    if (value->family == FAMILY_INITIALIZER && value->kind == OBJECT_BUILTIN)
        return value;
    Object *object = object_builtin(arena, value->family_name ? value->family_name : "initializer", initializer_called, NULL, NULL);
    object->u.builtin.data = object;
    object->origin = value->origin;
    object->family = FAMILY_INITIALIZER;
    object->family_name = value->family_name ? value->family_name : "Constant";
    object->definition = value->definition;
    object->family_arguments = object_dict(arena);
    if (value->kind == OBJECT_DICT && object_dict_get(value, "kind")) {
        const Object *sources[] = {value->family_arguments, value};
        for (int s = 0; s < 2; s++)
            if (sources[s])
                eval_dict_put_all(eval, object->family_arguments, sources[s], eval_user_span(eval));
        Object *constant = object_dict_get(value, "value");
        if (constant && !object_as_number(constant, &number)) {
            Object *array = array_from(eval, constant, eval_user_span(eval));
            if (array->kind != OBJECT_ARRAY)
                return array;
            object_dict_set(arena, object->family_arguments, "value", array);
            object_dict_set(arena, object->family_arguments, "kind", object_string(arena, "array"));
        }
        return object;
    }
    if (value->kind == OBJECT_ARRAY) {
        object_dict_set(arena, object->family_arguments, "kind", object_string(arena, "array"));
        object_dict_set(arena, object->family_arguments, "value", value);
        return object;
    }
    if (object_as_number(value, &number)) {
        object_dict_set(arena, object->family_arguments, "kind", object_string(arena, "constant"));
        object_dict_set(arena, object->family_arguments, "value", object_float(arena, number));
        return object;
    }
    return NULL;
}

static double number_at(const Object *dict, const char *key)
{
    Object *value = object_dict_get(dict, key);
    double number = 0;
    if (value)
        object_as_number(value, &number);
    return number;
}

static const char *text_at(const Object *dict, const char *key)
{
    Object *value = object_dict_get(dict, key);
    return value && value->kind == OBJECT_STRING ? value->u.string.at : NULL;
}

bool eval_initializer(Object *resolved, InitializerRule *rule)
{
    const Object *dict = resolved->family == FAMILY_INITIALIZER ? resolved->family_arguments : NULL;
    const char *kind = dict ? text_at(dict, "kind") : NULL;
    if (!kind)
        return false;
    *rule = (InitializerRule){.kind = kind, .mode = text_at(dict, "mode"), .distribution = text_at(dict, "distribution")};
    Object *value = object_dict_get(dict, "value");
    bool uniform = !strcmp(kind, "uniform");
    rule->array = value && value->kind == OBJECT_ARRAY ? value : NULL;
    rule->scale = !strcmp(kind, "constant") ? number_at(dict, "value") : number_at(dict, object_dict_get(dict, "gain") ? "gain" : "scale");
    rule->a = number_at(dict, uniform ? "minval" : "mean");
    rule->b = number_at(dict, uniform ? "maxval" : "stddev");
    return true;
}

void builtins_initializer(Eval *eval)
{
    (void)eval;
}
