/* Expressions. In: tokens. Out: integer constants computed, neutral elements and needless parentheses gone. Integers alone: a float constant
 * is no TOKEN_INT, and the templates add or multiply no float by an integer constant. */
#include "emit/tokens.h"

#include <string.h>

static bool compute(const CTokens *t, int op, long a, long b, long *out)
{
    const char *p = token_at(t, op)->text;
    bool twice = token_at(t, op)->length == 2;
    if ((*p == '/' || *p == '%') && b == 0)
        return false;
    if (twice && (p[0] == p[1]) && (*p == '<' || *p == '>') && b > 30)
        return false;
    switch (*p) {
    case '*': *out = a * b; break;
    case '/': *out = a / b; break;
    case '%': *out = a % b; break;
    case '+': *out = a + b; break;
    case '-': *out = a - b; break;
    case '<': *out = !twice ? a < b : p[1] == '<' ? a << b : a <= b; break;
    case '>': *out = !twice ? a > b : p[1] == '>' ? a >> b : a >= b; break;
    case '=': *out = a == b; break;
    case '!': *out = a != b; break;
    case '&': *out = twice ? a && b : a & b; break;
    case '|': *out = twice ? a || b : a | b; break;
    case '^': *out = a ^ b; break;
    default: return false;
    }
    return *out >= 0 && *out <= 2147483647;
}

static bool fold_constants(CTokens *t, int op, int level, int left, int right)
{
    int a = token_prev(t, op), b = token_next(t, op);
    long x, y, result;
    bool compares = level == 7 || level == 6;
    if (left >= level || right > level)
        return false;
    if (!constant_at(t, a, &x) || !constant_at(t, b, &y))
        return false;
    bool numbers = token_kind(t, a, TOKEN_INT) && token_kind(t, b, TOKEN_INT);
    bool quotient = token_is_one_of(t, op, "/%") && x > 0; /* of named numbers: COLS / 8 may be 1 */
    if ((!compares && !numbers && x != 0 && !quotient) || !compute(t, op, x, y, &result) || (!numbers && !compares && result > quotient))
        return false;
    token_remove(t, op, b);
    token_become(t, a, result);
    return true;
}

/* x * 1, x / 1, x + 0, x - 0, x << 0, x >> 0 */
static bool drop_right(CTokens *t, int op, int level, int right)
{
    int b = token_next(t, op);
    if (!token_kind(t, b, TOKEN_INT) || right > level)
        return false;
    long neutral = token_is_one_of(t, op, "*/") ? 1 : token_is_one_of(t, op, "+-") || level == 8 ? 0 : -1;
    if (token_at(t, b)->value != neutral)
        return false;
    token_remove(t, op, b);
    return true;
}

/* 1 * x, 0 + x; 0 * x where x is an int variable or constant. */
static bool drop_left(CTokens *t, int op, int level, int left)
{
    int a = token_prev(t, op);
    if (!token_kind(t, a, TOKEN_INT) || left >= level || token_is(t, token_next(t, op), "-"))
        return false;
    if (token_at(t, a)->value != (token_is_one_of(t, op, "*") ? 1 : token_is_one_of(t, op, "+") ? 0 : -1))
        return false;
    token_remove(t, a, op);
    return true;
}

/* An int variable, or a parenthesis over int variables and constants. *end: its last token. */
static bool is_int_operand(const CTokens *t, int i, int *end)
{
    *end = i;
    if (!token_is(t, i, "("))
        return is_int_name(t, i);
    *end = token_close(t, i);
    for (int k = token_next(t, i); k < *end; k = token_next(t, k))
        if (!token_is_one_of(t, k, "+-*/%") && !is_int_name(t, k))
            return false;
    return true;
}

/* x % 1, x * 0, x / 2 * 0, 0 * x: zero, where the chain holds int names and constants alone. */
static bool make_zero(CTokens *t, int op)
{
    int b = token_next(t, op), a = token_prev(t, op);
    bool last = token_kind(t, b, TOKEN_INT) && ((token_is_one_of(t, op, "%") && token_at(t, b)->value == 1) || (token_is_one_of(t, op, "*") && token_at(t, b)->value == 0));
    bool first = token_is_one_of(t, op, "*") && token_kind(t, a, TOKEN_INT) && token_at(t, a)->value == 0 && is_int_operand(t, b, &b);
    if ((!last && !first) || level_after(t, token_next(t, b)) > 10)
        return false;
    for (;;) {
        int before = token_prev(t, a), level = level_before(t, before);
        if (!is_int_name(t, a) || level == UNKNOWN)
            return false;
        if (level != 10)
            break;
        a = token_prev(t, before);
    }
    token_remove(t, token_next(t, a), b);
    token_become(t, a, 0);
    return true;
}

