/* Copies of expressions: arguments replaced, or gradients of their own and stops taken off. In: a DAG. Out: a DAG of the same pool. */
#include "expr/internal.h"

static const Expr *copy_custom(ExprPool *pool, const Expr *e, const Expr *const *copy)
{
    const Expr **inputs = ARENA_ARRAY(expr_pool_arena(pool), const Expr *, e->custom_count + 1);
    const Expr **gradients = ARENA_ARRAY(expr_pool_arena(pool), const Expr *, e->custom_count + 1);
    for (int k = 0; k < e->custom_count; k++) {
        inputs[k] = copy[expr_position(e->custom_inputs[k])];
        gradients[k] = copy[expr_position(e->custom_gradients[k])];
    }
    const Expr dy = {.op = EX_DY, .index = e->index};
    return expr_custom(pool, copy[expr_position(e->child[0])], &dy, e->custom_count, inputs, gradients);
}

const Expr *expr_substitute(ExprPool *pool, const Expr *e, const Expr *const *replacements, int count)
{
    ExprWalk walk = expr_walk_all(e);
    const Expr **copy = ARENA_ARRAY(expr_pool_arena(pool), const Expr *, walk.count);
    for (int i = 0; i < walk.count; i++) {
        const Expr *at = walk.node[i], *child[EXPR_MAX_CHILDREN] = {NULL};
        for (int k = 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++)
            child[k] = copy[walk.child[i][k]];
        if (at->op == EX_ARG && at->index < count && replacements[at->index])
            copy[i] = replacements[at->index];
        else if (at->op == EX_CUSTOM)
            copy[i] = copy_custom(pool, at, copy);
        else
            copy[i] = expr_rebuild(pool, at, child);
    }
    return copy[walk.count - 1];
}

const Expr *expr_forward(ExprPool *pool, const Expr *e)
{
    const ExprWalk *walk = expr_walk(e);
    const Expr **copy = ARENA_ARRAY(expr_pool_arena(pool), const Expr *, walk->count);
    for (int i = 0; i < walk->count; i++) {
        const Expr *at = walk->node[i], *child[EXPR_MAX_CHILDREN] = {NULL};
        for (int k = 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++)
            child[k] = copy[walk->child[i][k]];
        copy[i] = at->op == EX_CUSTOM || at->op == EX_STOP ? child[0] : expr_rebuild(pool, at, child);
    }
    return copy[walk->count - 1];
}
