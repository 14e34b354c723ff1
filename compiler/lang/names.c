/* Names: one table of full paths ("tf.keras.layers.Dense"), families and aliases. Out: the object of a name, or the nearest name. */
#include "lang/internal.h"

#include <ctype.h>

const char *family_word(Family family)
{
    static const char *const words[] = {
#define FAMILY(name, text, shapes) text,
#include "lang/families.def"
#undef FAMILY
    };
    return words[family];
}

typedef struct { Family family; const char *name, *definition; } Alias;
static const Alias aliases[] = {
#define ALIAS(family, name, definition) {FAMILY_##family, name, definition},
#include "lang/aliases.def"
#undef ALIAS
};
enum { ALIAS_COUNT = sizeof aliases / sizeof *aliases };

/* The index-th alias of a definition; NULL: there are no more. */
const char *names_alias(Family family, const char *definition, int index)
{
    for (int i = 0; i < ALIAS_COUNT; i++)
        if (aliases[i].family == family && !strcmp(aliases[i].definition, definition) && index-- == 0)
            return aliases[i].name;
    return NULL;
}

/* A function of numbers and traced values here, of tensors in layers/, under one path: the arguments decide. */
typedef struct { Object *numbers, *tensors; } Overload;

static bool has_tensor(const Object *value)
{
    for (int depth = 0; object_is_sequence(value) && value->u.list.count && depth < LIMIT_DEPTH; depth++) /* a list may hold itself */
        value = value->u.list.at[0];
    return value->kind == OBJECT_NATIVE;
}

static Object *overload_call(Eval *eval, void *data, const Call *call)
{
    const Overload *overload = data;
    for (int i = 0; i < call->count; i++)
        if (has_tensor(call->at[i].value))
            return eval_call(eval, overload->tensors, call);
    return eval_call(eval, overload->numbers, call);
}

static bool register_overload(Eval *eval, const char *path, Object *object)
{
    for (int i = 0; i < eval->entries.count && object->kind == OBJECT_BUILTIN; i++) {
        Entry *entry = &eval->entries.at[i];
        if (strcmp(entry->path, path) || entry->object->kind != OBJECT_BUILTIN)
            continue;
        Overload *overload = ARENA_NEW(eval_arena(eval), Overload);
        *overload = (Overload){entry->object, object};
        entry->object = object_builtin(eval_arena(eval), entry->last, overload_call, overload, object->u.builtin.help);
        entry->object->family = entry->family;
        entry->object->family_name = entry->last;
        return true;
    }
    return false;
}

/* Families whose classes are also known by their snake-case names: ste_sign is SteSign with its defaults. */
static bool has_snake_names(Family family)
{
    return family == FAMILY_QUANTIZER || family == FAMILY_CONSTRAINT || family == FAMILY_REGULARIZER || family == FAMILY_INITIALIZER ||
           family == FAMILY_LOSS;
}

void eval_register(Eval *eval, const char *path, Family family, Object *object)
{
    if (family == FAMILY_FUNCTION && register_overload(eval, path, object))
        return;
    const char *dot = strrchr(path, '.');
    Entry entry = {eval_intern(eval, path), eval_intern(eval, dot ? dot + 1 : path), family, object, NULL};
    if (has_snake_names(family) && isupper((unsigned char)entry.last[0]))
        entry.snake = text_snake_case(eval_arena(eval), entry.last);
    if (object->kind != OBJECT_NONE && !object->family) {
        object->family = family;
        object->family_name = object->family_name ? object->family_name : entry.last;
    }
    VEC_PUSH(eval_arena(eval), &eval->entries, entry);
}

int eval_family_names(Eval *eval, Family family, const char *const **names)
{
    VEC(const char *) found = {0};
    for (int i = 0; i < eval->entries.count; i++) {
        const Entry *entry = &eval->entries.at[i];
        bool there = entry->family != family;
        for (int k = 0; k < found.count && !there; k++)
            there = found.at[k] == entry->last;
        if (!there)
            VEC_PUSH(eval_arena(eval), &found, entry->last);
    }
    *names = found.at;
    return found.count;
}

/* --- a name within a family */

static const Entry *entry_of_family(Eval *eval, Family family, const char *name)
{
    for (int i = 0; i < eval->entries.count; i++) {
        const Entry *entry = &eval->entries.at[i];
        if (entry->family == family && !strcmp(entry->last, name))
            return entry;
    }
    return NULL;
}

