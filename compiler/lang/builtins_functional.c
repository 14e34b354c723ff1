/* Python's builtins over iterables: zip, enumerate, min, max, sum, sorted, reversed, any, all, map, filter; functools and itertools. */
#include "lang/builtin.h"


static Object *new_list(Eval *eval)
{
    return object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
}

/* Items of every positional argument from `first` on; NULL and *failed when one is unknown or no iterable. */
static Object **all_items(Eval *eval, const Call *call, int first, int *count, Object **failed)
{
    Object **items = ARENA_ARRAY(eval_arena(eval), Object *, call->count + 1);
    *count = 0;
    for (int i = first; i < call->count; i++) {
        if (call->at[i].name)
            continue;
        Object *one = eval_items(eval, call->at[i].value, call->at[i].span);
        if (object_is_unknown(one)) {
            *failed = one;
            return NULL;
        }
        items[(*count)++] = one;
    }
    return items;
}

static Object *zip_items(Eval *eval, Object **items, int count)
{
    Object *list = new_list(eval);
    int length = count ? items[0]->u.list.count : 0;
    for (int i = 1; i < count; i++)
        length = items[i]->u.list.count < length ? items[i]->u.list.count : length;
    for (int k = 0; k < length; k++) {
        Object *tuple = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
        for (int i = 0; i < count; i++)
            object_append(eval_arena(eval), tuple, items[i]->u.list.at[k]);
        object_append(eval_arena(eval), list, tuple);
    }
    return list;
}

BUILTIN(functional_zip)
{
    int count;
    Object *failed = eval->poison, **items = all_items(eval, call, 0, &count, &failed);
    (void)data;
    return items ? zip_items(eval, items, count) : failed;
}

BUILTIN(functional_enumerate)
{
    Object *slot[2];
    (void)data;
    if (!call_unpack(eval, "enumerate", call, "items start?", slot))
        return eval->poison;
    Object *items = eval_items(eval, slot[0], call_span_of(call, 0)), *list = new_list(eval);
    Object *start = slot[1] ? slot[1] : object_int(eval_arena(eval), 0);
    if (start->kind != OBJECT_INT)
        return builtin_type_error(eval, call, "enumerate", "an integer", start);
    for (int i = 0; !object_is_unknown(items) && i < items->u.list.count; i++) {
        Object *pair[] = {number_binary(eval, OP_ADD, start, object_int(eval_arena(eval), i), call->span), items->u.list.at[i]};
        object_append(eval_arena(eval), list, object_list(eval_arena(eval), OBJECT_TUPLE, 2, pair));
    }
    return object_is_unknown(items) ? items : list;
}

static Object *keyword(const Call *call, const char *name)
{
    for (int i = 0; i < call->count; i++)
        if (call->at[i].name && !strcmp(call->at[i].name, name))
            return call->at[i].value;
    return NULL;
}

static int positional_count(const Call *call)
{
    int count = 0;
    for (int i = 0; i < call->count; i++)
        count += !call->at[i].name;
    return count;
}

static Object *key_of(Eval *eval, Object *key, Object *item, Span span)
{
    return key && key->kind != OBJECT_NONE ? eval_call_simple(eval, key, 1, &item, span) : item;
}

/* data: "<" for min, ">" for max */
static Object *extreme(Eval *eval, const Call *call, AstOperator better, const char *owner)
{
    Object *unknown = call_unknown(call), *best = NULL, *best_key = NULL, *key = keyword(call, "key");
    if (unknown)
        return unknown;
    Object *items = new_list(eval);
    if (positional_count(call) == 1)
        items = eval_items(eval, call->at[0].value, call->at[0].span);
    else
        for (int i = 0; i < call->count; i++)
            if (!call->at[i].name)
                object_append(eval_arena(eval), items, call->at[i].value);
    for (int i = 0; !object_is_unknown(items) && i < items->u.list.count; i++) {
        Object *item = items->u.list.at[i], *item_key = key_of(eval, key, item, call->span);
        Object *test = best ? operate_compare(eval, better, item_key, best_key, call->span) : NULL;
        if (test && object_is_unknown(test))
            return test;
        if (test && test->kind == OBJECT_EXPR)
            return trace_apply(eval, better == OP_LESS ? EX_MIN : EX_MAX, 2, (Object *[]){best, item}, call->span);
        if (!best || object_truth(test)) {
            best = item;
            best_key = item_key;
        }
    }
    if (best || object_is_unknown(items))
        return best ? best : items;
    if (keyword(call, "default"))
        return keyword(call, "default");
    eval_error(eval, call->span, "%s: nothing to choose from", owner);
    return eval->poison;
}

BUILTIN(functional_min) { (void)data; return extreme(eval, call, OP_LESS, "min"); }
BUILTIN(functional_max) { (void)data; return extreme(eval, call, OP_GREATER, "max"); }

