/* Normalization: batch (one operator until the passes lower it) and layer (an Expr with reductions). */
#include "layers/family.h"

#include <string.h>

static int batchnorm_axis(Apply *apply, const Value *x)
{
    int given[SHAPE_MAX], count = apply_ints(apply, "axis", given, SHAPE_MAX);
    if (count != 1) {
        apply_error(apply, "axis", "batch normalization over several axes is not supported");
        return -1;
    }
    return family_axis(apply, "axis", given[0], x);
}

/* The channels in the last axis. Keras' rule for images (rank 4 and 5: the unbiased variance goes to the moving one) holds for the first and
 * the last axis only: around another one all the rest becomes one axis. */
static Value *channels_last(Graph *graph, Value *x, int axis)
{
    int last = x->shape.rank - 1;
    if (axis == last)
        return x;
    Value *moved = family_move_axis(graph, x, axis, last);
    if (axis == 0 || x->shape.rank < 3)
        return moved;
    int channels = x->shape.dim[axis];
    return graph_reshape(graph, moved, shape_of(2, (int[]){(int)shape_count(x->shape) / channels, channels}));
}

static Value *channels_back(Graph *graph, Value *y, int axis, Shape shape)
{
    int last = shape.rank - 1, channels = shape.dim[axis];
    if (axis == last)
        return y;
    for (int i = axis; i < last; i++)
        shape.dim[i] = shape.dim[i + 1];
    shape.dim[last] = channels;
    return family_move_axis(graph, shape_equal(y->shape, shape) ? y : graph_reshape(graph, y, shape), last, axis);
}

Value *apply_batchnorm(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Value *x = family_float(apply, apply->input[0]);
    int axis = x->shape.rank ? batchnorm_axis(apply, x) : -1;
    if (axis < 0)
        return NULL;
    Shape shape = shape_of(1, &x->shape.dim[axis]);
    bool scale = apply_bool(apply, "scale"), center = apply_bool(apply, "center");
    Value *gamma = scale ? apply_weight(apply, "gamma", "gamma", shape) : NULL;
    Value *beta = center ? apply_weight(apply, "beta", "beta", shape) : NULL;
    Value *mean = apply_state(apply, "moving_mean", shape, 0, "moving_mean_initializer");
    Value *variance = apply_state(apply, "moving_variance", shape, 1, "moving_variance_initializer");
    if ((scale && !gamma) || (center && !beta) || !mean || !variance)
        return NULL;
    bool frozen = !apply->layer->trainable || apply->training == 0;
    Value *y = graph_batchnorm(apply->graph, channels_last(apply->graph, x, axis), gamma, beta, mean, variance, (float)apply_number(apply, "epsilon"),
                               (float)apply_number(apply, "momentum"), frozen);
    return channels_back(apply->graph, y, axis, x->shape);
}

/* x*inv + (beta - mean*inv), inv = gamma / sqrt(variance + epsilon), statistics per sample over the axes. */
static const Expr *layernorm_expr(Apply *apply, uint32_t axes, bool scale, bool center)
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

Value *apply_layernorm(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Value *inputs[3] = {family_float(apply, apply->input[0])};
    int axes[SHAPE_MAX], count = apply_ints(apply, "axis", axes, SHAPE_MAX), used = 1;
    bool scale = apply_bool(apply, "scale"), center = apply_bool(apply, "center");
    Shape stored = {.rank = 0}, spread = inputs[0]->shape;
    uint32_t mask = 0;
    bool normalized[SHAPE_MAX] = {false};
    for (int i = 0; i < count; i++) {
        int axis = family_axis(apply, "axis", axes[i], inputs[0]);
        if (axis < 0)
            return NULL;
        normalized[axis] = true;
        mask |= axes_mask(inputs[0], axis, 1);
        stored.dim[stored.rank++] = inputs[0]->shape.dim[axis];
    }
    for (int i = 0; i < spread.rank; i++)
        if (!normalized[i])
            spread.dim[i] = 1;
    for (int i = 0; i < 2; i++) {
        if (!(i ? center : scale))
            continue;
        Value *weight = apply_weight(apply, i ? "beta" : "gamma", i ? "beta" : "gamma", stored);
        if (!weight)
            return NULL;
        inputs[used++] = shape_equal(stored, spread) ? weight : graph_reshape(apply->graph, weight, spread);
    }
    return graph_map(apply->graph, layernorm_expr(apply, mask, scale, center), used, inputs);
}
