/* Where string literals end: f-strings hold fields, which hold string literals. See extent.h. */
#include "front/extent.h"

#include <string.h>

static size_t fstring_end(const char *text, size_t at, size_t limit, char quote, bool triple, int nesting, bool *closed);

Literal literal_open(const char *text, size_t at, size_t limit)
{
    Literal literal = { .open = at };
    for (; at < limit && text[at] != '\'' && text[at] != '"'; at++) {
        literal.raw |= text[at] == 'r' || text[at] == 'R';
        literal.bytes |= text[at] == 'b' || text[at] == 'B';
        literal.format |= text[at] == 'f' || text[at] == 'F';
    }
    literal.quote = text[at];
    literal.triple = at + 2 < limit && text[at + 1] == literal.quote && text[at + 2] == literal.quote;
    literal.body = at + (literal.triple ? 3 : 1);
    return literal;
}

static size_t plain_end(const char *text, size_t at, size_t limit, char quote, bool triple, bool *closed)
{
    for (; at < limit; at++) {
        char c = text[at];
        if (c == '\\') {
            at += at + 2 < limit && text[at + 1] == '\r' && text[at + 2] == '\n' ? 2 : 1;
        } else if ((c == '\n' || c == '\r') && !triple) {
            break;
        } else if (c == quote && (!triple || (at + 2 < limit && text[at + 1] == c && text[at + 2] == c))) {
            *closed = true;
            return at + (triple ? 3 : 1);
        }
    }
    return at < limit ? at : limit;
}

size_t literal_end(const char *text, size_t at, size_t limit, bool *closed)
{
    Literal literal = literal_open(text, at, limit);
    *closed = false;
    if (literal.format)
        return fstring_end(text, literal.body, limit, literal.quote, literal.triple, 0, closed);
    return plain_end(text, literal.body, limit, literal.quote, literal.triple, closed);
}

static bool is_quote(char c)
{
    return c == '\'' || c == '"';
}

/* The end of the string literal at `at` (its quote; a prefix may stand before it). */
static size_t nested_end(const char *text, size_t at, size_t begin, size_t limit, int nesting)
{
    size_t prefix = at;
    bool format = false, closed;
    while (prefix > begin && prefix > at - (at < 2 ? at : 2) && strchr("rRbBuUfF", text[prefix - 1]))
        prefix--;
    for (size_t i = prefix; i < at; i++)
        format |= text[i] == 'f' || text[i] == 'F';
    if (!format)
        return literal_end(text, at, limit, &closed);
    bool triple = at + 2 < limit && text[at + 1] == text[at] && text[at + 2] == text[at];
    return fstring_end(text, at + (triple ? 3 : 1), limit, text[at], triple, nesting + 1, &closed);
}

size_t fstring_field_end(const char *text, size_t at, size_t limit, int nesting)
{
    size_t begin = at;
    int depth = 0;
    while (at < limit) {
        char c = text[at];
        if (is_quote(c)) {
            at = nested_end(text, at, begin, limit, nesting);
            continue;
        }
        if (depth == 0 && (c == '}' || c == ':' || (c == '!' && !(at + 1 < limit && text[at + 1] == '='))))
            return at;
        if (c == '!' && at + 1 < limit && text[at + 1] == '=')
            at++;
        depth += (c == '(' || c == '[' || c == '{') - (c == ')' || c == ']' || c == '}');
        at++;
    }
    return limit;
}

static size_t field_close(const char *text, size_t at, size_t limit, char quote, bool triple, int nesting);

size_t fstring_specification_end(const char *text, size_t at, size_t limit, char quote, bool triple, int nesting)
{
    while (at < limit && text[at] != '}') {
        char c = text[at];
        if (!triple && (c == quote || c == '\n' || c == '\r'))
            break;
        if (triple && c == quote && at + 2 < limit && text[at + 1] == c && text[at + 2] == c)
            break;
        at = c == '{' && nesting < FSTRING_NESTING ? field_close(text, at + 1, limit, quote, triple, nesting + 1) : at + 1;
    }
    return at;
}

/* The end of a field: behind its '}', else where it is cut off. at: behind the '{'. */
static size_t field_close(const char *text, size_t at, size_t limit, char quote, bool triple, int nesting)
{
    at = fstring_field_end(text, at, limit, nesting);
    if (at < limit && text[at] == '!')
        at += strcspn(text + at, ":}'\"\r\n");
    if (at < limit && text[at] == ':')
        at = fstring_specification_end(text, at + 1, limit, quote, triple, nesting);
    return at < limit ? at + (text[at] == '}') : limit;
}

/* The end of an f-string's text, behind its quotes; at: behind the opening ones. */
static size_t fstring_end(const char *text, size_t at, size_t limit, char quote, bool triple, int nesting, bool *closed)
{
    *closed = false;
    while (at < limit) {
        char c = text[at];
        if (c == quote && (!triple || (at + 2 < limit && text[at + 1] == c && text[at + 2] == c))) {
            *closed = true;
            return at + (triple ? 3 : 1);
        }
        if ((c == '\n' || c == '\r') && !triple)
            return at;
        if (c == '\\' && at + 1 < limit && text[at + 1] != '{' && text[at + 1] != '}')
            at += at + 2 < limit && text[at + 1] == '\r' && text[at + 2] == '\n' ? 3 : 2;
        else if (c == '{' && at + 1 < limit && text[at + 1] == '{')
            at += 2;
        else if (c == '{' && nesting < FSTRING_NESTING)
            at = field_close(text, at + 1, limit, quote, triple, nesting);
        else
            at++;
    }
    return limit;
}
