/* Reverse-mode differentiation. In: an expression and the cotangent of its value. Out: the cotangent of each argument, as forward
 * expressions (no custom gradients or stops in them).
 *
 * Broadcasting. A node is *flat* along an axis when its size there is 1: constants along all, reductions along their axes, other
 * nodes where all their children are. Arguments are taken as full, except those only dy has: dy is shaped like e.
 * Where a flat value is used by a node that is not, its cotangent is the sum over the axis. */
#include "expr/internal.h"

#include <stdlib.h>

typedef struct {
    ExprPool *pool;
    uint32_t wanted;        /* arguments asked for */
    uint32_t dy_arguments;  /* arguments that occur in dy alone, flat as e is */
    uint32_t dy_flat;
    const Expr **cotangent; /* by id; NULL: none yet */
    uint32_t *flat;         /* by id */
} Reverse;

static uint32_t flat_of(const Reverse *reverse, const Expr *at, const uint32_t *flat, const int *child)
{
    if (at->op == EX_ARG)
        return reverse->dy_arguments >> at->index & 1 ? reverse->dy_flat : 0;
    uint32_t result = at->op == EX_DY ? reverse->dy_flat : ~0u;
    for (int k = 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++)
        result &= flat[child[k]];
    return expr_is_reduce(at->op) ? result | at->axes : result;
}

/* Axes along which e, an expression that need not be part of the one differentiated, has size 1. */
static uint32_t flat_axes(const Reverse *reverse, const Expr *e)
{
    const ExprWalk *walk = expr_walk(e);
    uint32_t *flat = malloc(sizeof *flat * (size_t)walk->count), result;
    BUG_IF(!flat);
    for (int i = 0; i < walk->count; i++)
        flat[i] = flat_of(reverse, walk->node[i], flat, walk->child[i]);
    result = flat[walk->count - 1];
    free(flat);
    return result;
}

static const Expr *times_count(ExprPool *pool, const Expr *g, const Expr *shape, uint32_t axes)
{
    return axes == 0 ? g : expr_make(pool, EX_MUL, g, expr_reduce(pool, EX_REDUCE_COUNT, shape, axes), NULL);
}

static bool is_zero(const Expr *e) { return expr_is_constant(e, 0.0f); }

/* g, shaped like `consumer` (or broadcasting to it), flows to child. */
static void contribute(Reverse *reverse, const Expr *child, const Expr *g, const Expr *consumer)
{
    if (!(child->uses & reverse->wanted))
        return;
    uint32_t summed = reverse->flat[child->id] & ~reverse->flat[consumer->id];
    if (summed && !is_zero(g)) {
        uint32_t flat = flat_axes(reverse, g);
        g = expr_reduce(reverse->pool, EX_REDUCE_SUM, g, summed & ~flat);
        g = times_count(reverse->pool, g, consumer, summed & flat);
    }
    const Expr **slot = &reverse->cotangent[child->id];
    if (!*slot || is_zero(*slot))
        *slot = g;
    else if (!is_zero(g))
        *slot = expr_make(reverse->pool, EX_ADD, *slot, g, NULL);
}

static void reverse_reduce(Reverse *reverse, const Expr *at, const Expr *u)
{
    ExprPool *pool = reverse->pool;
    const Expr *child = at->child[0];
    if (at->op == EX_REDUCE_COUNT || !(child->uses & reverse->wanted))
        return;
    if (at->op == EX_REDUCE_MEAN)
        u = expr_make(pool, EX_DIV, u, expr_reduce(pool, EX_REDUCE_COUNT, child, at->axes), NULL);
    if (at->op == EX_REDUCE_MAX) {
        const Expr *tied = expr_make(pool, EX_EQ, child, at, NULL);
        u = expr_make(pool, EX_MUL, u, expr_make(pool, EX_DIV, tied, expr_reduce(pool, EX_REDUCE_SUM, tied, at->axes), NULL), NULL);
    }
    contribute(reverse, child, u, child);
}

/* The user's gradient with DY replaced by u. A DY is shaped like the custom node; u may be flat where that is not, which only a sum
 * over such an axis can tell: it then misses the factor. */
