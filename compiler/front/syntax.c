/* The words of a syntax error. In: the state of the parse, with the unexpected token sent last, and the names of what would have done.
 * Common mistakes get their own message and a hint; everything else is "unexpected X; expected Y". */
#include "front/parse.h"

#include "front/parser.tab.h"

#include <stdio.h>
#include <string.h>

/* A message with a hint. */
static bool say(Parse *parse, Span span, const char *message, const char *hint)
{
    diag_hint(diag_error(parse->diag, span, "%s", message), "%s", hint);
    return true;
}

static const char *token_text(const Parse *parse, int index)
{
    const Token *token = parse_token(parse, index);
    return arena_strndup(parse->arena, parse->source->text + token->begin, token->end - token->begin);
}

static int kind_before(const Parse *parse, int index)
{
    return index > 0 ? parse_token(parse, index - 1)->kind : 0;
}

static bool is_word(const Parse *parse, int index)
{
    char c = parse->source->text[parse_token(parse, index)->begin];
    int kind = parse_token(parse, index)->kind;
    return kind && kind != TOK_STRING && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_');
}

static bool begins_expression(const Parse *parse, int index)
{
    int kind = parse_token(parse, index)->kind;
    return kind == TOK_NAME || kind == TOK_INTEGER || kind == TOK_FLOAT || kind == TOK_STRING || kind == TOK_NONE || kind == TOK_TRUE ||
           kind == TOK_FALSE;
}

static bool expects(const char *const *expected, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(expected[i], name) == 0)
            return true;
    return false;
}

/* The unexpected thing in words. */
static const char *found(const Parse *parse)
{
    switch (parse->sent_kind) {
    case 0:
        return parse->fragment ? "end of the expression" : "end of the file";
    case TOK_NEWLINE:
        return "end of the line";
    case TOK_INDENT:
        return "indentation";
    case TOK_DEDENT:
        return "end of the block";
    case TOK_STRING:
        return "string";
    default:
        break;
    }
    const char *text = token_text(parse, parse->last);
    if (parse->sent_kind == TOK_NAME)
        return arena_printf(parse->arena, "name '%s'", text);
    if (parse->sent_kind == TOK_INTEGER || parse->sent_kind == TOK_FLOAT)
        return arena_printf(parse->arena, "number %s", text);
    return arena_printf(parse->arena, "'%s'", text);
}

