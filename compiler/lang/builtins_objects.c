/* Python's builtins on objects: types, attributes, print, descriptors, the exception classes; and what reaches outside, which is unknown. */
#include "lang/builtin.h"

static bool has_type(Eval *eval, Object *object, Object *type)
{
    static const struct { const char *name; ObjectKind kind; } kinds[] = {
        {"int", OBJECT_INT}, {"int", OBJECT_BOOL}, {"float", OBJECT_FLOAT}, {"str", OBJECT_STRING}, {"bool", OBJECT_BOOL},
        {"list", OBJECT_LIST},
        {"tuple", OBJECT_TUPLE}, {"dict", OBJECT_DICT}, {"set", OBJECT_SET},
    };
    if (type->kind == OBJECT_CLASS) {
        const Class *class = type->u.class;
        if (object->kind == OBJECT_INSTANCE)
            return class_inherits(object->u.instance.class, class) ||
                   (class->is_native && class->native->is_instance && class->native->is_instance(eval, object));
        return class->is_native && class->native->is_instance && class->native->is_instance(eval, object);
    }
    if (object->kind == OBJECT_INSTANCE && eval_class_root(object->u.instance.class) == type)
        return true;
    if (object->kind == OBJECT_NATIVE)
        return object->u.native.type->is_instance && object->u.native.type->is_instance(eval, object, type);
    if (type->kind == OBJECT_FUNCTION)
        return object->definition == type || (object->definition && object_is(object, type->u.function.name));
    for (size_t i = 0; type->kind == OBJECT_BUILTIN && i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].name, type->u.builtin.name) && kinds[i].kind == object->kind)
            return true;
    return false;
}

BUILTIN(core_isinstance)
{
    Object *slot[2];
    UNPACK("isinstance", "object type", slot);
    bool several = object_is_sequence(slot[1]), truth = false;
    for (int i = 0; i < (several ? slot[1]->u.list.count : 1); i++)
        truth |= has_type(eval, slot[0], several ? slot[1]->u.list.at[i] : slot[1]);
    return object_bool(eval_arena(eval), truth);
}

BUILTIN(core_callable)
{
    Object *slot[1];
    UNPACK("callable", "object", slot);
    return object_bool(eval_arena(eval), object_is_callable(slot[0]));
}

BUILTIN(core_getattr)
{
    Object *slot[3];
    (void)data;
    if (!call_unpack(eval, "getattr", call, "object name default?", slot))
        return eval->poison;
    if (object_is_unknown(slot[0]) || object_is_unknown(slot[1]))
        return object_is_unknown(slot[0]) ? slot[0] : slot[1];
    if (slot[1]->kind != OBJECT_STRING)
        return builtin_type_error(eval, call, "getattr", "a name", slot[1]);
    const char *name = eval_intern(eval, slot[1]->u.string.at);
    if (slot[2] && slot[0]->kind == OBJECT_MODULE && names_lacks(eval, slot[0]->u.module.path, name))
        return slot[2];
    if (!slot[2])
        return eval_attribute(eval, slot[0], name, call->span);
    bool found = true;
    Object *value = attribute_get(eval, slot[0], name, call->span, &found);
    return found ? value : slot[2];
}

BUILTIN(core_hasattr)
{
    Object *slot[2];
    UNPACK("hasattr", "object name", slot);
    bool found = true;
    if (slot[0]->kind == OBJECT_MODULE && slot[1]->kind == OBJECT_STRING && names_lacks(eval, slot[0]->u.module.path, slot[1]->u.string.at))
        return object_bool(eval_arena(eval), false);
    if (slot[1]->kind == OBJECT_STRING)
        attribute_get(eval, slot[0], eval_intern(eval, slot[1]->u.string.at), call->span, &found);
    return object_bool(eval_arena(eval), found);
}

BUILTIN(core_setattr)
{
    Object *slot[3];
    (void)data;
    if (!call_unpack(eval, "setattr", call, "object name value", slot))
        return eval->poison;
    if (slot[1]->kind == OBJECT_STRING)
        eval_store_attribute(eval, slot[0], eval_intern(eval, slot[1]->u.string.at), slot[2], call->span);
    return object_none();
}

