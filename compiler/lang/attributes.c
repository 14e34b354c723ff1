/* Attributes of every kind of object, subscripts, and iteration. Out: the value, or found = false when there is no such attribute. */
#include "lang/internal.h"

static Object *return_data(Eval *eval, void *object, const Call *call)
{
    (void)eval;
    (void)call;
    return object;
}

static Object *named_tuple_dict(Eval *eval, Object *object)
{
    return object->family_arguments ? object_builtin(eval_arena(eval), "_asdict", return_data, object->family_arguments, NULL) : NULL;
}

/* Tensor methods that TensorShape and tuples share, and the items of a named tuple. */
static Object *tuple_attribute(Eval *eval, Object *object, const char *name)
{
    if (!strcmp(name, "rank") || !strcmp(name, "ndims"))
        return object_int(eval_arena(eval), object->u.list.count);
    Object *item = object->family_arguments ? object_dict_get(object->family_arguments, name) : NULL;
    if (item || !strcmp(name, "_asdict"))
        return item ? item : named_tuple_dict(eval, object);
    return container_method(eval, object, name);
}

static Object *native_attribute(Eval *eval, Object *object, const char *name, Span span)
{
    return object->u.native.type->attribute ? object->u.native.type->attribute(eval, object, name, span) : NULL;
}

Object *attribute_get(Eval *eval, Object *object, const char *name, Span span, bool *found)
{
    Object *value = NULL;
    switch (object->kind) {
    case OBJECT_UNKNOWN: return object;
    case OBJECT_MODULE: return names_walk(eval, object->u.module.path, name, span);
    case OBJECT_INSTANCE: case OBJECT_CLASS: case OBJECT_SUPER: value = instance_attribute(eval, object, name, span); break;
    case OBJECT_STRING: value = string_method(eval, object, name); break;
    case OBJECT_TUPLE: value = tuple_attribute(eval, object, name); break;
    case OBJECT_LIST: case OBJECT_DICT: case OBJECT_SET: value = container_method(eval, object, name); break;
    case OBJECT_INT: case OBJECT_FLOAT: case OBJECT_BOOL: value = number_attribute(eval, object, name); break;
    case OBJECT_ARRAY:
        value = array_attribute(eval, object, name);
        value = value ? value : unknown_new(eval, span, "array.%s, which bnnc does not have", name);
        break;
    case OBJECT_FUNCTION: case OBJECT_BUILTIN: value = function_attribute(eval, object, name, span); break;
    case OBJECT_BOUND: return attribute_get(eval, object->u.bound.function, name, span, found);
    case OBJECT_EXPR: value = trace_attribute(eval, object, name, span); break;
    case OBJECT_DATASET: value = dataset_attribute(eval, object, name, span); break;
    case OBJECT_NATIVE: value = native_attribute(eval, object, name, span); break;
    default: break;
    }
    *found = value != NULL;
    return value;
}

static void add_dict_names(Eval *eval, const Object *dict, VecNames *names)
{
    for (int i = 0; i < dict->u.dict.count; i++)
        if (dict->u.dict.keys[i]->kind == OBJECT_STRING)
            VEC_PUSH(eval_arena(eval), names, dict->u.dict.keys[i]->u.string.at);
}

static void add_words(Eval *eval, const char *words, VecNames *names)
{
    for (size_t length; *words; words += length + strspn(words + length, " ")) {
        length = strcspn(words, " ");
        VEC_PUSH(eval_arena(eval), names, arena_strndup(eval_arena(eval), words, length));
    }
}

const char *attribute_nearest(Eval *eval, Object *object, const char *name)
{
    VecNames names = {0};
    if (object->kind == OBJECT_STRING)
        string_method_names(eval, &names);
    else if (object_is_sequence(object) || object->kind == OBJECT_DICT)
        container_method_names(eval, object, &names);
    else if (object->kind == OBJECT_NATIVE && object->u.native.type->names)
        add_words(eval, object->u.native.type->names(eval_arena(eval), object), &names);
    else if (object->kind == OBJECT_INSTANCE)
        add_dict_names(eval, object->u.instance.attributes, &names);
    const Class *class = object->kind == OBJECT_INSTANCE ? object->u.instance.class : object->kind == OBJECT_CLASS ? object->u.class : NULL;
    for (; class; class = class->base)
        add_dict_names(eval, class->attributes, &names);
    return text_nearest(name, names.at, names.count);
}

/* --- subscripts */

