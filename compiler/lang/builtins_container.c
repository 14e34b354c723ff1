/* Methods of list, tuple, set and dict. In: the object and a name. Out: the bound method, or NULL. Method arguments: self first. */
#include "lang/internal.h"

#define METHOD(function) static Object *function(Eval *eval, void *data, const Call *call)
typedef struct { const char *name; BuiltinFunction call; unsigned kinds; } Method;
enum { ON_LIST = 1, ON_TUPLE = 2, ON_SET = 4, ON_DICT = 8, ON_NUMBER = 16 };

static bool arguments(Eval *eval, void *data, const Call *call, const char *names, Object **slot)
{
    return call_unpack(eval, data, call, arena_printf(eval_arena(eval), "self %s", names), slot);
}

METHOD(list_append)
{
    Object *slot[2];
    if (!arguments(eval, data, call, "item", slot))
        return eval->poison;
    return eval_add(eval, slot[0], slot[1], call->span) ? object_none() : eval->poison;
}

METHOD(list_extend)
{
    Object *slot[2];
    if (!arguments(eval, data, call, "items", slot))
        return eval->poison;
    Object *items = eval_items(eval, slot[1], call->span);
    if (object_is_unknown(items))
        return items;
    return eval_add_all(eval, slot[0], items, call->span) ? object_none() : eval->poison;
}

METHOD(list_insert)
{
    Object *slot[3];
    double at;
    if (!arguments(eval, data, call, "index item", slot))
        return eval->poison;
    Object *list = slot[0];
    int count = list->u.list.count;
    if (!index_number(eval, slot[1], &at, "list", call_span_of(call, 1)))
        return object_is_unknown(slot[1]) ? slot[1] : eval->poison;
    int64_t position = index_from(at, count);
    position = position < 0 ? 0 : position > count ? count : position;
    if (!eval_list_fits(eval, (int64_t)count + 1, call->span))
        return eval->poison;
    object_append(eval_arena(eval), list, slot[2]);
    for (int64_t i = count; i > position; i--)
        list->u.list.at[i] = list->u.list.at[i - 1];
    list->u.list.at[position] = slot[2];
    return object_none();
}

static Object *dict_pop(Eval *eval, Object **slot, Span span)
{
    Object *value = slot[1] ? eval_dict_remove(eval, slot[0], slot[1], span) : NULL;
    if (value || slot[2])
        return value ? value : slot[2];
    eval_error(eval, span, "the key %s is not in the dict", slot[1] ? object_text(eval_arena(eval), slot[1]) : "");
    return eval->poison;
}

METHOD(list_pop)
{
    Object *slot[3];
    if (!arguments(eval, data, call, "index? default?", slot))
        return eval->poison;
    if (slot[0]->kind == OBJECT_DICT)
        return dict_pop(eval, slot, call->span);
    if (slot[1] && object_is_unknown(slot[1]))
        return slot[1];
    int64_t position = slot[0]->u.list.count - 1;
    if (position < 0)
        eval_error(eval, call->span, "pop from an empty list");
    bool there = position >= 0 && (!slot[1] || index_of(eval, slot[1], slot[0]->u.list.count, &position, "list", call_span_of(call, 1)));
    return there && eval_work(eval, slot[0]->u.list.count - position, call->span) ? object_list_take(slot[0], (int)position) : eval->poison;
}

METHOD(list_remove)
{
    Object *slot[2];
    if (!arguments(eval, data, call, "item", slot))
        return eval->poison;
    int position = eval_search(eval, slot[0], slot[1], call->span);
    if (position >= 0)
        object_list_take(slot[0], position);
    else if (strcmp(data, "discard"))
        eval_error(eval, call->span, "%s is not in the list", object_text(eval_arena(eval), slot[1]));
    return object_none();
}

METHOD(list_index)
{
    Object *slot[2];
    if (!arguments(eval, data, call, "item", slot))
        return eval->poison;
    int position = eval_search(eval, slot[0], slot[1], call->span);
    if (position >= 0)
        return object_int(eval_arena(eval), position);
    eval_error(eval, call->span, "%s is not in the list", object_text(eval_arena(eval), slot[1]));
    return eval->poison;
}

METHOD(list_count)
{
    Object *slot[2];
    int count = 0;
    if (!arguments(eval, data, call, "item", slot))
        return eval->poison;
    for (int i = 0; i < slot[0]->u.list.count && !eval->stopped; i++)
        count += eval_equal(eval, slot[0]->u.list.at[i], slot[1], call->span);
    return object_int(eval_arena(eval), count);
}

METHOD(list_reverse)
{
    Object *list = call->at[0].value;
    (void)data;
    eval_work(eval, list->u.list.count, call->span);
    for (int i = 0, k = list->u.list.count - 1; i < k; i++, k--) {
        Object *swap = list->u.list.at[i];
        list->u.list.at[i] = list->u.list.at[k];
        list->u.list.at[k] = swap;
    }
    return object_none();
}

METHOD(list_sort)
{
    Object *sorted = eval_call(eval, scope_get(eval->builtins, eval_intern(eval, "sorted")), call);
    (void)data;
    if (object_is_unknown(sorted))
        return sorted;
    call->at[0].value->u.list = sorted->u.list;
    return object_none();
}

METHOD(container_clear)
{
    Object *self = call->at[0].value;
    (void)eval;
    (void)data;
    *(self->kind == OBJECT_DICT ? &self->u.dict.count : &self->u.list.count) = 0;
    return object_none();
}

