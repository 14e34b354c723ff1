/* whole-weights. In: a product of levels with constant float weights that all happen to be whole numbers, as the optimizer Bop leaves them.
 * Out: the integer product, as float32. Every partial sum of the float product was a whole number below 2^24, so no bit changes. */
#include "passes/support.h"

#include <math.h>
#include <stdlib.h>

enum { WEIGHT_MAX = 127, EXACT = 1 << 24 };

typedef struct { int lo, hi, step; } Grid;

/* The coarsest set of levels that holds all weights; false when they are not whole, or large. */
static bool find_grid(const float *weights, int64_t count, Grid *grid)
{
    int lo = WEIGHT_MAX, hi = -WEIGHT_MAX, step = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!(fabsf(weights[i]) <= WEIGHT_MAX) || weights[i] != nearbyintf(weights[i]))
            return false;
        int level = (int)weights[i];
        lo = level < lo ? level : lo;
        hi = level > hi ? level : hi;
        step = pass_greatest_divisor(step, level - (int)weights[0]);
    }
    *grid = step ? (Grid){lo, hi, step} : lo ? (Grid){-abs(lo), abs(lo), 2 * abs(lo)} : (Grid){0, 1, 1};
    return count > 0;
}

static bool sums_are_exact(const Value *product, Grid grid)
{
    const Window *w = &product->u.product.window;
    const Value *x = product->input[0];
    int channels = product->u.product.role == ROLE_FORWARD ? w->in_channels : w->out_channels;
    double terms = window_full(w).taps * (double)channels / w->groups;
    double most = abs(x->lo) > abs(x->hi) ? abs(x->lo) : abs(x->hi), weight = abs(grid.lo) > abs(grid.hi) ? abs(grid.lo) : abs(grid.hi);
    return terms * most * weight < EXACT;
}

static Value *whole(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    Grid grid;
    (void)uses;
    if (old->op != OP_PRODUCT || old->u.product.role == ROLE_KERNEL_GRADIENT || !element_is_integer(old->input[0]->element))
        return NULL;
    const Value *weights = old->input[1];
    if (weights->op != OP_CONSTANT || weights->element != ELEMENT_F32)
        return NULL;
    int64_t count = shape_count(weights->shape);
    if (!find_grid(weights->u.data.f32, count, &grid) || !sums_are_exact(old, grid))
        return NULL;
    int32_t *levels = ARENA_ARRAY(to->arena, int32_t, count);
    for (int64_t i = 0; i < count; i++)
        levels[i] = (int32_t)weights->u.data.f32[i];
    graph_at(to, weights->span, weights->name);
    Value *inputs[] = {map[old->input[0]->id], graph_constant_level(to, weights->shape, levels, grid.lo, grid.hi, grid.step)};
    graph_at(to, old->span, old->name);
    return pass_to_float(to, graph_copy_updated(to, old, inputs));
}

void pass_whole_weights(Graph **graph, const PassOptions *options)
{
    (void)options;
    pass_rewrite(graph, whole);
}
