/* In: an Expr and which arguments stay the same in a loop. Out: its largest parts that stay the same, as expressions of their own, and the rest
 * with new arguments in their place. C compilers move plain arithmetic out of loops, but not exp, pow and their like. */
#include "plan/planning.h"

#include <string.h>

enum { WORTH = 2 }; /* operations */

typedef struct {
    ExprPool *pool;
    const Expr *root;
    uint32_t mask;
    int first;
    Hoisted *out;
    const Expr **done; /* by id */
} Hoisting;

static bool fixed(const Hoisting *h, const Expr *e)
{
    return e->uses != 0 && (e->uses & ~h->mask) == 0 && e->op != EX_ARG && expr_size(e) >= WORTH;
}

static const Expr *hoist(Hoisting *h, const Expr *e)
{
    if (h->done[e->id])
        return h->done[e->id];
    const Expr *result = e;
    if (fixed(h, e) && h->first + h->out->count < EXPR_MAX_ARGS) {
        result = expr_arg(h->pool, h->first + h->out->count);
        h->out->part[h->out->count++] = e;
    } else if (e->child[0]) {
        const Expr *child[EXPR_MAX_CHILDREN] = {NULL};
        bool changed = false;
        for (int k = 0; k < EXPR_MAX_CHILDREN && e->child[k]; k++) {
            child[k] = hoist(h, e->child[k]);
            changed |= child[k] != e->child[k];
        }
        if (changed)
            result = expr_make(h->pool, e->op, child[0], child[1], child[2]);
    }
    h->done[e->id] = result;
    return result;
}

Hoisted expression_hoist(ExprPool *pool, const Expr *expr, uint32_t mask, int first)
{
    Hoisted out = {.rest = expr};
    if (!mask || !expr->pure)
        return out;
    Arena *arena = arena_new();
    Hoisting h = {.pool = pool, .root = expr, .mask = mask, .first = first, .out = &out, .done = ARENA_ARRAY(arena, const Expr *, expr->id + 1)};
    out.rest = hoist(&h, expr);
    arena_free(arena);
    return out;
}
