/* Indentation: in: the first token of a line. out: the blocks it opens and closes, as Python's rules have it, and the mistakes in it. */
#include "front/indent.h"

#include "front/parser.tab.h"

Indent layout_indent(const Parse *parse, const Token *token)
{
    Indent indent = { 0 };
    for (size_t i = token->line; i < token->begin; i++) {
        char c = parse->source->text[i];
        if (c == '\f') {
            indent.column = indent.alternate = 0;
        } else if (c == ' ' || c == '\t') {
            indent.column = c == '\t' ? (indent.column / 8 + 1) * 8 : indent.column + 1;
            indent.alternate++;
        } else {
            break;
        }
    }
    return indent;
}

void layout_fail(Parse *parse)
{
    parse->line_error = true;
    layout_top(parse)->broken = true;
}

bool layout_too_nested(Parse *parse)
{
    if (parse->opener_count + parse->level + parse->nesting < PARSE_NESTING)
        return false;
    diag_error(parse->diag, token_span(parse, parse->at), "more than %d brackets and blocks inside each other", PARSE_NESTING);
    parse->at = parse->tokens.count - 1;
    parse->opener_count = 0;
    parse->stopped = true;
    layout_fail(parse);
    return true;
}

static void complain_tabs(Parse *parse)
{
    Message *message = diag_error(parse->diag, token_span(parse, parse->at),
                                  "tabs and spaces are mixed so that the indentation depends on the width of a tab");
    diag_hint(message, "use spaces only");
}

bool layout_continues_statement(int kind)
{
    return kind == TOK_ELSE || kind == TOK_ELIF || kind == TOK_EXCEPT || kind == TOK_FINALLY;
}

/* Deeper than the block so far. True if INDENT is to be sent. */
static bool open_block(Parse *parse, Indent indent)
{
    bool headed = parse->last >= 0 && (parse_token(parse, parse->last)->kind == ':' || parse->sent_kind == ':');
    if (parse->level == PARSE_NESTING || layout_too_nested(parse)) {
        layout_too_nested(parse);
        return false;
    }
    if (!headed && !parse->line_error) {
        if (indent.alternate <= layout_top(parse)->alternate)
            complain_tabs(parse);
        else
            diag_error(parse->diag, token_span(parse, parse->at), "unexpected indentation");
        layout_top(parse)->broken = parse->quiet = true;
    }
    indent.silent = !headed || parse->line_error;
    indent.match = !indent.silent && parse->match;
    parse->indents[++parse->level] = indent;
    return !indent.silent;
}

static void close_blocks(Parse *parse, Indent indent)
{
    while (parse->level > 0 && layout_top(parse)->column > indent.column) {
        parse->dedents += !layout_top(parse)->silent;
        parse->level--;
    }
    if (layout_top(parse)->column == indent.column)
        return;
    diag_hint(diag_error(parse->diag, token_span(parse, parse->at), "this indentation matches no block around it"),
              "the nearest block is indented by %d", layout_top(parse)->column);
    indent.silent = parse->quiet = true;
    if (parse->level < PARSE_NESTING)
        parse->indents[++parse->level] = indent;
}

bool layout_start_line(Parse *parse)
{
    const Token *token = parse_token(parse, parse->at);
    bool opened = false;
    parse->indented = true;
    parse->quiet = false;
    Indent indent = token->kind ? layout_indent(parse, token) : (Indent){ 0 };
    if (indent.column > layout_top(parse)->column)
        opened = open_block(parse, indent);
    else
        close_blocks(parse, indent);
    if (token->kind && indent.column == layout_top(parse)->column) {
        const Indent *below = opened && parse->level > 0 ? &parse->indents[parse->level - 1] : layout_top(parse);
        if (opened ? indent.alternate <= below->alternate : indent.alternate != below->alternate)
            complain_tabs(parse);
    }
    if (!layout_continues_statement(token->kind) && !bracket_is_closer(token->kind) && !opened)
        layout_top(parse)->broken = false;
    parse->line_error = false;
    parse->match = false;
    parse->statement = parse->at;
    return opened;
}
