/* Objects: constructors, dictionaries, truth. In: an arena and C values. Out: objects that live as long as the arena. */
#include "lang/internal.h"

#include "base/clamp.h"

#include <math.h>

static Object *object_new(Arena *arena, ObjectKind kind)
{
    Object *object = ARENA_NEW(arena, Object);
    object->kind = kind;
    return object;
}

Object *object_none(void)
{
    static const Object none = {.kind = OBJECT_NONE};
    return (Object *)&none; /* never written to: it has no attributes and no family */
}

Object *object_bool(Arena *arena, bool value)
{
    Object *object = object_new(arena, OBJECT_BOOL);
    object->u.boolean = value;
    return object;
}

Object *object_int(Arena *arena, int64_t value)
{
    Object *object = object_new(arena, OBJECT_INT);
    object->u.integer = value;
    return object;
}

Object *object_float(Arena *arena, double value)
{
    Object *object = object_new(arena, OBJECT_FLOAT);
    object->u.real = value;
    return object;
}

Object *object_string_sized(Arena *arena, const char *text, size_t length)
{
    Object *object = object_new(arena, OBJECT_STRING);
    object->u.string.at = arena_strndup(arena, text, length);
    object->u.string.length = length;
    return object;
}

Object *object_string(Arena *arena, const char *text)
{
    return object_string_sized(arena, text, strlen(text));
}

Object *object_list(Arena *arena, ObjectKind kind, int count, Object *const *items)
{
    Object *list = object_new(arena, kind);
    for (int i = 0; i < count; i++)
        object_append(arena, list, items[i]);
    return list;
}

void object_append(Arena *arena, Object *list, Object *item)
{
    VEC_PUSH(arena, &list->u.list, item);
}

Span object_item_span(const Object *list, int i, Span otherwise)
{
    const Node *literal = list->u.list.literal;
    bool plain = literal && literal->item_count == list->u.list.count;
    for (int k = 0; plain && k < literal->item_count; k++)
        plain = literal->items[k]->kind != AST_STARRED;
    if (plain)
        return literal->items[i]->span;
    const Object *item = list->u.list.at[i];
    return item->origin.source && item->kind != OBJECT_UNKNOWN ? item->origin : otherwise;
}

Object *object_expr(Arena *arena, const Expr *expr)
{
    Object *object = object_new(arena, OBJECT_EXPR);
    object->u.expr = expr;
    return object;
}

Object *object_native(Arena *arena, const NativeType *type, void *at, Span origin)
{
    Object *object = object_new(arena, OBJECT_NATIVE);
    object->u.native.type = type;
    object->u.native.at = at;
    object->origin = origin;
    return object;
}

Object *object_builtin(Arena *arena, const char *name, BuiltinFunction call, void *data, const char *help)
{
    Object *object = object_new(arena, OBJECT_BUILTIN);
    object->u.builtin.name = name;
    object->u.builtin.call = call;
    object->u.builtin.data = data;
    object->u.builtin.help = help;
    return object;
}

Object *object_unknown(Arena *arena, Span origin, const char *why, ...)
{
    va_list arguments;
    va_start(arguments, why);
    Object *object = object_new(arena, OBJECT_UNKNOWN);
    object->origin = origin;
    object->u.unknown.why = arena_vprintf(arena, why, arguments);
    va_end(arguments);
    return object;
}

Object *object_bound(Arena *arena, Object *function, Object *self)
{
    Object *object = object_new(arena, OBJECT_BOUND);
    object->u.bound.function = function;
    object->u.bound.self = self;
    return object;
}

int object_array_count(const Object *array)
{
    int64_t count = 1;
    for (int i = 0; i < array->u.array.rank; i++)
        count *= array->u.array.dim[i];
    return count > LIMIT_ITEMS ? LIMIT_ITEMS : (int)count;
}

Object *object_copy(Arena *arena, const Object *object)
{
    Object *copy = ARENA_NEW(arena, Object);
    *copy = *object;
    return copy;
}

Object *object_list_take(Object *list, int index)
{
    Object *item = list->u.list.at[index];
    memmove(list->u.list.at + index, list->u.list.at + index + 1, sizeof(Object *) * (size_t)(--list->u.list.count - index));
    return item;
}

/* --- dictionaries: insertion order, linear search */

Object *object_dict(Arena *arena)
{
    return object_new(arena, OBJECT_DICT);
}

int object_dict_index(const Object *dict, const char *key)
{
    size_t length = strlen(key);
    for (int i = 0; i < dict->u.dict.count; i++) {
        const Object *candidate = dict->u.dict.keys[i];
        if (candidate->kind == OBJECT_STRING && candidate->u.string.length == length && !memcmp(candidate->u.string.at, key, length))
            return i;
    }
    return -1;
}

