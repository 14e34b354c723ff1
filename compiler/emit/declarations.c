/* Declarations and assignments. In: tokens. Out: `const int` variables and enumerators that are 0 or 1, and variables that copy another one, are
 * their values; a variable is initialized where it is declared; what nobody reads is gone. */
#include "emit/tokens.h"

/* "NAME = value ," or ", NAME = value ;" or the whole statement that begins at `begin`. */
static void remove_declarator(CTokens *t, int begin, int name, int end)
{
    int before = token_prev(t, name);
    if (token_is(t, end, ",") && !token_is(t, before, ","))
        token_remove(t, name, end);
    else if (token_is(t, before, ","))
        token_remove(t, before, token_prev(t, end));
    else
        token_remove(t, begin, end);
}

static bool is_pure(const CTokens *t, int from, int to)
{
    for (int i = from; i < to; i = token_next(t, i))
        if (token_is(t, i, "++") || token_is(t, i, "--") || (token_is(t, i, "(") && token_kind(t, token_prev(t, i), TOKEN_NAME)))
            return false;
    return true;
}

/* A variable that may stand for another one: both stay as they are from here to the end of the scope. */
static bool is_copy(const CTokens *t, int name, int value, int end, int scope)
{
    if (!token_kind(t, value, TOKEN_NAME) || token_next(t, value) != end || token_same(t, name, value))
        return false;
    return !redeclared(t, value, end, scope) && !is_changed(t, value, end, scope);
}

/* [const] int NAME = value, ...; */
static void declare_ints(CTokens *t, int begin)
{
    int type = token_is(t, begin, "const") ? token_next(t, begin) : begin, scope = block_end(t, begin);
    if (!token_is(t, type, "int") || !between_statements(t, token_prev(t, begin)) || scope == t->list.count - 1)
        return;
    for (int name = token_next(t, type);;) {
        int equals = token_next(t, name), value = token_next(t, equals), end = value;
        if (!token_kind(t, name, TOKEN_NAME) || !token_is(t, equals, "="))
            return;
        long known;
        end = item_end(t, value, scope);
        if (end >= scope)
            return;
        bool number = constant_at(t, value, &known) && token_next(t, value) == end, last = token_is(t, end, ";");
        bool fixed = !redeclared(t, name, end, scope) && !is_changed(t, name, end, scope);
        if (fixed && (number || (is_int_name(t, value) && is_copy(t, name, value, end, scope))))
            substitute(t, name, end, scope, value);
        if (fixed && !appears(t, name, end, scope) && is_pure(t, value, end)) {
            remove_declarator(t, begin, name, end);
            return; /* the next pass sees the rest */
        }
        if (last)
            return;
        name = token_next(t, end);
    }
}

/* [const] TYPE *[const] NAME = OTHER; */
static void declare_pointer(CTokens *t, int begin)
{
    int type = token_is(t, begin, "const") ? token_next(t, begin) : begin, star = token_next(t, type), scope = block_end(t, begin);
    int name = token_is(t, token_next(t, star), "const") ? token_next(t, token_next(t, star)) : token_next(t, star);
    int equals = token_next(t, name), value = token_next(t, equals), end = token_next(t, value);
    if (!token_is(t, star, "*") || !token_kind(t, type, TOKEN_NAME) || !token_kind(t, name, TOKEN_NAME) || !token_is(t, equals, "=") || !token_is(t, end, ";"))
        return;
    if (scope == t->list.count - 1 || redeclared(t, name, end, scope) || is_changed(t, name, end, scope) || !is_copy(t, name, value, end, scope))
        return;
    substitute(t, name, end, scope, value);
    token_remove(t, begin, end);
}

/* float v = x; return v; -> return x; in a function of floats. */
static void return_value(CTokens *t, int begin)
{
    int type = token_is(t, begin, "const") ? token_next(t, begin) : begin, name = token_next(t, type), equals = token_next(t, name);
    int scope = block_end(t, begin), end = item_end(t, equals, scope), back = token_next(t, end), close = token_prev(t, block_begin(t, begin));
    if (!token_is(t, type, "float") || !token_kind(t, name, TOKEN_NAME) || !token_is(t, equals, "=") || !token_is(t, end, ";") || !token_is(t, back, "return"))
        return;
    if (!token_same(t, token_next(t, back), name) || !token_is(t, token_next(t, token_next(t, back)), ";") || !token_is(t, close, ")"))
        return;
    if (!token_is(t, token_prev(t, token_prev(t, token_open(t, close))), "float"))
        return;
    token_remove(t, back, token_next(t, token_next(t, back)));
    token_remove(t, name, equals);
    token_rename(t, type, "return");
    if (begin != type)
        token_remove(t, begin, begin);
}

