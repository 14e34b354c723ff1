/* Intervals. In: a walk and the intervals of the arguments. Out: for every node an interval that holds all its float32 values, and
 * whether they are all integers. Corners of a box bound a function that is monotone in each operand; rounding keeps that. */
#include "expr/internal.h"

#include <math.h>

Range range_real(void) { return (Range){-INFINITY, INFINITY, false}; }

static Range range_join(Range a, Range b) { return (Range){fminf(a.low, b.low), fmaxf(a.high, b.high), a.integer && b.integer}; }

Range range_corners(const Expr *n, const Range *child)
{
    Range result = {INFINITY, -INFINITY, false};
    for (int corner = 0; corner < 4; corner++) {
        float a = corner & 1 ? child[0].high : child[0].low, b = n->child[1] ? (corner & 2 ? child[1].high : child[1].low) : 0.0f;
        float value = expr_row(n->op)->eval(a, b, 0.0f);
        if (value == value) /* inf - inf, 0 * inf: the other corners tell */
            result = range_join(result, (Range){value, value, false});
    }
    return result.low <= result.high ? result : range_real();
}

Range range_truth(const Expr *n, const Range *child)
{
    (void)n, (void)child;
    return (Range){0.0f, 1.0f, true};
}

Range range_select(const Expr *n, const Range *child)
{
    (void)n;
    return range_join(child[1], child[2]);
}

Range range_abs(const Expr *n, const Range *child)
{
    Range result = range_corners(n, child);
    if (child[0].low < 0.0f && child[0].high > 0.0f)
        result.low = 0.0f;
    return result;
}

Range range_div(const Expr *n, const Range *child)
{
    if (child[1].low > 0.0f || child[1].high < 0.0f)
        return range_corners(n, child);
    return range_real();
}

Range range_pow(const Expr *n, const Range *child)
{
    if (child[0].low >= 0.0f)
        return range_corners(n, child);
    return range_real();
}

/* Functions with a domain: below it they are NaN, which is left out. */
static Range range_from(const Expr *n, const Range *child, float start)
{
    Range inside = {fmaxf(child[0].low, start), fmaxf(child[0].high, start), false};
    return range_corners(n, &inside);
}
Range range_log(const Expr *n, const Range *child) { return range_from(n, child, 0.0f); }
Range range_log1p(const Expr *n, const Range *child) { return range_from(n, child, -1.0f); }
Range range_sqrt(const Expr *n, const Range *child) { return range_from(n, child, 0.0f); }

Range range_wave(const Expr *n, const Range *child)
{
    (void)n, (void)child;
    return (Range){-1.0f, 1.0f, false};
}

Range range_cosh(const Expr *n, const Range *child)
{
    Range result = range_corners(n, child);
    result.low = 1.0f;
    return result;
}

static Range range_reduce(const Expr *at, Range child)
{
    if (at->op == EX_REDUCE_MAX)
        return child;
    if (at->op == EX_REDUCE_COUNT)
        return (Range){1.0f, INFINITY, true};
    return (Range){child.low >= 0.0f ? 0.0f : -INFINITY, child.high <= 0.0f ? 0.0f : INFINITY, false};
}

static bool node_is_integer(const Expr *at, const Range *child)
{
    Integrality integer = expr_row(at->op)->integer;
    if (integer != INTEGER_IF_CHILDREN)
        return integer == INTEGER_ALWAYS;
    for (int k = at->op == EX_SELECT ? 1 : 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++)
        if (!child[k].integer)
            return false;
    return true; /* a sum or product beyond 2^24 rounds, but to an integer */
}

static bool is_zero_test(const Expr *test, const Expr *of)
{
    const Expr *a = test->child[0], *b = test->child[1];
    return test->op == EX_EQ && ((a == of && expr_is_constant(b, 0.0f)) || (b == of && expr_is_constant(a, 0.0f)));
}

/* The expression g of which e is known to be an upper bound times *factor: a maximum over g, or that times, plus, at least a constant. */
static const Expr *bound_of(const Expr *e, const Known *known, float *factor)
{
    *factor = 1.0f;
    for (;;) {
        const Expr *a = e->child[0], *b = e->child[1];
        if (e->op == EX_REDUCE_MAX)
            return a;
        if (e->op == EX_ARG)
            return known->sets && e->index < known->count ? known->sets[e->index].at_least : NULL;
        if (e->op == EX_MUL && (a->op == EX_CONST || b->op == EX_CONST)) {
            *factor *= a->op == EX_CONST ? a->value : b->value;
            e = a->op == EX_CONST ? b : a;
        } else if (e->op == EX_MAX || (e->op == EX_ADD && ((b->op == EX_CONST && b->value >= 0.0f) || (a->op == EX_CONST && a->value >= 0.0f)))) {
            e = a->op == EX_CONST ? b : a;
        } else if (e->op == EX_SELECT && is_zero_test(a, e->child[2]) && b->op == EX_CONST && b->value > 0.0f) {
            e = e->child[2]; /* divide_no_nan: a bound of 0 leaves 0 / b */
        } else {
            return NULL;
        }
    }
}

/* f / d where d >= factor * |f|: within 1/factor of 0. */
static Range refine_div(const Expr *at, const Known *known, Range range)
{
    float factor, limit;
    int exponent;
    const Expr *bound = bound_of(at->child[1], known, &factor), *f = at->child[0];
    if (!bound || factor <= 0.0f || (bound != f && (bound->op != EX_ABS || (bound->child[0] != f && !(f->op == EX_ABS && f == bound)))))
        return range;
    limit = 1.0f / factor;
    if (frexpf(factor, &exponent) != 0.5f) /* a factor that rounds */
        limit = nextafterf(nextafterf(limit, INFINITY), INFINITY);
    if (bound->op == EX_ABS)
        range.low = fmaxf(range.low, bound == f ? 0.0f : -limit);
    range.high = fminf(range.high, limit);
    return range;
}

static Range argument_range(const Expr *at, const Known *known)
{
    if (!known->sets || at->index >= known->count)
        return range_real();
    const ValueSet *set = &known->sets[at->index];
    if (!set->bounded)
        return range_real();
    return (Range){set->lower, set->upper, set->finite && !set->scale && set->offset == 0.0f};
}

static Range node_range(const Expr *at, const Range *child, const Known *known)
{
    if (at->op == EX_CONST)
        return at->value == at->value ? (Range){at->value, at->value, floorf(at->value) == at->value} : range_real();
    if (at->op == EX_ARG)
        return argument_range(at, known);
    if (expr_is_reduce(at->op))
        return range_reduce(at, child[0]);
    if (at->op == EX_STOP || at->op == EX_CUSTOM)
        return child[0];
    const ExprRow *row = expr_row(at->op);
    Range result = row->range ? row->range(at, child) : range_real();
    result.integer = node_is_integer(at, child);
    return at->op == EX_DIV ? refine_div(at, known, result) : result;
}

void expr_ranges(const ExprWalk *walk, const Known *known, Range *out)
{
    for (int i = 0; i < walk->count; i++) {
        Range child[EXPR_MAX_CHILDREN];
        for (int k = 0; k < EXPR_MAX_CHILDREN && walk->child[i][k] >= 0; k++)
            child[k] = out[walk->child[i][k]];
        out[i] = node_range(walk->node[i], child, known);
    }
}
