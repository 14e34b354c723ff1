/* Assignment: names, attributes, items, unpacking, deletion. In: a target and a value. Out: bindings in the scope. */
#include "lang/internal.h"

static void store_property(Eval *eval, Object *object, Object *property, Object *value, Span span)
{
    (void)property;
    (void)value;
    eval_error(eval, span, "%s: this property cannot be set", object_kind_name(object));
}

/* optimizer.learning_rate = x, quantizer.precision = 1: the argument changes and the definition runs again. */
static void store_family(Eval *eval, Object *object, const char *name, Object *value, Span span)
{
    if (!strcmp(name, "precision") && object->kind == OBJECT_FUNCTION && value->kind == OBJECT_INT)
        object->u.function.precision = object_size(value);
    const char *key = !strcmp(name, "lr") ? "learning_rate" : name;
    if (!object->family_arguments || !object_dict_get(object->family_arguments, key) || !object->definition)
        return;
    object_dict_set(eval_arena(eval), object->family_arguments, key, value);
    Call call = {.span = span, .callee = span};
    bool named = call_add_dict(eval, &call, object->family_arguments, span, name);
    Object *again = named ? definition_call(eval, object->definition, &call) : eval->poison;
    if (again->kind == OBJECT_FUNCTION)
        *object = *again;
}

void eval_store_attribute(Eval *eval, Object *object, const char *name, Object *value, Span span)
{
    Arena *arena = eval_arena(eval);
    if (object->kind == OBJECT_INSTANCE) {
        Class *class = object->u.instance.class;
        Object *property = class_lookup(class, name);
        if (property && object_is(property, "property")) {
            store_property(eval, object, property, value, span);
            return;
        }
        object_dict_set(arena, object->u.instance.attributes, name, value);
        if (class->native && class->native->set_attribute)
            class->native->set_attribute(eval, object, name, value, span);
    } else if (object->kind == OBJECT_CLASS) {
        object_dict_set(arena, object->u.class->attributes, name, value);
    } else if (object->kind == OBJECT_NATIVE) {
        const NativeType *type = object->u.native.type;
        if (object_is_unknown(value) && eval_is_poison(value))
            return;
        if (!type->set_attribute || !type->set_attribute(eval, object, name, value, span))
            eval_error(eval, span, "%s has no attribute '%s' that can be set", type->name, name);
    } else if (object->kind == OBJECT_FUNCTION) {
        store_family(eval, object, name, value, span);
    } else if (object->kind == OBJECT_BOUND) {
        eval_store_attribute(eval, object->u.bound.function, name, value, span);
    } else if (!object_is_unknown(object) && object->kind != OBJECT_MODULE && object->kind != OBJECT_DATASET &&
               object->kind != OBJECT_BUILTIN) {
        eval_error(eval, span, "an attribute of %s cannot be set", object_kind_name(object));
    }
}

static void store_list_item(Eval *eval, Object *list, Object *index, Object *value, Span span)
{
    if (index->family == FAMILY_SLICE) {
        int64_t start, step, count;
        Object *items = eval_items(eval, value, span);
        if (object_is_unknown(items) || !slice_range(eval, index, list->u.list.count, &start, &step, &count, span))
            return;
        if (step != 1) {
            eval_error(eval, span, "assignment to a slice with a step is not supported");
            return;
        }
        if (!eval_list_fits(eval, list->u.list.count - count + items->u.list.count, span))
            return;
        Object *fresh = object_list(eval_arena(eval), OBJECT_LIST, (int)start, list->u.list.at);
        for (int i = 0; i < items->u.list.count; i++)
            object_append(eval_arena(eval), fresh, items->u.list.at[i]);
        for (int64_t i = start + count; i < list->u.list.count; i++)
            object_append(eval_arena(eval), fresh, list->u.list.at[i]);
        list->u.list = fresh->u.list;
        return;
    }
    int64_t at;
    if (index_of(eval, index, list->u.list.count, &at, "list", span))
        list->u.list.at[at] = value;
}

/* a[1, :] = row: what the index means in an array of places says where to. */
static void store_array_part(Eval *eval, Object *array, Object *index, Object *value, Span span)
{
    Object *places = array_new(eval, array->u.array.rank, array->u.array.dim, span), *from = array_from(eval, value, span);
    if (object_is_unknown(places) || object_is_unknown(from))
        return;
    for (int i = 0; i < object_array_count(places); i++)
        places->u.array.at[i] = i;
    Object *to = array_subscript(eval, places, index, span);
    to = object_is_unknown(to) ? to : array_from(eval, to, span);
    Object *none = object_is_unknown(to) ? to : array_binary(eval, OP_MULTIPLY, to, object_int(eval_arena(eval), 0), span);
    Object *spread = object_is_unknown(none) ? none : array_binary(eval, OP_ADD, none, from, span);
    spread = object_is_unknown(spread) ? spread : array_from(eval, spread, span);
    if (object_is_unknown(spread))
        return;
    if (object_array_count(spread) != object_array_count(to)) {
        eval_error(eval, span, "an array of %d elements does not fit a part of %d", object_array_count(from), object_array_count(to));
        return;
    }
    for (int i = 0; i < object_array_count(to); i++)
        array->u.array.at[(int)to->u.array.at[i]] = spread->u.array.at[i];
}

