/* Python's builtins on values: conversions, sizes, numbers. Unknown arguments make unknown results. */
#include "lang/builtin.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

Object *builtin_type_error(Eval *eval, const Call *call, const char *owner, const char *wanted, const Object *value)
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
            return builtin_type_error(eval, call, "range", "integers", slot[i]);
        value[i] = !slot[i] ? value[i] : slot[i]->kind == OBJECT_INT ? slot[i]->u.integer : clamp_int64(number);
    }
    if (!slot[1]) {
        value[1] = value[0];
        value[0] = 0;
    }
    double count = value[2] ? ceil(((double)value[1] - (double)value[0]) / (double)value[2]) : 1e9;
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

static Object *parse_int(Eval *eval, const Call *call, const Object *text, const Object *given_base)
{
    char *end;
    const char *begin = text->u.string.at;
    int64_t base = !given_base ? 10 : given_base->kind == OBJECT_INT ? given_base->u.integer : -1;
    if (base < 0 || base == 1 || base > 36)
        return builtin_type_error(eval, call, "int", "a base of 2 to 36, or 0", given_base);
    errno = 0;
    long long value = strtoll(begin, &end, (int)base);
    while (isspace((unsigned char)*end))
        end++;
    bool wrong = *end || end == begin || errno == ERANGE;
    return wrong ? builtin_type_error(eval, call, "int", errno == ERANGE ? "at most 64 bits" : "a number", text) : object_int(eval_arena(eval), value);
}

BUILTIN(core_int)
{
    Object *slot[2];
    double number;
    UNPACK("int", "value? base?", slot);
    if (!slot[0])
        return object_int(eval_arena(eval), 0);
    if (slot[0]->kind == OBJECT_STRING)
        return parse_int(eval, call, slot[0], slot[1]);
    if (slot[0]->kind == OBJECT_INT)
        return slot[0];
    if (!object_as_number(slot[0], &number) || !(fabs(number) < 0x1p63))
        return builtin_type_error(eval, call, "int", "a number", slot[0]);
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
            return builtin_type_error(eval, call, "float", "a number", slot[0]);
    } else if (slot[0] && !object_as_number(slot[0], &number)) {
        return builtin_type_error(eval, call, "float", "a number", slot[0]);
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
    return eval_add_all(eval, list, items, call->span) ? list : eval->poison;
}

BUILTIN(core_list) { (void)data; return to_sequence(eval, call, OBJECT_LIST, "list"); }
BUILTIN(core_tuple) { (void)data; return to_sequence(eval, call, OBJECT_TUPLE, "tuple"); }
BUILTIN(core_set) { (void)data; return to_sequence(eval, call, OBJECT_SET, "set"); }

static bool dict_from_pairs(Eval *eval, Object *dict, Object *source, Span span)
{
    if (source->kind == OBJECT_DICT) {
        eval_dict_put_all(eval, dict, source, span);
        return true;
    }
    Object *items = eval_items(eval, source, span);
    for (int i = 0; !object_is_unknown(items) && i < items->u.list.count; i++) {
        Object *pair = eval_items(eval, items->u.list.at[i], span);
        if (object_is_unknown(pair) || pair->u.list.count != 2) {
            eval_error(eval, span, "dict: needs pairs of key and value");
            return false;
        }
        eval_dict_put(eval, dict, pair->u.list.at[0], pair->u.list.at[1], span);
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
        return builtin_type_error(eval, call, "abs", "a number", slot[0]);
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
        return builtin_type_error(eval, call, "round", "a number", slot[0]);
    if (!slot[1] || slot[1]->kind == OBJECT_NONE)
        return slot[0]->kind == OBJECT_INT      ? slot[0]
               : fabs(nearbyint(number)) < 0x1p63 ? object_int(eval_arena(eval), (int64_t)nearbyint(number))
                                                  : builtin_type_error(eval, call, "round", "a number of at most 64 bits", slot[0]);
    if (!object_as_number(slot[1], &digits) || isnan(digits))
        return builtin_type_error(eval, call, "round", "a number of digits", slot[1]);
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
    int64_t code = slot[0]->kind == OBJECT_INT ? slot[0]->u.integer : -1;
    if (code < 1 || code > 127)
        return builtin_type_error(eval, call, "chr", "the code of an ASCII character", slot[0]);
    return object_string_sized(eval_arena(eval), &(char){(char)code}, 1);
}

BUILTIN(core_ord)
{
    Object *slot[1];
    UNPACK("ord", "c", slot);
    if (slot[0]->kind != OBJECT_STRING || slot[0]->u.string.length != 1)
        return builtin_type_error(eval, call, "ord", "a string of one character", slot[0]);
    return object_int(eval_arena(eval), (unsigned char)slot[0]->u.string.at[0]);
}

void builtins_core(Eval *eval)
{
    static const struct { const char *name; BuiltinFunction call; } table[] = {
        {"range", core_range}, {"len", core_len}, {"int", core_int}, {"float", core_float}, {"str", core_str},
        {"repr", core_repr}, {"bool", core_bool}, {"list", core_list}, {"tuple", core_tuple}, {"set", core_set},
        {"frozenset", core_set}, {"dict", core_dict}, {"abs", core_abs}, {"round", core_round}, {"pow", core_pow},
        {"divmod", core_divmod}, {"chr", core_chr}, {"ord", core_ord}, {"iter", core_list},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        eval_bare(eval, table[i].name, table[i].call, NULL);
}
