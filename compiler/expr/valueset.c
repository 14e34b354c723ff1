/* Value sets. In: an expression and what is known of its arguments. Out: its bounds and, where it takes few evenly spaced values, the
 * integer level behind them, with scale and offset: what the passes pack into bits. NaN is left out. */
#include "expr/internal.h"

#include <math.h>
#include <stdlib.h>

ValueSet value_set_real(void) { return (ValueSet){.lower = -INFINITY, .upper = INFINITY}; }

ValueSet value_set_levels(ExprPool *pool, int lo, int hi, int step)
{
    return (ValueSet){.bounded = true, .lower = (float)lo, .upper = (float)hi, .finite = true, .lo = lo, .hi = hi, .step = step,
                      .level = expr_arg(pool, 0)};
}

typedef struct {
    ExprPool *pool;
    const Known *known;
    const Range *range;    /* by position, as the others */
    const ExprWalk *walk;
    Levels *levels;
    bool *statistic;       /* made of reduced arguments and constants, with at least one of the former */
} Analysis;

/* A value whose set is known: its level can be read off it. */
static Levels argument_levels(Analysis *analysis, const Expr *at)
{
    const Known *known = analysis->known;
    if (!known->sets || at->index >= known->count)
        return (Levels){0};
    const ValueSet *set = &known->sets[at->index];
    if (!set->finite || (set->scale && set->scale->op != EX_CONST))
        return (Levels){0};
    ExprPool *pool = analysis->pool;
    double factor = set->scale ? (double)set->scale->value : 1.0;
    const Expr *level = at;
    if (set->offset != 0.0f)
        level = expr_make(pool, EX_SUB, level, expr_const(pool, set->offset), NULL);
    if (factor != 1.0)
        level = expr_make(pool, EX_DIV, level, set->scale, NULL);
    if (level != at)
        level = expr_make(pool, EX_ROUND, level, NULL, NULL);
    return (Levels){.finite = true, .lo = set->lo, .hi = set->hi, .step = set->step, .level = level, .factor = factor,
                    .offset = (double)set->offset};
}

static bool is_statistic(const Analysis *analysis, const Expr *at, const int *child)
{
    bool some = false;
    if (at->op == EX_ARG)
        return analysis->known->reduced && at->index < analysis->known->count && analysis->known->reduced[at->index];
    if (expr_is_reduce(at->op))
        return true;
    for (int k = 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++) {
        if (at->child[k]->op != EX_CONST && !analysis->statistic[child[k]])
            return false;
        some = some || analysis->statistic[child[k]];
    }
    return some;
}

/* a + (b - a) is b: the straight-through idiom x + stop_gradient(q(x) - x). Its position, -1 where the node is nothing of the kind. */
static int cancelled(const ExprWalk *walk, int i)
{
    const Expr *at = walk->node[i], *a = at->child[0], *b = at->child[1];
    const int *child = walk->child[i];
    if (at->op != EX_ADD && at->op != EX_SUB)
        return -1;
    if (at->op == EX_ADD && b->op == EX_SUB && b->child[1] == a)
        return walk->child[child[1]][0];
    if (at->op == EX_ADD && a->op == EX_SUB && a->child[1] == b)
        return walk->child[child[0]][0];
    return at->op == EX_SUB && b->op == EX_SUB && b->child[0] == a ? walk->child[child[1]][1] : -1;
}

static Levels linear_levels(ExprPool *pool, const Expr *at, const Levels *child)
{
    for (int k = at->op == EX_SELECT ? 1 : 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++)
        if (!child[k].finite)
            return (Levels){0};
    switch (at->op) {
    case EX_ADD:
        return levels_add(pool, child[0], child[1]);
    case EX_SUB:
        return levels_add(pool, child[0], levels_negate(pool, child[1]));
    case EX_NEG:
        return levels_negate(pool, child[0]);
    case EX_MUL:
        return levels_mul(pool, child[0], child[1]);
    case EX_DIV:
        return levels_div(pool, child[0], child[1]);
    case EX_SELECT:
        return levels_select(pool, at->child[0], child[1], child[2]);
    default:
        return (Levels){0};
    }
}