METHOD(container_copy)
{
    Object *self = call->at[0].value;
    (void)data;
    if (self->kind != OBJECT_DICT)
        return object_list(eval_arena(eval), self->kind, self->u.list.count, self->u.list.at);
    Object *dict = object_dict(eval_arena(eval));
    eval_dict_put_all(eval, dict, self, call->span);
    return dict;
}

METHOD(tuple_as_list)
{
    (void)data;
    return object_list(eval_arena(eval), OBJECT_LIST, call->at[0].value->u.list.count, call->at[0].value->u.list.at);
}

METHOD(set_binary_method)
{
    Object *slot[2];
    if (!arguments(eval, data, call, "other", slot))
        return eval->poison;
    Object *other = eval_items(eval, slot[1], call->span);
    if (object_is_unknown(other))
        return other;
    Object *set = object_list(eval_arena(eval), OBJECT_SET, other->u.list.count, other->u.list.at);
    AstOperator op = !strcmp(data, "union") ? OP_BIT_OR : !strcmp(data, "intersection") ? OP_BIT_AND : OP_SUBTRACT;
    return operate_binary(eval, op, slot[0], set, call->span);
}

/* --- dict */

METHOD(dict_get)
{
    Object *slot[3];
    if (!arguments(eval, data, call, "key default?", slot))
        return eval->poison;
    Object *value = eval_dict_find(eval, slot[0], slot[1], call->span);
    return value ? value : slot[2] ? slot[2] : object_none();
}

METHOD(dict_setdefault)
{
    Object *slot[3];
    if (!arguments(eval, data, call, "key default?", slot))
        return eval->poison;
    Object *value = eval_dict_find(eval, slot[0], slot[1], call->span);
    if (!value)
        eval_dict_put(eval, slot[0], slot[1], value = slot[2] ? slot[2] : object_none(), call->span);
    return value;
}

METHOD(dict_keys)
{
    Object *self = call->at[0].value;
    (void)data;
    return object_list(eval_arena(eval), OBJECT_LIST, self->u.dict.count, self->u.dict.keys);
}

METHOD(dict_values)
{
    Object *self = call->at[0].value;
    (void)data;
    return object_list(eval_arena(eval), OBJECT_LIST, self->u.dict.count, self->u.dict.values);
}

METHOD(dict_items)
{
    Object *self = call->at[0].value, *list = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    (void)data;
    for (int i = 0; i < self->u.dict.count; i++) {
        Object *pair[] = {self->u.dict.keys[i], self->u.dict.values[i]};
        object_append(eval_arena(eval), list, object_list(eval_arena(eval), OBJECT_TUPLE, 2, pair));
    }
    return list;
}

METHOD(dict_update)
{
    Call rest = {.at = call->at + 1, .count = call->count - 1, .span = call->span, .callee = call->callee};
    Object *more = eval_call(eval, scope_get(eval->builtins, eval_intern(eval, "dict")), &rest), *self = call->at[0].value;
    if (self->kind == OBJECT_SET)
        return list_extend(eval, data, call);
    if (more->kind == OBJECT_DICT)
        eval_dict_put_all(eval, self, more, call->span);
    return object_is_unknown(more) ? more : object_none();
}

METHOD(number_item)
{
    (void)eval;
    (void)data;
    return call->at[0].value;
}

static const Method methods[] = {
    {"append", list_append, ON_LIST}, {"add", list_append, ON_SET}, {"extend", list_extend, ON_LIST}, {"insert", list_insert, ON_LIST},
    {"pop", list_pop, ON_LIST | ON_DICT}, {"remove", list_remove, ON_LIST | ON_SET}, {"discard", list_remove, ON_SET},
    {"index", list_index, ON_LIST | ON_TUPLE},
    {"count", list_count, ON_LIST | ON_TUPLE}, {"reverse", list_reverse, ON_LIST}, {"sort", list_sort, ON_LIST},
    {"clear", container_clear, ON_LIST | ON_SET | ON_DICT}, {"copy", container_copy, ON_LIST | ON_SET | ON_DICT},
    {"as_list", tuple_as_list, ON_TUPLE}, {"union", set_binary_method, ON_SET}, {"intersection", set_binary_method, ON_SET},
    {"difference", set_binary_method, ON_SET},
    {"get", dict_get, ON_DICT}, {"setdefault", dict_setdefault, ON_DICT}, {"keys", dict_keys, ON_DICT},
    {"values", dict_values, ON_DICT}, {"items", dict_items, ON_DICT},
    {"update", dict_update, ON_DICT | ON_SET}, {"item", number_item, ON_NUMBER}, {"numpy", number_item, ON_NUMBER},
    {"astype", number_item, ON_NUMBER},
};

static unsigned kind_of(const Object *object)
{
    return object->kind == OBJECT_LIST    ? ON_LIST
           : object->kind == OBJECT_TUPLE ? ON_TUPLE
           : object->kind == OBJECT_SET   ? ON_SET
           : object->kind == OBJECT_DICT  ? ON_DICT
                                          : ON_NUMBER;
}

void container_method_names(Eval *eval, const Object *object, VecNames *names)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (methods[i].kinds & kind_of(object))
            VEC_PUSH(eval_arena(eval), names, methods[i].name);
}

Object *container_method(Eval *eval, Object *object, const char *name)
{
    unsigned kind = kind_of(object);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if ((methods[i].kinds & kind) && !strcmp(methods[i].name, name))
            return object_bound(eval_arena(eval), object_builtin(eval_arena(eval), name, methods[i].call, (void *)methods[i].name, NULL),
                                object);
    return NULL;
}
