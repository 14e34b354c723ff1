/* f-strings: their pieces. A replacement field {expression!conversion:specification} is cut out and its expression parsed
 * by the same lexer and grammar over that range of the source, so that spans are right. Quotes may be reused inside a field. */
#include "front/parse.h"

#include "front/extent.h"

#include "front/parser.tab.h"

#include <string.h>

static void add_text(Parse *parse, NodeList *pieces, size_t begin, size_t end, bool raw)
{
    if (begin == end)
        return;
    Node *node = build_leaf(parse, AST_STRING, (Span){ parse->source, begin, end });
    node->text = literal_decode(parse, begin, end, raw, false, true, &node->text_length);
    build_list(parse, pieces, node);
}

static Node *parse_range(Parse *outer, size_t begin, size_t end)
{
    Parse parse = { .arena = outer->arena,
                    .source = outer->source,
                    .diag = outer->diag,
                    .start = TOK_START_EXPRESSION,
                    .fragment = true,
                    .nesting = outer->nesting + outer->opener_count + outer->level + 1 };
    lexer_run(&parse, begin, end);
    layout_start(&parse);
    if (front_parse(&parse) != 0 || !parse.result)
        return build_leaf(outer, AST_NONE, (Span){ outer->source, begin, end });
    return parse.result;
}

/* `{value=}` shows its own text: the place of that '=', or end. */
static size_t self_documenting(const char *text, size_t begin, size_t end)
{
    size_t at = end;
    while (at > begin && strchr(" \t\r\n", text[at - 1]))
        at--;
    if (at <= begin + 1 || text[at - 1] != '=' || strchr("=!<>", text[at - 2]))
        return end;
    return at - 1;
}

static bool blank(const char *text, size_t begin, size_t end)
{
    while (begin < end && strchr(" \t\r\n\f", text[begin]))
        begin++;
    return begin >= end;
}

static Node *specification(Parse *parse, size_t begin, size_t end, bool raw)
{
    NodeList *pieces = ARENA_NEW(parse->arena, NodeList);
    Span span = { parse->source, begin, end };
    fstring_pieces(parse, pieces, begin, end, raw, true);
    if (pieces->nodes.count == 1 && pieces->nodes.at[0]->kind == AST_STRING)
        return pieces->nodes.at[0];
    return build_items(parse, AST_FSTRING, span, pieces);
}

static void read_conversion(Parse *parse, Node *node, size_t *at, size_t end)
{
    const char *text = parse->source->text;
    size_t begin = ++*at;
    *at += strcspn(text + *at, ":}");
    *at = *at < end ? *at : end;
    size_t last = *at;
    while (last > begin && (text[last - 1] == ' ' || text[last - 1] == '\t'))
        last--;
    if (last == begin + 1 && strchr("rsa", text[begin]))
        node->text = arena_intern(parse->arena, text + begin, 1);
    else
        diag_hint(diag_error(parse->diag, (Span){ parse->source, begin - 1, *at }, "unknown conversion in the f-string"),
                  "there are !r, !s and !a");
}

/* One field; at: its '{'. Returns the place behind its '}'. */
static size_t add_field(Parse *parse, NodeList *pieces, size_t at, size_t end, bool raw)
{
    const char *text = parse->source->text;
    size_t stop = fstring_field_end(text, at + 1, end, parse->nesting < FSTRING_NESTING ? 0 : FSTRING_NESTING);
    size_t value = stop < end && text[stop] != ':' && text[stop] != '!' && text[stop] != '}' ? stop : self_documenting(text, at + 1, stop);
    Node *node = build_leaf(parse, AST_FORMAT, (Span){ parse->source, at, stop });
    if (value != stop)
        add_text(parse, pieces, at + 1, stop, true);
    if (stop >= end) {
        diag_error(parse->diag, (Span){ parse->source, at, at + 1 }, "'{' is never closed in the f-string");
        return end;
    }
    if (blank(text, at + 1, value)) {
        diag_error(parse->diag, (Span){ parse->source, at, stop + 1 }, "the f-string has an empty expression");
        node->left = build_leaf(parse, AST_NONE, node->span);
    } else {
        node->left = parse_range(parse, at + 1, value);
    }
    if (text[stop] == '!')
        read_conversion(parse, node, &stop, end);
    if (stop < end && text[stop] == ':') {
        size_t close = fstring_specification_end(text, stop + 1, end, '\0', true, 0);
        node->right = specification(parse, stop + 1, close, raw);
        stop = close;
    } else if (value != stop && !node->text) {
        node->text = arena_intern(parse->arena, "r", 1);
    }
    if (stop >= end) {
        diag_error(parse->diag, (Span){ parse->source, at, at + 1 }, "'{' is never closed in the f-string");
        return end;
    }
    node->span.end = stop + 1;
    build_list(parse, pieces, build_seal(parse, node));
    return stop + 1;
}

/* The pieces of text[begin, end), the contents of an f-string or of a format specification. */
void fstring_pieces(Parse *parse, NodeList *pieces, size_t begin, size_t end, bool raw, bool specification_part)
{
    const char *text = parse->source->text;
    size_t from = begin, at = begin;
    if (++parse->nesting > FSTRING_NESTING + PARSE_NESTING) {
        diag_error(parse->diag, (Span){ parse->source, begin, end }, "f-strings inside each other too deeply");
        parse->nesting--;
        return;
    }
    while (at < end) {
        char c = text[at];
        if (!specification_part && at + 1 < end && (c == '{' || c == '}') && text[at + 1] == c) {
            at += 2;
        } else if (c == '\\' && !raw && at + 1 < end && text[at + 1] != '{' && text[at + 1] != '}') {
            bool named = text[at + 1] == 'N' && at + 2 < end && text[at + 2] == '{';
            at += named ? strcspn(text + at, "}\r\n") + 1 : 2;
        } else if (c == '{') {
            add_text(parse, pieces, from, at, raw);
            from = at = add_field(parse, pieces, at, end, raw);
        } else {
            if (c == '}')
                diag_hint(diag_error(parse->diag, (Span){ parse->source, at, at + 1 }, "a single '}' in the f-string"), "write '}}'");
            at++;
        }
    }
    parse->nesting--;
    add_text(parse, pieces, from, end, raw);
}
