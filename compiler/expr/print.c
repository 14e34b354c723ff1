/* Pure expressions as C99. In: a DAG and the text of its arguments. Out: lines that declare the shared parts, and one expression.
 * Nesting is kept below what tcc's value stack holds by giving deep parts a name too. */
#include "expr/internal.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 12 };

typedef struct { const char *value, *condition; int depth; bool heavy; } Piece; /* heavy: calls exp or the like */

static const char *constant_text(Arena *arena, float value)
{
    if (value != value)
        return "bnn_nan()";
    if (value - value != 0.0f)
        return value > 0.0f ? "bnn_infinity()" : "(-bnn_infinity())";
    const char *text = text_float(arena, value);
    return text[0] == '-' ? arena_printf(arena, "(%s)", text) : text;
}

/* The template with $k and ?k replaced by the operands' values and truths. */
static const char *fill(Arena *arena, const char *template, const Piece *piece, const int *child)
{
    Text text = text_new(arena);
    for (const char *p = template; *p; p++) {
        if (*p != '$' && !(*p == '?' && p[1] >= '0' && p[1] <= '2')) {
            text_add_char(&text, *p);
            continue;
        }
        const Piece *operand = &piece[child[p[1] - '0']];
        if (*p == '$')
            text_add(&text, operand->value);
        else if (operand->condition)
            text_add(&text, operand->condition);
        else
            text_printf(&text, "(%s != 0.0f)", operand->value);
        p++;
    }
    return text.at;
}

static Piece piece_of(Arena *arena, const Expr *at, const int *child, const Piece *piece, const char *const *argument_text)
{
    const ExprRow *row = expr_row(at->op);
    Piece result = {0};
    for (int k = 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++) {
        if (piece[child[k]].depth >= result.depth)
            result.depth = piece[child[k]].depth + 1;
        result.heavy = result.heavy || piece[child[k]].heavy;
    }
    result.heavy = result.heavy || (at->op >= EX_EXP && at->op <= EX_POW);
    if (at->op == EX_CONST) {
        result.value = constant_text(arena, at->value);
    } else if (at->op == EX_ARG) {
        result.value = argument_text[at->index];
    } else if (row->c_condition) {
        result.condition = fill(arena, row->c_condition, piece, child);
        result.value = arena_printf(arena, "(%s ? 1.0f : 0.0f)", result.condition);
    } else {
        result.value = fill(arena, row->c_text, piece, child);
    }
    return result;
}

/* What needs a name: what is used twice, and light branches of a choice: a loop becomes vectors only when nothing that might trap
 * is evaluated on a condition. */
static void count_uses(const ExprWalk *walk, int *uses, bool *branch)
{
    for (int i = 0; i < walk->count; i++)
        for (int k = 0; k < EXPR_MAX_CHILDREN && walk->node[i]->child[k]; k++) {
            uses[walk->child[i][k]]++;
            branch[walk->child[i][k]] = branch[walk->child[i][k]] || (walk->node[i]->op == EX_SELECT && k > 0);
        }
}

/* An outermost pair of parentheses is noise. */
static const char *strip(Arena *arena, const char *text)
{
    size_t length = strlen(text);
    int depth = 0;
    if (text[0] != '(')
        return text;
    for (size_t i = 0; i + 1 < length; i++) {
        depth += (text[i] == '(') - (text[i] == ')');
        if (depth == 0)
            return text;
    }
    return arena_strndup(arena, text + 1, length - 2);
}

const char *expr_print_c(Arena *arena, const Expr *e, const char *const *argument_text, void (*line)(void *context, const char *text),
                         void *context)
{
    if (!e->pure)
        BUG("expr_print_c: not a pure expression");
    const ExprWalk *walk = expr_walk(e);
    Piece *piece = ARENA_ARRAY(arena, Piece, walk->count);
    int *uses = ARENA_ARRAY(arena, int, walk->count), names = 0;
    bool *branch = ARENA_ARRAY(arena, bool, walk->count);
    count_uses(walk, uses, branch);
    for (int i = 0; i < walk->count; i++) {
        piece[i] = piece_of(arena, walk->node[i], walk->child[i], piece, argument_text);
        bool named = uses[i] > 1 || piece[i].depth >= MOST_DEPTH || (branch[i] && !piece[i].heavy);
        if (walk->node[i]->child[0] && i < walk->count - 1 && named) {
            const char *name = arena_printf(arena, "t%d", names++);
            line(context, arena_printf(arena, "const float %s = %s;", name, strip(arena, piece[i].value)));
            piece[i] = (Piece){.value = name};
        }
    }
    return piece[walk->count - 1].value;
}
