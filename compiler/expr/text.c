/* Readable infix for dumps, help and messages. In: any expression. Out: one line; parts that are used so often that the line would
 * explode get a name first: "t0 = ...; t0 * t0". */
#include "expr/internal.h"

#include <stdlib.h>
#include <string.h>

enum { LEVEL_OR = 1, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARE, LEVEL_SUM, LEVEL_PRODUCT, LEVEL_SIGN, LEVEL_CALL };
enum { LONG_TEXT = 60, MUCH_TEXT = 400 };

typedef struct { const char *text; int level; } Piece;

static int level_of(ExprOp op)
{
    static const int levels[EX_COUNT] = {
        [EX_OR] = LEVEL_OR, [EX_AND] = LEVEL_AND, [EX_NOT] = LEVEL_NOT, [EX_LT] = LEVEL_COMPARE, [EX_LE] = LEVEL_COMPARE,
        [EX_EQ] = LEVEL_COMPARE, [EX_NE] = LEVEL_COMPARE, [EX_ADD] = LEVEL_SUM, [EX_SUB] = LEVEL_SUM, [EX_MUL] = LEVEL_PRODUCT,
        [EX_DIV] = LEVEL_PRODUCT, [EX_NEG] = LEVEL_SIGN};
    return levels[op] ? levels[op] : LEVEL_CALL;
}

static const char *within(Arena *arena, Piece piece, int level)
{
    return piece.level < level ? arena_printf(arena, "(%s)", piece.text) : piece.text;
}

static Piece number_piece(Arena *arena, float value)
{
    char *text = NULL;
    for (int digits = 6; digits <= 9; digits++) {
        text = arena_printf(arena, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value)
            break;
    }
    return (Piece){text, value < 0.0f ? LEVEL_SIGN : LEVEL_CALL};
}

static const char *axes_text(Arena *arena, uint32_t axes)
{
    Text text = text_new(arena);
    for (int i = 0; i < 32; i++)
        if (axes >> i & 1)
            text_printf(&text, "%s%d", text.length ? "," : "", i);
    return text.at;
}

static Piece call_piece(Arena *arena, const Expr *e, const Piece *piece, const int *child)
{
    Text text = text_new(arena);
    text_printf(&text, "%s(", expr_op_text(e->op));
    for (int k = 0; k < EXPR_MAX_CHILDREN && e->child[k]; k++)
        text_printf(&text, "%s%s", k ? ", " : "", piece[child[k]].text);
    if (expr_is_reduce(e->op))
        text_printf(&text, ", axes=[%s]", axes_text(arena, e->axes));
    text_add_char(&text, ')');
    return (Piece){text.at, LEVEL_CALL};
}

static Piece leaf_piece(Arena *arena, const Expr *e, const char *const *names, int count)
{
    if (e->op == EX_CONST)
        return number_piece(arena, e->value);
    if (e->op == EX_DY)
        return (Piece){"dy", LEVEL_CALL};
    if (names && e->index < count && names[e->index])
        return (Piece){names[e->index], LEVEL_CALL};
    return (Piece){arena_printf(arena, "x%d", e->index), LEVEL_CALL};
}

static Piece piece_of(Arena *arena, const Expr *e, const Piece *piece, const int *child, const char *const *names, int count)
{
    int level = level_of(e->op);
    if (!e->child[0])
        return leaf_piece(arena, e, names, count);
    if (e->op == EX_CUSTOM)
        return piece[child[0]];
    if (level == LEVEL_CALL)
        return call_piece(arena, e, piece, child);
    if (!e->child[1])
        return (Piece){arena_printf(arena, "%s%s%s", expr_op_text(e->op), e->op == EX_NOT ? " " : "", within(arena, piece[child[0]], level + 1)),
                       level};
    bool loose = level == LEVEL_COMPARE;
    const char *left = within(arena, piece[child[0]], level + loose), *right = within(arena, piece[child[1]], level + 1);
    return (Piece){arena_printf(arena, "%s %s %s", left, expr_op_text(e->op), right), level};
}

const char *expr_text(Arena *arena, const Expr *e, const char *const *names, int count)
{
    const ExprWalk *walk = expr_walk(e);
    Piece *piece = ARENA_ARRAY(arena, Piece, walk->count);
    int *uses = ARENA_ARRAY(arena, int, walk->count), named = 0;
    Text text = text_new(arena);
    for (int i = 0; i < walk->count; i++)
        for (int k = 0; k < EXPR_MAX_CHILDREN && walk->child[i][k] >= 0; k++)
            uses[walk->child[i][k]]++;
    for (int i = 0; i < walk->count; i++) {
        piece[i] = piece_of(arena, walk->node[i], piece, walk->child[i], names, count);
        size_t length = strlen(piece[i].text);
        if (i < walk->count - 1 && ((uses[i] > 1 && length > LONG_TEXT) || length > MUCH_TEXT)) {
            text_printf(&text, "t%d = %s; ", named, piece[i].text);
            piece[i] = (Piece){arena_printf(arena, "t%d", named++), LEVEL_CALL};
        }
    }
    text_add(&text, piece[walk->count - 1].text);
    return text.at;
}
