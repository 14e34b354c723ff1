/* Operators of C: how tightly they bind. In: tokens. Out: levels, see tokens.h. */
#include "emit/tokens.h"

int operator_level(TokenKind kind, const char *text, int length)
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

bool ends_operand(const Tokens *t, int i)
{
    const Token *token = token_at(t, i);
    if (token->kind == TOKEN_MARK)
        return token->length == 1 && (*token->text == ')' || *token->text == ']');
    return token->kind == TOKEN_INT || token->kind == TOKEN_NUMBER || (token->kind == TOKEN_NAME && token->level != BOUND);
}

int precedence(const Tokens *t, int i)
{
    const Token *token = token_at(t, i);
    if (token->level < 0 || token->level == UNKNOWN)
        return token->level;
    return ends_operand(t, token_prev(t, i)) ? token->level : UNKNOWN;
}

int level_before(const Tokens *t, int i)
{
    return ends_operand(t, i) ? UNKNOWN : precedence(t, i);
}

int level_after(const Tokens *t, int i)
{
    return token_at(t, i)->nesting > 0 ? UNKNOWN : precedence(t, i);
}