BUILTIN(core_type)
{
    Object *slot[1];
    UNPACK("type", "object", slot);
    if (slot[0]->kind == OBJECT_INSTANCE) {
        Object *class = ARENA_NEW(eval_arena(eval), Object);
        class->kind = OBJECT_CLASS;
        class->u.class = slot[0]->u.instance.class;
        return class;
    }
    if (slot[0]->definition)
        return slot[0]->definition;
    Object *type = scope_get(eval->builtins, eval_intern(eval, object_kind_name(slot[0])));
    return type ? type : unknown_new(eval, call->span, "the type of %s", object_kind_name(slot[0]));
}

BUILTIN(core_print)
{
    (void)eval;
    (void)data;
    (void)call;
    return object_none();
}

BUILTIN(core_outside)
{
    (void)data;
    int length = (int)(call->callee.end - call->callee.begin);
    return unknown_new(eval, call->span, "the result of %.*s()", call->callee.source ? length : 0,
                       call->callee.source ? call->callee.source->text + call->callee.begin : "");
}

BUILTIN(core_super) /* handled where the call is evaluated: it needs the scope */
{
    (void)data;
    eval_error(eval, call->span, "super() outside a method");
    return eval->poison;
}

/* property, staticmethod, classmethod: a tuple of one that attributes know by its name. */
static Object *descriptor(Eval *eval, const Call *call, const char *kind)
{
    if (!call->count)
        return eval->poison;
    Object *tuple = object_list(eval_arena(eval), OBJECT_TUPLE, 1, &call->at[0].value);
    tuple->family_name = kind;
    return tuple;
}

BUILTIN(core_property) { (void)data; return descriptor(eval, call, "property"); }
BUILTIN(core_staticmethod) { (void)data; return descriptor(eval, call, "staticmethod"); }
BUILTIN(core_classmethod) { (void)data; return descriptor(eval, call, "classmethod"); }

static void register_exceptions(Eval *eval)
{
    static const char *const names[] = {
        "Exception",
        "ValueError",
        "TypeError",
        "KeyError",
        "IndexError",
        "RuntimeError",
        "NotImplementedError",
        "ImportError",
        "ModuleNotFoundError",
        "AttributeError",
        "AssertionError",
        "OSError",
        "IOError",
        "FileNotFoundError",
        "StopIteration",
        "KeyboardInterrupt",
        "ZeroDivisionError",
        "SystemExit",
        "NameError",
        "Warning",
        "DeprecationWarning",
        "UserWarning",
        "object",
    };
    Class *base = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Object *class = ARENA_NEW(eval_arena(eval), Object);
        class->kind = OBJECT_CLASS;
        class->u.class = ARENA_NEW(eval_arena(eval), Class);
        bool plain = !strcmp(names[i], "object");
        *class->u.class = (Class){.name = names[i], .base = plain ? NULL : base, .attributes = object_dict(eval_arena(eval))};
        if (!base) {
            base = class->u.class;
            object_dict_set(eval_arena(eval), base->attributes, "__exception__", object_bool(eval_arena(eval), true));
        }
        scope_set(eval, eval->builtins, eval_intern(eval, names[i]), class);
        if (plain) /* says nothing of the class */
            eval_register(eval, "abc.ABC", FAMILY_NONE, class);
    }
    scope_set(eval, eval->builtins, eval_intern(eval, "NotImplemented"), object_none());
}

void builtins_objects(Eval *eval)
{
    static const struct { const char *name; BuiltinFunction call; } table[] = {
        {"isinstance", core_isinstance}, {"callable", core_callable}, {"getattr", core_getattr},
        {"hasattr", core_hasattr}, {"setattr", core_setattr}, {"type", core_type}, {"print", core_print},
        {"display", core_print}, {"open", core_outside}, {"input", core_outside}, {"exit", core_outside},
        {"quit", core_outside}, {"id", core_outside}, {"globals", core_outside}, {"locals", core_outside},
        {"dir", core_outside}, {"eval", core_outside}, {"exec", core_outside},
        {"next", core_outside}, {"help", core_outside}, {"issubclass", core_outside}, {"hash", core_outside},
        {"super", core_super}, {"property", core_property}, {"staticmethod", core_staticmethod},
        {"classmethod", core_classmethod},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        eval_bare(eval, table[i].name, table[i].call, NULL);
    register_exceptions(eval);
}
