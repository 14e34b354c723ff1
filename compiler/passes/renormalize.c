/* Batch renormalization (Ioffe 2017), in training. In: a batch normalization with statistics of the batch. Out: gamma and beta corrected towards
 * the moving statistics that it keeps for that, which no gradient sees; and the updates of these. As Keras does it:
 *   s = sqrt(variance + epsilon), t = max(renorm_stddev, sqrt(epsilon)), r = clip(s / t), d = clip((mean - renorm_mean) / t)
 *   gamma' = r*gamma, beta' = d*gamma + beta; renorm_mean and renorm_stddev move to mean and s with a momentum of their own;
 *   moving_stddev moves to s, and moving_variance is max(moving_stddev^2 - epsilon, 0). */
#include "passes/autodiff.h"

#include <math.h>

static const Expr *least(ExprPool *pool, const Expr *x, float bound)
{
    return isinf(bound) ? x : expr_make(pool, EX_MAX, x, expr_const(pool, bound), NULL);
}

static const Expr *most(ExprPool *pool, const Expr *x, float bound)
{
    return isinf(bound) ? x : expr_make(pool, EX_MIN, x, expr_const(pool, bound), NULL);
}

Correction pass_correction(Graph *graph, const Value *old, Value *mean, Value *variance, Value *kept_mean, Value *kept_stddev)
{
    ExprPool *pool = graph->pool;
    const Renorm *renorm = &old->u.batchnorm.renorm;
    const Expr *a = expr_arg(pool, 0), *b = expr_arg(pool, 1), *c = expr_arg(pool, 2), *epsilon = expr_const(pool, old->u.batchnorm.epsilon);
    Value *stddev = graph_map(graph, expr_make(pool, EX_SQRT, expr_make(pool, EX_ADD, a, epsilon, NULL), NULL, NULL), 1, &variance);
    const Expr *floor = expr_const(pool, sqrtf(old->u.batchnorm.epsilon));
    const Expr *r = expr_make(pool, EX_DIV, a, expr_make(pool, EX_MAX, b, floor, NULL), NULL);
    const Expr *d = expr_make(pool, EX_DIV, expr_make(pool, EX_SUB, a, c, NULL), expr_make(pool, EX_MAX, b, floor, NULL), NULL);
    return (Correction){
        .r = graph_map(graph, most(pool, least(pool, r, renorm->rmin), renorm->rmax), 2, (Value *[]){stddev, kept_stddev}),
        .d = graph_map(graph, most(pool, least(pool, d, -renorm->dmax), renorm->dmax), 3, (Value *[]){mean, kept_stddev, kept_mean}),
        .stddev = stddev,
    };
}

/* What the variable holds when this layer is called: a layer that is called twice sees what its first call left. */
static Value *as_channels(Graph *graph, Value *weight, Shape shape)
{
    Value *value = training_current(graph, weight);
    return shape_equal(value->shape, shape) ? value : graph_reshape(graph, value, shape);
}

Correction training_correction(Graph *graph, const Value *old, Value *const *kept, Value *mean, Value *variance)
{
    float momentum = old->u.batchnorm.momentum, own = old->u.batchnorm.renorm.momentum;
    int moves = old->u.batchnorm.moves;
    Value *kept_mean = as_channels(graph, kept[1], mean->shape), *kept_stddev = as_channels(graph, kept[2], mean->shape);
    Correction correction = pass_correction(graph, old, mean, variance, kept_mean, kept_stddev);
    training_move(graph, kept[1], mean, own, moves);
    training_move(graph, kept[2], correction.stddev, own, moves);
    training_move(graph, kept[0], correction.stddev, momentum, moves);
    return correction;
}

void training_variance_of_stddev(Graph *graph, const Value *old, Value *stddev_weight, Value *variance_weight)
{
    ExprPool *pool = graph->pool;
    graph->at_phase = 2;
    Value *stddev = training_current(graph, stddev_weight);
    const Expr *a = expr_arg(pool, 0), *square = expr_make(pool, EX_MUL, a, a, NULL);
    const Expr *variance = expr_make(pool, EX_SUB, square, expr_const(pool, old->u.batchnorm.epsilon), NULL);
    training_assign(graph, variance_weight, graph_map(graph, expr_make(pool, EX_MAX, variance, expr_const(pool, 0.0f), NULL), 1, &stddev));
    graph->at_phase = 0;
}

void pass_correct(Graph *graph, const Correction *correction, Value **gamma, Value **beta)
{
    ExprPool *pool = graph->pool;
    Value *shift = correction->d;
    if (*gamma)
        shift = graph_binary(graph, EX_MUL, shift, *gamma);
    *gamma = *gamma ? graph_binary(graph, EX_MUL, correction->r, *gamma) : correction->r;
    *beta = *beta ? graph_map(graph, expr_make(pool, EX_ADD, expr_arg(pool, 0), expr_arg(pool, 1), NULL), 2, (Value *[]){shift, *beta}) : shift;
}
