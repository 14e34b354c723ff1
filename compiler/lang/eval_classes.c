/* Classes of the file: single inheritance over another class, a native root (Layer, Model, Sequential) or nothing.
 * In: a class statement, later calls and attributes. Out: OBJECT_CLASS, OBJECT_INSTANCE. */
#include "lang/internal.h"

Object *class_lookup(const Class *class, const char *name)
{
    for (; class; class = class->base) {
        Object *value = object_dict_get(class->attributes, name);
        if (value)
            return value;
    }
    return NULL;
}

bool class_inherits(const Class *class, const Class *base)
{
    for (; class; class = class->base)
        if (class == base)
            return true;
    return false;
}

static Object *class_object(Eval *eval, const char *name, Class *base, const NativeClass *native, Span span)
{
    Arena *arena = eval_arena(eval);
    Object *object = ARENA_NEW(arena, Object);
    object->kind = OBJECT_CLASS;
    object->origin = span;
    object->u.class = ARENA_NEW(arena, Class);
    *object->u.class = (Class){.name = name, .base = base, .attributes = object_dict(arena), .native = native, .span = span};
    return object;
}

Object *eval_native_class(Eval *eval, const NativeClass *native)
{
    Object *object = class_object(eval, native->name, NULL, native, (Span){0});
    object->u.class->is_native = true;
    return object;
}

/* A layer or a quantizer as a base: the class that stands for it. NULL: nothing inherits from it. */
static Class *class_over(Eval *eval, Object *value)
{
    bool maker = value->kind == OBJECT_BUILTIN && value->u.builtin.base;
    const NativeClass *native = maker ? value->u.builtin.base : definition_class(value);
    Class *class = native ? eval_native_class(eval, native)->u.class : NULL;
    if (!class)
        return NULL;
    class->root = value;
    class->name = maker ? value->u.builtin.name : value->u.function.name;
    return class;
}

void eval_not_initialized(Eval *eval, const Object *instance, Span span)
{
    const char *name = instance->u.instance.class->name;
    diag_hint(eval_error(eval, span, "%s: its __init__ does not call that of the class it extends", name), "super().__init__(...)");
}

Object *eval_class_root(const Class *class)
{
    while (class && !class->is_native)
        class = class->base;
    return class ? class->root : NULL;
}

/* The base class; *unknown is set when a base is something that bnnc does not evaluate (a callback, a metric, ...). */
static Class *base_class(Eval *eval, Scope *scope, const Node *node, Object **unknown)
{
    Class *base = NULL;
    for (const Argument *a = node->arguments; a; a = a->next) {
        Object *value = eval_node(eval, scope, a->value);
        if (a->kind != ARGUMENT_POSITIONAL)
            continue;
        Class *over = class_over(eval, value);
        if ((value->kind == OBJECT_CLASS || over) && base) {
            diag_hint(eval_error(eval, a->value->span, "class %s: a second base; bnnc has single inheritance", node->text),
                      "keep one base and copy the other's methods into the class");
            *unknown = eval->poison;
            return NULL;
        } else if (value->kind == OBJECT_CLASS)
            base = strcmp(value->u.class->name, "object") ? value->u.class : NULL;
        else if (over)
            base = over;
        else if (object_is_unknown(value))
            *unknown = value;
        else
            *unknown =
                unknown_new(eval, a->value->span, "a class over %s, which bnnc does not evaluate", object_text(eval_arena(eval), value));
    }
    return base;
}

Object *exec_class(Eval *eval, Scope *scope, const Node *node)
{
    Object *unknown = NULL;
    Class *base = base_class(eval, scope, node, &unknown);
    if (unknown && !base)
        return eval_is_poison(unknown)
                   ? unknown
                   : unknown_new(eval, node->name_span, "the class '%s': its base is %s", node->text, unknown->u.unknown.why);
    Object *object = class_object(eval, node->text, base, base ? base->native : NULL, node->name_span);
    Scope *body = scope_new(eval, scope, SCOPE_CLASS);
    body->owner = object->u.class;
    exec_block(eval, body, node->body);
    object->u.class->body = node->body;
    for (int i = 0; i < body->bindings.count; i++)
        object_dict_set(eval_arena(eval), object->u.class->attributes, body->bindings.at[i].name, body->bindings.at[i].value);
    if (class_is_enum(object->u.class))
        enum_finish(eval, object);
    return object;
}

