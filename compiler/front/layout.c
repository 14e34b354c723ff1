/* Layout: sends the tokens of the lexer to the parser, with NEWLINE, INDENT and DEDENT where Python's rules put them, and inside brackets
 * none of them. Also what is needed to go on after an error: unclosed brackets are cut off where the next statement begins, blocks whose
 * head had an error are read as if they stood one level up. */
#include "front/indent.h"

#include "front/parser.tab.h"

void layout_start(Parse *parse)
{
    parse->last = -1;
    parse->resynced = -1;
    bracket_match(parse);
}

static int send(Parse *parse, Span *span, int kind, Span where)
{
    *span = parse->sent = where;
    parse->sent_kind = kind;
    return kind;
}

static Span after_last(const Parse *parse)
{
    size_t end = parse->last < 0 ? 0 : parse_token(parse, parse->last)->end;
    return (Span){ parse->source, end, end };
}

/* --- brackets */

static bool only_begins_statement(int kind)
{
    static const int kinds[] = { TOK_DEF, TOK_CLASS,  TOK_RETURN,   TOK_IMPORT,   TOK_WHILE, TOK_WITH,
                                 TOK_TRY, TOK_PASS,   TOK_BREAK,    TOK_CONTINUE, TOK_RAISE, TOK_ASSERT,
                                 TOK_DEL, TOK_GLOBAL, TOK_NONLOCAL, TOK_FINALLY,  TOK_ELIF,  TOK_EXCEPT };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

/* `else:` at the margin: what is open before it was meant to end, even if some later bracket would close it. */
static bool else_at_margin(const Parse *parse)
{
    const Token *token = parse_token(parse, parse->last);
    return token->kind == TOK_ELSE && token->first && parse_token(parse, parse->last + 1)->kind == ':';
}

/* The open bracket that is never closed, innermost first; -1 if all are. */
static int unclosed_opener(const Parse *parse)
{
    if (parse->opener_count > 0 && parse->last >= 0 && else_at_margin(parse))
        return parse->opener[parse->opener_count - 1];
    for (int i = parse->opener_count - 1; i >= 0; i--)
        if (parse_token(parse, parse->opener[i])->partner < 0)
            return parse->opener[i];
    return -1;
}

/* The first token after an unclosed bracket that looks like the next statement. */
static int next_statement(Parse *parse, int opener)
{
    int at = opener + 1;
    for (; parse_token(parse, at)->kind; at++) {
        const Token *token = parse_token(parse, at);
        if (token->first && !bracket_is_closer(token->kind) && layout_indent(parse, token).column <= layout_top(parse)->column)
            break;
    }
    return at;
}

/* Cuts the open brackets off: the next token sent is NEWLINE, then the statement at `at`. */
static void resync(Parse *parse, int at)
{
    parse->opener_count = 0;
    parse->resync = true;
    parse->at = at;
    parse->indented = false;
}

/* An unclosed bracket with a line end behind it, up to the token sent last: reported at the bracket. */
bool layout_report_unclosed(Parse *parse)
{
    int opener = unclosed_opener(parse);
    if (opener < 0)
        return false;
    bool broken_line = false;
    for (int i = opener + 1; i <= parse->last; i++)
        broken_line |= parse_token(parse, i)->first;
    if (!broken_line && parse_token(parse, parse->last)->kind)
        return false;
    const Token *token = parse_token(parse, opener);
    diag_hint(diag_error(parse->diag, token_span(parse, opener), "'%c' is never closed", token->kind), "add '%c'",
              bracket_closer_of(token->kind));
    return true;
}

/* After a syntax error at the token sent last: sees to it that the parser finds the end of the statement. */
void layout_recover(Parse *parse)
{
    int opener = unclosed_opener(parse);
    int last = parse->last;
    if (parse->fragment || last < 0)
        return;
    if (parse->sent_kind == TOK_DEDENT && parse->resynced != last) {
        parse->resynced = last; /* a block is missing: NEWLINE, and the DEDENT once more */
        parse->resync = true;
        parse->dedents++;
    } else if (parse->sent_kind == 0) {
        parse->resync = parse->resynced != last;
        parse->resynced = last;
    } else if (opener >= 0) {
        resync(parse, next_statement(parse, opener));
    } else if (parse->opener_count == 0 && last == parse->statement && !layout_continues_statement(parse_token(parse, last)->kind) &&
               parse->resynced != last && parse->sent_kind != TOK_NEWLINE && parse->sent_kind != TOK_INDENT) {
        parse->resynced = last; /* the block or handler before it is missing: read this statement again */
        resync(parse, last);
        parse->indented = true;
        parse->line_open = true;
        return;
    }
    layout_fail(parse);
}

/* Nothing more is said about brackets of a statement that had an error, nor about what is left of it on the next lines. */
static bool is_quiet(const Parse *parse)
{
    return parse->line_error || parse->quiet || (parse->at == parse->statement && parse->indents[parse->level].broken);
}

static int send_unclosed(Parse *parse, Span *span, int next)
{
    int opener = unclosed_opener(parse);
    if (opener < 0)
        opener = parse->opener[parse->opener_count - 1];
    const Token *token = parse_token(parse, opener);
    if (!is_quiet(parse))
        diag_hint(diag_error(parse->diag, token_span(parse, opener), "'%c' is never closed", token->kind), "add '%c'",
                  bracket_closer_of(token->kind));
    resync(parse, parse->fragment ? parse->at : next);
    parse->resync = !parse->fragment;
    layout_fail(parse);
    return send(parse, span, TOK_FRONT_error, token_span(parse, parse->at));
}

static void complain_closer(Parse *parse, const Token *token, int innermost)
{
    Span span = token_span(parse, parse->at);
    if (innermost < 0) {
        diag_error(parse->diag, span, "'%c' closes nothing", token->kind);
        return;
    }
    int opener = parse_token(parse, innermost)->kind;
    Message *message = diag_error(parse->diag, span, "'%c' does not close '%c'", token->kind, opener);
    diag_hint(message, "expected '%c'", bracket_closer_of(opener));
    diag_note(message, token_span(parse, innermost), "'%c' is opened here", opener);
}

static void complain_opener(Parse *parse, const Token *token, int innermost)
{
    int opener = parse_token(parse, innermost)->kind;
    Message *message = diag_error(parse->diag, token_span(parse, innermost), "'%c' is never closed", opener);
    diag_hint(message, "add '%c'", bracket_closer_of(opener));
    diag_note(message, token_span(parse, parse->at), "this '%c' closes the '%c' around it", token->kind,
              parse_token(parse, token->partner)->kind);
}

/* A closing bracket: false if it is wrong, which is reported. */
static bool close_bracket(Parse *parse, const Token *token)
{
    int count = parse->opener_count, innermost = count > 0 ? parse->opener[count - 1] : -1, index = count - 1;
    bool quiet = is_quiet(parse);
    while (index >= 0 && parse->opener[index] != token->partner)
        index--;
    if (index < 0 && innermost >= 0 && token->partner != BRACKET_STRAY &&
        bracket_closer_of(parse_token(parse, innermost)->kind) == token->kind)
        index = count - 1; /* after a restart the partners found for the whole file may not be the ones */
    bool right = index >= 0 && index == count - 1 && bracket_closer_of(parse_token(parse, innermost)->kind) == token->kind;
    if (index >= 0)
        parse->opener_count = index;
    if (right)
        return true;
    if (!quiet && index >= 0 && index < count - 1)
        complain_opener(parse, token, innermost);
    else if (!quiet)
        complain_closer(parse, token, innermost);
    layout_fail(parse);
    return false;
}

/* --- the stream */

static int send_token(Parse *parse, Span *span)
{
    const Token *token = parse_token(parse, parse->at);
    Span where = token_span(parse, parse->at);
    parse->quiet |= token->bad;
    int kind = parse->fragment || parse->opener_count > 0 ? token->kind : keyword_soft(parse, token->kind);
    if (parse->sent_kind == ';')
        parse->statement = parse->at;
    if (kind == TOK_CASE) {
        int colon = keyword_header_colon(parse, parse->at, false);
        where.end = parse_token(parse, colon - 1)->end;
        parse->last = colon - 1;
        parse->at = colon;
    } else {
        if (bracket_is_opener(token->kind)) {
            if (layout_too_nested(parse))
                return send(parse, span, TOK_FRONT_error, where);
            parse->opener[parse->opener_count++] = parse->at;
        } else if (bracket_is_closer(token->kind) && !close_bracket(parse, token)) {
            kind = TOK_FRONT_error;
        }
        if (kind == TOK_FRONT_error)
            layout_fail(parse);
        parse->last = parse->at++;
    }
    parse->line_open = true;
    parse->indented = false;
    return send(parse, span, kind, where);
}

static int send_end(Parse *parse, Span *span)
{
    Span end = token_span(parse, parse->tokens.count - 1);
    return send(parse, span, 0, end);
}

int layout_next(Parse *parse, Span *span)
{
    if (parse->start) {
        int kind = parse->start;
        parse->start = 0;
        return send(parse, span, kind, (Span){ parse->source, 0, 0 });
    }
    if (diag_errors(parse->diag) > PARSE_ERRORS && parse_token(parse, parse->at)->kind) {
        parse->at = parse->tokens.count - 1;
        parse->opener_count = 0;
        parse->resync = true;
    }
    if (parse->resync) {
        parse->resync = false;
        parse->line_open = false;
        return send(parse, span, TOK_NEWLINE, after_last(parse));
    }
    const Token *token = parse_token(parse, parse->at);
    if (parse->opener_count > 0 && (!token->kind || (token->first && !parse->fragment && only_begins_statement(token->kind)))) {
        int opener = unclosed_opener(parse);
        if (!token->kind || opener >= 0)
            return send_unclosed(parse, span, opener >= 0 ? next_statement(parse, opener) : parse->at);
    }
    if (parse->opener_count == 0 && token->first && !parse->fragment) {
        if (parse->line_open) {
            parse->line_open = false;
            return send(parse, span, TOK_NEWLINE, after_last(parse));
        }
        if (!parse->indented && layout_start_line(parse))
            return send(parse, span, TOK_INDENT, token_span(parse, parse->at));
        if (parse->dedents > 0) {
            parse->dedents--;
            return send(parse, span, TOK_DEDENT, after_last(parse));
        }
    }
    return token->kind ? send_token(parse, span) : send_end(parse, span);
}
