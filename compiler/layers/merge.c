/* Merges: several tensors into one: sums, products, extremes, concatenation, dot products; and the functions add, concatenate, ... */
#include "layers/family.h"

#include <string.h>

static bool several(Apply *apply)
{
    if (apply->input_count >= 2)
        return true;
    diag_hint(apply_error(apply, NULL, "takes a list of at least 2 tensors, got %d", apply->input_count), "%s()([a, b])", apply->layer->class_name);
    return false;
}

/* Without its first axis of 1, which stands where the other value has the batch. */
static Value *beside_batch(Graph *graph, Value *x, const Value *other)
{
    if (x->batched || !other->batched || x->shape.rank != other->shape.rank + 1 || x->shape.dim[0] != 1)
        return x;
    return graph_reshape(graph, x, shape_of(x->shape.rank - 1, x->shape.dim + 1));
}

bool family_join(Graph *graph, Value **a, Value **b)
{
    Shape joined;
    *a = beside_batch(graph, *a, *b);
    *b = beside_batch(graph, *b, *a);
    if ((*a)->batched != (*b)->batched && ((*a)->batched ? *b : *a)->shape.rank > ((*a)->batched ? *a : *b)->shape.rank)
        return false; /* an axis where the batch is */
    return shape_broadcast((*a)->shape, (*b)->shape, &joined);
}

/* Shapes that broadcast; else an error with both and a note at the second. */
static bool joinable(Apply *apply, Value **a, Value **b)
{
    if (family_join(apply->graph, a, b))
        return true;
    Message *message = apply_error(apply, NULL, "the shapes %s and %s do not fit", apply_shape_text(apply, *a), apply_shape_text(apply, *b));
    family_note_shape(apply, message, *b);
    return false;
}