/* |scale * level| for a scale that is not negative. */
static Levels absolute_levels(Analysis *analysis, const Expr *at, Levels a)
{
    if (at->op != EX_ABS || !a.finite || !a.scale || (a.step != 0 && a.lo != -a.hi && a.lo < 0))
        return (Levels){0};
    Range scale;
    const ExprWalk *walk = expr_walk(a.scale);
    Range *range = malloc(sizeof *range * (size_t)walk->count);
    BUG_IF(!range);
    expr_ranges(walk, analysis->known, range);
    scale = range[walk->count - 1];
    free(range);
    if (scale.low < 0.0f)
        return (Levels){0};
    int largest = abs(a.lo) > abs(a.hi) ? abs(a.lo) : abs(a.hi), smallest = a.lo == a.hi ? largest : a.lo > 0 ? a.lo : 0;
    bool pair = a.lo == -a.hi && a.step == 2 * a.hi; /* {-n, +n} */
    a.level = expr_make(analysis->pool, EX_ABS, a.level, NULL, NULL);
    a.lo = pair ? largest : smallest;
    a.hi = largest;
    a.step = a.lo == a.hi ? 0 : 1;
    return a;
}

/* Integers within bounds, whatever they come from. */
static Levels integer_levels(const Expr *at, Range range)
{
    if (!range.integer || range.high - range.low > LEVELS_WIDEST || !(fabsf(range.low) <= LEVELS_WIDEST))
        return (Levels){0};
    Levels result = {.finite = true, .lo = (int)range.low, .hi = (int)range.high, .step = 1, .level = at, .factor = 1.0};
    if (at->op == EX_SIGN)
        result.step = 2;
    if (result.lo == result.hi)
        result.step = 0;
    return result;
}

static Levels node_levels(Analysis *analysis, const Expr *at, const Levels *child, int position)
{
    Levels result = {0};
    int same = cancelled(analysis->walk, position);
    if (at->op == EX_CONST)
        return levels_constant(analysis->pool, (double)at->value);
    if (at->op == EX_ARG)
        result = argument_levels(analysis, at);
    else if (at->op == EX_STOP || at->op == EX_CUSTOM)
        return child[0];
    else if (same >= 0 && analysis->levels[same].finite)
        return analysis->levels[same];
    else if (at->child[0])
        result = linear_levels(analysis->pool, at, child);
    if (!result.finite && analysis->statistic[position])
        return (Levels){.finite = true, .lo = 1, .hi = 1, .level = expr_const(analysis->pool, 1.0f), .factor = 1.0, .scale = at};
    if (!result.finite && at->child[0] && !expr_is_reduce(at->op))
        result = levels_enumerate(analysis->pool, at, child);
    if (!result.finite)
        result = absolute_levels(analysis, at, child[0]);
    return result.finite ? result : integer_levels(at, analysis->range[position]);
}

/* Of the forward value: custom gradients and stops do not matter. */
static Levels analyse(Analysis *analysis)
{
    const ExprWalk *walk = analysis->walk;
    for (int i = 0; i < walk->count; i++) {
        Levels child[EXPR_MAX_CHILDREN] = {{0}};
        for (int k = 0; k < EXPR_MAX_CHILDREN && walk->child[i][k] >= 0; k++)
            child[k] = analysis->levels[walk->child[i][k]];
        analysis->statistic[i] = is_statistic(analysis, walk->node[i], walk->child[i]);
        analysis->levels[i] = node_levels(analysis, walk->node[i], child, i);
    }
    return levels_normalize(analysis->pool, analysis->levels[walk->count - 1]);
}

