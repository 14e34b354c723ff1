/* Binding a call to a Signature: positions, keywords, defaults, then each value checked and brought into its normal form. */
#include "lang/signature.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>

typedef struct { Eval *eval; const Signature *signature; const char *owner; const Call *call; Bound *bound; bool failed; } SignatureBinding;

static void wrong(SignatureBinding *b, const SignatureParameter *p, Span span, const char *wanted, Object *value, const char *hint)
{
    const char *text = object_text(eval_arena(b->eval), value);
    Message *message = eval_error(b->eval, span, "%s: %s must be %s, not %s", b->owner, p->name, wanted, text);
    if (hint)
        diag_hint(message, "%s", hint);
    b->failed = true;
}

/* --- one value into its normal form: NULL after an error */

static Object *check_number(SignatureBinding *b, const SignatureParameter *p, Object *value, Span span)
{
    Arena *arena = eval_arena(b->eval);
    double number;
    const char *wanted = p->type == TYPE_INT ? "an integer" : "a number";
    if (p->bounded)
        wanted = arena_printf(arena, "%s %s %g", wanted, p->exclusive ? "above" : "of at least", p->least);
    if (value->kind == OBJECT_BOOL || !object_as_number(value, &number) || isnan(number)) {
        wrong(b, p, span, wanted, value, value->kind == OBJECT_STRING ? "remove the quotes" : NULL);
        return NULL;
    }
    if (p->type == TYPE_INT)
        number = trunc(number); /* Keras truncates: Dense(32 / 2) has 16 units */
    if (p->bounded && (p->exclusive ? number <= p->least : number < p->least)) {
        wrong(b, p, span, wanted, value, NULL);
        return NULL;
    }
    if (p->type == TYPE_INT && fabs(number) > INT_MAX) {
        wrong(b, p, span, wanted, value, "an int of 32 bits holds at most 2147483647");
        return NULL;
    }
    return p->type == TYPE_INT ? object_int(arena, (int64_t)number) : object_float(arena, number);
}

static Object *check_bool(SignatureBinding *b, const SignatureParameter *p, Object *value, Span span)
{
    if (value->kind == OBJECT_BOOL)
        return value;
    if (value->kind == OBJECT_INT && (value->u.integer == 0 || value->u.integer == 1))
        return object_bool(eval_arena(b->eval), value->u.integer != 0);
    wrong(b, p, span, "True or False", value, value->kind == OBJECT_STRING ? "remove the quotes" : NULL);
    return NULL;
}

static Object *check_ints_items(SignatureBinding *b, const SignatureParameter *p, Object *value, Span span, const char *wanted)
{
    SignatureParameter one = *p;
    one.type = TYPE_INT;
    one.length = 0;
    Object *tuple = object_list(eval_arena(b->eval), OBJECT_TUPLE, 0, NULL);
    for (int i = 0; i < value->u.list.count; i++) {
        Object *item = value->u.list.at[i];
        double number;
        if (item->kind == OBJECT_BOOL || !object_as_number(item, &number) || number != floor(number)) {
            wrong(b, p, span, wanted, value, NULL);
            return NULL;
        }
        item = check_number(b, &one, item, span);
        if (!item)
            return NULL;
        object_append(eval_arena(b->eval), tuple, item);
    }
    return tuple;
}

static Object *check_ints(SignatureBinding *b, const SignatureParameter *p, Object *value, Span span)
{
    Arena *arena = eval_arena(b->eval);
    double number;
    const char *wanted = p->length ? arena_printf(arena, "an integer or a tuple of %d", p->length) : "an integer or a tuple of them";
    if (object_is_list_or_tuple(value)) {
        if (!p->length || value->u.list.count == p->length)
            return check_ints_items(b, p, value, span, wanted);
        if (value->u.list.count == 1 && p->length > 1 && object_as_number(value->u.list.at[0], &number))
            return wrong(b, p, span, wanted, value, NULL), NULL;
        wrong(b, p, span, wanted, value, NULL);
        return NULL;
    }
    if (value->kind == OBJECT_BOOL || !object_as_number(value, &number) || number != floor(number)) {
        wrong(b, p, span, wanted, value, value->kind == OBJECT_STRING ? "remove the quotes" : NULL);
        return NULL;
    }
    SignatureParameter one = *p;
    one.type = TYPE_INT;
    Object *single = check_number(b, &one, value, span);
    if (!single || !p->length)
        return single;
    Object *tuple = object_list(arena, OBJECT_TUPLE, 0, NULL);
    for (int i = 0; i < p->length; i++)
        object_append(arena, tuple, single);
    return tuple;
}

static Object *check_shape(SignatureBinding *b, const SignatureParameter *p, Object *value, Span span)
{
    Arena *arena = eval_arena(b->eval);
    Object *tuple = object_list(arena, OBJECT_TUPLE, 0, NULL);
    double number;
    int count = object_is_sequence(value) ? value->u.list.count : 1;
    for (int i = 0; i < count; i++) {
        Object *item = object_is_sequence(value) ? value->u.list.at[i] : value;
        bool dimension = item->kind != OBJECT_BOOL && object_as_number(item, &number) && number == floor(number) && fabs(number) < 2e9;
        if (object_is_unknown(item)) {
            eval_unknown_error(b->eval, item, span, "%s: %s is not known here", b->owner, p->name);
            b->failed = true;
            return NULL;
        }
        if (!dimension && item->kind != OBJECT_NONE) {
            wrong(b, p, span, "a tuple of integers", value, NULL);
            return NULL;
        }
        object_append(arena, tuple, dimension ? object_int(arena, (int64_t)number) : item);
    }
    return tuple;
}

