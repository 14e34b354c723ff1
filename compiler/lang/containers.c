/* Lists, sets and dicts while a file fills and searches them: within the limits, equal items of a set and equal keys of a dict once; which item
 * an index means. */
#include "lang/internal.h"

#include <math.h>

int eval_search(Eval *eval, const Object *list, const Object *item, Span span)
{
    return eval_find_equal(eval, list->u.list.at, list->u.list.count, item, span);
}

bool eval_add(Eval *eval, Object *list, Object *item, Span span)
{
    if (list->kind == OBJECT_SET && eval_search(eval, list, item, span) >= 0)
        return true;
    if (!eval_list_grows(eval, list->u.list.count, 1, span))
        return false;
    object_append(eval_arena(eval), list, item);
    return true;
}

bool eval_add_all(Eval *eval, Object *list, const Object *items, Span span)
{
    int count = items->u.list.count; /* items may be the list itself */
    bool set = list->kind == OBJECT_SET, good = set || eval_list_grows(eval, list->u.list.count, count, span);
    for (int i = 0; i < count && good; i++) {
        if (set)
            good = eval_add(eval, list, items->u.list.at[i], span);
        else
            object_append(eval_arena(eval), list, items->u.list.at[i]);
    }
    return good;
}

static int key_index(Eval *eval, const Object *dict, const Object *key, Span span)
{
    return eval_find_equal(eval, dict->u.dict.keys, dict->u.dict.count, key, span);
}

Object *eval_dict_find(Eval *eval, const Object *dict, const Object *key, Span span)
{
    int i = key_index(eval, dict, key, span);
    return i < 0 ? NULL : dict->u.dict.values[i];
}

void eval_dict_put(Eval *eval, Object *dict, Object *key, Object *value, Span span)
{
    int i = key_index(eval, dict, key, span);
    if (i >= 0)
        dict->u.dict.values[i] = value;
    else if (!eval->stopped)
        object_dict_add(eval_arena(eval), dict, key, value);
}

Object *eval_dict_remove(Eval *eval, Object *dict, const Object *key, Span span)
{
    int i = key_index(eval, dict, key, span);
    return i < 0 || !eval_work(eval, dict->u.dict.count - i, span) ? NULL : object_dict_take(dict, i);
}

void eval_dict_put_all(Eval *eval, Object *dict, const Object *more, Span span)
{
    int count = more->u.dict.count; /* more may be the dict itself */
    for (int i = 0; i < count; i++)
        eval_dict_put(eval, dict, more->u.dict.keys[i], more->u.dict.values[i], span);
}

bool index_number(Eval *eval, const Object *index, double *number, const char *what, Span span)
{
    if (object_as_number(index, number) && *number == floor(*number))
        return true;
    if (!object_is_unknown(index))
        eval_error(eval, span, "%s indices are integers, not %s", what, object_kind_name(index));
    return false;
}

bool index_of(Eval *eval, const Object *index, int64_t length, int64_t *at, const char *what, Span span)
{
    double number;
    if (!index_number(eval, index, &number, what, span))
        return false;
    *at = index_from(number, length);
    if (*at < 0 || *at >= length) {
        eval_error(eval, span, "index %.0f is outside %s %s of %lld items", number, strchr("aeiou", *what) ? "an" : "a", what, (long long)length);
        return false;
    }
    return true;
}