static void exception_arguments(Eval *eval, Object *instance, const Call *call)
{
    Object *arguments = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    for (int i = 0; i < call->count; i++)
        if (!call->at[i].name)
            object_append(eval_arena(eval), arguments, call->at[i].value);
    object_dict_set(eval_arena(eval), instance->u.instance.attributes, "args", arguments);
}

/* false after an error in it: there is no instance then. */
static bool initialize(Eval *eval, Object *instance, const Call *call)
{
    Class *class = instance->u.instance.class;
    Object *method = class_lookup(class, "__init__");
    if (method)
        return !eval_is_poison(call_bound(eval, method, instance, call));
    if (class->native)
        class->native->initialize ? (void)class->native->initialize(eval, instance, call) : (void)0;
    else if (class_lookup(class, "__exception__"))
        exception_arguments(eval, instance, call);
    else
        return record_initialize(eval, instance, call);
    return true;
}

Object *class_call(Eval *eval, Object *object, const Call *call)
{
    Class *class = object->u.class;
    if (class->is_native && class->native->create)
        return class->native->create(eval, call);
    if (class->native && class->native->find)
        return class->native->find(eval, class, call);
    Object *instance = ARENA_NEW(eval_arena(eval), Object);
    instance->kind = OBJECT_INSTANCE;
    instance->origin = call->span;
    instance->u.instance.class = class;
    instance->u.instance.attributes = object_dict(eval_arena(eval));
    if (class->native && class->native->construct)
        class->native->construct(eval, instance, call->span);
    bool good = initialize(eval, instance, call);
    bool complete = good && (!class->native || !class->native->complete || class->native->complete(eval, instance, call->span));
    return complete ? instance : eval->poison;
}

/* A class attribute seen through an instance: methods bind, properties run. self NULL: seen through the class. */
static Object *bind_member(Eval *eval, Object *value, Object *self, Object *class, Span span)
{
    if (object_is(value, "property") && value->kind == OBJECT_TUPLE)
        return self ? eval_call_simple(eval, value->u.list.at[0], 1, &self, span) : value;
    if (object_is(value, "staticmethod") && value->kind == OBJECT_TUPLE)
        return value->u.list.at[0];
    if (object_is(value, "classmethod") && value->kind == OBJECT_TUPLE)
        return object_bound(eval_arena(eval), value->u.list.at[0], class);
    bool method = value->kind == OBJECT_FUNCTION || (value->kind == OBJECT_BUILTIN && value->family == FAMILY_NONE);
    return self && method && !value->family_arguments ? object_bound(eval_arena(eval), value, self) : value;
}

static Object *class_of(Eval *eval, Class *class)
{
    Object *object = ARENA_NEW(eval_arena(eval), Object);
    object->kind = OBJECT_CLASS;
    object->u.class = class;
    return object;
}

Object *eval_method(Eval *eval, Object *instance, const char *name)
{
    Object *value = class_lookup(instance->u.instance.class, name);
    return value ? bind_member(eval, value, instance, class_of(eval, instance->u.instance.class), instance->origin) : NULL;
}

static Object *native_initialize(Eval *eval, void *data, const Call *call)
{
    const NativeClass *native = data;
    Object *self = call->count ? call->at[0].value : NULL;
    Call rest = {.at = call->at + 1, .count = call->count - 1, .span = call->span, .callee = call->callee};
    if (self && native && native->initialize)
        native->initialize(eval, self, &rest);
    return object_none();
}

