/* See tokens.h. */
#include "emit/tokens.h"

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

static const char *quoted_end(const char *p)
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

/* ... -> ++ -- << >> && || <= >= == != += -= *= /= %= &= |= ^= <<= >>= */
static const char *mark_end(const char *p)
{
    bool doubled = p[0] == p[1] && strchr("+-<>&|=", *p), shift = doubled && (*p == '<' || *p == '>');
    if (shift && p[2] == '=')
        return p + 3;
    if (p[0] == '.' && p[1] == '.' && p[2] == '.')
        return p + 3;
    if (doubled || (p[0] == '-' && p[1] == '>') || (p[1] == '=' && strchr("<>!+-*/%&|^", *p)))
        return p + 2;
    return p + 1;
}

/* FNV-1a */
static uint32_t hash_of(const char *text, int length)
{
    uint32_t hash = 2166136261u;
    for (int i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}

static int operator_level(TokenKind kind, const char *text, int length)
{
    static const struct { const char *text; int level; } levels[] = {{"*", 10}, {"/", 10}, {"%", 10}, {"+", 9}, {"-", 9}, {"<<", 8}, {">>", 8},
        {"<", 7}, {">", 7}, {"<=", 7}, {">=", 7}, {"==", 6}, {"!=", 6}, {"&", 5}, {"^", 4}, {"|", 3}, {"&&", 2}, {"||", 1}, {"?", 0},
        {"(", BOUND}, {")", BOUND}, {"[", BOUND}, {"]", BOUND}, {"{", BOUND}, {"}", BOUND}, {",", BOUND}, {";", BOUND}, {":", BOUND}, {"=", BOUND},
        {"+=", BOUND}, {"-=", BOUND}, {"*=", BOUND}, {"/=", BOUND}, {"%=", BOUND}, {"<<=", BOUND}, {">>=", BOUND}, {"&=", BOUND}, {"|=", BOUND},
        {"^=", BOUND}};
    if (kind == TOKEN_END || (kind == TOKEN_NAME && length == 6 && !memcmp(text, "return", 6)))
        return BOUND;
    for (size_t k = 0; k < sizeof levels / sizeof *levels && kind == TOKEN_MARK; k++)
        if (*levels[k].text == *text && (int)strlen(levels[k].text) == length && !memcmp(text, levels[k].text, (size_t)length))
            return levels[k].level;
    return UNKNOWN;
}

static CToken token_made(TokenKind kind, const char *text, int length)
{
    CToken token = {.kind = kind, .text = text, .length = length, .level = operator_level(kind, text, length), .hash = hash_of(text, length), .lead = ""};
    if (kind == TOKEN_MARK && length == 1)
        token.nesting = strchr("([{", *text) ? 1 : strchr(")]}", *text) ? -1 : 0;
    return token;
}

static CToken read_one(const char *p)
{
    TokenKind kind = TOKEN_MARK;
    const char *end;
    if (*p == '#') {
        kind = TOKEN_DIRECTIVE;
        end = directive_end(p);
    } else if (isdigit((unsigned char)*p) || (*p == '.' && isdigit((unsigned char)p[1]))) {
        end = number_end(p);
        bool decimal = (int)strspn(p, "0123456789") == end - p && end - p < 10 && (*p != '0' || end - p == 1);
        kind = decimal ? TOKEN_INT : TOKEN_NUMBER;
    } else if (is_word(*p)) {
        kind = TOKEN_NAME;
        for (end = p; is_word(*end);)
            end++;
    } else if (*p == '"' || *p == '\'') {
        kind = TOKEN_LITERAL;
        end = quoted_end(p);
    } else {
        end = mark_end(p);
    }
    CToken token = token_made(kind, p, (int)(end - p));
    token.value = kind == TOKEN_INT ? atol(p) : 0;
    return token;
}

static void find_enumerator(CTokens *t, int i)
{
    int open = token_at(t, i)->around;
    if (token_kind(t, i, TOKEN_NAME) && token_is(t, open, "{") && token_is(t, token_prev(t, open), "enum") && token_is(t, token_next(t, i), "="))
        VEC_PUSH(t->arena, &t->enumerators, i);
}

/* Pairs of brackets, and enumerators. */
static void find_pairs(CTokens *t)
{
    t->open.count = t->enumerators.count = 0;
    for (int i = 0; i < t->list.count; i++) {
        CToken *token = token_at(t, i);
        token->mate = -1;
        if (token->nesting < 0 && t->open.count) {
            token->mate = t->open.at[--t->open.count];
            token_at(t, token->mate)->mate = i;
        }
        token->around = t->open.count ? t->open.at[t->open.count - 1] : 0;
        if (token->nesting > 0)
            VEC_PUSH(t->arena, &t->open, i);
        find_enumerator(t, i);
    }
}

CTokens tokens_read(Arena *arena, const char *text)
{
    CTokens t = {.arena = arena};
    CToken token = token_made(TOKEN_END, "", 0);
    VEC_PUSH(arena, &t.list, token);
    for (bool end = false; !end;) {
        const char *p = lead_end(text);
        end = !*p;
        token = end ? token_made(TOKEN_END, "", 0) : read_one(p);
        token.lead = text;
        token.lead_length = (int)(p - text);
        VEC_PUSH(arena, &t.list, token);
        text = p + token.length;
    }
    find_pairs(&t);
    return t;
}

const char *tokens_text(CTokens *t)
{
    Text out = text_new(t->arena);
    for (int i = 0; i < t->list.count; i++) {
        const CToken *token = token_at(t, i);
        if (token->kind == TOKEN_GONE)
            continue;
        text_add_bytes(&out, token->lead, (size_t)token->lead_length);
        text_add_bytes(&out, token->text, (size_t)token->length);
    }
    return out.at;
}

void tokens_compact(CTokens *t)
{
    int kept = 0;
    for (int i = 0; i < t->list.count; i++)
        if (token_at(t, i)->kind != TOKEN_GONE)
            *token_at(t, kept++) = *token_at(t, i);
    t->list.count = kept;
    find_pairs(t);
}

int token_next(const CTokens *t, int i)
{
    while (i + 1 < t->list.count && token_at(t, ++i)->kind == TOKEN_GONE)
        ;
    return i;
}

int token_prev(const CTokens *t, int i)
{
    while (i > 0 && token_at(t, --i)->kind == TOKEN_GONE)
        ;
    return i;
}

bool token_is_one_of(const CTokens *t, int i, const char *marks)
{
    const CToken *token = token_at(t, i);
    return token->kind == TOKEN_MARK && token->length == 1 && strchr(marks, *token->text) && *token->text;
}

bool token_same(const CTokens *t, int i, int j)
{
    const CToken *a = token_at(t, i), *b = token_at(t, j);
    return a->hash == b->hash && a->length == b->length && a->kind == b->kind && !memcmp(a->text, b->text, (size_t)a->length);
}

void token_remove(CTokens *t, int from, int to)
{
    Text lead = {.arena = t->arena};
    bool comment = false, line = false;
    for (int i = from; i <= to; i++) {
        CToken *token = token_at(t, i);
        if (token->kind == TOKEN_GONE)
            continue;
        line |= memchr(token->lead, '\n', (size_t)token->lead_length) != NULL;
        if (memchr(token->lead, '*', (size_t)token->lead_length)) {
            if (!comment)
                lead = text_new(t->arena);
            comment = true;
            text_add_bytes(&lead, token->lead, (size_t)token->lead_length);
        }
        token->kind = TOKEN_GONE;
        token->level = UNKNOWN;
    }
    CToken *next = token_at(t, token_next(t, to));
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

/* Another token in the same place, with the same blanks before it. */
static void replace(CTokens *t, int i, CToken by)
{
    CToken *token = token_at(t, i);
    by.lead = token->lead;
    by.lead_length = token->lead_length;
    by.mate = token->mate;
    by.around = token->around;
    *token = by;
    t->changed = true;
}

void token_become(CTokens *t, int i, long value)
{
    const char *text = arena_printf(t->arena, "%ld", value);
    CToken token = token_made(TOKEN_INT, text, (int)strlen(text));
    token.value = value;
    replace(t, i, token);
}

void token_rename(CTokens *t, int i, const char *text)
{
    replace(t, i, token_made(token_at(t, i)->kind, text, (int)strlen(text)));
}

void token_copy(CTokens *t, int i, const CToken *from)
{
    replace(t, i, *from);
}
