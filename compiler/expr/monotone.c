/* Monotonicity. In: an expression and an argument. Out: whether its float32 value never falls (or never rises) as the argument grows
 * and the others stay. Correct rounding keeps monotonicity; that of exp, log, tanh, ... is checked over all floats in tests/math. */
#include "expr/internal.h"

#include <stdlib.h>

static Monotone flip(Monotone m) { return m == MONOTONE_UP ? MONOTONE_DOWN : m == MONOTONE_DOWN ? MONOTONE_UP : m; }

/* Of a function that rises in both operands. */
static Monotone join(Monotone a, Monotone b)
{
    if (a == MONOTONE_CONSTANT)
        return b;
    if (b == MONOTONE_CONSTANT)
        return a;
    return a == b && a != MONOTONE_EITHER ? a : MONOTONE_NO;
}

/* m times something of a known or unknown sign. */
static Monotone scaled(Monotone m, Range factor)
{
    if (factor.low >= 0.0f)
        return m;
    if (factor.high <= 0.0f)
        return flip(m);
    return m == MONOTONE_NO ? MONOTONE_NO : MONOTONE_EITHER;
}

Monotone monotone_up(const Expr *n, const Monotone *child, const Range *range)
{
    (void)range;
    return n->child[1] ? join(child[0], child[1]) : child[0];
}

Monotone monotone_down(const Expr *n, const Monotone *child, const Range *range)
{
    (void)n, (void)range;
    return flip(child[0]);
}

Monotone monotone_sub(const Expr *n, const Monotone *child, const Range *range)
{
    (void)n, (void)range;
    return join(child[0], flip(child[1]));
}

Monotone monotone_less(const Expr *n, const Monotone *child, const Range *range) { return flip(monotone_sub(n, child, range)); }

Monotone monotone_mul(const Expr *n, const Monotone *child, const Range *range)
{
    (void)n;
    if (child[1] == MONOTONE_CONSTANT)
        return scaled(child[0], range[1]);
    if (child[0] == MONOTONE_CONSTANT)
        return scaled(child[1], range[0]);
    return range[0].low >= 0.0f && range[1].low >= 0.0f ? join(child[0], child[1]) : MONOTONE_NO;
}

Monotone monotone_div(const Expr *n, const Monotone *child, const Range *range)
{
    (void)n;
    bool pole = range[1].low <= 0.0f && range[1].high >= 0.0f;
    if (child[1] == MONOTONE_CONSTANT && pole) /* it may be -0, too */
        return child[0] == MONOTONE_NO ? MONOTONE_NO : MONOTONE_EITHER;
    if (child[1] == MONOTONE_CONSTANT)
        return scaled(child[0], range[1]);
    if (pole)
        return MONOTONE_NO;
    if (child[0] == MONOTONE_CONSTANT)
        return scaled(flip(child[1]), range[0]);
    return range[0].low >= 0.0f && range[1].low > 0.0f ? join(child[0], flip(child[1])) : MONOTONE_NO;
}

static bool is_truth(Range range) { return range.integer && range.low >= 0.0f && range.high <= 1.0f; }

Monotone monotone_and(const Expr *n, const Monotone *child, const Range *range)
{
    (void)n;
    return is_truth(range[0]) && is_truth(range[1]) ? join(child[0], child[1]) : MONOTONE_NO;
}

Monotone monotone_not(const Expr *n, const Monotone *child, const Range *range)
{
    (void)n;
    return is_truth(range[0]) ? flip(child[0]) : MONOTONE_NO;
}

Monotone monotone_select(const Expr *n, const Monotone *child, const Range *range)
{
    (void)n;
    Monotone branches = join(child[1], child[2]), choice = child[0];
    if (choice == MONOTONE_CONSTANT)
        return child[1] == child[2] ? child[1] : branches;
    if (!is_truth(range[0]))
        return MONOTONE_NO;
    if (range[1].low >= range[2].high)
        return join(choice, branches);
    if (range[1].high <= range[2].low)
        return join(flip(choice), branches);
    return branches == MONOTONE_CONSTANT && choice != MONOTONE_NO ? MONOTONE_EITHER : MONOTONE_NO;
}

Monotone monotone_abs(const Expr *n, const Monotone *child, const Range *range)
{
    (void)n;
    return range[0].low >= 0.0f ? child[0] : range[0].high <= 0.0f ? flip(child[0]) : MONOTONE_NO;
}

/* A fixed power of something that is not negative. */
Monotone monotone_pow(const Expr *n, const Monotone *child, const Range *range)
{
    (void)n;
    return child[1] == MONOTONE_CONSTANT && range[0].low >= 0.0f ? scaled(child[0], range[1]) : MONOTONE_NO;
}

static Monotone node_monotone(const Expr *at, int index, const Monotone *child, const Range *range)
{
    MonotoneFunction *monotone = expr_row(at->op)->monotone;
    bool constant = true;
    if (at->op == EX_ARG)
        return at->index == index ? MONOTONE_UP : MONOTONE_CONSTANT;
    for (int k = 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++) {
        constant = constant && child[k] == MONOTONE_CONSTANT;
        if (child[k] == MONOTONE_NO)
            return MONOTONE_NO;
    }
    return constant ? MONOTONE_CONSTANT : monotone ? monotone(at, child, range) : MONOTONE_NO;
}

Monotone expr_monotone(const Expr *e, int index)
{
    const ExprWalk *walk = expr_walk(e);
    Range *range = malloc(sizeof *range * (size_t)walk->count);
    Monotone *monotone = malloc(sizeof *monotone * (size_t)walk->count), result;
    BUG_IF(!range || !monotone);
    expr_ranges(walk, &(Known){0}, range);
    for (int i = 0; i < walk->count; i++) {
        Monotone child[EXPR_MAX_CHILDREN];
        Range child_range[EXPR_MAX_CHILDREN];
        for (int k = 0; k < EXPR_MAX_CHILDREN && walk->child[i][k] >= 0; k++) {
            child[k] = monotone[walk->child[i][k]];
            child_range[k] = range[walk->child[i][k]];
        }
        monotone[i] = node_monotone(walk->node[i], index, child, child_range);
    }
    result = monotone[walk->count - 1];
    free(range);
    free(monotone);
    return result;
}