static bool is_header(int kind)
{
    static const int kinds[] = { TOK_IF,  TOK_ELIF,   TOK_ELSE,    TOK_WHILE, TOK_FOR,  TOK_WITH,
                                 TOK_TRY, TOK_EXCEPT, TOK_FINALLY, TOK_DEF,   TOK_CLASS };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

/* The statement before the one at `index`: a line that ends in ':' and misses its block. */
static const char *header_before(const Parse *parse, int index)
{
    int at = index - 1;
    while (at > 0 && !parse_token(parse, at)->first)
        at--;
    return at >= 0 ? token_text(parse, at) : "";
}

static bool report_missing_block(Parse *parse, const char *const *expected, int count)
{
    if (!expects(expected, count, "indentation") || count > 1)
        return false;
    int next = parse->sent_kind == TOK_DEDENT || !parse->sent_kind ? parse->last + 1 : parse->last;
    Span span = parse->sent_kind == TOK_DEDENT || !parse->sent_kind ? token_span(parse, next - 1) : token_span(parse, next);
    Message *message = diag_error(parse->diag, span, "expected an indented block after '%s'", header_before(parse, next));
    diag_hint(message, span.begin == parse->sent.begin && parse->sent_kind ? "indent this line" : "an empty block is written 'pass'");
    return true;
}

static bool report_orphan(Parse *parse)
{
    int kind = parse->sent_kind;
    if (parse->last != parse->statement || !(kind == TOK_ELSE || kind == TOK_ELIF || kind == TOK_EXCEPT || kind == TOK_FINALLY))
        return false;
    if (parse->indents[parse->level].broken)
        return true; /* the statement that it belongs to had the error */
    const char *owner = kind == TOK_ELSE ? "if, for, while or try" : kind == TOK_ELIF ? "if" : "try";
    Message *message = diag_error(parse->diag, parse->sent, "'%s' belongs to no '%s'", token_text(parse, parse->last), owner);
    diag_hint(message, "is its indentation right?");
    return true;
}

/* print x, exec x */
static bool report_python2(Parse *parse)
{
    int before = parse->last - 1;
    int kind = parse_token(parse, parse->statement)->kind;
    if (kind == TOK_EXCEPT && parse->sent_kind == ',') {
        return say(parse, parse->sent, "'except E, e' is Python 2", "write 'as' in place of the comma");
    }
    if (kind == TOK_RAISE && parse->sent_kind == ',') {
        return say(parse, parse->sent, "'raise E, text' is Python 2", "write 'raise E(text)'");
    }
    if (before != parse->statement || kind != TOK_NAME || !begins_expression(parse, parse->last))
        return false;
    const char *name = token_text(parse, before);
    if (strcmp(name, "print") != 0 && strcmp(name, "exec") != 0)
        return false;
    diag_hint(diag_error(parse->diag, token_span(parse, before), "'%s' is a function", name), "write %s(...)", name);
    return true;
}

static bool report_assignment(Parse *parse)
{
    int kind = parse_token(parse, parse->statement)->kind;
    if (parse->sent_kind == '=' && (kind == TOK_IF || kind == TOK_ELIF || kind == TOK_WHILE || kind == TOK_ASSERT || kind == TOK_RETURN)) {
        return say(parse, parse->sent, "'=' assigns, and cannot stand in an expression", "'==' compares");
    }
    if (parse->sent_kind == '=' && kind_before(parse, parse->last) == TOK_LAMBDA) {
        return say(parse, token_span(parse, parse->last - 1), "'lambda' is a keyword and cannot be a name", "choose another name");
    }
    if (parse->sent_kind == '=' && parse->opener_count > 0) {
        int opener = parse_token(parse, parse->opener[parse->opener_count - 1])->kind;
        return say(parse, parse->sent, "'=' cannot stand here", opener == '{' ? "a dict has 'key: value'" : "'==' compares");
    }
    if (parse->sent_kind == TOK_WALRUS) {
        return say(parse, parse->sent, "':=' cannot stand here", "write '='");
    }
    return false;
}

/* Habits of other languages, told by the token itself. */
static bool report_foreign(Parse *parse)
{
    int kind = parse->sent_kind, before = kind_before(parse, parse->last);
    const Token *token = parse->last >= 0 ? parse_token(parse, parse->last) : NULL;
    bool begins = parse->last == parse->statement;
    if (kind == TOK_IF && before == TOK_ELSE) {
        say(parse, (Span){ parse->source, parse_token(parse, parse->last - 1)->begin, token->end }, "'else if' is one word", "write 'elif'");
    } else if (kind == TOK_FLOOR && begins) {
        say(parse, parse->sent, "unexpected '//'", "a comment begins with '#'");
    } else if (kind == '/' && begins) {
        say(parse, parse->sent, "unexpected '/'", "a comment begins with '#'");
    } else if (kind == TOK_NEWLINE && parse->last > 0 && token->kind == before && (before == '+' || before == '-')) {
        Span span = { parse->source, parse_token(parse, parse->last - 1)->begin, token->end };
        diag_hint(diag_error(parse->diag, span, "there is no '%s'", before == '+' ? "++" : "--"), "write '%c= 1'", before);
    } else if (kind == '{' && parse->opener_count == 1 && before != '=' && is_header(parse_token(parse, parse->statement)->kind)) {
        say(parse, parse->sent, "unexpected '{'", "a block begins with ':' and is indented");
    } else {
        return false;
    }
    return true;
}

static bool report_colon(Parse *parse, const char *const *expected, int count)
{
    const Token *statement = parse_token(parse, parse->statement);
    int kind = statement->kind == TOK_ASYNC ? parse_token(parse, parse->statement + 1)->kind : statement->kind;
    if (parse->sent_kind != TOK_NEWLINE || !is_header(kind) || !expects(expected, count, "':'"))
        return false;
    Span span = token_span(parse, parse->last);
    span.begin = span.end;
    diag_hint(diag_error(parse->diag, span, "':' is missing at the end of this line"), "add ':' after '%s ...'",
              token_text(parse, parse->statement));
    return true;
}

/* A keyword where a name is wanted: f(lambda=1), class = 3. */
static bool report_keyword(Parse *parse, const char *const *expected, int count)
{
    if (parse->last < 0 || parse->sent_kind == TOK_NAME || parse->sent_kind == TOK_NEWLINE || parse->sent_kind == TOK_DEDENT)
        return false;
    if (!parse->sent_kind || !is_word(parse, parse->last))
        return false;
    int before = kind_before(parse, parse->last), after = parse_token(parse, parse->last + (parse_token(parse, parse->last)->kind != 0))->kind;
    bool introduced = before == '.' || before == TOK_DEF || before == TOK_CLASS || before == TOK_AS || after == '=';
    if (!expects(expected, count, "a name") || !(introduced || count == 1))
        return false;
    diag_hint(diag_error(parse->diag, parse->sent, "'%s' is a keyword and cannot be a name", token_text(parse, parse->last)),
              "choose another name");
    return true;
}

static const char *join_expected(Arena *arena, const char *const *expected, int count)
{
    const char *text = "";
    for (int i = 0; i < count; i++) {
        bool bare = expected[i][0] == '\'' || strchr(expected[i], ' ');
        text = arena_printf(arena, bare ? "%s%s%s" : "%s%s'%s'", text, i == 0 ? "" : i == count - 1 ? " or " : ", ", expected[i]);
    }
    return text;
}

static void report_in_bracket(Parse *parse, const char *closer)
{
    int opener = parse->opener[parse->opener_count - 1];
    Message *message = diag_error(parse->diag, parse->sent, "unexpected %s; expected ',' or '%s'", found(parse), closer);
    if (begins_expression(parse, parse->last))
        diag_hint(message, "is a comma missing before it?");
    int line, column, opened;
    source_position(parse->source, parse_token(parse, opener)->begin, &opened, &column);
    source_position(parse->source, parse->sent.begin, &line, &column);
    if (opened != line)
        diag_note(message, token_span(parse, opener), "inside this '%c'", parse_token(parse, opener)->kind);
}

static void report_plain(Parse *parse, const char *const *expected, int count)
{
    const char *closer = NULL;
    if (parse->opener_count > 0) {
        int opener = parse_token(parse, parse->opener[parse->opener_count - 1])->kind;
        closer = opener == '(' ? ")" : opener == '[' ? "]" : "}";
    }
    if (expects(expected, count, "case")) {
        say(parse, parse->sent, "a match holds cases only", "write 'case pattern:' on one line");
    } else if (parse->sent_kind && parse->last >= 0 && strchr("([{", parse->sent_kind < 128 ? parse->sent_kind : ' ') &&
               parse->opener_count > 0) {
        parse->opener_count--; /* the unexpected bracket itself does not count as around */
        report_plain(parse, expected, count);
        parse->opener_count++;
    } else if (expects(expected, count, "a number")) {
        diag_error(parse->diag, parse->sent, "unexpected %s; expected an expression", found(parse));
    } else if (closer && expects(expected, count, arena_printf(parse->arena, "'%s'", closer)) && expects(expected, count, "','")) {
        report_in_bracket(parse, closer);
    } else if (count <= 4 && count > 0) {
        diag_error(parse->diag, parse->sent, "unexpected %s; expected %s", found(parse), join_expected(parse->arena, expected, count));
    } else if (expects(expected, count, "':'") && !expects(expected, count, "end of line")) {
        diag_error(parse->diag, parse->sent, "unexpected %s; expected ':'", found(parse));
    } else {
        diag_error(parse->diag, parse->sent, "unexpected %s", found(parse));
    }
}

/* The lexer will complain about a token behind the error on its line, or has done so before it: that was the mistake. */
static bool reported_before(const Parse *parse)
{
    for (int i = parse->last + 1; parse->last >= 0 && i < parse->tokens.count && !parse_token(parse, i)->first; i++)
        if (parse_token(parse, i)->bad)
            return true;
    return parse->quiet;
}

void syntax_report(Parse *parse, const char *const *expected, int count)
{
    bool done = parse->stopped || reported_before(parse) || layout_report_unclosed(parse) || report_missing_block(parse, expected, count);
    if (!done && parse->last >= 0)
        done = report_orphan(parse) || report_colon(parse, expected, count) || report_python2(parse) || report_assignment(parse) ||
               report_foreign(parse) || report_keyword(parse, expected, count);
    if (!done)
        report_plain(parse, expected, count);
    layout_recover(parse);
}