bool slice_range(Eval *eval, const Object *slice, int64_t length, int64_t *start, int64_t *step, int64_t *count, Span span)
{
    double part[3];
    bool given[3];
    for (int i = 0; i < 3; i++) {
        given[i] = slice->u.list.at[i]->kind != OBJECT_NONE;
        if (given[i] && !object_as_number(slice->u.list.at[i], &part[i])) {
            eval_error(eval, span, "slice indices are integers, not %s", object_kind_name(slice->u.list.at[i]));
            return false;
        }
    }
    *step = given[2] ? clamp_int64(part[2]) : 1;
    *step = *step < -INT64_MAX ? -INT64_MAX : *step;
    if (!*step) {
        eval_error(eval, span, "a slice step of 0");
        return false;
    }
    int64_t low = *step > 0 ? 0 : -1, high = *step > 0 ? length : length - 1;
    int64_t bounds[2] = {*step > 0 ? low : high, *step > 0 ? high : low};
    for (int i = 0; i < 2; i++) {
        if (!given[i])
            continue;
        int64_t at = index_from(part[i], length);
        bounds[i] = at < low ? low : at > high ? high : at;
    }
    int64_t distance = *step > 0 ? bounds[1] - bounds[0] : bounds[0] - bounds[1], size = *step > 0 ? *step : -*step;
    *start = bounds[0];
    *count = distance > 0 ? (distance - 1) / size + 1 : 0;
    return true;
}

static Object *subscript_list(Eval *eval, Object *list, Object *index, Span span)
{
    int64_t start, step, count;
    if (index->family != FAMILY_SLICE)
        return index_of(eval, index, list->u.list.count, &start, object_kind_name(list), span) ? list->u.list.at[start] : eval->poison;
    if (!slice_range(eval, index, list->u.list.count, &start, &step, &count, span))
        return eval->poison;
    Object *part = object_list(eval_arena(eval), list->kind, 0, NULL);
    count = eval_work(eval, count, span) ? count : 0;
    for (int64_t i = 0; i < count; i++)
        object_append(eval_arena(eval), part, list->u.list.at[start + i * step]);
    return part;
}

static Object *subscript_string(Eval *eval, Object *string, Object *index, Span span)
{
    int64_t start, step = 1, count = 1, length = (int64_t)string->u.string.length;
    bool fine = index->family == FAMILY_SLICE ? slice_range(eval, index, length, &start, &step, &count, span)
                                              : index_of(eval, index, length, &start, "str", span);
    if (!fine)
        return eval->poison;
    Text text = text_new(eval_arena(eval));
    for (int64_t i = 0; i < count; i++)
        text_add_char(&text, string->u.string.at[start + i * step]);
    return object_string_sized(eval_arena(eval), text.at ? text.at : "", text.length);
}

static Object *subscript_dict(Eval *eval, Object *dict, Object *index, Span span)
{
    Object *value = eval_dict_find(eval, dict, index, span);
    if (value)
        return value;
    VecNames keys = {0};
    add_dict_names(eval, dict, &keys);
    const char *nearest = index->kind == OBJECT_STRING ? text_nearest(index->u.string.at, keys.at, keys.count) : NULL;
    Message *message = eval_error(eval, span, "the key %s is not in the dict", object_text(eval_arena(eval), index));
    if (nearest)
        diag_hint(message, "did you mean '%s'?", nearest);
    return eval->poison;
}

static Object *subscript_instance(Eval *eval, Object *object, Object *index, Span span)
{
    Object *method = eval_method(eval, object, "__getitem__");
    if (method)
        return eval_call_simple(eval, method, 1, &index, span);
    eval_error(eval, span, "%s has no items", object_kind_name(object));
    return eval->poison;
}

Object *eval_subscript(Eval *eval, Object *object, Object *index, Span span)
{
    Object *value = NULL;
    if (object_is_unknown(object) || object_is_unknown(index))
        return object_is_unknown(object) ? object : index;
    switch (object->kind) {
    case OBJECT_LIST: case OBJECT_TUPLE: return subscript_list(eval, object, index, span);
    case OBJECT_STRING: return subscript_string(eval, object, index, span);
    case OBJECT_DICT: return subscript_dict(eval, object, index, span);
    case OBJECT_RANGE: return eval_subscript(eval, eval_items(eval, object, span), index, span);
    case OBJECT_ARRAY: return array_subscript(eval, object, index, span);
    case OBJECT_EXPR: return trace_subscript(eval, object, index, span);
    case OBJECT_DATASET: return dataset_subscript(eval, object, index, span);
    case OBJECT_INSTANCE: return subscript_instance(eval, object, index, span);
    case OBJECT_NATIVE:
        value = object->u.native.type->subscript ? object->u.native.type->subscript(eval, object, index, span) : NULL;
        break;
    default: break;
    }
    if (value)
        return value;
    eval_error(eval, span, "%s has no items", object_kind_name(object));
    return eval->poison;
}