static ValueSet set_of(ExprPool *pool, Levels levels, Range range)
{
    ValueSet set = value_set_real();
    if (levels.finite) {
        set.finite = true;
        set.lo = levels.lo, set.hi = levels.hi, set.step = levels.step;
        set.level = levels.level;
        set.offset = (float)levels.offset;
        set.scale = levels.scale;
        if (levels.factor != 1.0 && !levels.scale)
            set.scale = expr_const(pool, (float)levels.factor);
        else if (levels.factor != 1.0)
            set.scale = expr_make(pool, EX_MUL, levels.scale, expr_const(pool, (float)levels.factor), NULL);
        if (!levels.scale) {
            double low = levels.factor * levels.lo + levels.offset, high = levels.factor * levels.hi + levels.offset;
            double margin = 1e-6 * (fabs(low) + fabs(high) + fabs(levels.offset)); /* the float32 evaluation rounds */
            range.low = fmaxf(range.low, (float)(levels.factor == 1.0 && levels.offset == 0.0 ? low : low - margin));
            range.high = fminf(range.high, (float)(levels.factor == 1.0 && levels.offset == 0.0 ? high : high + margin));
        }
    }
    set.lower = range.low;
    set.upper = range.high;
    set.bounded = isfinite(range.low) && isfinite(range.high);
    return set;
}

ValueSet expr_value_set(ExprPool *pool, const Expr *e, const ValueSet *argument_sets, const bool *reduced, int count)
{
    const Known known = {argument_sets, reduced, count};
    const ExprWalk *walk = expr_walk(expr_forward(pool, e));
    Range *range = calloc((size_t)walk->count, sizeof *range);
    Analysis analysis = {.pool = pool, .known = &known, .range = range, .walk = walk};
    analysis.levels = calloc((size_t)walk->count, sizeof *analysis.levels);
    analysis.statistic = calloc((size_t)walk->count, sizeof *analysis.statistic);
    BUG_IF(!range || !analysis.levels || !analysis.statistic);
    expr_ranges(walk, &known, range);
    ValueSet set = set_of(pool, analyse(&analysis), range[walk->count - 1]);
    free(range);
    free(analysis.levels);
    free(analysis.statistic);
    return set;
}

static int bits_of(int n)
{
    int bits = 0;
    for (; n > 0; n >>= 1)
        bits++;
    return bits;
}

int value_set_planes(const ValueSet *set)
{
    if (!set->finite)
        return 0;
    bool odd = (set->lo & 1) != 0 && (set->step == 0 || set->step % 2 == 0);
    int largest = abs(set->lo) > abs(set->hi) ? abs(set->lo) : abs(set->hi), bits;
    if (odd && set->lo < 0) /* 2q - n */
        bits = bits_of(largest);
    else if (set->lo >= 0)
        bits = bits_of(set->hi);
    else /* sign and magnitude: {-1, 0, +1} is 2; in general two's complement, -2^k .. 2^k - 1 */
        bits = bits_of(set->hi > -set->lo - 1 ? set->hi : -set->lo - 1) + 1;
    return bits > 0 ? bits : 1;
}

const char *value_set_text(Arena *arena, const ValueSet *set)
{
    Text text = text_new(arena);
    if (!set->finite)
        return set->bounded ? arena_printf(arena, "real in [%g, %g]", (double)set->lower, (double)set->upper) : "real";
    const char *sign = set->lo < 0 ? "+" : "";
    int values = set->step ? (set->hi - set->lo) / set->step + 1 : 1;
    text_printf(&text, "{%d", set->lo);
    for (int i = 1; i < values && values <= 3; i++)
        text_printf(&text, ",%s%d", set->lo + i * set->step > 0 ? sign : "", set->lo + i * set->step);
    if (values > 3)
        text_printf(&text, "%s..%s%d", set->step > 1 ? arena_printf(arena, ",%d", set->lo + set->step) : "", sign, set->hi);
    text_add_char(&text, '}');
    double scale = set->scale && set->scale->op == EX_CONST ? (double)set->scale->value : 1.0, divisor = rint(1.0 / scale);
    if (set->scale && set->scale->op != EX_CONST)
        text_add(&text, " * scale");
    else if (scale != 1.0 && divisor > 1.0 && fabs(1.0 / divisor - scale) < 1e-7 * scale)
        text_printf(&text, "/%g", divisor);
    else if (scale != 1.0)
        text_printf(&text, " * %.7g", scale);
    if (set->offset != 0.0f)
        text_printf(&text, " %s %.7g", set->offset < 0.0f ? "-" : "+", fabs((double)set->offset));
    return text.at;
}
