/* Equality of objects as Python's == has it, in bounded time and depth. */
#include "lang/internal.h"

/* A comparison under way: a list may contain itself, and may reach one list by many ways. */
typedef struct { int depth; long left; } Comparison;

static bool equal(const Object *a, const Object *b, Comparison *at);

static bool lists_equal(const Object *a, const Object *b, Comparison *at)
{
    if (a->u.list.count != b->u.list.count)
        return false;
    for (int i = 0; i < a->u.list.count; i++)
        if (!equal(a->u.list.at[i], b->u.list.at[i], at))
            return false;
    return true;
}

static bool sets_equal(const Object *a, const Object *b, Comparison *at)
{
    if (a->u.list.count != b->u.list.count)
        return false;
    for (int i = 0; i < a->u.list.count; i++) {
        bool found = false;
        for (int k = 0; k < b->u.list.count && !found; k++)
            found = equal(a->u.list.at[i], b->u.list.at[k], at);
        if (!found)
            return false;
    }
    return true;
}

static bool dicts_equal(const Object *a, const Object *b, Comparison *at)
{
    if (a->u.dict.count != b->u.dict.count)
        return false;
    for (int i = 0; i < a->u.dict.count; i++) {
        Object *other = object_dict_find(b, a->u.dict.keys[i]);
        if (!other || !equal(a->u.dict.values[i], other, at))
            return false;
    }
    return true;
}

static bool containers_equal(const Object *a, const Object *b, Comparison *at)
{
    if (at->depth > LIMIT_DEPTH)
        return false;
    at->depth++;
    bool same = a->kind == OBJECT_DICT ? dicts_equal(a, b, at) : a->kind == OBJECT_SET ? sets_equal(a, b, at) : lists_equal(a, b, at);
    at->depth--;
    return same;
}

static bool equal(const Object *a, const Object *b, Comparison *at)
{
    if (a == b)
        return true;
    if (at->left-- <= 0)
        return false;
    if (object_is_number(a) && object_is_number(b)) {
        if (a->kind == OBJECT_INT && b->kind == OBJECT_INT)
            return a->u.integer == b->u.integer;
        return object_number(a) == object_number(b);
    }
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case OBJECT_NONE: return true;
    case OBJECT_STRING:
        return a->u.string.length == b->u.string.length && !memcmp(a->u.string.at, b->u.string.at, a->u.string.length);
    case OBJECT_LIST: case OBJECT_TUPLE: case OBJECT_SET: case OBJECT_DICT: return containers_equal(a, b, at);
    case OBJECT_RANGE:
        return a->u.range.start == b->u.range.start && a->u.range.stop == b->u.range.stop && a->u.range.step == b->u.range.step;
    case OBJECT_CLASS: return a->u.class == b->u.class;
    case OBJECT_MODULE: return !strcmp(a->u.module.path, b->u.module.path);
    case OBJECT_EXPR: return a->u.expr == b->u.expr;
    case OBJECT_NATIVE: return a->u.native.type == b->u.native.type && a->u.native.at == b->u.native.at;
    default: return false;
    }
}

bool object_equal(const Object *a, const Object *b)
{
    Comparison at = {0, LIMIT_STEPS};
    return equal(a, b, &at);
}
