/* Ranges: how large an int expression of loop variables and constants may become, where everything in it is known to be 0 or more. In: tokens.
 * Out: comparisons and divisions that this decides are gone. What is not understood is not bounded. */
#include "emit/tokens.h"

enum { NESTED_MAX = 8 }; /* constants that are defined through others */

static bool sum_most(const CTokens *t, int *i, int end, int nested, long *most);

/* The loop "for (int V ..." whose body holds the token at a, V being its name: the position of `for`, else 0. In the loop's own header V is
 * below its bound behind the first && only. */
static int loop_of(const CTokens *t, int a)
{
    bool ended = false, guarded = false; /* a statement ended, or a condition held, between here and a */
    for (int k = token_prev(t, a); k > 0; k = token_prev(t, k)) {
        int nesting = token_at(t, k)->nesting, open = nesting < 0 ? token_open(t, k) : k;
        ended |= token_is(t, k, ";") || token_is(t, k, "}");
        guarded |= token_is(t, k, "&&");
        if (nesting == 0)
            continue;
        bool around = nesting > 0, held = around ? guarded : !ended;
        if (open > 0 && held && token_is(t, token_prev(t, open), "for") && token_same(t, token_next(t, token_next(t, open)), a))
            return token_prev(t, open);
        ended &= !around;
        guarded &= !around;
        k = open;
    }
    return 0;
}

/* for (int V = FIRST; V < BOUND [&& ...]; V++ or V += STEP): the largest V. */
static bool loop_most(const CTokens *t, int loop, int nested, long *most)
{
    int variable = token_next(t, token_next(t, token_next(t, loop))), at = token_next(t, token_next(t, variable)), end = at;
    int close = token_close(t, token_next(t, loop));
    long first, bound, step = 1;
    while (end < close && !token_is(t, end, ";"))
        end = token_next(t, end);
    bool constant = constant_at(t, at, &first) && token_next(t, at) == end;
    int again = token_next(t, end), less = token_next(t, again);
    if (!sum_most(t, &at, end, nested, &first) || at != end || !token_same(t, again, variable) || !token_is(t, less, "<"))
        return false;
    for (at = end = token_next(t, less); end < close && !token_is(t, end, ";") && !token_is(t, end, "&&");)
        end = token_next(t, end);
    if (!sum_most(t, &at, end, nested, &bound) || at != end)
        return false;
    while (end < close && !token_is(t, end, ";"))
        end = token_next(t, end);
    int how = token_next(t, token_next(t, end)), amount = token_next(t, how);
    bool known = token_is(t, how, "++") || (token_is(t, how, "+=") && constant_at(t, amount, &step));
    if (!known && !token_is(t, how, "+="))
        return false;
    *most = known && constant && step > 0 && bound > first ? first + (bound - 1 - first) / step * step : bound - 1;
    int last = statement_end(t, token_next(t, close));
    return last > 0 && !is_changed(t, variable, close, last);
}

/* "const int NAME = ..." before a, in a block that holds a. */
static bool constant_most(const CTokens *t, int a, int nested, long *most)
{
    for (int k = token_prev(t, a); k > 1; k = token_prev(t, k)) {
        if (!token_same(t, k, a) || !token_is(t, token_next(t, k), "=") || block_end(t, k) < a)
            continue;
        int type = token_prev(t, k), at = token_next(t, token_next(t, k)), end = at;
        while (!token_is(t, end, ";") && !token_is(t, end, ",") && !token_kind(t, end, TOKEN_END))
            end = token_at(t, end)->nesting > 0 ? token_next(t, token_close(t, end)) : token_next(t, end);
        return token_is(t, type, "int") && token_is(t, token_prev(t, type), "const") && sum_most(t, &at, end, nested, most) && at == end;
    }
    return false;
}

static bool operand_most(const CTokens *t, int *i, int nested, long *most)
{
    int at = *i;
    *i = token_next(t, at);
    if (token_is(t, at, "(")) {
        int close = token_close(t, at), inner = *i;
        *i = token_next(t, close);
        return sum_most(t, &inner, close, nested, most) && inner == close;
    }
    if (constant_at(t, at, most))
        return *most >= 0;
    if (!token_kind(t, at, TOKEN_NAME) || nested == NESTED_MAX || precedence(t, *i) == UNKNOWN || token_is(t, *i, "("))
        return false;
    int loop = loop_of(t, at);
    return loop ? loop_most(t, loop, nested + 1, most) : constant_most(t, at, nested + 1, most);
}

static bool product_most(const CTokens *t, int *i, int end, int nested, long *most)
{
    if (!operand_most(t, i, nested, most))
        return false;
    while (*i < end && precedence(t, *i) == 10) {
        int op = *i, right = token_next(t, op);
        long factor, known;
        *i = right;
        if (!operand_most(t, i, nested, &factor))
            return false;
        bool divisor = constant_at(t, right, &known) && known > 0;
        if (token_is(t, op, "*"))
            *most *= factor;
        else if (!divisor)
            return false;
        else
            *most = token_is(t, op, "/") ? *most / known : *most < known ? *most : known - 1;
    }
    return *most <= 2147483647;
}