BUILTIN(functional_sum)
{
    Object *slot[2];
    (void)data;
    if (!call_unpack(eval, "sum", call, "items start?", slot))
        return eval->poison;
    Object *items = eval_items(eval, slot[0], call_span_of(call, 0)), *total = slot[1] ? slot[1] : object_int(eval_arena(eval), 0);
    for (int i = 0; !object_is_unknown(items) && i < items->u.list.count; i++)
        total = operate_binary(eval, OP_ADD, total, items->u.list.at[i], call->span);
    return object_is_unknown(items) ? items : total;
}

/* Insertion sort: stable, and the lists are short. */
static Object *sort_items(Eval *eval, Object *items, Object *key, bool reverse, Span span)
{
    int count = items->u.list.count;
    Object **keys = ARENA_ARRAY(eval_arena(eval), Object *, count + 1), **at = items->u.list.at;
    for (int i = 0; i < count; i++) {
        Object *item = at[i], *item_key = key_of(eval, key, item, span);
        int k = i;
        for (; k > 0 && eval_step(eval, span); k--) {
            Object *less = operate_compare(eval, reverse ? OP_GREATER : OP_LESS, item_key, keys[k - 1], span);
            if (object_is_unknown(less))
                return less;
            if (!object_truth(less))
                break;
            at[k] = at[k - 1];
            keys[k] = keys[k - 1];
        }
        at[k] = item;
        keys[k] = item_key;
    }
    return items;
}

BUILTIN(functional_sorted)
{
    Object *slot[3];
    (void)data;
    if (!call_unpack(eval, "sorted", call, "items * key? reverse?", slot))
        return eval->poison;
    Object *items = eval_items(eval, slot[0], call_span_of(call, 0));
    return object_is_unknown(items) ? items : sort_items(eval, items, slot[1], slot[2] && object_truth(slot[2]), call->span);
}

BUILTIN(functional_reversed)
{
    Object *slot[1];
    (void)data;
    if (!call_unpack(eval, "reversed", call, "items", slot))
        return eval->poison;
    Object *items = eval_items(eval, slot[0], call_span_of(call, 0)), *list = new_list(eval);
    for (int i = object_is_unknown(items) ? -1 : items->u.list.count - 1; i >= 0; i--)
        object_append(eval_arena(eval), list, items->u.list.at[i]);
    return object_is_unknown(items) ? items : list;
}

static Object *quantify(Eval *eval, const Call *call, bool wanted, const char *owner)
{
    Object *slot[1];
    if (!call_unpack(eval, owner, call, "items", slot))
        return eval->poison;
    Object *items = eval_items(eval, slot[0], call_span_of(call, 0)), *unknown = NULL;
    if (object_is_unknown(items))
        return items;
    for (int i = 0; i < items->u.list.count; i++) {
        Object *item = items->u.list.at[i];
        if (object_is_unknown(item))
            unknown = item;
        else if (eval_truth(eval, item, call->span) == wanted)
            return object_bool(eval_arena(eval), wanted);
    }
    return unknown ? unknown : object_bool(eval_arena(eval), !wanted);
}

BUILTIN(functional_any) { (void)data; return quantify(eval, call, true, "any"); }
BUILTIN(functional_all) { (void)data; return quantify(eval, call, false, "all"); }

BUILTIN(functional_map)
{
    int count;
    (void)data;
    if (!call->count || object_is_unknown(call->at[0].value))
        return call->count ? call->at[0].value : eval->poison;
    Object *failed = eval->poison, **items = all_items(eval, call, 1, &count, &failed), *list = new_list(eval);
    if (!items)
        return failed;
    Object *tuples = zip_items(eval, items, count);
    for (int i = 0; i < tuples->u.list.count; i++) {
        Object *tuple = tuples->u.list.at[i];
        object_append(eval_arena(eval), list, eval_call_simple(eval, call->at[0].value, tuple->u.list.count, tuple->u.list.at, call->span));
    }
    return list;
}

BUILTIN(functional_filter)
{
    Object *slot[2], *list = new_list(eval);
    (void)data;
    if (!call_unpack(eval, "filter", call, "function items", slot))
        return eval->poison;
    Object *items = eval_items(eval, slot[1], call->span);
    for (int i = 0; !object_is_unknown(items) && i < items->u.list.count; i++) {
        Object *item = items->u.list.at[i];
        Object *test = slot[0]->kind == OBJECT_NONE ? item : eval_call_simple(eval, slot[0], 1, &item, call->span);
        if (object_is_unknown(test))
            return test;
        if (eval_truth(eval, test, call->span))
            object_append(eval_arena(eval), list, item);
    }
    return object_is_unknown(items) ? items : list;
}

/* --- functools.partial, itertools.product and chain, copy.copy */

typedef struct { Object *function; Call call; } PartialCall;

