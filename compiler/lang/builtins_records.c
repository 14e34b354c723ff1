/* Records: classes whose arguments are their annotated fields (dataclasses), field(), asdict(); collections.namedtuple; enum.Enum; vars(). */
#include "lang/builtin.h"

static const char *const field_tag = "field";

/* --- dataclasses */

/* The names annotated in the body of a class and of those below it, in order. */
static void add_fields(Eval *eval, const Class *class, VecNames *names)
{
    if (class->base)
        add_fields(eval, class->base, names);
    for (const Node *statement = class->body; statement; statement = statement->next) {
        bool field = statement->kind == AST_ANNOTATED && statement->left->kind == AST_NAME, seen = false;
        for (int i = 0; field && i < names->count; i++)
            seen |= !strcmp(names->at[i], statement->left->text);
        if (field && !seen)
            VEC_PUSH(eval_arena(eval), names, statement->left->text);
    }
}

/* field(default=1, default_factory=list): what an instance without that argument gets. */
BUILTIN(records_field)
{
    Object *parts[] = {NULL, NULL};
    (void)data;
    for (int i = 0; i < call->count; i++)
        if (call->at[i].name && (!strcmp(call->at[i].name, "default") || !strcmp(call->at[i].name, "default_factory")))
            parts[0] = call->at[i].value, parts[1] = object_bool(eval_arena(eval), strcmp(call->at[i].name, "default") != 0);
    Object *field = object_list(eval_arena(eval), OBJECT_TUPLE, parts[0] ? 2 : 0, parts);
    field->family_name = field_tag;
    return field;
}

static void set_default(Eval *eval, Object *instance, const char *name, Span span)
{
    Object *value = class_lookup(instance->u.instance.class, name);
    if (!value || value->kind != OBJECT_TUPLE || !object_is(value, field_tag))
        return;
    bool made = value->u.list.count && value->u.list.at[1]->u.boolean;
    if (value->u.list.count)
        eval_store_attribute(eval, instance, name, made ? eval_call_simple(eval, value->u.list.at[0], 0, NULL, span) : value->u.list.at[0], span);
}

bool record_initialize(Eval *eval, Object *instance, const Call *call)
{
    const Class *class = instance->u.instance.class;
    VecNames names = {0};
    add_fields(eval, class, &names);
    for (int i = 0; i < names.count; i++)
        set_default(eval, instance, names.at[i], call->span);
    for (int i = 0; i < call->count; i++) {
        const CallArgument *a = &call->at[i];
        const char *name = a->name ? a->name : i < names.count ? names.at[i] : NULL;
        if (!name) {
            eval_error(eval, a->span, names.count ? "%s: takes %d arguments" : "%s: takes no arguments", class->name, names.count);
            return false;
        }
        eval_store_attribute(eval, instance, eval_intern(eval, name), a->value, a->span);
    }
    Object *after = names.count ? eval_method(eval, instance, "__post_init__") : NULL;
    return !after || !eval_is_poison(eval_call_simple(eval, after, 0, NULL, call->span));
}

/* asdict(record), vars(object): the fields, then what else is stored. */
BUILTIN(records_vars)
{
    Object *slot[1], *dict = object_dict(eval_arena(eval));
    UNPACK("vars", "object", slot);
    if (slot[0]->kind != OBJECT_INSTANCE)
        return unknown_new(eval, call->span, "vars of %s", object_kind_name(slot[0]));
    VecNames names = {0};
    add_fields(eval, slot[0]->u.instance.class, &names);
    for (int i = 0; i < names.count; i++) {
        Object *value = object_dict_get(slot[0]->u.instance.attributes, names.at[i]);
        value = value ? value : class_lookup(slot[0]->u.instance.class, names.at[i]);
        if (value)
            object_dict_set(eval_arena(eval), dict, names.at[i], value);
    }
    eval_dict_put_all(eval, dict, slot[0]->u.instance.attributes, call->span);
    return dict;
}

/* --- collections.namedtuple: a tuple whose family_arguments name its items */

typedef struct { const char *name; VecNames fields; Object *defaults; } TupleType;

static Object *tuple_default(const TupleType *type, int index)
{
    int first = type->defaults ? type->fields.count - type->defaults->u.list.count : type->fields.count;
    return index >= first ? type->defaults->u.list.at[index - first] : NULL;
}

