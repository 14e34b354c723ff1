/* Arguments of builtins: a short text names the parameters ("x axis? * keepdims?"), slots receive the values. */
#include "lang/internal.h"

enum { UNPACK_MAX = 24 };
typedef struct { const char *name[UNPACK_MAX]; bool optional[UNPACK_MAX]; int count, positional; } Unpack;

static Unpack unpack_parse(Eval *eval, const char *names)
{
    Unpack unpack = {.positional = UNPACK_MAX};
    for (const char *at = names; *at;) {
        size_t length = strcspn(at, " ");
        if (length == 1 && *at == '*') {
            unpack.positional = unpack.count;
        } else if (length) {
            BUG_IF(unpack.count == UNPACK_MAX);
            bool optional = at[length - 1] == '?';
            unpack.optional[unpack.count] = optional;
            unpack.name[unpack.count++] = arena_strndup(eval_arena(eval), at, length - optional);
        }
        at += length + (at[length] == ' ');
    }
    return unpack;
}

static bool unpack_keyword(Eval *eval, const char *owner, const Unpack *unpack, const CallArgument *a, Object **slots)
{
    for (int i = 0; i < unpack->count; i++) {
        if (strcmp(unpack->name[i], a->name))
            continue;
        if (slots[i]) {
            eval_error(eval, a->name_span, "%s: two values for '%s'", owner, a->name);
            return false;
        }
        slots[i] = a->value;
        return true;
    }
    if (!strcmp(a->name, "name") || !strcmp(a->name, "dtype") || !strcmp(a->name, "out"))
        return true; /* names of TensorFlow operations and types mean nothing here */
    Message *message = eval_error(eval, a->name_span, "%s: unknown argument '%s'", owner, a->name);
    const char *nearest = text_nearest(a->name, unpack->name, unpack->count);
    if (nearest)
        diag_hint(message, "did you mean '%s'?", nearest);
    return false;
}

bool call_unpack(Eval *eval, const char *owner, const Call *call, const char *names, Object **slots)
{
    Unpack unpack = unpack_parse(eval, names);
    int at = 0;
    for (int i = 0; i < unpack.count; i++)
        slots[i] = NULL;
    for (int i = 0; i < call->count; i++) {
        if (call->at[i].name)
            continue;
        if (at >= unpack.count || at >= unpack.positional) {
            eval_error(eval, call->at[i].span, "%s: takes at most %d arguments", owner, at);
            return false;
        }
        slots[at++] = call->at[i].value;
    }
    for (int i = 0; i < call->count; i++)
        if (call->at[i].name && !unpack_keyword(eval, owner, &unpack, &call->at[i], slots))
            return false;
    for (int i = 0; i < unpack.count; i++)
        if (!slots[i] && !unpack.optional[i]) {
            eval_error(eval, call->span, "%s: missing argument '%s'", owner, unpack.name[i]);
            return false;
        }
    return true;
}