static Value *fold(Apply *apply, ExprOp op)
{
    if (!several(apply))
        return NULL;
    Value *y = family_float(apply, apply->input[0]);
    for (int i = 1; i < apply->input_count; i++) {
        Value *x = apply->input[i];
        if (!joinable(apply, &y, &x))
            return NULL;
        y = graph_binary(apply->graph, op, y, x);
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

/* The contracted axis last, divided by its length if the layer normalizes. */
static Value *dot_operand(Apply *apply, Value *x, int axis)
{
    Value *y = family_float(apply, x);
    int last = y->shape.rank - 1;
    if (axis != last)
        y = family_move_axis(apply->graph, y, axis, last);
    if (!apply_bool(apply, "normalize"))
        return y;
    ExprPool *pool = apply->layers->pool;
    const Expr *v = expr_arg(pool, 0), *square = expr_reduce(pool, EX_REDUCE_SUM, expr2(apply, EX_MUL, v, v), axes_mask(y, last, 1));
    const Expr *length = expr1(apply, EX_SQRT, expr2(apply, EX_MAX, square, expr_number(apply, 1e-12)));
    return graph_map(apply->graph, expr2(apply, EX_DIV, v, length), 1, &y);
}

/* a[p..., k] and b[q..., k] as [p..., 1..., k] and [1..., q..., k]. */
static Value *dot_spread(Apply *apply, Value *x, int before, int after)
{
    int last = x->shape.rank - 1;
    Shape shape = {.rank = 0};
    for (int i = 0; i < before; i++)
        shape.dim[shape.rank++] = 1;
    for (int i = 0; i < last; i++)
        shape.dim[shape.rank++] = x->shape.dim[i];
    for (int i = 0; i < after; i++)
        shape.dim[shape.rank++] = 1;
    shape.dim[shape.rank++] = x->shape.dim[last];
    return shape_equal(shape, x->shape) ? x : graph_reshape(apply->graph, x, shape);
}

static bool dot_axes(Apply *apply, int *axes)
{
    int count = apply_ints(apply, "axes", axes, 2);
    if (count == 1)
        axes[1] = axes[0];
    for (int i = 0; i < 2; i++) {
        axes[i] = family_axis(apply, "axes", axes[i], apply->input[i]);
        if (axes[i] < 0)
            return false;
    }
    const Value *a = apply->input[0], *b = apply->input[1];
    bool fits = a->shape.dim[axes[0]] == b->shape.dim[axes[1]] && a->shape.rank + b->shape.rank - 1 <= SHAPE_MAX;
    if (!fits)
        apply_error(apply, "axes", "the shapes %s and %s have no product over the axes %d and %d", apply_shape_text(apply, a), apply_shape_text(apply, b),
                    axes[0] + 1, axes[1] + 1);
    return fits;
}

/* The sum over one axis of each of the products of a and b, sample by sample. */
Value *apply_dot(Apply *apply)
{
    int axes[2];
    if (!family_inputs(apply, 2) || !dot_axes(apply, axes))
        return NULL;
    Value *a = dot_operand(apply, apply->input[0], axes[0]), *b = dot_operand(apply, apply->input[1], axes[1]);
    int p = a->shape.rank - 1, q = b->shape.rank - 1;
    Value *terms = graph_binary(apply->graph, EX_MUL, dot_spread(apply, a, 0, q), dot_spread(apply, b, p, 0));
    Value *sum = graph_reduce(apply->graph, REDUCE_SUM, terms, axes_mask(terms, p + q, 1), true);
    Shape shape = sum->shape;
    shape.rank -= shape.rank > 1;
    return shape_equal(shape, sum->shape) ? sum : graph_reshape(apply->graph, sum, shape);
}

/* add([a, b]) is Add()([a, b]). */
static Object *merge_function(Eval *eval, void *type, const Call *call)
{
    Call make = {.span = call->span, .callee = call->callee, .at = ARENA_ARRAY(eval_arena(eval), CallArgument, call->count + 1)};
    Call use = {.span = call->span, .callee = call->callee, .at = ARENA_NEW(eval_arena(eval), CallArgument), .count = 0};
    for (int i = 0; i < call->count; i++) {
        bool inputs = call->at[i].name ? !strcmp(call->at[i].name, "inputs") : i == 0;
        if (inputs)
            use.at[use.count++] = (CallArgument){NULL, call->at[i].value, call->at[i].span, call->at[i].name_span};
        else
            make.at[make.count++] = call->at[i];
    }
    Object *layer = layer_create(eval, type, &make);
    return layer_of(layer) ? layer_call(eval, layer, &use) : eval_poison(eval);
}

static Object *tf_add_n(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    int count = call->count == 1 ? tensors_in(eval, call->at[0].value, call->span, "tf.add_n", tensors, LAYER_MAX_OUTPUTS) : 0;
    if (count == 1)
        return tensor_object(layers_of(eval), tensors[0]);
    if (count == 0)
        eval_error(eval, call->span, "tf.add_n takes a list of one tensor or more");
    return count > 1 ? operation_call(eval, "tf.math.add_n", apply_add, NULL, count, tensors, call->span) : eval_poison(eval);
}

void merge_functions_register(Eval *eval)
{
    static const char *const merges[][2] = {{"add", "Add"}, {"subtract", "Subtract"}, {"multiply", "Multiply"}, {"average", "Average"},
                                            {"maximum", "Maximum"}, {"minimum", "Minimum"}, {"concatenate", "Concatenate"}, {"dot", "Dot"}};
    Arena *arena = eval_arena(eval);
    for (size_t i = 0; i < sizeof merges / sizeof *merges; i++) {
        const LayerType *type = layer_type_find(merges[i][1]);
        Object *function = object_builtin(arena, merges[i][0], merge_function, (void *)type, type->row.summary);
        eval_register(eval, arena_printf(arena, "tf.keras.layers.%s", merges[i][0]), FAMILY_LAYER, function);
    }
    eval_register(eval, "tf.add_n", FAMILY_FUNCTION, object_builtin(arena, "tf.add_n", tf_add_n, NULL, "add_n(inputs): the sum of a list of tensors."));
}
