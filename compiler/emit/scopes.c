/* What is in scope of a token: blocks, statements, enumerators, variables. In: tokens, with the pairs of brackets that tokens.c finds.
 * Brackets that a pass removes go in pairs, so that what was found stays true of the tokens that are left. */
#include "emit/tokens.h"

int token_close(const CTokens *t, int i)
{
    return token_at(t, i)->nesting ? token_at(t, i)->mate : i;
}

int token_open(const CTokens *t, int i)
{
    return token_close(t, i);
}

/* The brace around the token at i that has not been removed; 0: none. */
static int brace_around(const CTokens *t, int i)
{
    int open = token_at(t, i)->around;
    while (open > 0 && !token_is(t, open, "{"))
        open = token_at(t, open)->around;
    return open;
}

int block_begin(const CTokens *t, int i)
{
    return token_is(t, i, "{") ? i : brace_around(t, i);
}

int block_end(const CTokens *t, int i)
{
    int open = token_is(t, i, "}") ? token_at(t, i)->mate : brace_around(t, i), close = open > 0 ? token_at(t, open)->mate : -1;
    return close > 0 ? close : t->list.count - 1;
}

/* Enumerators "NAME = 3" whose block holds i, the innermost first. */
bool constant_at(const CTokens *t, int i, long *value)
{
    if (token_kind(t, i, TOKEN_INT)) {
        *value = token_at(t, i)->value;
        return true;
    }
    if (!token_kind(t, i, TOKEN_NAME))
        return false;
    for (int k = t->enumerators.count; k-- > 0;) {
        int name = t->enumerators.at[k];
        if (name >= i || !token_same(t, name, i) || block_end(t, token_at(t, name)->around) < i)
            continue;
        int number = token_next(t, token_next(t, name));
        *value = token_at(t, number)->value;
        return token_kind(t, number, TOKEN_INT) && precedence(t, token_next(t, number)) == BOUND;
    }
    return false;
}

bool appears(const CTokens *t, int name, int from, int to)
{
    for (int i = from; i <= to; i++)
        if (token_kind(t, i, TOKEN_NAME) && token_same(t, i, name))
            return true;
    return false;
}

static bool is_change(const CTokens *t, int i)
{
    static const char *const changes[] = {"=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="};
    int next = token_next(t, i), prev = token_prev(t, i);
    if (token_is(t, next, "++") || token_is(t, next, "--") || token_is(t, prev, "++") || token_is(t, prev, "--"))
        return true;
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++)
        if (token_is(t, next, changes[c]))
            return true;
    return token_is(t, prev, "&") && precedence(t, prev) == UNKNOWN;
}

bool is_changed(const CTokens *t, int i, int from, int to)
{
    for (int k = from; k <= to; k++)
        if (token_same(t, k, i) && !token_kind(t, k, TOKEN_GONE) && is_change(t, k))
            return true;
    return false;
}

bool redeclared(const CTokens *t, int name, int from, int to)
{
    for (int i = from; i <= to; i++) {
        if (!token_kind(t, i, TOKEN_NAME) || !token_same(t, i, name))
            continue;
        int before = token_prev(t, i);
        if ((token_kind(t, before, TOKEN_NAME) && !token_is(t, before, "return") && !token_is(t, before, "else")) ||
            (token_is(t, before, ",") && token_is(t, token_next(t, i), "=")))
            return true;
    }
    return false;
}

/* Every use of a variable becomes the token at `value`: an integer or an enumerator. */
void substitute(CTokens *t, int name, int from, int to, int value)
{
    const CToken by = *token_at(t, value);
    for (int i = from; i <= to; i++)
        if (i != name && token_kind(t, i, TOKEN_NAME) && token_same(t, i, name) && !token_is(t, token_prev(t, i), ".") && !token_is(t, token_prev(t, i), "->"))
            token_copy(t, i, &by);
}

bool between_statements(const CTokens *t, int before)
{
    return token_is(t, before, ";") || token_is(t, before, "{") || token_is(t, before, "}");
}

int statement_end(const CTokens *t, int i)
{
    if (token_kind(t, i, TOKEN_DIRECTIVE) && !strncmp(token_at(t, i)->text, "#pragma", 7))
        return statement_end(t, token_next(t, i));
    if (token_is(t, i, "{"))
        return token_close(t, i);
    bool condition = token_is(t, i, "if");
    if (condition || token_is(t, i, "for") || token_is(t, i, "while")) {
        int end = statement_end(t, token_next(t, token_close(t, token_next(t, i))));
        int after = end < 0 ? 0 : token_next(t, end);
        return condition && end >= 0 && token_is(t, after, "else") ? statement_end(t, token_next(t, after)) : end;
    }
    for (; i < t->list.count - 1; i = token_next(t, i)) {
        if (token_kind(t, i, TOKEN_DIRECTIVE) || token_is(t, i, "}") || token_is(t, i, "do"))
            return -1;
        if (token_is(t, i, ";"))
            return i;
        if (token_is(t, i, "(") || token_is(t, i, "[") || token_is(t, i, "{"))
            i = token_close(t, i);
    }
    return -1;
}

/* The end of a declarator or value: the next , or ; at this level. */
int item_end(const CTokens *t, int i, int limit)
{
    while (i < limit && !token_is(t, i, ",") && !token_is(t, i, ";"))
        i = token_is(t, i, "(") || token_is(t, i, "[") || token_is(t, i, "{") ? token_next(t, token_close(t, i)) : token_next(t, i);
    return i;
}

bool is_int_name(const CTokens *t, int i)
{
    long value;
    if (constant_at(t, i, &value) || token_is(t, i, "BNN_LANES"))
        return true;
    for (int k = i; token_kind(t, i, TOKEN_NAME) && k-- > 1;)
        if (token_same(t, k, i) && precedence(t, token_next(t, k)) == BOUND) {
            int p = token_prev(t, k);
            if (token_kind(t, p, TOKEN_NAME) && !token_is(t, p, "return"))
                return token_is(t, p, "int");
            if (!token_is(t, p, ",") || !token_is(t, token_next(t, k), "="))
                continue;
            while (p > 0 && !token_is_one_of(t, p, ";{}"))
                p = token_prev(t, p);
            p = token_next(t, p);
            p = token_is(t, p, "const") ? token_next(t, p) : p;
            if (token_is(t, p, "int"))
                return true;
        }
    return false;
}