Object *object_dict_get(const Object *dict, const char *key)
{
    int i = object_dict_index(dict, key);
    return i < 0 ? NULL : dict->u.dict.values[i];
}

void object_dict_add(Arena *arena, Object *dict, Object *key, Object *value)
{
    if (dict->u.dict.count == dict->u.dict.capacity) {
        int capacity = dict->u.dict.capacity;
        dict->u.dict.keys = arena_grow(arena, dict->u.dict.keys, &capacity, dict->u.dict.count, sizeof(Object *));
        dict->u.dict.values = arena_grow(arena, dict->u.dict.values, &dict->u.dict.capacity, dict->u.dict.count, sizeof(Object *));
        BUG_IF(capacity != dict->u.dict.capacity);
    }
    dict->u.dict.keys[dict->u.dict.count] = key;
    dict->u.dict.values[dict->u.dict.count++] = value;
}

void object_dict_set(Arena *arena, Object *dict, const char *key, Object *value)
{
    int i = object_dict_index(dict, key);
    if (i < 0)
        object_dict_add(arena, dict, object_string(arena, key), value);
    else
        dict->u.dict.values[i] = value;
}

Object *object_dict_take(Object *dict, int index)
{
    Object *value = dict->u.dict.values[index];
    for (dict->u.dict.count--; index < dict->u.dict.count; index++) {
        dict->u.dict.keys[index] = dict->u.dict.keys[index + 1];
        dict->u.dict.values[index] = dict->u.dict.values[index + 1];
    }
    return value;
}

/* --- questions */

bool object_is_native(const Object *object, const NativeType *type)
{
    return object->kind == OBJECT_NATIVE && object->u.native.type == type;
}

bool object_is_list_or_tuple(const Object *object)
{
    return object->kind == OBJECT_LIST || object->kind == OBJECT_TUPLE;
}

static bool nests(const Object *object, int depth, int *items)
{
    bool list = object_is_list_or_tuple(object);
    if (!list && object->kind != OBJECT_DICT)
        return true;
    int count = list ? object->u.list.count : object->u.dict.count;
    *items -= count;
    bool good = depth > 0 && *items >= 0;
    for (int i = 0; i < count && good; i++)
        good = nests(list ? object->u.list.at[i] : object->u.dict.values[i], depth - 1, items);
    return good;
}

bool object_nests_within(const Object *object, int depth)
{
    int items = LIMIT_STEPS; /* the same list in many places counts as often */
    return nests(object, depth, &items);
}

bool object_is_number(const Object *object)
{
    return object->kind == OBJECT_BOOL || object->kind == OBJECT_INT || object->kind == OBJECT_FLOAT;
}

double object_number(const Object *object)
{
    switch (object->kind) {
    case OBJECT_BOOL: return object->u.boolean;
    case OBJECT_INT: return (double)object->u.integer;
    case OBJECT_FLOAT: return object->u.real;
    default: BUG("not a number: %s", object_kind_name(object));
    }
}

int64_t object_integer(const Object *object)
{
    return object->kind == OBJECT_INT ? object->u.integer : clamp_int64(object_number(object));
}

int object_size(const Object *object)
{
    return clamp_int(object_integer(object));
}

bool object_is_sequence(const Object *object)
{
    return object_is_list_or_tuple(object) || object->kind == OBJECT_SET;
}

bool object_is_callable(const Object *object)
{
    switch (object->kind) {
    case OBJECT_FUNCTION: case OBJECT_BUILTIN: case OBJECT_BOUND: case OBJECT_CLASS: return true;
    case OBJECT_NATIVE: return object->u.native.type->call != NULL;
    case OBJECT_INSTANCE: return class_lookup(object->u.instance.class, "__call__") || class_lookup(object->u.instance.class, "call");
    default: return false;
    }
}

bool object_is(const Object *object, const char *family_name)
{
    return object->family_name && !strcmp(object->family_name, family_name);
}

bool object_truth(const Object *object)
{
    switch (object->kind) {
    case OBJECT_NONE: return false;
    case OBJECT_BOOL: return object->u.boolean;
    case OBJECT_INT: return object->u.integer != 0;
    case OBJECT_FLOAT: return object->u.real != 0;
    case OBJECT_STRING: return object->u.string.length > 0;
    case OBJECT_LIST: case OBJECT_TUPLE: case OBJECT_SET: return object->u.list.count > 0;
    case OBJECT_DICT: return object->u.dict.count > 0;
    case OBJECT_RANGE:
        return object->u.range.step > 0 ? object->u.range.start < object->u.range.stop : object->u.range.start > object->u.range.stop;
    case OBJECT_ARRAY: return object_array_count(object) == 1 ? object->u.array.at[0] != 0 : true;
    case OBJECT_EXPR: return trace_is_constant(object) ? object->u.expr->value != 0 : true;
    default: return true;
    }
}
