/* Arithmetic of finite value sets: in: sets of the operands as levels, factor, scale, offset; out: that of the result, or not finite.
 * Real arithmetic decides: a sum of such sets is equal to its levels' up to float rounding, and the levels are the definition. */
#include "expr/internal.h"

#include <math.h>
#include <stdlib.h>

static const Levels not_finite = {.finite = false};

int level_gcd(int a, int b)
{
    a = abs(a);
    b = abs(b);
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

const Expr *level_linear(ExprPool *pool, const Expr *level, int factor, int add)
{
    if (factor == -1)
        level = expr_make(pool, EX_NEG, level, NULL, NULL);
    else if (factor != 1)
        level = expr_make(pool, EX_MUL, level, expr_const(pool, (float)factor), NULL);
    return add == 0 ? level : expr_make(pool, EX_ADD, level, expr_const(pool, (float)add), NULL);
}

/* Within what a few float32 roundings leave. */
static bool nearly_integer(double x, double *integer)
{
    *integer = rint(x);
    return fabs(x) < 1e6 && fabs(x - *integer) <= (*integer == 0.0 ? 1e-7 : 3e-7 * fmax(1.0, fabs(x)));
}

static bool is_constant(Levels a) { return a.finite && !a.scale && a.lo == a.hi; }
static double constant_value(Levels a) { return a.factor * a.lo + a.offset; }
static bool is_zero(Levels a) { return is_constant(a) && constant_value(a) == 0.0; }

Levels levels_constant(ExprPool *pool, double value)
{
    if (!isfinite(value))
        return not_finite;
    bool integer = fabs(value) <= LEVELS_WIDEST && rint(value) == value;
    int level = integer ? (int)value : 0;
    return (Levels){.finite = true, .lo = level, .hi = level, .level = expr_const(pool, (float)level), .factor = 1.0,
                    .offset = integer ? 0.0 : value};
}

Levels levels_negate(ExprPool *pool, Levels a)
{
    int lo = a.lo;
    a.lo = -a.hi;
    a.hi = -lo;
    a.level = level_linear(pool, a.level, -1, 0);
    a.offset = a.offset != 0.0 ? -a.offset : 0.0;
    return a;
}

static Levels times_constant(ExprPool *pool, Levels a, double c)
{
    if (c == 0.0)
        return levels_constant(pool, 0.0);
    if (c < 0.0)
        a = levels_negate(pool, a);
    a.factor *= fabs(c);
    a.offset *= fabs(c);
    return a;
}

/* Levels of the same scale on a common factor; false when there is none. */
static bool levels_align(ExprPool *pool, Levels *a, Levels *b)
{
    double factor = fmin(a->factor, b->factor), ka, kb;
    if (is_zero(*a))
        a->scale = b->scale, a->factor = factor = b->factor;
    else if (is_zero(*b))
        b->scale = a->scale, b->factor = factor = a->factor;
    if (a->scale != b->scale || !nearly_integer(a->factor / factor, &ka) || !nearly_integer(b->factor / factor, &kb))
        return false;
    Levels *both[2] = {a, b};
    int k[2] = {(int)ka, (int)kb};
    for (int i = 0; i < 2; i++) {
        if (fabs((double)both[i]->lo * k[i]) > LEVELS_WIDEST || fabs((double)both[i]->hi * k[i]) > LEVELS_WIDEST)
            return false;
        both[i]->lo *= k[i], both[i]->hi *= k[i], both[i]->step *= k[i];
        both[i]->level = level_linear(pool, both[i]->level, k[i], 0);
        both[i]->factor = factor;
    }
    return true;
}

Levels levels_add(ExprPool *pool, Levels a, Levels b)
{
    if (is_constant(a)) {
        Levels swap = a;
        a = b, b = swap;
    }
    if (is_constant(b)) {
        if (a.scale && !is_zero(b))
            return not_finite;
        a.offset += constant_value(b);
        return a;
    }
    if (a.level == b.level && a.scale == b.scale) {
        a.factor += b.factor;
        a.offset += b.offset;
        return a;
    }
    if (!levels_align(pool, &a, &b))
        return not_finite;
    a.level = expr_make(pool, EX_ADD, a.level, b.level, NULL);
    a.lo += b.lo, a.hi += b.hi, a.step = level_gcd(a.step, b.step), a.offset += b.offset;
    return a;
}

/* The products of two progressions: their ends, and the step that reaches all of them. */
static bool multiply_levels(Levels *a, Levels b)
{
    int lo = a->lo * b.lo, hi = lo, step = 0;
    if ((int64_t)(a->hi - a->lo) * (b.hi - b.lo) > LEVELS_WIDEST)
        return false;
    for (int x = a->lo; x <= a->hi; x += a->step ? a->step : 1)
        for (int y = b.lo; y <= b.hi; y += b.step ? b.step : 1) {
            int product = x * y;
            step = level_gcd(step, product - lo);
            lo = product < lo ? product : lo;
            hi = product > hi ? product : hi;
        }
    a->lo = lo, a->hi = hi, a->step = step;
    return true;
}

Levels levels_mul(ExprPool *pool, Levels a, Levels b)
{
    if (is_constant(a))
        return times_constant(pool, b, constant_value(a));
    if (is_constant(b))
        return times_constant(pool, a, constant_value(b));
    a = levels_normalize(pool, a);
    b = levels_normalize(pool, b);
    if (a.offset != 0.0 || b.offset != 0.0 || !multiply_levels(&a, b))
        return not_finite;
    a.level = expr_make(pool, EX_MUL, a.level, b.level, NULL);
    a.factor *= b.factor;
    a.scale = a.scale && b.scale ? expr_make(pool, EX_MUL, a.scale, b.scale, NULL) : a.scale ? a.scale : b.scale;
    return a;
}

Levels levels_div(ExprPool *pool, Levels a, Levels b)
{
    if (is_constant(b)) {
        double c = constant_value(b);
        if (c == 0.0)
            return not_finite;
        if (c < 0.0)
            a = levels_negate(pool, a);
        a.factor /= fabs(c);
        a.offset /= fabs(c);
        return a;
    }
    a = levels_normalize(pool, a);
    if (a.offset != 0.0 || !b.scale || b.lo != b.hi || abs(b.lo) != 1)
        return not_finite;
    if (b.lo < 0)
        a = levels_negate(pool, a);
    a.factor /= b.factor;
    a.scale = expr_make(pool, EX_DIV, a.scale ? a.scale : expr_const(pool, 1.0f), b.scale, NULL);
    return a;
}

/* --- sets found by listing their values */
typedef struct { double *at; int count; } Values;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int value_count(Levels a) { return a.lo == a.hi ? 1 : (a.hi - a.lo) / a.step + 1; }
static double value_at(Levels a, int i) { return a.factor * (a.lo + (double)i * a.step) + a.offset; }

/* The smallest evenly spaced grid through the values, whole numbers where they are. */
static Levels fit(ExprPool *pool, Values values)
{
    Levels result = {.finite = true, .factor = 1.0};
    int unique = 1, step = 0;
    bool whole = true;
    qsort(values.at, (size_t)values.count, sizeof *values.at, by_value);
    for (int i = 1; i < values.count; i++)
        if (values.at[i] != values.at[unique - 1])
            values.at[unique++] = values.at[i];
    double first = values.at[0], gap = INFINITY, last = values.at[unique - 1];
    for (int i = 0; i < unique; i++) {
        if (!isfinite(values.at[i]))
            return not_finite;
        whole = whole && rint(values.at[i]) == values.at[i] && fabs(values.at[i]) <= LEVELS_WIDEST;
        gap = i > 0 ? fmin(gap, values.at[i] - values.at[i - 1]) : gap;
    }
    if (unique == 1)
        return levels_constant(pool, first);
    if (!whole) {
        result.factor = gap;
        result.offset = first;
    }
    for (int i = 0; i < unique; i++) {
        double level;
        if (!nearly_integer((values.at[i] - result.offset) / result.factor, &level) || fabs(level) > LEVELS_WIDEST)
            return not_finite;
        step = level_gcd(step, (int)level - (int)((first - result.offset) / result.factor));
    }
    result.lo = (int)rint((first - result.offset) / result.factor);
    result.hi = (int)rint((last - result.offset) / result.factor);
    result.step = step;
    return result;
}

/* a's level on the grid of `grid`, which holds all its values: first + index * k, where a's gap is k gaps of the grid. */
static const Expr *level_on(ExprPool *pool, Levels a, Levels grid)
{
    int step = a.step ? a.step : 1, k = (int)rint(a.factor * step / grid.factor);
    int first = (int)rint((value_at(a, 0) - grid.offset) / grid.factor);
    if (k % step == 0)
        return level_linear(pool, a.level, k / step, first - a.lo * (k / step));
    const Expr *index = expr_make(pool, EX_DIV, level_linear(pool, a.level, 1, -a.lo), expr_const(pool, (float)step), NULL);
    return level_linear(pool, index, k, first);
}

static Levels select_listed(ExprPool *pool, const Expr *condition, Levels a, Levels b)
{
    int na = value_count(a), nb = value_count(b);
    if (na + nb > LEVELS_MOST_VALUES)
        return not_finite;
    Values values = {malloc(sizeof(double) * (size_t)(na + nb)), na + nb};
    BUG_IF(!values.at);
    for (int i = 0; i < na; i++)
        values.at[i] = value_at(a, i);
    for (int i = 0; i < nb; i++)
        values.at[na + i] = value_at(b, i);
    Levels result = fit(pool, values);
    free(values.at);
    if (result.finite && !is_constant(result)) {
        result = levels_normalize(pool, result);
        result.level = expr_make(pool, EX_SELECT, condition, level_on(pool, a, result), level_on(pool, b, result));
    }
    return result;
}

Levels levels_select(ExprPool *pool, const Expr *condition, Levels a, Levels b)
{
    if (!a.scale && !b.scale)
        return select_listed(pool, condition, a, b);
    if (!levels_align(pool, &a, &b))
        return not_finite;
    a.level = expr_make(pool, EX_SELECT, condition, a.level, b.level);
    a.step = level_gcd(level_gcd(a.step, b.step), a.lo - b.lo);
    a.lo = a.lo < b.lo ? a.lo : b.lo;
    a.hi = a.hi > b.hi ? a.hi : b.hi;
    return a;
}

/* As floats have it: a pad value's level is one that gives exactly that value in them, 0 say, and the sign of 0 is not that of almost 0. */
static float float_at(Levels a, int i)
{
    float scaled = (float)a.factor * (float)(a.lo + i * a.step);
    return scaled + (float)a.offset;
}

Levels levels_enumerate(ExprPool *pool, const Expr *node, const Levels *child)
{
    int n[EXPR_MAX_CHILDREN] = {1, 1, 1};
    for (int k = 0; k < EXPR_MAX_CHILDREN && node->child[k]; k++) {
        if (!child[k].finite || child[k].scale || value_count(child[k]) > LEVELS_MOST_VALUES)
            return not_finite;
        n[k] = value_count(child[k]);
    }
    int64_t total = (int64_t)n[0] * n[1] * n[2];
    if (total > LEVELS_MOST_VALUES || !expr_row(node->op)->eval)
        return not_finite;
    Values values = {malloc(sizeof(double) * (size_t)total), (int)total};
    BUG_IF(!values.at);
    for (int i = 0; i < total; i++) {
        float a = float_at(child[0], i % n[0]), b = node->child[1] ? float_at(child[1], i / n[0] % n[1]) : 0.0f;
        values.at[i] = (double)expr_row(node->op)->eval(a, b, node->child[2] ? float_at(child[2], i / n[0] / n[1]) : 0.0f);
    }
    Levels result = fit(pool, values);
    free(values.at);
    if (!result.finite || is_constant(result))
        return result;
    result = levels_normalize(pool, result);
    result.level = node; /* the node itself tells which value it is */
    if (result.offset != 0.0)
        result.level = expr_make(pool, EX_SUB, result.level, expr_const(pool, (float)result.offset), NULL);
    if (result.factor != 1.0)
        result.level = expr_make(pool, EX_DIV, result.level, expr_const(pool, (float)result.factor), NULL);
    if (result.level != node)
        result.level = expr_make(pool, EX_ROUND, result.level, NULL, NULL);
    return result;
}

Levels levels_normalize(ExprPool *pool, Levels a)
{
    double shift;
    bool stored = a.level && a.level->op == EX_ARG && a.hi - a.lo >= 16; /* u8, i8: the stored integer stays the level */
    if (!a.finite || is_constant(a))
        return a;
    for (int k = 1; k <= 2 && a.offset != 0.0 && !stored; k++) { /* whole levels, else twice as many: 2q - n */
        if (!nearly_integer(k * a.offset / a.factor, &shift) || fabs(shift) > LEVELS_WIDEST)
            continue;
        a.lo = a.lo * k + (int)shift, a.hi = a.hi * k + (int)shift, a.step *= k;
        a.level = a.level ? level_linear(pool, a.level, k, (int)shift) : NULL;
        a.factor /= k;
        a.offset = 0.0;
    }
    int common = level_gcd(a.lo, a.step);
    if (common > 1) {
        a.lo /= common, a.hi /= common, a.step /= common, a.factor *= common;
        a.level = a.level ? expr_make(pool, EX_DIV, a.level, expr_const(pool, (float)common), NULL) : NULL;
    }
    return a;
}
