/* Literals as nodes: strings, neighbours joined into one, and the values of numbers. */
#include "front/parse.h"

#include "base/text.h"
#include "front/extent.h"
#include "front/parser.tab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static bool ends_value(int kind)
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
    return at < 2 || !ends_value(parse->tokens.at[at - 2].kind);
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