/* super().name: the classes behind, then __init__ of the native root (or of object), then the root's own attributes. */
static Object *super_attribute(Eval *eval, Object *object, const char *name, Span span)
{
    Object *self = object->u.super.self;
    Class *after = object->u.super.after;
    bool instance = self->kind == OBJECT_INSTANCE;
    Object *value = class_lookup(after, name);
    if (value)
        return bind_member(eval, value, instance ? self : NULL, self, span);
    if (!strcmp(name, "__init__"))
        return object_bound(eval_arena(eval),
                            object_builtin(eval_arena(eval), "__init__", native_initialize, after ? (void *)after->native : NULL, NULL),
                            self);
    return instance && after && after->native && after->native->attribute ? after->native->attribute(eval, self, name, span) : NULL;
}

Object *instance_attribute(Eval *eval, Object *object, const char *name, Span span)
{
    Arena *arena = eval_arena(eval);
    if (object->kind == OBJECT_CLASS) {
        Object *value = class_lookup(object->u.class, name);
        if (!value && !strcmp(name, "__name__"))
            return object_string(arena, object->u.class->name);
        if (!value && !strcmp(name, "from_config") && !object->u.class->is_native)
            return object_builtin(arena, name, object_from_config, object, NULL);
        return value ? bind_member(eval, value, NULL, object, span) : NULL;
    }
    if (object->kind == OBJECT_SUPER)
        return super_attribute(eval, object, name, span);
    Class *class = object->u.instance.class;
    Object *value = object_dict_get(object->u.instance.attributes, name);
    if (value)
        return value;
    value = class_lookup(class, name);
    if (value)
        return bind_member(eval, value, object, class_of(eval, class), span);
    if (!strcmp(name, "__class__"))
        return class_of(eval, class);
    if (!strcmp(name, "__dict__"))
        return object->u.instance.attributes;
    value = class->native && class->native->attribute ? class->native->attribute(eval, object, name, span) : NULL;
    Object *fallback = value ? NULL : class_lookup(class, "__getattr__");
    return fallback ? call_bound(eval, fallback, object,
                                 &(Call){ .at = &(CallArgument){ .value = object_string(arena, name), .span = span },
                                          .count = 1,
                                          .span = span,
                                          .callee = span })
                    : value;
}

Object *super_new(Eval *eval, Scope *scope, const Call *call)
{
    Object *super = ARENA_NEW(eval_arena(eval), Object);
    super->kind = OBJECT_SUPER;
    super->origin = call->span;
    Class *class = scope->owner;
    super->u.super.self = scope->self;
    if (call->count == 2 && call->at[0].value->kind == OBJECT_CLASS) {
        class = call->at[0].value->u.class;
        super->u.super.self = call->at[1].value;
    }
    if (!class || !super->u.super.self) {
        eval_error(eval, call->span, "super() outside a method");
        return eval->poison;
    }
    super->u.super.after = class->base;
    return super;
}

Object *call_instance(Eval *eval, Object *instance, const Call *call)
{
    Class *class = instance->u.instance.class;
    Object *method = eval_method(eval, instance, "__call__");
    if (method)
        return eval_call(eval, method, call);
    if (class->native && class->native->call)
        return class->native->call(eval, instance, call);
    eval_error(eval, call->callee, "%s is not callable: it has no __call__", class->name);
    return eval->poison;
}

Object *instance_operator(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    static const char *const names[] = {
        [OP_ADD] = "__add__",
        [OP_SUBTRACT] = "__sub__",
        [OP_MULTIPLY] = "__mul__",
        [OP_DIVIDE] = "__truediv__",
        [OP_FLOOR_DIVIDE] = "__floordiv__",
        [OP_MODULO] = "__mod__",
        [OP_POWER] = "__pow__",
        [OP_LESS] = "__lt__",
        [OP_LESS_EQUAL] = "__le__",
        [OP_GREATER] = "__gt__",
        [OP_GREATER_EQUAL] = "__ge__",
        [OP_EQUAL] = "__eq__",
        [OP_NOT_EQUAL] = "__ne__",
    };
    const char *name = op <= OP_NOT_EQUAL ? names[op] : NULL;
    Object *method = left->kind == OBJECT_INSTANCE && name ? eval_method(eval, left, name) : NULL;
    return method ? eval_call_simple(eval, method, 1, &right, span) : NULL;
}
