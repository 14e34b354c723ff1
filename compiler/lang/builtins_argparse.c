/* argparse: defaults are used, --set NAME=VALUE overrides. An ArgumentParser and a Namespace are instances of classes made here. */
#include "lang/internal.h"

#define METHOD(function) static Object *function(Eval *eval, void *data, const Call *call)

static Object *argparse_instance(Eval *eval, const char *name)
{
    Object *object = ARENA_NEW(eval_arena(eval), Object);
    object->kind = OBJECT_INSTANCE;
    object->u.instance.class = ARENA_NEW(eval_arena(eval), Class);
    *object->u.instance.class = (Class){.name = name, .attributes = object_dict(eval_arena(eval))};
    object->u.instance.attributes = object_dict(eval_arena(eval));
    return object;
}

/* The values wait in a hidden dict of the parser. */
static Object *parser_values(Eval *eval, Object *parser)
{
    Object *values = object_dict_get(parser->u.instance.attributes, "_values");
    if (!values) {
        values = object_dict(eval_arena(eval));
        object_dict_set(eval_arena(eval), parser->u.instance.attributes, "_values", values);
    }
    return values;
}

static const char *destination(Eval *eval, const Call *call)
{
    const char *name = NULL;
    for (int i = 1; i < call->count; i++) {
        const Object *value = call->at[i].value;
        if (value->kind != OBJECT_STRING)
            continue;
        if (call->at[i].name && !strcmp(call->at[i].name, "dest"))
            return value->u.string.at;
        if (!call->at[i].name && (!name || !strncmp(value->u.string.at, "--", 2)) && (!name || strncmp(name, "--", 2)))
            name = value->u.string.at;
    }
    char *text = name ? arena_strdup(eval_arena(eval), name + strspn(name, "-")) : NULL;
    for (char *c = text; c && *c; c++)
        *c = *c == '-' ? '_' : *c;
    return text;
}

static Object *keyword(const Call *call, const char *name)
{
    for (int i = 0; i < call->count; i++)
        if (call->at[i].name && !strcmp(call->at[i].name, name))
            return call->at[i].value;
    return NULL;
}

static Object *set_value(Eval *eval, const char *name)
{
    for (int i = 0; i < eval->options.set_count; i++)
        if (!strcmp(eval->options.set_names[i], name))
            return eval_node(eval, eval->builtins, eval->options.set_values[i]);
    return NULL;
}

METHOD(parser_add_argument)
{
    const char *name = destination(eval, call);
    Object *action = keyword(call, "action"), *type = keyword(call, "type"), *value = keyword(call, "default");
    (void)data;
    if (!name)
        return object_none();
    bool flag = action && action->kind == OBJECT_STRING && !strncmp(action->u.string.at, "store_", 6);
    if (!value && flag)
        value = object_bool(eval_arena(eval), !strcmp(action->u.string.at, "store_false"));
    bool optional = call->count > 1 && call->at[1].value->kind == OBJECT_STRING && call->at[1].value->u.string.at[0] == '-';
    Object *required = keyword(call, "required");
    if (!value && (!optional || (required && object_truth(required))))
        value = unknown_new(eval, call->span, "the command-line argument '%s'", name);
    if (value && value->kind == OBJECT_STRING && type && object_is_callable(type))
        value = eval_call_simple(eval, type, 1, &value, call->span);
    Object *override = set_value(eval, name);
    value = override ? override : value ? value : object_none();
    object_dict_set(eval_arena(eval), parser_values(eval, call->at[0].value), name, value);
    return object_none();
}

METHOD(parser_parse_args)
{
    Object *namespace = argparse_instance(eval, "Namespace"), *values = parser_values(eval, call->at[0].value);
    eval_dict_put_all(eval, namespace->u.instance.attributes, values, call->span);
    if (!data)
        return namespace;
    return object_list(eval_arena(eval), OBJECT_TUPLE, 2, (Object *[]){namespace, object_list(eval_arena(eval), OBJECT_LIST, 0, NULL)});
}

METHOD(parser_set_defaults)
{
    (void)data;
    for (int i = 1; i < call->count; i++)
        if (call->at[i].name && !set_value(eval, call->at[i].name))
            object_dict_set(eval_arena(eval), parser_values(eval, call->at[0].value), call->at[i].name, call->at[i].value);
    return object_none();
}

METHOD(parser_group)
{
    (void)eval;
    (void)data;
    return call->at[0].value; /* a group adds to its parser */
}

METHOD(argument_parser)
{
    static const struct { const char *name; BuiltinFunction call; void *data; } methods[] = {
        {"add_argument", parser_add_argument, NULL}, {"parse_args", parser_parse_args, NULL},
        {"parse_known_args", parser_parse_args, "known"},
        {"set_defaults", parser_set_defaults, NULL}, {"add_argument_group", parser_group, NULL},
        {"add_mutually_exclusive_group", parser_group, NULL},
    };
    Object *parser = argparse_instance(eval, "ArgumentParser");
    (void)data;
    (void)call;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        object_dict_set(eval_arena(eval), parser->u.instance.class->attributes, methods[i].name,
                        object_builtin(eval_arena(eval), methods[i].name, methods[i].call, methods[i].data, NULL));
    return parser;
}

METHOD(argparse_namespace)
{
    Object *namespace = argparse_instance(eval, "Namespace");
    (void)data;
    for (int i = 0; i < call->count; i++)
        if (call->at[i].name)
            object_dict_set(eval_arena(eval), namespace->u.instance.attributes, call->at[i].name, call->at[i].value);
    return namespace;
}

void builtins_argparse(Eval *eval)
{
    eval_builtin(eval, "argparse.ArgumentParser", FAMILY_NONE, argument_parser, NULL, NULL);
    eval_builtin(eval, "argparse.Namespace", FAMILY_NONE, argparse_namespace, NULL, NULL);
}