static bool same_letters(const char *a, const char *b)
{
    while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b))
        a++, b++;
    return !*a && !*b;
}

static const char *choice_list(SignatureBinding *b, const SignatureParameter *p)
{
    Text text = text_new(eval_arena(b->eval));
    for (int i = 0; i < p->choices.count; i++)
        text_printf(&text, "%s'%s'", i == 0 ? "" : i + 1 == p->choices.count ? " or " : ", ", p->choices.at[i]);
    return text.at;
}

static Object *check_choice(SignatureBinding *b, const SignatureParameter *p, Object *value, Span span)
{
    Arena *arena = eval_arena(b->eval);
    if (value->kind == OBJECT_STRING) {
        for (int i = 0; i < p->choices.count; i++)
            if (same_letters(value->u.string.at, p->choices.at[i]))
                return object_string(arena, p->choices.at[i]);
        const char *nearest = text_nearest(value->u.string.at, p->choices.at, p->choices.count);
        wrong(b, p, span, choice_list(b, p), value, nearest ? arena_printf(arena, "did you mean '%s'?", nearest) : NULL);
    } else {
        wrong(b, p, span, choice_list(b, p), value, NULL);
    }
    return NULL;
}

static Object *check_str(SignatureBinding *b, const SignatureParameter *p, Object *value, Span span)
{
    if (value->kind == OBJECT_STRING)
        return value;
    wrong(b, p, span, "a string", value, NULL);
    return NULL;
}

static Object *check_value(SignatureBinding *b, const SignatureParameter *p, Object *value, Span span)
{
    bool tolerant = p->type == TYPE_IGNORED || p->type == TYPE_OBJECT;
    if (tolerant)
        return value;
    if (object_is_unknown(value) && !(p->type == TYPE_FAMILY && unknown_is_undefined(value))) {
        eval_unknown_error(b->eval, value, span, "%s: %s is not known here", b->owner, p->name);
        b->failed = true;
        return NULL;
    }
    if (value->kind == OBJECT_NONE && (p->none || (p->fallback && p->fallback->kind == OBJECT_NONE)))
        return value;
    if (p->choices.count && (value->kind == OBJECT_STRING || p->type == TYPE_CHOICE))
        return check_choice(b, p, value, span);
    switch (p->type) {
    case TYPE_INT: case TYPE_FLOAT: return check_number(b, p, value, span);
    case TYPE_BOOL: return check_bool(b, p, value, span);
    case TYPE_STR: return check_str(b, p, value, span);
    case TYPE_INTS: return check_ints(b, p, value, span);
    case TYPE_SHAPE: return check_shape(b, p, value, span);
    case TYPE_FAMILY: {
        Object *resolved = eval_resolve(b->eval, p->family, value, span, b->owner);
        b->failed |= !resolved;
        return resolved;
    }
    default: return value;
    }
}

/* --- positions and keywords */

static void bind_one(SignatureBinding *b, int index, const CallArgument *a)
{
    Bound *bound = &b->bound[index];
    if (bound->given) {
        eval_error(b->eval, a->name ? a->name_span : a->span, "%s: '%s' is given twice", b->owner, b->signature->parameters.at[index].name);
        b->failed = true;
        return;
    }
    *bound = (Bound){a->value, a->span, true};
}

static void bind_unknown_keyword(SignatureBinding *b, const CallArgument *a)
{
    VEC(const char *) names = {0};
    for (int i = 0; i < b->signature->parameters.count; i++)
        VEC_PUSH(eval_arena(b->eval), &names, b->signature->parameters.at[i].name);
    const char *nearest = text_nearest(a->name, names.at, names.count);
    Message *message = eval_error(b->eval, a->name_span, "%s: unknown argument '%s'", b->owner, a->name);
    if (nearest)
        diag_hint(message, "did you mean '%s'?", nearest);
    b->failed = true;
}

static void bind_call(SignatureBinding *b)
{
    int at = 0, count = b->signature->parameters.count;
    while (at < count && !b->signature->parameters.at[at].keyword_only)
        at++;
    int positional = at;
    at = 0;
    for (int i = 0; i < b->call->count; i++) {
        const CallArgument *a = &b->call->at[i];
        if (a->name) {
            int index = signature_index(b->signature, a->name);
            if (index < 0)
                bind_unknown_keyword(b, a);
            else
                bind_one(b, index, a);
        } else if (at < positional) {
            bind_one(b, at++, a);
        } else {
            eval_error(b->eval, a->span, "%s: takes at most %d positional arguments", b->owner, positional);
            b->failed = true;
            return;
        }
    }
}

static Span end_of_call(const Call *call)
{
    return call->callee.source ? call->callee : call->span;
}

Bound *signature_bind(Eval *eval, const Signature *signature, const char *owner, const Call *call)
{
    int count = signature->parameters.count;
    SignatureBinding b = {eval, signature, owner, call, ARENA_ARRAY(eval_arena(eval), Bound, count + 1), false};
    bind_call(&b);
    for (int i = 0; i < count; i++) {
        const SignatureParameter *p = &signature->parameters.at[i];
        if (!b.bound[i].given) {
            b.bound[i].span = end_of_call(call);
            b.bound[i].value = p->fallback;
            if (!p->fallback && !b.failed) {
                eval_error(eval, b.bound[i].span, "%s: missing argument '%s'", owner, p->name);
                b.failed = true;
            }
        }
        if (b.bound[i].value)
            b.bound[i].value = check_value(&b, p, b.bound[i].value, b.bound[i].span);
    }
    return b.failed ? NULL : b.bound;
}