static const Expr *gradient_with(Reverse *reverse, const Expr *gradient, const Expr *custom, const Expr *u)
{
    ExprPool *pool = reverse->pool;
    const ExprWalk *walk = expr_walk(expr_forward(pool, gradient));
    uint32_t u_flat = flat_axes(reverse, u), custom_flat = reverse->flat[custom->id];
    const Expr **copy = malloc(sizeof *copy * (size_t)walk->count), *result;
    BUG_IF(!copy);
    for (int i = 0; i < walk->count; i++) {
        const Expr *at = walk->node[i], *child[EXPR_MAX_CHILDREN] = {NULL};
        for (int k = 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++)
            child[k] = copy[walk->child[i][k]];
        if (at->op == EX_DY && at->index == custom->index)
            copy[i] = u;
        else
            copy[i] = expr_rebuild(pool, at, child);
        if (at->op == EX_REDUCE_SUM && child[0] != at->child[0] && (u_flat & ~custom_flat & at->axes)) {
            uint32_t lost = at->axes & flat_axes(reverse, child[0]) & ~custom_flat;
            copy[i] = times_count(pool, copy[i], custom, lost);
        }
    }
    result = copy[walk->count - 1];
    free(copy);
    return result;
}

static void reverse_custom(Reverse *reverse, const Expr *at, const Expr *u)
{
    for (int k = 0; k < at->custom_count; k++) {
        const Expr *input = at->custom_inputs[k];
        if (input->uses & reverse->wanted)
            contribute(reverse, input, gradient_with(reverse, at->custom_gradients[k], at, u), input);
    }
}

static void reverse_node(Reverse *reverse, const Expr *at)
{
    const Expr *u = reverse->cotangent[at->id];
    GradientFunction *gradient = expr_row(at->op)->gradient;
    if (!u)
        return;
    if (at->op == EX_CUSTOM) {
        reverse_custom(reverse, at, u);
    } else if (expr_is_reduce(at->op)) {
        reverse_reduce(reverse, at, u);
    } else if (gradient) {
        for (int k = 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++) {
            const Expr *g = at->child[k]->uses & reverse->wanted ? gradient(reverse->pool, at, u, k) : NULL;
            if (g)
                contribute(reverse, at->child[k], g, at);
        }
    }
}

static void flat_fill(Reverse *reverse, const ExprWalk *walk)
{
    for (int i = 0; i < walk->count; i++) {
        const Expr *at = walk->node[i];
        int child[EXPR_MAX_CHILDREN];
        for (int k = 0; k < EXPR_MAX_CHILDREN; k++)
            child[k] = at->child[k] ? at->child[k]->id : -1;
        reverse->flat[at->id] = flat_of(reverse, at, reverse->flat, child);
    }
}

void expr_differentiate(ExprPool *pool, const Expr *e, const Expr *dy, const Expr **gradients, int count)
{
    ExprWalk walk = expr_walk_all(e);
    Reverse reverse = {.pool = pool, .wanted = count >= EXPR_MAX_ARGS ? ~0u : (1u << count) - 1};
    reverse.cotangent = calloc((size_t)e->id + 1, sizeof *reverse.cotangent);
    reverse.flat = calloc((size_t)e->id + 1, sizeof *reverse.flat);
    BUG_IF(!reverse.cotangent || !reverse.flat);
    flat_fill(&reverse, &walk);
    reverse.dy_arguments = dy->uses & ~e->uses;
    reverse.dy_flat = reverse.flat[e->id];
    reverse.cotangent[e->id] = dy;
    for (int i = walk.count - 1; i >= 0; i--)
        reverse_node(&reverse, walk.node[i]);
    for (int i = 0; i < count; i++) {
        const Expr *argument = expr_arg(pool, i), *g = argument->id <= e->id ? reverse.cotangent[argument->id] : NULL;
        gradients[i] = g ? expr_forward(pool, g) : NULL;
    }
    free(reverse.cotangent);
    free(reverse.flat);
}
