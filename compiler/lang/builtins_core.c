/* Python's builtins on values: conversions, sizes, attributes, isinstance, print. Unknown arguments make unknown results. */
#include "lang/internal.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#define BUILTIN(function) static Object *function(Eval *eval, void *data, const Call *call)
#define UNPACK(owner, names, slots)                             \
    Object *unknown_ = call_unknown(call);                      \
    (void)data;                                                 \
    if (unknown_)                                               \
        return unknown_;                                        \
    if (!call_unpack(eval, owner, call, names, slots))          \
        return eval->poison

static Object *type_error(Eval *eval, const Call *call, const char *owner, const char *wanted, const Object *value)
{
    eval_error(eval, call_span_of(call, 0), "%s: needs %s, not %s", owner, wanted, object_text(eval_arena(eval), value));
    return eval->poison;
}

BUILTIN(core_range)
{
    Object *slot[3];
    UNPACK("range", "start stop? step?", slot);
    int64_t value[3] = {0, 0, 1};
    for (int i = 0; i < 3; i++) {
        double number;
        if (slot[i] && (!object_as_number(slot[i], &number) || number != floor(number)))
            return type_error(eval, call, "range", "integers", slot[i]);
        value[i] = slot[i] ? (int64_t)number : value[i];
    }
    if (!slot[1]) {
        value[1] = value[0];
        value[0] = 0;
    }
    double count = value[2] ? ceil((double)(value[1] - value[0]) / (double)value[2]) : 1e9;
    if (count > LIMIT_ITEMS) {
        eval_error(eval, call->span, value[2] ? "range of more than %d items" : "range with a step of 0 (at most %d items)", LIMIT_ITEMS);
        return eval->poison;
    }
    Object *range = ARENA_NEW(eval_arena(eval), Object);
    range->kind = OBJECT_RANGE;
    range->u.range.start = value[0];
    range->u.range.stop = value[1];
    range->u.range.step = value[2];
    return range;
}

BUILTIN(core_len)
{
    Object *slot[1];
    UNPACK("len", "object", slot);
    Object *object = slot[0];
    if (object->kind == OBJECT_STRING)
        return object_int(eval_arena(eval), (int64_t)object->u.string.length);
    if (object->kind == OBJECT_DICT)
        return object_int(eval_arena(eval), object->u.dict.count);
    if (object->kind == OBJECT_ARRAY && object->u.array.rank)
        return object_int(eval_arena(eval), object->u.array.dim[0]);
    if (object->kind == OBJECT_DATASET && object->u.dataset.rank)
        return object_int(eval_arena(eval), object->u.dataset.shape[0]);
    if (object->kind == OBJECT_INSTANCE && eval_method(eval, object, "__len__"))
        return eval_call_simple(eval, eval_method(eval, object, "__len__"), 0, NULL, call->span);
    Object *items = eval_items(eval, object, call_span_of(call, 0));
    return object_is_unknown(items) ? items : object_int(eval_arena(eval), items->u.list.count);
}

static Object *parse_int(Eval *eval, const Call *call, const Object *text, int base)
{
    char *end;
    const char *begin = text->u.string.at;
    long long value = strtoll(begin, &end, base);
    while (isspace((unsigned char)*end))
        end++;
    return *end || end == begin ? type_error(eval, call, "int", "a number", text) : object_int(eval_arena(eval), value);
}

BUILTIN(core_int)
{
    Object *slot[2];
    double number;
    UNPACK("int", "value? base?", slot);
    if (!slot[0])
        return object_int(eval_arena(eval), 0);
    if (slot[0]->kind == OBJECT_STRING)
        return parse_int(eval, call, slot[0], slot[1] ? (int)object_number(slot[1]) : 10);
    if (slot[0]->kind == OBJECT_INT)
        return slot[0];
    if (!object_as_number(slot[0], &number) || !(fabs(number) < 9.2e18))
        return type_error(eval, call, "int", "a number", slot[0]);
    return object_int(eval_arena(eval), (int64_t)trunc(number));
}