/* "T a, b; a = x; b = y;" -> "T a = x, b = y;" where every variable gets its value in turn. Long lists go one on a line. */
static void initialize(CTokens *t, int type)
{
    enum { MOST = 16, WIDTH = 100 };
    int name[MOST], end = type, count = 0, width = 0;
    if (token_is(t, type, "return") || !between_statements(t, token_prev(t, type)))
        return;
    for (; count < MOST && (count == 0 || token_is(t, end, ",")); end = token_next(t, name[count++]))
        if (!token_kind(t, name[count] = token_next(t, end), TOKEN_NAME))
            return;
    int at = token_next(t, end);
    if (!token_is(t, end, ";"))
        return;
    for (int k = 0; k < count; k++) {
        int value = token_next(t, token_next(t, at)), stop = item_end(t, value, t->list.count - 1);
        if (!token_same(t, at, name[k]) || !token_is(t, token_next(t, at), "=") || !token_is(t, stop, ";"))
            return;
        for (int j = 0; j < count; j++)
            if (appears(t, name[j], value, stop))
                return;
        for (int i = at; i < stop; i = token_next(t, i))
            width += token_at(t, i)->length + 1;
        at = token_next(t, stop);
    }
    int first = token_next(t, end);
    token_remove(t, name[0], end);
    for (int k = 0, i = first; k < count; k++) {
        int stop = item_end(t, i, t->list.count - 1);
        if (k == 0 || width < WIDTH)
            token_at(t, i)->lead = " ", token_at(t, i)->lead_length = 1;
        if (k + 1 < count)
            token_rename(t, stop, ",");
        i = token_next(t, stop);
    }
}

/* The value that a variable of this block gets last, and nobody reads: "w += 4; }". */
static bool is_last_word(const CTokens *t, int name, int how, int end)
{
    int begin = block_begin(t, name), scope = block_end(t, name), k = token_prev(t, name);
    bool adds = (token_is(t, how, "+=") && is_pure(t, how, end)) || token_is(t, how, "++");
    if (!adds || !token_is(t, end, ";") || begin <= 0 || token_at(t, name)->around != begin || appears(t, name, end, scope))
        return false;
    for (; k > begin; k = token_prev(t, k)) {
        int before = token_prev(t, k);
        bool declares = token_is(t, before, "*") || (token_kind(t, before, TOKEN_NAME) && !token_is(t, before, "return"));
        if (token_same(t, k, name) && declares && token_is(t, token_next(t, k), "=") && block_begin(t, k) == begin && token_at(t, k)->around == begin)
            return true;
    }
    return false;
}

/* x = x; is nothing, x += 1 is x++. */
void fold_assignment(CTokens *t, int name)
{
    int how = token_next(t, name), value = token_next(t, how), end = token_next(t, value);
    bool begins = between_statements(t, token_prev(t, name));
    if (begins && is_last_word(t, name, how, item_end(t, how, t->list.count - 1))) {
        token_remove(t, name, item_end(t, how, t->list.count - 1));
    } else if (token_is(t, how, "=") && token_same(t, name, value) && token_is(t, end, ";") && between_statements(t, token_prev(t, name))) {
        token_remove(t, name, end);
    } else if (token_is(t, how, "+=") && token_kind(t, value, TOKEN_INT) && token_at(t, value)->value == 1 &&
               (token_is(t, end, ";") || token_is(t, end, ")")) && (token_is(t, token_prev(t, name), ";") || between_statements(t, token_prev(t, name)))) {
        token_remove(t, value, value);
        token_rename(t, how, "++");
        token_at(t, how)->lead_length = 0;
    }
}

/* enum { A = 2 * 3, B = A + 1 }; single numbers were folded: 0 and 1 replace their names, names without a reader go. */
static void enumerate(CTokens *t, int i)
{
    int open = token_next(t, i), close = token_close(t, open), scope = block_end(t, i);
    if (!token_is(t, open, "{") || close < 0 || scope == t->list.count - 1 || !token_is(t, token_next(t, close), ";"))
        return;
    for (int name = token_next(t, open); name < close;) {
        int value = token_next(t, token_next(t, name)), end = value;
        while (end < close && !token_is(t, end, ","))
            end = token_is(t, end, "(") ? token_next(t, token_close(t, end)) : token_next(t, end);
        bool number = token_kind(t, value, TOKEN_INT) && token_next(t, value) == end;
        if (number && token_at(t, value)->value < 2 && !redeclared(t, name, close, scope))
            substitute(t, name, end, scope, value);
        if (number && !appears(t, name, end, scope)) {
            if (end < close)
                token_remove(t, name, end);
            else if (token_is(t, token_prev(t, name), ","))
                token_remove(t, token_prev(t, name), token_prev(t, close));
            else
                token_remove(t, i, token_next(t, close));
            return;
        }
        name = end < close ? token_next(t, end) : close;
    }
}

/* Inside an enumeration names count, too: "B = A * 4". */
static void enumerate_numbers(CTokens *t, int i)
{
    int close = token_close(t, token_next(t, i));
    for (int k = token_next(t, i); k < close; k = token_next(t, k)) {
        long value;
        if (token_kind(t, k, TOKEN_NAME) && !token_is(t, token_next(t, k), "=") && constant_at(t, k, &value))
            token_become(t, k, value);
    }
}

void fold_declaration(CTokens *t, int i)
{
    initialize(t, i);
    declare_ints(t, i);
    if (token_is(t, i, "enum") && token_is(t, token_next(t, i), "{")) {
        enumerate_numbers(t, i);
        enumerate(t, i);
    } else if (between_statements(t, token_prev(t, i)) && token_at(t, i)->around > 0) {
        declare_pointer(t, i);
        return_value(t, i);
    }
}
