/* Equality of objects as Python's == has it. In: objects, which may contain themselves. Out: whether they are equal, for steps of the file: lists
 * may reach one another by more ways than it has steps left. */
#include "lang/internal.h"

enum { BYTES_PER_ITEM = 64 };

typedef struct { int depth; int64_t left; /* of the work the file may still do; below 0: there was too much to compare */ } Comparison;

static bool equal(const Object *a, const Object *b, Comparison *at);

static int find(Object *const *items, int count, const Object *wanted, Comparison *at)
{
    for (int i = 0; i < count && at->left > 0; i++)
        if (equal(items[i], wanted, at))
            return i;
    return -1;
}

static bool lists_equal(const Object *a, const Object *b, Comparison *at)
{
    if (a->u.list.count != b->u.list.count)
        return false;
    for (int i = 0; i < a->u.list.count; i++)
        if (!equal(a->u.list.at[i], b->u.list.at[i], at))
            return false;
    return true;
}

/* In any order: the items of sets; the keys of dicts, and the values at them. */
static bool members_equal(const Object *a, const Object *b, Comparison *at)
{
    bool dicts = a->kind == OBJECT_DICT;
    Object *const *mine = dicts ? a->u.dict.keys : a->u.list.at, *const *others = dicts ? b->u.dict.keys : b->u.list.at;
    int count = dicts ? a->u.dict.count : a->u.list.count;
    if (count != (dicts ? b->u.dict.count : b->u.list.count))
        return false;
    for (int i = 0; i < count; i++) {
        int k = find(others, count, mine[i], at);
        if (k < 0 || (dicts && !equal(a->u.dict.values[i], b->u.dict.values[k], at)))
            return false;
    }
    return true;
}

static bool containers_equal(const Object *a, const Object *b, Comparison *at)
{
    if (at->depth > LIMIT_DEPTH)
        return false;
    at->depth++;
    bool same = object_is_list_or_tuple(a) ? lists_equal(a, b, at) : members_equal(a, b, at);
    at->depth--;
    return same;
}

static bool equal(const Object *a, const Object *b, Comparison *at)
{
    if (at->left-- <= 0)
        return false;
    if (a == b)
        return true;
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
        at->left -= (int64_t)(a->u.string.length / BYTES_PER_ITEM);
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

static bool charge(Eval *eval, const Comparison *at, Span span)
{
    return eval_work(eval, eval_work_left(eval) - at->left, span);
}

bool eval_equal(Eval *eval, const Object *a, const Object *b, Span span)
{
    Comparison at = {0, eval_work_left(eval)};
    bool same = equal(a, b, &at);
    return charge(eval, &at, span) && same;
}

int eval_find_equal(Eval *eval, Object *const *items, int count, const Object *wanted, Span span)
{
    Comparison at = {0, eval_work_left(eval)};
    int i = find(items, count, wanted, &at);
    return charge(eval, &at, span) ? i : -1;
}
