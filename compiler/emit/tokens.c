/* See tokens.h. */
#include "emit/tokens.h"

#include "emit/constant.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Over blanks and comments. */
static const char *lead_end(const char *p)
{
    for (;;) {
        if (isspace((unsigned char)*p))
            p++;
        else if (p[0] == '/' && p[1] == '*' && strstr(p + 2, "*/"))
            p = strstr(p + 2, "*/") + 2;
        else
            return p;
    }
}

static const char *directive_end(const char *p)
{
    while (*p && (*p != '\n' || p[-1] == '\\'))
        p++;
    return p;
}

static const char *literal_end(const char *p)
{
    const char *q = p + 1;
    while (*q && *q != *p)
        q += q[0] == '\\' && q[1] ? 2 : 1;
    return *q ? q + 1 : q;
}

static const char *number_end(const char *p)
{
    while (is_word(*p) || *p == '.' || ((*p == '+' || *p == '-') && strchr("eEpP", p[-1])))
        p++;
    return p;
}

static const char *mark_end(const char *p)
{
    static const char *const marks[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=",
                                        "/=", "%=", "&=", "|=", "^="};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strncmp(p, marks[i], strlen(marks[i])) == 0)
            return p + strlen(marks[i]);
    return p + 1;
}

static Token read_one(const char *p)
{
    Token token = {TOKEN_MARK, p, NULL, 0, 0, 0};
    const char *end;
    if (*p == '#') {
        token.kind = TOKEN_DIRECTIVE;
        end = directive_end(p);
    } else if (isdigit((unsigned char)*p) || (*p == '.' && isdigit((unsigned char)p[1]))) {
        end = number_end(p);
        token.kind = TOKEN_NUMBER;
        if ((int)strspn(p, "0123456789") == end - p && end - p < 10 && (*p != '0' || end - p == 1)) {
            token.kind = TOKEN_INT;
            token.value = atol(p);
        }
    } else if (is_word(*p)) {
        token.kind = TOKEN_NAME;
        for (end = p; is_word(*end);)
            end++;
    } else if (*p == '"' || *p == '\'') {
        token.kind = TOKEN_LITERAL;
        end = literal_end(p);
    } else {
        end = mark_end(p);
    }
    token.length = (int)(end - p);
    return token;
}

Tokens tokens_read(Arena *arena, const char *text)
{
    Tokens t = {.arena = arena};
    Token token = {.kind = TOKEN_END, .text = "", .lead = ""};
    VEC_PUSH(arena, &t.list, token);
    while (*text) {
        const char *p = lead_end(text);
        token = *p ? read_one(p) : (Token){.kind = TOKEN_END, .text = p};
        token.lead = text;
        token.lead_length = (int)(p - text);
        VEC_PUSH(arena, &t.list, token);
        if (!*p)
            return t;
        text = p + token.length;
    }
    token = (Token){.kind = TOKEN_END, .text = "", .lead = ""};
    VEC_PUSH(arena, &t.list, token);
    return t;
}

const char *tokens_text(Tokens *t)
{
    Text out = text_new(t->arena);
    for (int i = 0; i < t->list.count; i++) {
        const Token *token = token_at(t, i);
        if (token->kind == TOKEN_GONE)
            continue;
        text_add_bytes(&out, token->lead, (size_t)token->lead_length);
        if (token->kind == TOKEN_INT)
            text_printf(&out, "%ld", token->value);
        else
            text_add_bytes(&out, token->text, (size_t)token->length);
    }
    return out.at;
}

void tokens_compact(Tokens *t)
{
    int kept = 0;
    for (int i = 0; i < t->list.count; i++)
        if (token_at(t, i)->kind != TOKEN_GONE)
            *token_at(t, kept++) = *token_at(t, i);
    t->list.count = kept;
}

int token_next(const Tokens *t, int i)
{
    while (i + 1 < t->list.count && token_at(t, ++i)->kind == TOKEN_GONE)
        ;
    return i;
}

int token_prev(const Tokens *t, int i)
{
    while (i > 0 && token_at(t, --i)->kind == TOKEN_GONE)
        ;
    return i;
}

bool token_kind(const Tokens *t, int i, TokenKind kind)
{
    return i >= 0 && token_at(t, i)->kind == kind;
}

bool token_is(const Tokens *t, int i, const char *text)
{
    const Token *token = token_at(t, i);
    return (token->kind == TOKEN_NAME || token->kind == TOKEN_MARK) && !strncmp(token->text, text, (size_t)token->length) && !text[token->length];
}

bool token_same(const Tokens *t, int i, int j)
{
    const Token *a = token_at(t, i), *b = token_at(t, j);
    if (a->kind != b->kind)
        return false;
    return a->kind == TOKEN_INT ? a->value == b->value : a->length == b->length && !memcmp(a->text, b->text, (size_t)a->length);
}

static int nesting(const Tokens *t, int i)
{
    const Token *token = token_at(t, i);
    if (token->kind != TOKEN_MARK || token->length != 1)
        return 0;
    return strchr("([{", *token->text) ? 1 : strchr(")]}", *token->text) ? -1 : 0;
}

int token_close(const Tokens *t, int i)
{
    for (int depth = 0; i < t->list.count; i++)
        if ((depth += nesting(t, i)) == 0)
            return i;
    return -1;
}

int token_open(const Tokens *t, int i)
{
    for (int depth = 0; i >= 0; i--)
        if ((depth += nesting(t, i)) == 0)
            return i;
    return -1;
}