static bool sum_most(const CTokens *t, int *i, int end, int nested, long *most)
{
    if (!product_most(t, i, end, nested, most))
        return false;
    while (*i < end && token_is(t, *i, "+")) {
        long more;
        *i = token_next(t, *i);
        if (!product_most(t, i, end, nested, &more))
            return false;
        *most += more;
    }
    return *most <= 2147483647;
}

/* from .. end (not included) */
static bool range_most(const CTokens *t, int from, int end, long *most)
{
    return sum_most(t, &from, end, 0, most) && from == end;
}

/* Where the left operand of the operator at op begins. */
static int operand_begin(const CTokens *t, int op)
{
    int level = precedence(t, op), k = token_prev(t, op);
    for (;; k = token_prev(t, k)) {
        if (token_at(t, k)->nesting < 0 && token_open(t, k) > 0)
            k = token_open(t, k);
        else if (precedence(t, k) <= level)
            return token_next(t, k);
    }
}

/* a < n in the body of "for (int a = ...; a < n; ...)" where n stays as it is. */
static bool is_loop_condition(const CTokens *t, int a, int op)
{
    int loop = token_kind(t, a, TOKEN_NAME) && token_next(t, a) == op ? loop_of(t, a) : 0, close = loop ? token_close(t, token_next(t, loop)) : 0;
    int k = loop;
    while (k < close && !token_is(t, k, ";"))
        k = token_next(t, k);
    int first = token_next(t, k), less = token_next(t, first), bound = token_next(t, less), after = token_next(t, bound);
    return loop && op > close && token_same(t, first, a) && token_is(t, less, "<") && token_same(t, bound, token_next(t, op)) &&
           (token_is(t, after, ";") || token_is(t, after, "&&")) && !is_changed(t, a, close, op) && !is_changed(t, bound, close, op);
}

/* C - x, C a constant: never below `limit`? */
static bool stays_above(const CTokens *t, int begin, int op, long limit)
{
    int minus = token_next(t, begin);
    long constant, most;
    return constant_at(t, begin, &constant) && token_is(t, minus, "-") && range_most(t, token_next(t, minus), op, &most) && constant - most >= limit;
}

/* x < n is 1 where x cannot reach n, 0 where it cannot be less. */
static bool fold_less(CTokens *t, int op)
{
    int begin = operand_begin(t, op), b = token_next(t, op);
    long most, limit;
    bool above = constant_at(t, b, &limit) && stays_above(t, begin, op, limit);
    bool below = constant_at(t, b, &limit) && range_most(t, begin, op, &most) && most < limit;
    if (level_after(t, token_next(t, b)) > 7 || (!below && !above && !is_loop_condition(t, begin, op)))
        return false;
    token_remove(t, token_next(t, begin), b);
    token_become(t, begin, !above);
    return true;
}

/* x / n is 0 and x % n is x where x, a variable, cannot reach n. */
static bool fold_division(CTokens *t, int op)
{
    int a = token_prev(t, op), b = token_next(t, op);
    bool remainder = token_is(t, op, "%");
    long most, limit;
    if (!token_kind(t, a, TOKEN_NAME) || operand_begin(t, op) != a || level_before(t, token_prev(t, a)) >= 10)
        return false;
    if (!constant_at(t, b, &limit) || !range_most(t, a, op, &most) || most >= limit)
        return false;
    token_remove(t, op, b);
    if (!remainder)
        token_become(t, a, 0);
    return true;
}

/* x < A && x < B: the smaller one, where B is a constant. */
static bool fold_two_bounds(CTokens *t, int op)
{
    int b = token_next(t, op), second = token_next(t, b), limit = token_next(t, second), begin = operand_begin(t, op), first = token_next(t, begin);
    long x, y, known;
    if (!token_is(t, first, "<") || !token_is(t, second, "<") || !token_same(t, begin, b) || !token_kind(t, b, TOKEN_NAME))
        return false;
    if (level_before(t, token_prev(t, begin)) > 2 || level_after(t, token_next(t, limit)) > 2)
        return false;
    if (!constant_at(t, limit, &y) || !range_most(t, token_next(t, first), op, &x))
        return false;
    bool constant = token_next(t, token_next(t, first)) == op && constant_at(t, token_next(t, first), &known);
    if (x <= y)
        token_remove(t, op, limit);
    else if (constant)
        token_remove(t, begin, op);
    return x <= y || constant;
}

bool fold_range(CTokens *t, int op)
{
    if (token_is(t, op, "<"))
        return fold_less(t, op);
    if (token_is(t, op, "/") || token_is(t, op, "%"))
        return fold_division(t, op);
    return token_is(t, op, "&&") && fold_two_bounds(t, op);
}
