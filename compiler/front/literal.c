/* Literals: where a string ends, what it says once its escapes are decoded, and the values of numbers. */
#include "front/parse.h"

#include "base/text.h"
#include "front/parser.tab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t open, body, end, close; /* of the quote, of the contents, of the literal; where the contents end */
    bool raw, bytes, format, triple;
    char quote;
} Literal;

static Literal literal_open(const char *text, size_t at, size_t limit)
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

static void add_code_point(Text *out, unsigned long code)
{
    if (code < 0x80) {
        text_add_char(out, (char)code);
    } else if (code < 0x800) {
        text_add_char(out, (char)(0xc0 | code >> 6));
        text_add_char(out, (char)(0x80 | (code & 0x3f)));
    } else if (code < 0x10000) {
        text_add_char(out, (char)(0xe0 | code >> 12));
        text_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        text_add_char(out, (char)(0x80 | (code & 0x3f)));
    } else {
        text_add_char(out, (char)(0xf0 | code >> 18));
        text_add_char(out, (char)(0x80 | (code >> 12 & 0x3f)));
        text_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        text_add_char(out, (char)(0x80 | (code & 0x3f)));
    }
}

static int digit_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* Digits of an escape: `least` to `most` of them in `base`. Returns how many were read; 0 if too few. */
static size_t read_digits(const char *text, size_t at, size_t end, int base, size_t least, size_t most, unsigned long *value)
{
    size_t count = 0;
    *value = 0;
    while (count < most && at + count < end && digit_value(text[at + count]) < base)
        *value = *value * (unsigned long)base + (unsigned long)digit_value(text[at + count++]);
    return count < least ? 0 : count;
}

/* \x41, \u0041, \101: returns the length behind the backslash. */
static size_t decode_number(Parse *parse, Text *out, size_t at, size_t end, bool bytes)
{
    const char *text = parse->source->text;
    char c = text[at];
    size_t most = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 3;
    size_t skip = most == 3 ? 0 : 1;
    unsigned long code;
    size_t count = read_digits(text, at + skip, end, most == 3 ? 8 : 16, most == 3 ? 1 : most, most, &code);
    Span span = { parse->source, at - 1, at + skip + count };
    if (count == 0)
        diag_error(parse->diag, span, "the escape \\%c needs %zu hexadecimal digits", c, most);
    else if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        diag_error(parse->diag, span, "this escape is no character");
    else if (bytes)
        text_add_char(out, (char)code);
    else
        add_code_point(out, code);
    return skip + count;
}

/* One escape; at: behind the backslash. Returns its length. An unknown escape stays as it stands, as in Python. */
static size_t decode_escape(Parse *parse, Text *out, size_t at, size_t end, bool bytes)
{
    static const char letters[] = "abfnrtv\\'\"", values[] = "\a\b\f\n\r\t\v\\'\"";
    const char *text = parse->source->text;
    char c = text[at];
    const char *found = c ? strchr(letters, c) : NULL;
    if (found) {
        text_add_char(out, values[found - letters]);
        return 1;
    }
    if (c == '\r' || c == '\n')
        return c == '\r' && at + 1 < end && text[at + 1] == '\n' ? 2 : 1;
    if ((c >= '0' && c <= '7') || c == 'x' || (!bytes && (c == 'u' || c == 'U')))
        return decode_number(parse, out, at, end, bytes);
    if (c == 'N' && !bytes && at + 1 < end && text[at + 1] == '{') {
        size_t length = 2 + strcspn(text + at + 2, "}\r\n");
        length = at + length < end ? length + (text[at + length] == '}') : end - at;
        diag_hint(diag_error(parse->diag, (Span){ parse->source, at - 1, at + length }, "characters by name are not part of the language"),
                  "write \\u and the code");
        return length;
    }
    text_add_char(out, '\\');
    return 0;
}

/* text[begin, end) with escapes decoded, line ends as \n; with `braces`, {{ and }} as one. */
const char *literal_decode(Parse *parse, size_t begin, size_t end, bool raw, bool bytes, bool braces, size_t *length)
{
    const char *text = parse->source->text;
    Text out = text_new(parse->arena);
    for (size_t at = begin; at < end; at++) {
        char c = text[at];
        if (c == '\\' && !raw && at + 1 < end) {
            at += decode_escape(parse, &out, at + 1, end, bytes);
        } else if (c == '\r') {
            text_add_char(&out, '\n');
            at += at + 1 < end && text[at + 1] == '\n';
        } else {
            text_add_char(&out, c);
            at += braces && (c == '{' || c == '}') && at + 1 < end && text[at + 1] == c;
        }
    }
    *length = out.length;
    return arena_intern(parse->arena, out.at, out.length);
}

static void check_text(Parse *parse, const Literal *literal)
{
    const unsigned char *text = (const unsigned char *)parse->source->text;
    for (size_t at = literal->body; at < literal->close; at++) {
        if (text[at] >= 0x80 && literal->bytes) {
            diag_error(parse->diag, (Span){ parse->source, at, at + 1 }, "bytes hold ASCII characters only");
            return;
        }
    }
}