int block_end(const Tokens *t, int i)
{
    for (int depth = 0; i < t->list.count - 1; i++)
        if ((depth += nesting(t, i)) < 0 && token_is(t, i, "}"))
            return i;
        else if (depth < 0)
            depth = 0; /* out of a parenthesis */
    return t->list.count - 1;
}

int block_begin(const Tokens *t, int i)
{
    for (int depth = 0; i > 0; i--)
        if ((depth += nesting(t, i)) > 0 && token_is(t, i, "{"))
            return i;
        else if (depth > 0)
            depth = 0;
    return 0;
}

void token_remove(Tokens *t, int from, int to)
{
    Text lead = text_new(t->arena);
    bool comment = false, line = false;
    for (int i = from; i <= to; i++) {
        Token *token = token_at(t, i);
        if (token->kind == TOKEN_GONE)
            continue;
        line |= memchr(token->lead, '\n', (size_t)token->lead_length) != NULL;
        if (memchr(token->lead, '*', (size_t)token->lead_length)) {
            comment = true;
            text_add_bytes(&lead, token->lead, (size_t)token->lead_length);
        }
        token->kind = TOKEN_GONE;
    }
    Token *next = token_at(t, token_next(t, to));
    if (comment && next->lead_length > 1)
        text_add_bytes(&lead, next->lead, (size_t)next->lead_length);
    if (comment || (line && !memchr(next->lead, '\n', (size_t)next->lead_length))) {
        next->lead = comment ? lead.at : "\n";
        next->lead_length = comment ? (int)lead.length : 1;
    } else if (!line && next->lead_length < 2 && *next->lead != '\n' && !strchr(")];,}", *next->text) && *token_at(t, to)->text != ')') {
        next->lead = token_at(t, from)->lead; /* the gap before what was removed */
        next->lead_length = token_at(t, from)->lead_length;
    }
    t->changed = true;
}

void token_become(Tokens *t, int i, long value)
{
    token_at(t, i)->kind = TOKEN_INT;
    token_at(t, i)->value = value;
    t->changed = true;
}

bool ends_operand(const Tokens *t, int i)
{
    const Token *token = token_at(t, i);
    if (token->kind == TOKEN_MARK)
        return token->length == 1 && (*token->text == ')' || *token->text == ']');
    return token->kind == TOKEN_INT || token->kind == TOKEN_NUMBER || (token->kind == TOKEN_NAME && !token_is(t, i, "return"));
}

int precedence(const Tokens *t, int i)
{
    static const struct { const char *text; int level; } levels[] = {{"*", 10}, {"/", 10}, {"%", 10}, {"+", 9}, {"-", 9}, {"<<", 8}, {">>", 8},
        {"<", 7}, {">", 7}, {"<=", 7}, {">=", 7}, {"==", 6}, {"!=", 6}, {"&", 5}, {"^", 4}, {"|", 3}, {"&&", 2}, {"||", 1}, {"?", 0}};
    static const char *const bounds[] = {"(", ")", "[", "]", "{", "}", ",", ";", ":", "=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=",
                                         "|=", "^=", "return"};
    if (token_kind(t, i, TOKEN_END))
        return BOUND;
    for (size_t k = 0; k < sizeof levels / sizeof *levels; k++)
        if (token_is(t, i, levels[k].text))
            return ends_operand(t, token_prev(t, i)) ? levels[k].level : UNKNOWN;
    for (size_t k = 0; k < sizeof bounds / sizeof *bounds; k++)
        if (token_is(t, i, bounds[k]))
            return BOUND;
    return UNKNOWN;
}

int level_before(const Tokens *t, int i)
{
    return ends_operand(t, i) ? UNKNOWN : precedence(t, i);
}

int level_after(const Tokens *t, int i)
{
    return token_is(t, i, "(") || token_is(t, i, "[") || token_is(t, i, "{") ? UNKNOWN : precedence(t, i);
}

/* Enumerators "NAME = 3" whose block holds i, the innermost first. */
bool constant_at(const Tokens *t, int i, long *value)
{
    if (token_kind(t, i, TOKEN_INT)) {
        *value = token_at(t, i)->value;
        return true;
    }
    if (!token_kind(t, i, TOKEN_NAME))
        return false;
    for (int k = i; k-- > 1;) {
        if (!token_is(t, k, "enum") || !token_is(t, token_next(t, k), "{"))
            continue;
        int open = token_next(t, k), close = token_close(t, open);
        if (block_end(t, k) < i)
            continue;
        for (int e = token_next(t, open); e < close && e < i; e = token_next(t, e))
            if (token_same(t, e, i) && token_is(t, token_next(t, e), "=")) {
                int number = token_next(t, token_next(t, e));
                *value = token_at(t, number)->value;
                return token_kind(t, number, TOKEN_INT) && precedence(t, token_next(t, number)) == BOUND;
            }
    }
    return false;
}

bool is_changed(const Tokens *t, int i, int from, int to)
{
    static const char *const changes[] = {"++", "--", "=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="};
    for (int k = from; k <= to; k = token_next(t, k) == k ? to + 1 : token_next(t, k)) {
        if (!token_same(t, k, i) || token_kind(t, k, TOKEN_GONE))
            continue;
        int next = token_next(t, k), prev = token_prev(t, k);
        for (size_t c = 0; c < sizeof changes / sizeof *changes; c++)
            if (token_is(t, next, changes[c]) || (c < 2 && token_is(t, prev, changes[c])))
                return true;
        if (token_is(t, prev, "&") && precedence(t, prev) == UNKNOWN)
            return true;
    }
    return false;
}
