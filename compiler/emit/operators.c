/* Operators of C in their places: how tightly one binds what stands before and after it. In: tokens. Out: levels, see tokens.h. */
#include "emit/tokens.h"

bool ends_operand(const CTokens *t, int i)
{
    const CToken *token = token_at(t, i);
    if (token->kind == TOKEN_MARK)
        return token->length == 1 && (*token->text == ')' || *token->text == ']');
    return token->kind == TOKEN_INT || token->kind == TOKEN_NUMBER || (token->kind == TOKEN_NAME && token->level != BOUND);
}

int precedence(const CTokens *t, int i)
{
    const CToken *token = token_at(t, i);
    if (token->level < 0 || token->level == UNKNOWN)
        return token->level;
    return ends_operand(t, token_prev(t, i)) ? token->level : UNKNOWN;
}

int level_before(const CTokens *t, int i)
{
    return ends_operand(t, i) ? UNKNOWN : precedence(t, i);
}

int level_after(const CTokens *t, int i)
{
    return token_at(t, i)->nesting > 0 ? UNKNOWN : precedence(t, i);
}