BUILTIN(core_float)
{
    Object *slot[1];
    double number = 0;
    UNPACK("float", "value?", slot);
    if (slot[0] && slot[0]->kind == OBJECT_STRING) {
        char *end;
        number = strtod(slot[0]->u.string.at, &end);
        if (*end || end == slot[0]->u.string.at)
            return type_error(eval, call, "float", "a number", slot[0]);
    } else if (slot[0] && !object_as_number(slot[0], &number)) {
        return type_error(eval, call, "float", "a number", slot[0]);
    }
    return object_float(eval_arena(eval), number);
}

BUILTIN(core_str)
{
    Object *slot[1];
    UNPACK("str", "object?", slot);
    return object_string(eval_arena(eval), slot[0] ? object_print(eval_arena(eval), slot[0], false) : "");
}

BUILTIN(core_repr)
{
    Object *slot[1];
    UNPACK("repr", "object", slot);
    return object_string(eval_arena(eval), object_print(eval_arena(eval), slot[0], true));
}

BUILTIN(core_bool)
{
    Object *slot[1];
    UNPACK("bool", "object?", slot);
    return object_bool(eval_arena(eval), slot[0] && eval_truth(eval, slot[0], call->span));
}

static Object *to_sequence(Eval *eval, const Call *call, ObjectKind kind, const char *owner)
{
    Object *slot[1];
    if (!call_unpack(eval, owner, call, "items?", slot))
        return eval->poison;
    Object *items = slot[0] ? eval_items(eval, slot[0], call_span_of(call, 0)) : object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    if (object_is_unknown(items))
        return items;
    Object *list = object_list(eval_arena(eval), kind, 0, NULL);
    for (int i = 0; i < items->u.list.count; i++) {
        bool there = false;
        for (int k = 0; kind == OBJECT_SET && k < list->u.list.count && !there; k++)
            there = object_equal(list->u.list.at[k], items->u.list.at[i]);
        if (!there)
            object_append(eval_arena(eval), list, items->u.list.at[i]);
    }
    return list;
}

BUILTIN(core_list) { (void)data; return to_sequence(eval, call, OBJECT_LIST, "list"); }
BUILTIN(core_tuple) { (void)data; return to_sequence(eval, call, OBJECT_TUPLE, "tuple"); }
BUILTIN(core_set) { (void)data; return to_sequence(eval, call, OBJECT_SET, "set"); }

static bool dict_from_pairs(Eval *eval, Object *dict, Object *source, Span span)
{
    if (source->kind == OBJECT_DICT) {
        for (int i = 0; i < source->u.dict.count; i++)
            object_dict_put(eval_arena(eval), dict, source->u.dict.keys[i], source->u.dict.values[i]);
        return true;
    }
    Object *items = eval_items(eval, source, span);
    for (int i = 0; !object_is_unknown(items) && i < items->u.list.count; i++) {
        Object *pair = eval_items(eval, items->u.list.at[i], span);
        if (object_is_unknown(pair) || pair->u.list.count != 2) {
            eval_error(eval, span, "dict: needs pairs of key and value");
            return false;
        }
        object_dict_put(eval_arena(eval), dict, pair->u.list.at[0], pair->u.list.at[1]);
    }
    return !object_is_unknown(items);
}

BUILTIN(core_dict)
{
    Object *dict = object_dict(eval_arena(eval));
    (void)data;
    dict->origin = call->span;
    for (int i = 0; i < call->count; i++) {
        const CallArgument *a = &call->at[i];
        if (a->name)
            object_dict_set(eval_arena(eval), dict, a->name, a->value);
        else if (object_is_unknown(a->value))
            return a->value;
        else if (!dict_from_pairs(eval, dict, a->value, a->span))
            return eval->poison;
    }
    return dict;
}

/* --- numbers */

BUILTIN(core_abs)
{
    Object *slot[1];
    UNPACK("abs", "x", slot);
    if (slot[0]->kind == OBJECT_EXPR)
        return trace_apply(eval, EX_ABS, 1, slot, call->span);
    if (!object_is_number(slot[0]))
        return type_error(eval, call, "abs", "a number", slot[0]);
    if (slot[0]->kind == OBJECT_FLOAT)
        return object_float(eval_arena(eval), fabs(slot[0]->u.real));
    return object_number(slot[0]) < 0 ? operate_unary(eval, OP_NEGATE, slot[0], call->span) : slot[0];
}