Object *names_default_instance(Eval *eval, Object *definition, Span span)
{
    if (!object_is_definition(definition))
        return definition;
    for (const Parameter *p = definition->u.function.node->parameters; p; p = p->next)
        if (!p->value && (p->kind == PARAMETER_PLAIN || p->kind == PARAMETER_KEYWORD_ONLY))
            return definition;
    return eval_call_simple(eval, definition, 0, NULL, span);
}

Object *names_find_alias(Eval *eval, Family family, const char *name)
{
    for (int i = 0; i < ALIAS_COUNT; i++) {
        if ((family && aliases[i].family != family) || strcmp(aliases[i].name, name))
            continue;
        const Entry *entry = entry_of_family(eval, aliases[i].family, aliases[i].definition);
        if (entry)
            return names_default_instance(eval, entry->object, (Span){0});
    }
    for (int i = 0; i < eval->entries.count; i++) {
        const Entry *entry = &eval->entries.at[i];
        if (entry->snake && (!family || entry->family == family) && !strcmp(entry->snake, name))
            return names_default_instance(eval, entry->object, (Span){0});
    }
    return NULL;
}

static void push_names(Eval *eval, VecNames *names, const Entry *entry)
{
    VEC_PUSH(eval_arena(eval), names, entry->last);
    if (entry->snake)
        VEC_PUSH(eval_arena(eval), names, entry->snake);
}

Object *names_find(Eval *eval, Family family, const char *name)
{
    if (family == FAMILY_FUNCTION && strchr(name, '.')) { /* members of definitions: Bop.is_binary_variable */
        for (int i = 0; i < eval->entries.count; i++)
            if (eval->entries.at[i].family == family && !strcmp(eval->entries.at[i].path, name))
                return eval->entries.at[i].object;
        return NULL;
    }
    const Entry *entry = entry_of_family(eval, family, name);
    return entry ? entry->object : names_find_alias(eval, family, name);
}

void names_collect(Eval *eval, VecNames *names)
{
    for (int i = 0; i < eval->entries.count; i++)
        if (eval->entries.at[i].family && strncmp(eval->entries.at[i].path, "tf.keras.backend.", 17))
            push_names(eval, names, &eval->entries.at[i]);
    for (int i = 0; i < ALIAS_COUNT; i++)
        VEC_PUSH(eval_arena(eval), names, aliases[i].name);
}

const char *names_nearest(Eval *eval, Family family, const char *name)
{
    VecNames names = {0};
    for (int i = 0; i < eval->entries.count; i++)
        if (eval->entries.at[i].family == family)
            push_names(eval, &names, &eval->entries.at[i]);
    for (int i = 0; i < ALIAS_COUNT; i++)
        if (aliases[i].family == family)
            VEC_PUSH(eval_arena(eval), &names, aliases[i].name);
    const char *nearest = text_nearest(name, names.at, names.count);
    for (int i = 0; i < names.count && !nearest && strlen(name) >= 4; i++)
        if (text_ends_with(names.at[i], arena_printf(eval_arena(eval), "_%s", name)))
            nearest = names.at[i]; /* "sign" of "ste_sign" */
    return nearest;
}

/* Bare names: the first family in this order that has it. */
static bool only_dotted(const Object *object, Eval *eval)
{
    for (int i = 0; i < eval->entries.count; i++)
        if (eval->entries.at[i].object == object)
            return !strncmp(eval->entries.at[i].path, "tf.keras.backend.", 17);
    return false;
}

Object *names_bare(Eval *eval, const char *name)
{
    static const Family order[] = {
        FAMILY_LAYER, FAMILY_MODEL, FAMILY_QUANTIZER, FAMILY_CONSTRAINT, FAMILY_ACTIVATION, FAMILY_OPTIMIZER, FAMILY_LOSS,
        FAMILY_INITIALIZER, FAMILY_REGULARIZER, FAMILY_SCHEDULE, FAMILY_METRIC, FAMILY_CALLBACK, FAMILY_FUNCTION,
    };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        Object *object = names_find(eval, order[i], name);
        if (object && !(order[i] == FAMILY_FUNCTION && only_dotted(object, eval)))
            return object;
    }
    return NULL;
}
