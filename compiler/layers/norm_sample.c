/* Normalization of each sample, as expressions with reductions: layer, group and unit normalization. */
#include "layers/family.h"
#include "layers/network.h"

/* x*inv + (beta - mean*inv), inv = gamma / sqrt(variance + epsilon), statistics per sample over the axes. */
static const Expr *normalizing_expr(Apply *apply, uint32_t axes, bool scale, bool center)
{
    ExprPool *pool = apply->layers->pool;
    const Expr *x = expr_arg(pool, 0), *mean = expr_reduce(pool, EX_REDUCE_MEAN, x, axes), *centered = expr2(apply, EX_SUB, x, mean);
    const Expr *variance = expr_reduce(pool, EX_REDUCE_MEAN, expr2(apply, EX_MUL, centered, centered), axes);
    const Expr *root = expr1(apply, EX_SQRT, expr2(apply, EX_ADD, variance, expr_number(apply, apply_number(apply, "epsilon"))));
    const Expr *inv = expr2(apply, EX_DIV, scale ? expr_arg(pool, 1) : expr_number(apply, 1), root);
    const Expr *shift = expr2(apply, EX_MUL, mean, inv);
    shift = center ? expr2(apply, EX_SUB, expr_arg(pool, scale ? 2 : 1), shift) : expr1(apply, EX_NEG, shift);
    return expr2(apply, EX_ADD, expr2(apply, EX_MUL, x, inv), shift);
}

/* x normalized over the axes of the mask; the weights have the shape `stored` and go along x as `spread`. NULL after an error. */
static Value *normalized(Apply *apply, Value *x, uint32_t mask, Shape stored, Shape spread)
{
    bool scale = apply_bool(apply, "scale"), center = apply_bool(apply, "center");
    Value *inputs[3] = {x};
    int used = 1;
    for (int i = 0; i < 2; i++) {
        if (!(i ? center : scale))
            continue;
        Value *weight = apply_weight(apply, i ? "beta" : "gamma", i ? "beta" : "gamma", stored);
        if (!weight)
            return NULL;
        inputs[used++] = shape_equal(stored, spread) ? weight : graph_reshape(apply->graph, weight, spread);
    }
    return graph_map(apply->graph, normalizing_expr(apply, mask, scale, center), used, inputs);
}

Value *apply_layernorm(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Value *x = family_float(apply, apply->input[0]);
    int axes[SHAPE_MAX], count = family_axes(apply, "axis", x, axes);
    if (!count)
        return NULL;
    Shape stored = {.rank = 0}, spread = x->shape;
    uint32_t mask = 0;
    bool normalized_axis[SHAPE_MAX] = {false};
    for (int i = 0; i < count; i++) {
        normalized_axis[axes[i]] = true;
        mask |= axes_mask(x, axes[i], 1);
        stored.dim[stored.rank++] = x->shape.dim[axes[i]];
    }
    for (int i = 0; i < spread.rank; i++)
        if (!normalized_axis[i])
            spread.dim[i] = 1;
    return normalized(apply, x, mask, stored, spread);
}

/* The groups are runs of the channels; each is normalized with all that lies before and behind them. */
Value *apply_groupnorm(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Value *x = family_float(apply, apply->input[0]);
    int axis = family_axis(apply, "axis", apply_int(apply, "axis"), x), groups = apply_int(apply, "groups");
    if (axis < 0)
        return NULL;
    Shape whole = x->shape, split = {.rank = 4, .dim = {1, 1, 1, 1}};
    int channels = whole.dim[axis];
    if (groups == -1)
        groups = channels;
    if (groups < 1 || groups > channels || channels % groups) {
        apply_error(apply, "groups", "%d channels cannot be %d groups of one size", channels, groups);
        return NULL;
    }
    split.dim[1] = groups;
    split.dim[2] = channels / groups;
    for (int i = 0; i < whole.rank; i++)
        if (i != axis)
            split.dim[i < axis ? 0 : 3] *= whole.dim[i];
    x = graph_reshape(apply->graph, x, split);
    uint32_t mask = axes_mask(x, 0, 1) | axes_mask(x, 2, 2);
    Value *y = normalized(apply, x, mask, shape_of(1, &channels), shape_of(4, (int[]){1, split.dim[1], split.dim[2], 1}));
    return y ? graph_reshape(apply->graph, y, whole) : NULL;
}

/* x / sqrt(max(sum of x*x, 1e-12)) */
Value *apply_unitnorm(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    ExprPool *pool = apply->layers->pool;
    Value *input = family_float(apply, apply->input[0]);
    int axes[SHAPE_MAX], count = family_axes(apply, "axis", input, axes);
    uint32_t mask = 0;
    for (int i = 0; i < count; i++)
        mask |= axes_mask(input, axes[i], 1);
    const Expr *x = expr_arg(pool, 0), *sum = expr_reduce(pool, EX_REDUCE_SUM, expr2(apply, EX_MUL, x, x), mask);
    const Expr *norm = expr1(apply, EX_SQRT, expr2(apply, EX_MAX, sum, expr_number(apply, 1e-12)));
    return count ? graph_map(apply->graph, expr2(apply, EX_DIV, x, norm), 1, &input) : NULL;
}
