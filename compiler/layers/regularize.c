/* Regularizing layers: dropout and noise, in training only: SWITCH(inference, training). */
#include "layers/family.h"

#include <math.h>
#include <string.h>

Value *family_training_only(Apply *apply, Value *x, Value *training)
{
    return apply->training > 0 ? training : graph_switch(apply->graph, x, training);
}

/* One random number for each of these, of each sample or of the whole batch. */
typedef struct { Shape shape; bool common; } Mask;

static Value *mask_numbers(Apply *apply, Mask mask)
{
    Graph *graph = apply->graph;
    return graph_random(graph, graph_iterations(graph), mask.shape, !mask.common, apply->layers->streams++);
}

/* where(random >= rate, x / (1 - rate), 0) */
static Value *drop(Apply *apply, Mask mask)
{
    if (!family_inputs(apply, 1))
        return NULL;
    double rate = apply_number(apply, "rate");
    if (rate == 0 || apply->training == 0)
        return apply->input[0];
    ExprPool *pool = apply->layers->pool;
    Value *x = family_float(apply, apply->input[0]);
    const Expr *keep = expr2(apply, EX_LE, expr_number(apply, rate), expr_arg(pool, 1));
    const Expr *scaled = expr2(apply, EX_MUL, expr_arg(pool, 0), expr_number(apply, 1 / (1 - rate)));
    const Expr *dropped = expr_make(pool, EX_SELECT, keep, scaled, expr_number(apply, 0));
    return family_training_only(apply, x, graph_map(apply->graph, dropped, 2, (Value *[]){x, mask_numbers(apply, mask)}));
}

/* noise_shape: the shape of the mask, batch first: None is the input's own size, 1 one number for the whole axis. */
static bool noise_shape(Apply *apply, Mask *mask)
{
    const Object *given = apply_argument(apply, "noise_shape");
    bool list = object_is_list_or_tuple(given), good = list && given->u.list.count == mask->shape.rank + 1;
    for (int i = 0; i <= mask->shape.rank && good; i++) {
        const Object *size = given->u.list.at[i];
        int own = i ? mask->shape.dim[i - 1] : 0, number = object_is_number(size) ? object_size(size) : size->kind == OBJECT_NONE ? own : -1;
        good = number == 1 || (i ? number == own : number >= 0);
        if (i && good)
            mask->shape.dim[i - 1] = number;
        else if (good)
            mask->common = number == 1;
    }
    if (good || given->kind == OBJECT_NONE)
        return true;
    apply_error(apply, "noise_shape", "noise_shape must hold None, the size or 1 for the batch and each axis of %s", apply_shape_text(apply, apply->input[0]));
    return false;
}

Value *apply_dropout(Apply *apply)
{
    Mask mask = {apply->input[0]->shape, false};
    return noise_shape(apply, &mask) ? drop(apply, mask) : NULL;
}

/* Whole channels: one number a sample and channel. */
static Value *spatial_dropout(Apply *apply, int spatial)
{
    Mask mask = {apply->input[0]->shape, false};
    if (!family_inputs(apply, 1) || !apply_rank(apply, spatial + 2))
        return NULL;
    int channels = family_channels_first(apply) ? 0 : mask.shape.rank - 1;
    for (int i = 0; i < mask.shape.rank; i++)
        if (i != channels)
            mask.shape.dim[i] = 1;
    return drop(apply, mask);
}

Value *apply_spatialdropout1d(Apply *apply) { return spatial_dropout(apply, 1); }
Value *apply_spatialdropout2d(Apply *apply) { return spatial_dropout(apply, 2); }
Value *apply_spatialdropout3d(Apply *apply) { return spatial_dropout(apply, 3); }

/* where(random >= rate, x, bottom) * a + b: mean 0 and variance 1 stay so. */
Value *apply_alphadropout(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Mask mask = {apply->input[0]->shape, false};
    if (!noise_shape(apply, &mask))
        return NULL;
    double rate = apply_number(apply, "rate"), bottom = -1.6732632423543772 * 1.0507009873554805;
    if (rate <= 0 || rate >= 1 || apply->training == 0)
        return apply->input[0];
    double a = 1 / sqrt((1 - rate) * (1 + rate * bottom * bottom)), b = -a * bottom * rate;
    ExprPool *pool = apply->layers->pool;
    Value *x = family_float(apply, apply->input[0]);
    const Expr *keep = expr2(apply, EX_LE, expr_number(apply, rate), expr_arg(pool, 1));
    const Expr *kept = expr_make(pool, EX_SELECT, keep, expr_arg(pool, 0), expr_number(apply, bottom));
    const Expr *y = expr2(apply, EX_ADD, expr2(apply, EX_MUL, expr_number(apply, a), kept), expr_number(apply, b));
    return family_training_only(apply, x, graph_map(apply->graph, y, 2, (Value *[]){x, mask_numbers(apply, mask)}));
}

/* A standard normal number from two uniform ones: sqrt(-2 log(1 - u)) * cos(2 pi v). ARG 1 = u, ARG 2 = v. */
static const Expr *normal_expr(const Apply *apply)
{
    ExprPool *pool = apply->layers->pool;
    const Expr *u = expr2(apply, EX_SUB, expr_number(apply, 1), expr_arg(pool, 1));
    const Expr *radius = expr1(apply, EX_SQRT, expr2(apply, EX_MUL, expr_number(apply, -2), expr1(apply, EX_LOG, u)));
    return expr2(apply, EX_MUL, radius, expr1(apply, EX_COS, expr2(apply, EX_MUL, expr_number(apply, 2 * 3.14159265358979323846), expr_arg(pool, 2))));
}

static Value *noisy(Apply *apply, ExprOp op, double mean, double deviation)
{
    if (!family_inputs(apply, 1))
        return NULL;
    if (deviation == 0 || apply->training == 0)
        return apply->input[0];
    Value *x = family_float(apply, apply->input[0]);
    const Expr *noise = expr2(apply, EX_MUL, normal_expr(apply), expr_number(apply, deviation));
    if (mean != 0)
        noise = expr2(apply, EX_ADD, noise, expr_number(apply, mean));
    Value *inputs[3] = {x, apply_random(apply, x->shape), apply_random(apply, x->shape)};
    return family_training_only(apply, x, graph_map(apply->graph, expr2(apply, op, expr_arg(apply->layers->pool, 0), noise), 3, inputs));
}

Value *apply_gaussiannoise(Apply *apply)
{
    return noisy(apply, EX_ADD, 0, apply_number(apply, "stddev"));
}

Value *apply_gaussiandropout(Apply *apply)
{
    double rate = apply_number(apply, "rate");
    return noisy(apply, EX_MUL, 1, sqrt(rate / (1 - rate)));
}

Value *apply_activityregularization(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Value *x = family_float(apply, apply->input[0]);
    ExprPool *pool = apply->layers->pool;
    const Expr *a = expr_arg(pool, 0);
    const Expr *l1 = expr2(apply, EX_MUL, expr_number(apply, apply_number(apply, "l1")), expr1(apply, EX_ABS, a));
    const Expr *l2 = expr2(apply, EX_MUL, expr_number(apply, apply_number(apply, "l2")), expr2(apply, EX_MUL, a, a));
    Value *each = graph_map(apply->graph, expr2(apply, EX_ADD, l1, l2), 1, &x);
    apply_extra_loss(apply, graph_reduce(apply->graph, REDUCE_SUM, each, axes_mask(each, -1, each->shape.rank + 1), false));
    return x;
}
