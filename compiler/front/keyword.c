/* Soft keywords: `match`, `case` and `type` are names unless they begin such a statement, and the bracket of `with (a as b, ...):` is not
 * an expression's. Told from the tokens that follow. */
#include "front/parse.h"

#include "front/parser.tab.h"

#include <string.h>

static bool reads(const Parse *parse, int index, const char *text)
{
    const Token *token = parse_token(parse, index);
    return token->end - token->begin == strlen(text) && memcmp(parse->source->text + token->begin, text, strlen(text)) == 0;
}

/* Index of the ':' at bracket depth 0 that heads a block on this line, or -1. `last`: it must end the line. */
int keyword_header_colon(const Parse *parse, int from, bool last)
{
    for (int i = from; parse_token(parse, i)->kind && (i == from || !parse_token(parse, i)->first); i++) {
        const Token *token = parse_token(parse, i);
        if (bracket_is_opener(token->kind)) {
            if (token->partner < 0)
                return -1;
            i = token->partner;
        } else if (token->kind == ':' && (!last || parse_token(parse, i + 1)->first)) {
            return i;
        }
    }
    return -1;
}

static bool is_match(const Parse *parse)
{
    int next = parse->at + 1;
    int kind = parse_token(parse, next)->kind;
    if (!reads(parse, parse->at, "match") || parse_token(parse, next)->first || kind == '=' || kind == '.' || kind == ':' || kind == ',')
        return false;
    int colon = keyword_header_colon(parse, parse->at, true);
    return colon >= 0 && parse_token(parse, colon + 1)->kind && reads(parse, colon + 1, "case");
}

static bool is_type_alias(const Parse *parse)
{
    const Token *next = parse_token(parse, parse->at + 1);
    if (!reads(parse, parse->at, "type") || next->kind != TOK_NAME || next->first)
        return false;
    int kind = parse_token(parse, parse->at + 2)->kind;
    return kind == '=' || kind == '[';
}

/* `with (` of a parenthesized list of items: one that has an `as` or a comma at its own level, and ends before the colon. */
static bool is_with_list(const Parse *parse)
{
    int close = parse_token(parse, parse->at)->partner;
    if (parse->last < 0 || parse_token(parse, parse->last)->kind != TOK_WITH || close < 0 || parse_token(parse, close + 1)->kind != ':')
        return false;
    for (int i = parse->at + 1; i < close; i++) {
        const Token *token = parse_token(parse, i);
        if (token->kind == TOK_AS || token->kind == ',')
            return true;
        if (bracket_is_opener(token->kind) && token->partner > i)
            i = token->partner;
    }
    return false;
}

/* What the token at `at`, sent as `kind`, is at this place. */
int keyword_soft(Parse *parse, int kind)
{
    bool begins = parse->at == parse->statement || parse->sent_kind == ';';
    if (kind == '(' && is_with_list(parse))
        return TOK_WITH_PAREN;
    if (kind != TOK_NAME || !begins)
        return kind;
    if (parse->indents[parse->level].match && reads(parse, parse->at, "case") &&
        keyword_header_colon(parse, parse->at, false) > parse->at + 1)
        return TOK_CASE;
    if (is_match(parse)) {
        parse->match = true;
        return TOK_MATCH;
    }
    return is_type_alias(parse) ? TOK_TYPE : kind;
}