/* --- iteration */

Object *eval_iterable(Eval *eval, Object *iterable, Span span)
{
    return iterable->kind == OBJECT_RANGE ? iterable : eval_items(eval, iterable, span);
}

int64_t items_count(const Object *items)
{
    if (items->kind != OBJECT_RANGE)
        return items->u.list.count;
    int64_t start = items->u.range.start, stop = items->u.range.stop, step = items->u.range.step;
    if (step > 0 ? start >= stop : start <= stop)
        return 0;
    uint64_t distance = step > 0 ? (uint64_t)stop - (uint64_t)start : (uint64_t)start - (uint64_t)stop;
    uint64_t size = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    return (int64_t)((distance - 1) / size) + 1;
}

Object *items_at(Eval *eval, const Object *items, int64_t index)
{
    if (items->kind != OBJECT_RANGE)
        return items->u.list.at[index];
    return object_int(eval_arena(eval), (int64_t)((uint64_t)items->u.range.start + (uint64_t)index * (uint64_t)items->u.range.step));
}

static Object *items_of_range(Eval *eval, Object *range)
{
    Object *list = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    int64_t count = items_count(range);
    for (int64_t i = 0; i < count; i++)
        object_append(eval_arena(eval), list, items_at(eval, range, i));
    return list;
}

static Object *items_of_array(Eval *eval, Object *array, Span span)
{
    Object *list = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    for (int i = 0; array->u.array.rank && i < array->u.array.dim[0]; i++)
        object_append(eval_arena(eval), list, array_subscript(eval, array, object_int(eval_arena(eval), i), span));
    return list;
}

static Object *items_of_string(Eval *eval, Object *string)
{
    Object *list = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    for (size_t i = 0; i < string->u.string.length; i++)
        object_append(eval_arena(eval), list, object_string_sized(eval_arena(eval), string->u.string.at + i, 1));
    return list;
}

static Object *items_of_native(Eval *eval, Object *object, Span span)
{
    Object *list = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    const NativeType *type = object->u.native.type;
    if (type->iterate && type->iterate(eval, object, list, span))
        return list;
    eval_error(eval, span, "%s cannot be iterated", type->name);
    return eval->poison;
}

/* How many items there are at least; 0 where nobody knows. */
static int64_t size_of(const Object *object)
{
    switch (object->kind) {
    case OBJECT_LIST: case OBJECT_TUPLE: case OBJECT_SET: case OBJECT_RANGE: return items_count(object);
    case OBJECT_DICT: return object->u.dict.count;
    case OBJECT_STRING: return (int64_t)object->u.string.length;
    case OBJECT_ARRAY: return object_array_count(object);
    default: return 0;
    }
}

Object *eval_items(Eval *eval, Object *iterable, Span span)
{
    Arena *arena = eval_arena(eval);
    if (!eval_work(eval, size_of(iterable), span))
        return eval->poison;
    switch (iterable->kind) {
    case OBJECT_UNKNOWN: return iterable;
    case OBJECT_LIST: case OBJECT_TUPLE: case OBJECT_SET: /* a copy: the body may change the list */
        return object_list(arena, OBJECT_LIST, iterable->u.list.count, iterable->u.list.at);
    case OBJECT_DICT: return object_list(arena, OBJECT_LIST, iterable->u.dict.count, iterable->u.dict.keys);
    case OBJECT_RANGE: return items_of_range(eval, iterable);
    case OBJECT_STRING: return items_of_string(eval, iterable);
    case OBJECT_ARRAY: return items_of_array(eval, iterable, span);
    case OBJECT_NATIVE: return items_of_native(eval, iterable, span);
    case OBJECT_DATASET: return unknown_new(eval, span, "the contents of a data set");
    case OBJECT_CLASS:
        if (class_is_enum(iterable->u.class))
            return enum_members(eval, iterable->u.class);
        break;
    case OBJECT_INSTANCE:
        if (eval_method(eval, iterable, "__iter__"))
            return eval_items(eval, eval_call_simple(eval, eval_method(eval, iterable, "__iter__"), 0, NULL, span), span);
        break;
    default: break;
    }
    eval_error(eval, span, "%s cannot be iterated", object_kind_name(iterable));
    return eval->poison;
}