BUILTIN(core_round)
{
    Object *slot[2];
    UNPACK("round", "number ndigits?", slot);
    double number, digits = 0;
    if (!object_as_number(slot[0], &number))
        return type_error(eval, call, "round", "a number", slot[0]);
    if (!slot[1] || slot[1]->kind == OBJECT_NONE)
        return object_int(eval_arena(eval), (int64_t)nearbyint(number));
    object_as_number(slot[1], &digits);
    if (digits <= 0) {
        double power = pow(10, -digits);
        number = nearbyint(number / power) * power;
    } else {
        number = strtod(arena_printf(eval_arena(eval), "%.*f", (int)(digits > 17 ? 17 : digits), number), NULL);
    }
    return slot[0]->kind == OBJECT_INT ? slot[0] : object_float(eval_arena(eval), number);
}

BUILTIN(core_pow)
{
    Object *slot[2];
    UNPACK("pow", "base exp", slot);
    return operate_binary(eval, OP_POWER, slot[0], slot[1], call->span);
}

BUILTIN(core_divmod)
{
    Object *slot[2], *pair[2];
    UNPACK("divmod", "a b", slot);
    pair[0] = operate_binary(eval, OP_FLOOR_DIVIDE, slot[0], slot[1], call->span);
    pair[1] = operate_binary(eval, OP_MODULO, slot[0], slot[1], call->span);
    return object_list(eval_arena(eval), OBJECT_TUPLE, 2, pair);
}

BUILTIN(core_chr)
{
    Object *slot[1];
    UNPACK("chr", "i", slot);
    return object_string(eval_arena(eval),
                         arena_printf(eval_arena(eval), "%c", (int)(object_is_number(slot[0]) ? object_number(slot[0]) : 63)));
}

BUILTIN(core_ord)
{
    Object *slot[1];
    UNPACK("ord", "c", slot);
    return object_int(eval_arena(eval), slot[0]->kind == OBJECT_STRING ? (unsigned char)slot[0]->u.string.at[0] : 0);
}

/* --- objects */

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
        return type_error(eval, call, "getattr", "a name", slot[1]);
    const char *name = eval_intern(eval, slot[1]->u.string.at);
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
    }
    scope_set(eval, eval->builtins, eval_intern(eval, "NotImplemented"), object_none());
}

void builtins_core(Eval *eval)
{
    static const struct { const char *name; BuiltinFunction call; } table[] = {
        {"range", core_range}, {"len", core_len}, {"int", core_int}, {"float", core_float}, {"str", core_str},
        {"repr", core_repr}, {"bool", core_bool},
        {"list", core_list}, {"tuple", core_tuple}, {"set", core_set}, {"frozenset", core_set}, {"dict", core_dict},
        {"abs", core_abs}, {"round", core_round},
        {"pow", core_pow}, {"divmod", core_divmod}, {"chr", core_chr}, {"ord", core_ord}, {"isinstance", core_isinstance},
        {"callable", core_callable},
        {"getattr", core_getattr}, {"hasattr", core_hasattr}, {"setattr", core_setattr}, {"type", core_type},
        {"print", core_print}, {"display", core_print},
        {"open", core_outside}, {"input", core_outside}, {"exit", core_outside}, {"quit", core_outside}, {"iter", core_list},
        {"id", core_outside}, {"globals", core_outside},
        {"locals", core_outside}, {"vars", core_outside}, {"dir", core_outside}, {"eval", core_outside}, {"exec", core_outside},
        {"next", core_outside}, {"help", core_outside},
        {"issubclass", core_outside}, {"hash", core_outside}, {"super", core_super}, {"property", core_property},
        {"staticmethod", core_staticmethod}, {"classmethod", core_classmethod},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        eval_bare(eval, table[i].name, table[i].call, NULL);
    register_exceptions(eval);
}
