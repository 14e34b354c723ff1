/* Masks: which steps of a sequence count. In: Masking, and the layers that pass a mask on, as Keras' supports_masking says. Out: a value of 0s and
 * 1s beside the value it belongs to. GlobalAveragePooling1D follows it; that the loss does not is said where the model is compiled. */
#include "layers/family.h"

#include <string.h>

bool family_has_steps(const Apply *apply)
{
    const Value *x = apply->input[0];
    if (x->shape.rank < 2)
        apply_error(apply, NULL, "expected an input of at least 3 dimensions (batch and steps included), found %s", apply_shape_text(apply, x));
    return x->shape.rank >= 2;
}

Value *apply_masking(Apply *apply)
{
    if (!family_inputs(apply, 1) || !family_has_steps(apply))
        return NULL;
    Graph *graph = apply->graph;
    Value *x = family_float(apply, apply->input[0]);
    const Expr *differs = expr2(apply, EX_NE, expr_arg(apply->layers->pool, 0), expr_number(apply, apply_number(apply, "mask_value")));
    const Expr *counts = expr_reduce(apply->layers->pool, EX_REDUCE_MAX, differs, axes_mask(x, x->shape.rank - 1, 1));
    Value *kept = graph_map(graph, counts, 1, &x), *y = graph_binary(graph, EX_MUL, x, kept);
    y->mask = graph_reshape(graph, kept, shape_of(x->shape.rank - 1, x->shape.dim));
    return y;
}

static bool passes_mask(const Layer *layer)
{
    static const char *const names[] = {"Dense", "QuantDense", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "ThresholdedReLU", "Softmax",
                                        "BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization", "Dropout",
                                        "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
                                        "TimeDistributed", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (layer_is(layer, names[i]))
            return true;
    return false;
}

void mask_pass(const Apply *apply)
{
    Value *mask = NULL, *output = apply->output[0];
    for (int i = 0; i < apply->input_count; i++) { /* steps count that count in each input */
        Value *other = apply->input[i]->mask;
        bool both = mask && other && mask != other && shape_equal(mask->shape, other->shape);
        mask = both ? graph_binary(apply->graph, EX_MUL, mask, other) : mask ? mask : other;
    }
    if (!mask || output->mask || !passes_mask(apply->layer))
        return;
    bool fits = output->shape.rank > mask->shape.rank && !memcmp(output->shape.dim, mask->shape.dim, sizeof(int) * (size_t)mask->shape.rank);
    if (fits)
        output->mask = mask;
}

Value *mask_mean(Apply *apply, Value *x, Value *mask, bool keep)
{
    Graph *graph = apply->graph;
    int steps = x->shape.dim[0];
    Value *counts = graph_reshape(graph, mask, shape_of(2, (int[]){steps, 1}));
    Value *sum = graph_reduce(graph, REDUCE_SUM, graph_binary(graph, EX_MUL, x, counts), axes_mask(x, 0, 1), keep);
    return graph_binary(graph, EX_DIV, sum, graph_reduce(graph, REDUCE_SUM, counts, axes_mask(x, 0, 1), keep));
}
