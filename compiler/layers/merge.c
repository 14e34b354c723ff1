/* Merges: several tensors into one: sums, products, extremes, concatenation, dot products. */
#include "layers/family.h"

#include <string.h>

static bool several(Apply *apply)
{
    if (apply->input_count >= 2)
        return true;
    diag_hint(apply_error(apply, NULL, "takes a list of at least 2 tensors, got %d", apply->input_count), "%s()([a, b])", apply->layer->class_name);
    return false;
}

/* Shapes that broadcast; else an error with both and a note at the second. */
static bool joinable(Apply *apply, const Value *a, const Value *b)
{
    Shape joined;
    if (shape_broadcast(a->shape, b->shape, &joined))
        return true;
    Message *message = apply_error(apply, NULL, "the shapes %s and %s do not fit", apply_shape_text(apply, a), apply_shape_text(apply, b));
    family_note_shape(apply, message, b);
    return false;
}

static Value *fold(Apply *apply, ExprOp op)
{
    if (!several(apply))
        return NULL;
    Value *y = family_float(apply, apply->input[0]);
    for (int i = 1; i < apply->input_count; i++) {
        if (!joinable(apply, y, apply->input[i]))
            return NULL;
        y = graph_binary(apply->graph, op, y, apply->input[i]);
    }
    return y;
}

Value *apply_add(Apply *apply) { return fold(apply, EX_ADD); }
Value *apply_multiply(Apply *apply) { return fold(apply, EX_MUL); }
Value *apply_maximum(Apply *apply) { return fold(apply, EX_MAX); }
Value *apply_minimum(Apply *apply) { return fold(apply, EX_MIN); }

Value *apply_subtract(Apply *apply)
{
    return family_inputs(apply, 2) ? fold(apply, EX_SUB) : NULL;
}

Value *apply_average(Apply *apply)
{
    Value *sum = fold(apply, EX_ADD);
    if (!sum)
        return NULL;
    return graph_map(apply->graph, expr2(apply, EX_DIV, expr_arg(apply->layers->pool, 0), expr_number(apply, apply->input_count)), 1, &sum);
}

Value *family_concat(Apply *apply, int axis, int count, Value *const *inputs)
{
    Value *floats[LAYER_MAX_OUTPUTS];
    bool mixed = false;
    for (int i = 0; i < count; i++) {
        Shape a = inputs[0]->shape, b = inputs[i]->shape;
        bool fits = a.rank == b.rank;
        if (fits)
            a.dim[axis] = b.dim[axis] = 1;
        if (!fits || !shape_equal(a, b)) {
            Message *message = apply_error(apply, NULL, "the shapes %s and %s differ in more than axis %d", apply_shape_text(apply, inputs[0]),
                                           apply_shape_text(apply, inputs[i]), axis + 1);
            family_note_shape(apply, message, inputs[0]);
            family_note_shape(apply, message, inputs[i]);
            return NULL;
        }
        mixed |= inputs[i]->element != inputs[0]->element;
    }
    for (int i = 0; i < count; i++)
        floats[i] = mixed ? family_float(apply, inputs[i]) : inputs[i];
    return graph_concat(apply->graph, axis, count, floats);
}

Value *apply_concatenate(Apply *apply)
{
    if (!several(apply))
        return NULL;
    int axis = family_axis(apply, "axis", apply_int(apply, "axis"), apply->input[0]);
    return axis < 0 ? NULL : family_concat(apply, axis, apply->input_count, apply->input);
}

/* Two vectors a sample: the sum of their products. */
Value *apply_dot(Apply *apply)
{
    if (!family_inputs(apply, 2))
        return NULL;
    Value *a = family_float(apply, apply->input[0]), *b = family_float(apply, apply->input[1]);
    if (a->shape.rank != 1 || !shape_equal(a->shape, b->shape)) {
        apply_error(apply, NULL, "only vectors of one length are supported, got %s and %s", apply_shape_text(apply, a), apply_shape_text(apply, b));
        return NULL;
    }
    ExprPool *pool = apply->layers->pool;
    const Expr *x = expr_arg(pool, 0), *y = expr_arg(pool, a == b ? 0 : 1), *product = expr2(apply, EX_MUL, x, y);
    Value *terms = graph_map(apply->graph, product, a == b ? 1 : 2, (Value *[]){a, b});
    Value *sum = graph_reduce(apply->graph, REDUCE_SUM, terms, axes_mask(terms, 0, 1), true);
    if (!apply_bool(apply, "normalize"))
        return sum;
    Value *lengths[2];
    for (int i = 0; i < 2; i++) {
        Value *square = graph_map(apply->graph, expr2(apply, EX_MUL, x, x), 1, i ? &b : &a);
        lengths[i] = graph_reduce(apply->graph, REDUCE_SUM, square, axes_mask(square, 0, 1), true);
    }
    const Expr *norms = expr1(apply, EX_SQRT, expr2(apply, EX_MUL, expr2(apply, EX_MAX, expr_arg(pool, 1), expr_number(apply, 1e-12)),
                                                    expr2(apply, EX_MAX, expr_arg(pool, 2), expr_number(apply, 1e-12))));
    return graph_map(apply->graph, expr2(apply, EX_DIV, expr_arg(pool, 0), norms), 3, (Value *[]){sum, lengths[0], lengths[1]});
}