/* 1 || x is 1, 0 && x is 0, x && 1 is x (an x that is true or false). */
static bool fold_logic(CTokens *t, int op, int level, int left, int right)
{
    int a = token_prev(t, op), b = token_next(t, op), end = op;
    if (level > 2)
        return false;
    if (level == 2 && token_kind(t, b, TOKEN_INT) && token_at(t, b)->value && right <= level) {
        token_remove(t, op, b);
        return true;
    }
    if (!token_kind(t, a, TOKEN_INT) || left >= level || (token_at(t, a)->value != 0) != (level == 1))
        return false;
    while (precedence(t, end) >= level) /* names, calls and other operands are UNKNOWN; a bracket is stepped over */
        end = token_is_one_of(t, token_next(t, end), "([") ? token_next(t, token_close(t, token_next(t, end))) : token_next(t, end);
    token_remove(t, op, token_prev(t, end));
    token_become(t, a, level == 1);
    return true;
}

/* 1 ? a : b, after something that begins an expression. */
static bool choose(CTokens *t, int op, int left)
{
    int a = token_prev(t, op), colon = -1, end = op;
    if (!token_kind(t, a, TOKEN_INT) || left != BOUND)
        return false;
    for (int depth = 0;;) {
        end = token_is_one_of(t, end, "([{") ? token_next(t, token_close(t, end)) : token_next(t, end);
        if (token_is_one_of(t, end, ";,)]}") || token_kind(t, end, TOKEN_END))
            break;
        depth += token_is(t, end, "?") ? 1 : 0;
        if (token_is(t, end, ":") && depth-- == 0) {
            if (colon >= 0)
                break;
            colon = end;
            depth = 0;
        }
    }
    if (colon < 0)
        return false;
    if (token_at(t, a)->value) {
        token_remove(t, colon, token_prev(t, end));
        token_remove(t, a, op);
    } else {
        token_remove(t, a, colon);
    }
    return true;
}

/* --- parentheses */
static int lowest(const CTokens *t, int open, int close, bool *comma)
{
    int low = UNKNOWN;
    for (int i = token_next(t, open); i < close; i = token_next(t, i)) {
        if (token_is_one_of(t, i, "([{")) {
            i = token_close(t, i);
            continue;
        }
        int level = precedence(t, i);
        *comma |= level == BOUND && !token_is(t, i, ":");
        low = level != UNKNOWN && level < low && level != BOUND ? level : low;
    }
    return low;
}

/* Not among & | ^ << >>, where people (and -Wparentheses) want to see parentheses. */
static bool plain_level(int level)
{
    return level == BOUND || level == 9 || level == 7 || level == 6 || (level >= 0 && level < 3);
}

static void drop_parentheses(CTokens *t, int open)
{
    int close = token_close(t, open), before = token_prev(t, open), inner = token_next(t, open), after = token_next(t, close);
    bool comma = false;
    int left = level_before(t, before), right = level_after(t, after);
    if (close < 0 || token_is(t, inner, ")") || left == UNKNOWN || right == UNKNOWN || token_is(t, before, "{"))
        return;
    if (token_next(t, inner) == close) {
        if (!token_kind(t, inner, TOKEN_INT) && !is_int_name(t, inner))
            return;
    } else {
        int low = lowest(t, open, close, &comma), last = token_prev(t, close);
        bool bounded = left == BOUND && right == BOUND, tight = low >= 9 && left < low && right <= low && !token_is_one_of(t, inner, "-+&*!~") && plain_level(left) && plain_level(right);
        bool negative = token_is(t, inner, "-") && token_next(t, token_next(t, inner)) == close && left == BOUND && right >= BOUND;
        if (comma || token_is_one_of(t, last, "*") || !(negative || (low != UNKNOWN && (bounded || tight))))
            return;
    }
    token_remove(t, close, close);
    token_remove(t, open, open);
}

/* x += -2 * y is x -= 2 * y. */
static void subtract(CTokens *t, int op)
{
    int minus = token_next(t, op), number = token_next(t, minus);
    if (!token_is(t, minus, "-") || !token_kind(t, number, TOKEN_INT) || !token_is(t, token_next(t, number), "*"))
        return;
    token_remove(t, minus, minus);
    token_rename(t, op, "-=");
}

static bool fold_operator(CTokens *t, int i)
{
    int level = precedence(t, i);
    if (level < 0 || level == UNKNOWN)
        return false;
    int left = level_before(t, token_prev(t, token_prev(t, i))), right = level_after(t, token_next(t, token_next(t, i)));
    if (level == 0)
        return choose(t, i, left);
    return fold_logic(t, i, level, left, right) || fold_constants(t, i, level, left, right) || drop_right(t, i, level, right) || drop_left(t, i, level, left) || make_zero(t, i) ||
           fold_range(t, i);
}

void fold_expressions(CTokens *t)
{
    for (int i = 1; i < t->list.count - 1; i++) {
        if (!token_kind(t, i, TOKEN_MARK))
            continue;
        if (token_is(t, i, "("))
            drop_parentheses(t, i);
        else if (token_is(t, i, "+="))
            subtract(t, i);
        else if (token_is(t, i, "!") && token_kind(t, token_next(t, i), TOKEN_INT)) {
            token_become(t, token_next(t, i), !token_at(t, token_next(t, i))->value);
            token_remove(t, i, i);
        } else {
            fold_operator(t, i);
        }
    }
}
