/* Statements. In: tokens. Out: a loop that runs once is its body, `if` on a constant is one branch, a block that declares nothing new is its
 * statements. */
#include "emit/tokens.h"

/* --- blocks */
/* The first name that the statement at i declares; 0 when it is no declaration. */
static int declared_name(const CTokens *t, int i)
{
    int words = 0, last = 0;
    for (; token_kind(t, i, TOKEN_NAME) || token_is(t, i, "*"); i = token_next(t, i)) {
        words += token_kind(t, i, TOKEN_NAME);
        last = i;
    }
    bool ends = token_is(t, i, "=") || token_is(t, i, ",") || token_is(t, i, ";") || token_is(t, i, "[");
    return words > 1 && ends && token_kind(t, last, TOKEN_NAME) ? last : 0;
}

/* Does `open ... close` declare a name that the block around it has, too? */
static bool names_clash(const CTokens *t, int open, int close)
{
    int begin = block_begin(t, open - 1), end = block_end(t, close + 1), after;
    for (begin = token_prev(t, begin); begin > 0 && !between_statements(t, begin);)
        begin = token_prev(t, begin);
    for (int i = token_next(t, open); i < close; i = token_next(t, after)) {
        after = token_is(t, i, "enum") ? close : statement_end(t, i);
        if (after < 0 || after == close)
            return true;
        for (int name = declared_name(t, i); name && name < after;) {
            if (appears(t, name, begin, open) || appears(t, name, close, end))
                return true;
            name = token_next(t, item_end(t, name, after));
            while (token_is(t, name, "*"))
                name = token_next(t, name);
        }
    }
    return false;
}

/* #if and its kin; #pragma belongs to the statement after it. */
static bool is_condition_line(const CTokens *t, int i)
{
    return token_kind(t, i, TOKEN_DIRECTIVE) && strncmp(token_at(t, i)->text, "#pragma", 7) != 0;
}

static void open_block(CTokens *t, int open)
{
    int close = token_close(t, open), last = close < 0 ? 0 : token_prev(t, close);
    if (close == token_next(t, open) && between_statements(t, token_prev(t, open)) && token_at(t, open)->around > 0) {
        token_remove(t, open, close);
        return;
    }
    if (close < 0 || !between_statements(t, token_prev(t, open)) || !(token_is(t, last, ";") || token_is(t, last, "}")) || block_begin(t, open - 1) <= 0)
        return;
    for (int i = open; i < close; i++)
        if (is_condition_line(t, i))
            return;
    if (statement_end(t, token_next(t, open)) < 0 || names_clash(t, open, close))
        return;
    token_remove(t, close, close);
    token_remove(t, open, open);
}

/* --- loops */
typedef struct { int variable, begin, condition, step, close, first; } Loop; /* positions */

/* for (int V = A; V < B [&& ...]; V++) or V += S. rest: what follows &&, or 0. */
static bool read_loop(const CTokens *t, int i, Loop *loop, long *start, long *limit, long *step, int *rest)
{
    int open = token_next(t, i), type = token_next(t, open), v = token_next(t, type), equals = token_next(t, v), first = token_next(t, equals);
    int semicolon = token_next(t, first), c = token_next(t, semicolon), less = token_next(t, c), bound = token_next(t, less), after = token_next(t, bound);
    if (!token_is(t, i, "for") || !token_is(t, open, "(") || !token_is(t, type, "int") || !token_is(t, equals, "=") || !token_is(t, semicolon, ";"))
        return false;
    if (!token_same(t, v, c) || !token_is(t, less, "<") || !constant_at(t, first, start) || !constant_at(t, bound, limit))
        return false;
    *rest = token_is(t, after, "&&") ? token_next(t, after) : 0;
    if (!*rest && !token_is(t, after, ";"))
        return false;
    while (!token_is(t, after, ";"))
        if (token_is(t, after, "||") || token_is(t, after, "?") || (after = token_next(t, after)) == t->list.count - 1)
            return false;
    int again = token_next(t, after), how = token_next(t, again), amount = token_next(t, how);
    *loop = (Loop){v, type, c, after, token_close(t, open), first};
    *step = 1;
    if (!token_same(t, v, again))
        return false;
    if (token_is(t, how, "++"))
        return amount == loop->close;
    return token_is(t, how, "+=") && constant_at(t, amount, step) && token_next(t, amount) == loop->close;
}

/* Does the body hold a break or continue of its own? */
static bool leaves(const CTokens *t, int from, int to)
{
    for (int i = from; i <= to; i++)
        if (token_is(t, i, "for") || token_is(t, i, "while"))
            i = statement_end(t, i) < 0 ? i : statement_end(t, i);
        else if (token_is(t, i, "break") || token_is(t, i, "continue"))
            return true;
    return false;
}

static void run_once(CTokens *t, int i)
{
    Loop loop;
    long start, limit, step;
    int rest, before = token_prev(t, i);
    if (!read_loop(t, i, &loop, &start, &limit, &step, &rest) || step < 1 || start + step < limit)
        return;
    int body = token_next(t, loop.close), end = statement_end(t, body);
    if (end < 0 || leaves(t, body, end) || is_changed(t, loop.variable, body, end) || redeclared(t, loop.variable, body, end))
        return;
    if (start >= limit) {
        if (between_statements(t, before))
            token_remove(t, i, end);
        return;
    }
    substitute(t, loop.variable, loop.condition, end, loop.first);
    if (token_is(t, before, "BNN_PARALLEL_FOR") || (token_kind(t, before, TOKEN_DIRECTIVE) && token_at(t, before)->text[1] == 'p'))
        token_remove(t, before, before);
    if (rest) { /* if (rest) body */
        token_remove(t, loop.step, token_prev(t, loop.close));
        token_remove(t, loop.begin, token_prev(t, rest));
        token_rename(t, i, "if");
    } else {
        token_remove(t, i, loop.close);
    }
}

/* --- if (1), if (0) */
static void decide(CTokens *t, int i)
{
    int open = token_next(t, i), value = token_next(t, open), close = token_next(t, value);
    if (!token_is(t, open, "(") || !token_kind(t, value, TOKEN_INT) || !token_is(t, close, ")"))
        return;
    int body = token_next(t, close), end = statement_end(t, body), after = end < 0 ? 0 : token_next(t, end);
    bool otherwise = end >= 0 && token_is(t, after, "else");
    int last = otherwise ? statement_end(t, token_next(t, after)) : end;
    if (end < 0 || last < 0 || !between_statements(t, token_prev(t, i)))
        return;
    if (token_at(t, value)->value) {
        if (otherwise)
            token_remove(t, after, last);
        token_remove(t, i, close);
    } else {
        token_remove(t, i, otherwise ? after : end);
    }
}

void fold_statements(CTokens *t)
{
    for (int i = 1; i < t->list.count - 1; i++) {
        if (token_is(t, i, "{"))
            open_block(t, i);
        if (!token_kind(t, i, TOKEN_NAME))
            continue;
        fold_assignment(t, i);
        if (token_is(t, i, "for"))
            run_once(t, i);
        else if (token_is(t, i, "if"))
            decide(t, i);
        else
            fold_declaration(t, i);
    }
}