BUILTIN(records_tuple)
{
    const TupleType *type = data;
    Arena *arena = eval_arena(eval);
    Object *items = object_dict(arena), *tuple = object_list(arena, OBJECT_TUPLE, 0, NULL);
    if (call_unknown(call))
        return call_unknown(call);
    for (int i = 0; i < type->fields.count; i++) {
        Object *value = i < call->count && !call->at[i].name ? call->at[i].value : NULL;
        for (int k = 0; k < call->count && !value; k++)
            value = call->at[k].name && !strcmp(call->at[k].name, type->fields.at[i]) ? call->at[k].value : NULL;
        value = value ? value : tuple_default(type, i);
        if (!value) {
            eval_error(eval, call->span, "%s: missing argument '%s'", type->name, type->fields.at[i]);
            return eval->poison;
        }
        object_append(arena, tuple, value);
        object_dict_set(arena, items, type->fields.at[i], value);
    }
    tuple->family_arguments = items;
    if (call->count <= type->fields.count)
        return tuple;
    eval_error(eval, call->at[type->fields.count].span, "%s: takes %d arguments", type->name, type->fields.count);
    return eval->poison;
}

BUILTIN(records_namedtuple)
{
    Object *slot[3];
    UNPACK("namedtuple", "typename field_names defaults?", slot);
    TupleType *type = ARENA_NEW(eval_arena(eval), TupleType);
    type->name = slot[0]->kind == OBJECT_STRING ? slot[0]->u.string.at : "namedtuple";
    type->defaults = slot[2] && object_is_list_or_tuple(slot[2]) ? slot[2] : NULL;
    if (slot[1]->kind == OBJECT_STRING)
        for (const char *at = slot[1]->u.string.at + strspn(slot[1]->u.string.at, " ,"); *at; at += strspn(at, " ,")) {
            VEC_PUSH(eval_arena(eval), &type->fields, arena_strndup(eval_arena(eval), at, strcspn(at, " ,")));
            at += strcspn(at, " ,");
        }
    for (int i = 0; object_is_list_or_tuple(slot[1]) && i < slot[1]->u.list.count; i++)
        if (slot[1]->u.list.at[i]->kind == OBJECT_STRING)
            VEC_PUSH(eval_arena(eval), &type->fields, slot[1]->u.list.at[i]->u.string.at);
    if (type->defaults && type->defaults->u.list.count > type->fields.count)
        type->defaults = NULL;
    return object_builtin(eval_arena(eval), type->name, records_tuple, type, NULL);
}

/* --- enum.Enum: the values bound in the class are its members */

void enum_finish(Eval *eval, Object *class)
{
    Object *members = class->u.class->attributes;
    for (int i = 0; i < members->u.dict.count; i++) {
        Object *value = members->u.dict.values[i];
        const char *name = members->u.dict.keys[i]->u.string.at;
        if (value->kind == OBJECT_FUNCTION || *name == '_' || value->family_name)
            continue;
        Object *member = ARENA_NEW(eval_arena(eval), Object);
        member->kind = OBJECT_INSTANCE;
        member->origin = value->origin;
        member->u.instance.class = class->u.class;
        member->u.instance.attributes = object_dict(eval_arena(eval));
        object_dict_set(eval_arena(eval), member->u.instance.attributes, "name", object_string(eval_arena(eval), name));
        object_dict_set(eval_arena(eval), member->u.instance.attributes, "value", value);
        members->u.dict.values[i] = member;
    }
}

Object *enum_members(Eval *eval, const Class *class)
{
    Object *list = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    for (int i = 0; i < class->attributes->u.dict.count; i++) {
        Object *member = class->attributes->u.dict.values[i];
        if (member->kind == OBJECT_INSTANCE && member->u.instance.class == class)
            object_append(eval_arena(eval), list, member);
    }
    return list;
}

/* Mode("binary"): the member of that value. */
static Object *enum_find(Eval *eval, const Class *class, const Call *call)
{
    Object *members = enum_members(eval, class);
    for (int i = 0; call->count == 1 && i < members->u.list.count; i++) {
        Object *member = members->u.list.at[i];
        if (member == call->at[0].value || eval_equal(eval, object_dict_get(member->u.instance.attributes, "value"), call->at[0].value, call->span))
            return member;
    }
    if (call_unknown(call))
        return call_unknown(call);
    eval_error(eval, call->span, "%s: no member has that value", class->name);
    return eval->poison;
}

static const NativeClass enum_root = {.name = "Enum", .find = enum_find};

bool class_is_enum(const Class *class)
{
    return class->native == &enum_root && !class->is_native;
}

void builtins_records(Eval *eval)
{
    eval_builtin(eval, "dataclasses.field", FAMILY_NONE, records_field, NULL, NULL);
    eval_builtin(eval, "dataclasses.asdict", FAMILY_NONE, records_vars, NULL, NULL);
    eval_builtin(eval, "collections.namedtuple", FAMILY_NONE, records_namedtuple, NULL, NULL);
    eval_bare(eval, "vars", records_vars, NULL);
    Object *root = eval_native_class(eval, &enum_root);
    static const char *const names[] = {"enum.Enum", "enum.IntEnum", "enum.StrEnum"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        eval_register(eval, names[i], FAMILY_NONE, root);
}
