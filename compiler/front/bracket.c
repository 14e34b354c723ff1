/* Brackets: which closes which, found over the whole file before parsing. Where one is wrong, the reading that lets the rest of the
 * statement come out even wins: a closing bracket too many (BRACKET_STRAY), an inner bracket never closed (partner -1), or the wrong sort.
 */
#include "front/indent.h"

#include <string.h>

#define AHEAD  2000 /* tokens looked at to judge one wrong bracket */
#define JUDGED 50   /* wrong brackets judged; more are taken as they come */

typedef struct {
    int at[PARSE_NESTING * 2];
    int count;
} Stack;

static bool push(Stack *stack, int token)
{
    if (stack->count == PARSE_NESTING * 2) {
        memmove(stack->at, stack->at + 1, sizeof stack->at - sizeof *stack->at); /* the parser stops long before */
        stack->count--;
    }
    stack->at[stack->count++] = token;
    return true;
}

/* Would the brackets from `at` on, with this stack, come out even at the end of the statement? */
static bool comes_out_even(const Parse *parse, Stack stack, int at, int column)
{
    for (int end = at + AHEAD; at < end; at++) {
        const Token *token = &parse->tokens.at[at];
        if (!token->kind || (token->first && !bracket_is_closer(token->kind) && layout_indent(parse, token).column <= column))
            return stack.count == 0;
        if (bracket_is_opener(token->kind))
            push(&stack, at);
        else if (bracket_is_closer(token->kind) &&
                 (stack.count == 0 || bracket_closer_of(parse->tokens.at[stack.at[--stack.count]].kind) != token->kind))
            return false;
    }
    return false;
}

/* A closer that does not fit the innermost bracket: the index in the stack of what it closes, or -1 if it is one too many. */
static int judge(const Parse *parse, const Stack *stack, int at)
{
    int index = stack->count - 1, column = layout_indent(parse, &parse->tokens.at[stack->at[0]]).column;
    while (index >= 0 && bracket_closer_of(parse->tokens.at[stack->at[index]].kind) != parse->tokens.at[at].kind)
        index--;
    Stack popped = *stack;
    popped.count = index >= 0 ? index : stack->count - 1;
    if (comes_out_even(parse, popped, at + 1, column))
        return popped.count;
    return comes_out_even(parse, *stack, at + 1, column) ? -1 : index;
}

void bracket_match(Parse *parse)
{
    Stack stack = { .count = 0 };
    int judged = 0;
    for (int i = 0; i < parse->tokens.count; i++) {
        Token *token = &parse->tokens.at[i];
        if (bracket_is_opener(token->kind))
            push(&stack, i);
        if (!bracket_is_closer(token->kind) || stack.count == 0)
            continue;
        int index = stack.count - 1;
        if (bracket_closer_of(parse->tokens.at[stack.at[index]].kind) != token->kind)
            index = judged++ < JUDGED ? judge(parse, &stack, i) : -1;
        token->partner = index < 0 ? BRACKET_STRAY : stack.at[index];
        if (index >= 0) {
            parse->tokens.at[stack.at[index]].partner = i;
            stack.count = index;
        }
    }
}