static void store_array_item(Eval *eval, Object *array, Object *index, Object *value, Span span)
{
    bool tuple = index->kind == OBJECT_TUPLE && index->family != FAMILY_SLICE;
    int given = tuple ? index->u.list.count : 1;
    int64_t at, flat = 0;
    double element, number;
    bool single = given == array->u.array.rank && object_as_number(value, &element);
    for (int i = 0; i < given && single; i++)
        single = object_as_number(tuple ? index->u.list.at[i] : index, &number);
    if (!single) {
        store_array_part(eval, array, index, value, span);
        return;
    }
    for (int i = 0; i < given; i++) {
        if (!index_of(eval, tuple ? index->u.list.at[i] : index, array->u.array.dim[i], &at, "axis", span))
            return;
        flat = flat * array->u.array.dim[i] + at;
    }
    array->u.array.at[flat] = element;
}

void eval_store_item(Eval *eval, Object *object, Object *index, Object *value, Span span)
{
    if (object_is_unknown(object) || object->kind == OBJECT_DATASET)
        return;
    if (object_is_unknown(index)) {
        if (object->kind == OBJECT_LIST || object->kind == OBJECT_DICT)
            unknown_skip(eval, span, index);
        return;
    }
    if (object->kind == OBJECT_DICT)
        eval_dict_put(eval, object, index, value, span);
    else if (object->kind == OBJECT_LIST)
        store_list_item(eval, object, index, value, span);
    else if (object->kind == OBJECT_ARRAY)
        store_array_item(eval, object, index, value, span);
    else if (object->kind == OBJECT_INSTANCE && eval_method(eval, object, "__setitem__"))
        eval_call_simple(eval, eval_method(eval, object, "__setitem__"), 2, (Object *[]){index, value}, span);
    else
        eval_error(eval, span, "items of %s cannot be assigned", object_kind_name(object));
}

static void assign_all(Eval *eval, Scope *scope, const Node *target, Object *value)
{
    for (int i = 0; i < target->item_count; i++)
        eval_assign(eval, scope, target->items[i]->kind == AST_STARRED ? target->items[i]->left : target->items[i], value);
}

static void assign_unpack(Eval *eval, Scope *scope, const Node *target, Object *value)
{
    Object *items = eval_items(eval, value, target->span);
    if (object_is_unknown(items)) {
        assign_all(eval, scope, target, items);
        return;
    }
    int star = -1, count = items->u.list.count, wanted = target->item_count;
    for (int i = 0; i < wanted; i++)
        star = target->items[i]->kind == AST_STARRED ? i : star;
    if (star < 0 ? count != wanted : count < wanted - 1) {
        eval_error(eval, target->span, "%d names for %d values", wanted, count);
        assign_all(eval, scope, target, eval->poison);
        return;
    }
    for (int i = 0, at = 0; i < wanted; i++) {
        if (i != star) {
            eval_assign(eval, scope, target->items[i], items->u.list.at[at++]);
            continue;
        }
        int rest = count - (wanted - 1);
        eval_assign(eval, scope, target->items[i]->left, object_list(eval_arena(eval), OBJECT_LIST, rest, items->u.list.at + at));
        at += rest;
    }
}

void eval_assign(Eval *eval, Scope *scope, const Node *target, Object *value)
{
    switch (target->kind) {
    case AST_NAME: scope_assign(eval, scope, target->text, value); break;
    case AST_TUPLE: case AST_LIST: assign_unpack(eval, scope, target, value); break;
    case AST_ATTRIBUTE:
        eval_store_attribute(eval, eval_node(eval, scope, target->left), target->text, value, target->name_span);
        break;
    case AST_SUBSCRIPT: {
        Object *object = eval_node(eval, scope, target->left);
        eval_store_item(eval, object, eval_index(eval, scope, target->right), value, target->span);
        break;
    }
    default: eval_error(eval, target->span, "this cannot be assigned to");
    }
}

static void delete_item(Eval *eval, Object *object, Object *index, Span span)
{
    int64_t at;
    if (object_is_unknown(object) || object_is_unknown(index))
        return;
    if (object->kind == OBJECT_DICT) {
        if (!eval_dict_remove(eval, object, index, span))
            eval_error(eval, span, "the key %s is not in the dict", object_text(eval_arena(eval), index));
    } else if (object->kind == OBJECT_LIST && index->family != FAMILY_SLICE) {
        if (index_of(eval, index, object->u.list.count, &at, "list", span) && eval_work(eval, object->u.list.count - at, span))
            object_list_take(object, (int)at);
    } else {
        eval_error(eval, span, "items of %s cannot be deleted", object_kind_name(object));
    }
}

void eval_delete(Eval *eval, Scope *scope, const Node *target)
{
    if (target->kind == AST_NAME)
        scope_remove(scope, target->text);
    else if (target->kind == AST_SUBSCRIPT)
        delete_item(eval, eval_node(eval, scope, target->left), eval_index(eval, scope, target->right), target->span);
    else if (target->kind == AST_ATTRIBUTE) {
        Object *object = eval_node(eval, scope, target->left);
        int at = object->kind == OBJECT_INSTANCE ? object_dict_index(object->u.instance.attributes, target->text) : -1;
        if (at >= 0)
            object_dict_take(object->u.instance.attributes, at);
    } else if (target->kind == AST_TUPLE)
        for (int i = 0; i < target->item_count; i++)
            eval_delete(eval, scope, target->items[i]);
}