static Object *partial_run(Eval *eval, void *data, const Call *call)
{
    const PartialCall *partial = data;
    Call full = {.span = call->span, .callee = call->callee};
    for (int i = 1; i < partial->call.count; i++)
        if (!partial->call.at[i].name)
            call_add(eval, &full, NULL, partial->call.at[i].value, partial->call.at[i].span);
    for (int i = 0; i < call->count; i++)
        call_add(eval, &full, call->at[i].name, call->at[i].value, call->at[i].span);
    for (int i = 1; i < partial->call.count; i++)
        if (partial->call.at[i].name && !keyword(call, partial->call.at[i].name))
            call_add(eval, &full, partial->call.at[i].name, partial->call.at[i].value, partial->call.at[i].span);
    return eval_call(eval, partial->function, &full);
}

BUILTIN(functional_partial)
{
    (void)data;
    if (!call->count || object_is_unknown(call->at[0].value))
        return call->count ? call->at[0].value : eval->poison;
    PartialCall *partial = ARENA_NEW(eval_arena(eval), PartialCall);
    *partial = (PartialCall){call->at[0].value, *call};
    return object_builtin(eval_arena(eval), "partial", partial_run, partial, NULL);
}

BUILTIN(functional_product)
{
    int count;
    Object *failed = eval->poison, **items = all_items(eval, call, 0, &count, &failed), *list = new_list(eval);
    (void)data;
    if (!items)
        return failed;
    object_append(eval_arena(eval), list, object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL));
    for (int i = 0; i < count; i++) {
        Object *longer = new_list(eval);
        for (int k = 0; k < list->u.list.count && eval_step(eval, call->span); k++)
            for (int n = 0; n < items[i]->u.list.count && eval_work(eval, i + 1, call->span); n++) {
                Object *tuple =
                    object_list(eval_arena(eval), OBJECT_TUPLE, list->u.list.at[k]->u.list.count, list->u.list.at[k]->u.list.at);
                object_append(eval_arena(eval), tuple, items[i]->u.list.at[n]);
                if (!eval_add(eval, longer, tuple, call->span))
                    return eval->poison;
            }
        list = longer;
    }
    return list;
}

BUILTIN(functional_chain)
{
    int count;
    Object *failed = eval->poison, **items = all_items(eval, call, 0, &count, &failed), *list = new_list(eval);
    (void)data;
    for (int i = 0; items && i < count; i++)
        if (!eval_add_all(eval, list, items[i], call->span))
            return eval->poison;
    return items ? list : failed;
}

BUILTIN(functional_reduce)
{
    Object *slot[3];
    UNPACK("reduce", "function iterable initial?", slot);
    Object *items = eval_items(eval, slot[1], call_span_of(call, 1)), *result = slot[2];
    if (object_is_unknown(items))
        return items;
    for (int i = 0; i < items->u.list.count; i++)
        result = result ? eval_call_simple(eval, slot[0], 2, (Object *[]){result, items->u.list.at[i]}, call->span) : items->u.list.at[i];
    return result ? result : builtin_type_error(eval, call, "reduce", "items, or a third argument", slot[1]);
}

BUILTIN(functional_copy)
{
    Object *slot[1];
    (void)data;
    if (!call_unpack(eval, "copy", call, "x", slot))
        return eval->poison;
    Object *x = slot[0];
    if (object_is_sequence(x))
        return object_list(eval_arena(eval), x->kind, x->u.list.count, x->u.list.at);
    if (x->kind != OBJECT_DICT)
        return x;
    Object *dict = object_dict(eval_arena(eval));
    eval_dict_put_all(eval, dict, x, call->span);
    return dict;
}

void builtins_functional(Eval *eval)
{
    static const struct { const char *name; BuiltinFunction call; } table[] = {
        {"zip", functional_zip}, {"enumerate", functional_enumerate}, {"min", functional_min}, {"max", functional_max},
        {"sum", functional_sum},
        {"sorted", functional_sorted}, {"reversed", functional_reversed}, {"any", functional_any}, {"all", functional_all},
        {"map", functional_map}, {"filter", functional_filter},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        eval_bare(eval, table[i].name, table[i].call, NULL);
    eval_builtin(eval, "functools.partial", FAMILY_NONE, functional_partial, NULL, NULL);
    eval_builtin(eval, "functools.reduce", FAMILY_NONE, functional_reduce, NULL, NULL);
    eval_builtin(eval, "itertools.product", FAMILY_NONE, functional_product, NULL, NULL);
    eval_builtin(eval, "itertools.chain", FAMILY_NONE, functional_chain, NULL, NULL);
    eval_builtin(eval, "copy.copy", FAMILY_NONE, functional_copy, NULL, NULL);
    eval_builtin(eval, "copy.deepcopy", FAMILY_NONE, functional_copy, NULL, NULL);
    eval_register(eval, "collections.OrderedDict", FAMILY_NONE, scope_get(eval->builtins, eval_intern(eval, "dict")));
}
