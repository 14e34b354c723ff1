/* Activations as layers. Formulas are Keras 2's, their corners too (reference values in tests/larq). */
#include "layers/family.h"

#include <math.h>
#include <string.h>

static const Expr *arg(const Apply *apply)
{
    return expr_arg(apply->layers->pool, 0);
}

static const Expr *choose(const Apply *apply, const Expr *test, const Expr *yes, const Expr *no)
{
    return expr_make(apply->layers->pool, EX_SELECT, test, yes, no);
}

static Value *map1(Apply *apply, const Expr *expr)
{
    if (!family_inputs(apply, 1))
        return NULL;
    return graph_map(apply->graph, expr, 1, apply->input);
}

Value *apply_activationlayer(Apply *apply)
{
    return family_inputs(apply, 1) ? apply_quantizer(apply, "activation", apply->input[0]) : NULL;
}

/* As Keras: none of these may be negative. */
static bool not_negative(Apply *apply, const char *argument)
{
    bool good = apply_argument(apply, argument)->kind == OBJECT_NONE || apply_number(apply, argument) >= 0;
    if (!good)
        apply_error(apply, argument, "%s must not be negative", argument);
    return good;
}

/* ReLU(max_value, negative_slope, threshold). Keras' gradients at the ends: 0 at 0; at max_value 0 for 6 alone, else 1.
 * Of equal operands of a maximum or minimum the first takes the gradient. */
Value *apply_relu(Apply *apply)
{
    if (!not_negative(apply, "max_value") || !not_negative(apply, "negative_slope") || !not_negative(apply, "threshold"))
        return NULL;
    const Expr *x = arg(apply), *zero = expr_number(apply, 0);
    bool bounded = apply_argument(apply, "max_value")->kind != OBJECT_NONE;
    double slope = apply_number(apply, "negative_slope"), threshold = apply_number(apply, "threshold"), top = bounded ? apply_number(apply, "max_value") : 0;
    const Expr *above = expr2(apply, EX_LT, expr_number(apply, threshold), x);
    const Expr *y = threshold == 0 ? expr2(apply, EX_MAX, zero, x) : choose(apply, above, x, zero);
    if (bounded && top == 6 && threshold == 0)
        y = expr2(apply, EX_MIN, expr_number(apply, 6), y);
    else if (bounded)
        y = expr2(apply, EX_MIN, y, expr_number(apply, top));
    if (slope != 0) {
        const Expr *below = expr2(apply, EX_MUL, expr_number(apply, slope), expr2(apply, EX_SUB, x, expr_number(apply, threshold)));
        y = choose(apply, above, y, below);
    }
    return map1(apply, y);
}

Value *apply_leakyrelu(Apply *apply)
{
    const Expr *x = arg(apply);
    const Expr *positive = expr2(apply, EX_LT, expr_number(apply, 0), x);
    return map1(apply, choose(apply, positive, x, expr2(apply, EX_MUL, x, expr_number(apply, apply_number(apply, "alpha")))));
}

/* alpha*(exp(x) - 1) below 0; the gradient at 0 is 1. */
Value *apply_elu(Apply *apply)
{
    const Expr *x = arg(apply), *zero = expr_number(apply, 0);
    const Expr *below = expr2(apply, EX_SUB, expr1(apply, EX_EXP, expr2(apply, EX_MIN, x, zero)), expr_number(apply, 1));
    below = expr2(apply, EX_MUL, expr_number(apply, apply_number(apply, "alpha")), below);
    return map1(apply, choose(apply, expr2(apply, EX_LE, zero, x), x, below));
}

Value *apply_thresholdedrelu(Apply *apply)
{
    if (!not_negative(apply, "theta"))
        return NULL;
    const Expr *x = arg(apply);
    return map1(apply, choose(apply, expr2(apply, EX_LT, expr_number(apply, apply_number(apply, "theta")), x), x, expr_number(apply, 0)));
}

/* relu(x) - alpha * relu(-x), one alpha per element but for the shared axes. */
Value *apply_prelu(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Shape shape = apply->input[0]->shape;
    int shared[SHAPE_MAX], count = 0;
    if (apply_ints(apply, "shared_axes", shared, SHAPE_MAX) && !(count = family_axes(apply, "shared_axes", apply->input[0], shared)))
        return NULL;
    for (int i = 0; i < count; i++)
        shape.dim[shared[i]] = 1;
    Value *alpha = apply_weight(apply, "alpha", "alpha", shape);
    if (!alpha)
        return NULL;
    const Expr *x = arg(apply), *zero = expr_number(apply, 0), *slope = expr_arg(apply->layers->pool, 1);
    const Expr *positive = choose(apply, expr2(apply, EX_LT, zero, x), x, zero);
    const Expr *negative = choose(apply, expr2(apply, EX_LT, x, zero), expr1(apply, EX_NEG, x), zero);
    const Expr *y = expr2(apply, EX_ADD, positive, expr2(apply, EX_MUL, expr1(apply, EX_NEG, slope), negative));
    return graph_map(apply->graph, y, 2, (Value *[]){apply->input[0], alpha});
}

/* Along other axes than the last: the same with reductions over those. */
static Value *softmax_over(Apply *apply, uint32_t axes)
{
    ExprPool *pool = apply->layers->pool;
    const Expr *x = arg(apply), *shifted = expr2(apply, EX_SUB, x, expr_reduce(pool, EX_REDUCE_MAX, x, axes));
    const Expr *power = expr1(apply, EX_EXP, shifted);
    return map1(apply, expr2(apply, EX_DIV, power, expr_reduce(pool, EX_REDUCE_SUM, power, axes)));
}

Value *apply_softmax(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Value *x = apply->input[0];
    int given[SHAPE_MAX], count = family_axes(apply, "axis", x, given);
    if (!count)
        return NULL;
    uint32_t axes = 0, last = axes_mask(x, x->shape.rank - 1, 1);
    for (int i = 0; i < count; i++)
        axes |= axes_mask(x, given[i], 1);
    if (axes != last)
        return softmax_over(apply, axes);
    Eval *eval = apply->layers->eval;
    Object *softmax = eval_resolve(eval, FAMILY_ACTIVATION, object_string(apply->layers->arena, "softmax"), apply->span, "Softmax");
    return softmax ? apply_callable(apply, softmax, 1, apply->input, apply->span) : NULL;
}