/* One literal as it stands: AST_STRING (integer 1: bytes) or AST_FSTRING. */
Node *literal_string(Parse *parse, Span span)
{
    const char *text = parse->source->text;
    Literal literal = literal_open(text, span.begin, span.end);
    bool closed;
    literal.end = literal_end(text, span.begin, span.end, &closed);
    literal.close = closed ? literal.end - (literal.triple ? 3 : 1) : literal.end;
    check_text(parse, &literal);
    if (!literal.format) {
        Node *node = build_leaf(parse, AST_STRING, span);
        node->text = literal_decode(parse, literal.body, literal.close, literal.raw, literal.bytes, false, &node->text_length);
        node->integer = literal.bytes;
        return node;
    }
    NodeList *pieces = ARENA_NEW(parse->arena, NodeList);
    if (closed)
        fstring_pieces(parse, pieces, literal.body, literal.close, literal.raw, false);
    return build_items(parse, AST_FSTRING, span, pieces);
}

/* Two neighbours as one literal. */
static Node *join_two(Parse *parse, const Node *first, const Node *second)
{
    Text out = text_new(parse->arena);
    text_add_bytes(&out, first->text, first->text_length);
    text_add_bytes(&out, second->text, second->text_length);
    Node *node = build_leaf(parse, AST_STRING, span_join(first->span, second->span));
    node->text = arena_intern(parse->arena, out.at, out.length);
    node->text_length = out.length;
    return node;
}

static Node *join_plain(Parse *parse, NodeList *pieces, Span span)
{
    Text out = text_new(parse->arena);
    for (int i = 0; i < pieces->nodes.count; i++)
        text_add_bytes(&out, pieces->nodes.at[i]->text, pieces->nodes.at[i]->text_length);
    Node *node = build_leaf(parse, AST_STRING, span);
    node->text = arena_intern(parse->arena, out.at, out.length);
    node->text_length = out.length;
    node->integer = pieces->nodes.at[0]->integer;
    return node;
}

/* Adds to the pieces of an f-string: no empty text, no two texts side by side. */
static void add_piece(Parse *parse, NodeList *all, Node *piece)
{
    Node **last = all->nodes.count > 0 ? &all->nodes.at[all->nodes.count - 1] : NULL;
    if (piece->kind == AST_STRING && piece->text_length == 0)
        return;
    if (last && (*last)->kind == AST_STRING && piece->kind == AST_STRING)
        *last = join_two(parse, *last, piece);
    else
        build_list(parse, all, piece);
}

/* Adjacent literals join; one f-string among them makes the whole an f-string. */
Node *literal_join(Parse *parse, NodeList *pieces, Span span)
{
    NodeList *all = ARENA_NEW(parse->arena, NodeList);
    bool format = false;
    for (int i = 0; i < pieces->nodes.count; i++) {
        const Node *piece = pieces->nodes.at[i];
        format |= piece->kind == AST_FSTRING;
        if (piece->integer != pieces->nodes.at[0]->integer) {
            diag_error(parse->diag, piece->span, "bytes and text cannot be joined");
            return pieces->nodes.at[0];
        }
    }
    if (!format)
        return pieces->nodes.count == 1 ? pieces->nodes.at[0] : join_plain(parse, pieces, span);
    for (int i = 0; i < pieces->nodes.count; i++) {
        Node *piece = pieces->nodes.at[i];
        if (piece->kind == AST_STRING)
            add_piece(parse, all, piece);
        for (int k = 0; piece->kind == AST_FSTRING && k < piece->item_count; k++)
            add_piece(parse, all, piece->items[k]);
    }
    return build_items(parse, AST_FSTRING, span, all);
}

/* --- numbers */

static bool ends_operand(int kind)
{
    return kind == TOK_NAME || kind == TOK_INTEGER || kind == TOK_FLOAT || kind == TOK_STRING || bracket_is_closer(kind);
}

/* Whether a lone minus sign stands before the number: 2^63 may then be meant, which alone would not fit. */
static bool is_negated(const Parse *parse, Span span)
{
    int at = parse->last;
    while (at > 0 && parse->tokens.at[at].begin > span.begin)
        at--;
    if (at < 1 || parse->tokens.at[at - 1].kind != '-' || parse->tokens.at[at + 1].kind == TOK_POWER)
        return false;
    return at < 2 || !ends_operand(parse->tokens.at[at - 2].kind);
}

Node *literal_number(Parse *parse, Span span, bool real)
{
    Node *node = build_leaf(parse, real ? AST_FLOAT : AST_INTEGER, span);
    char *digits = arena_alloc(parse->arena, span.end - span.begin + 1);
    size_t length = 0;
    for (size_t at = span.begin; at < span.end; at++)
        if (parse->source->text[at] != '_')
            digits[length++] = parse->source->text[at];
    if (real) {
        node->real = strtod(digits, NULL);
        return node;
    }
    char mark = length > 1 ? digits[1] : '0';
    int base = mark == 'x' || mark == 'X' ? 16 : mark == 'o' || mark == 'O' ? 8 : mark == 'b' || mark == 'B' ? 2 : 10;
    errno = 0;
    unsigned long long value = strtoull(digits + (base == 10 ? 0 : 2), NULL, base);
    node->integer = (int64_t)value; /* 2^63 becomes its own negative, which build_operator leaves as it is */
    if (errno == ERANGE || (value > INT64_MAX && !(value == (uint64_t)1 << 63 && is_negated(parse, span))))
        diag_hint(diag_error(parse->diag, span, "this integer does not fit 64 bits"), "the greatest is 9223372036854775807");
    return node;
}
