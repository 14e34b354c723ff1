/* Dense and QuantDense: y = x . kernel + bias over the last axis. Also what every product layer ends with. */
#include "layers/family.h"

/* A bias a position, [positions..., filters]. Where channels come first Keras takes its numbers as they lie for [filters, positions...]. */
static Value *bias_by_position(Apply *apply, Value *bias)
{
    if (!family_channels_first(apply))
        return bias;
    Shape shape = {.rank = bias->shape.rank, .dim = {bias->shape.dim[bias->shape.rank - 1]}};
    for (int i = 1; i < shape.rank; i++)
        shape.dim[i] = bias->shape.dim[i - 1];
    return family_channels_last(apply, graph_reshape(apply->graph, bias, shape));
}

Value *family_finish(Apply *apply, Value *y, Shape bias_shape)
{
    if (!y)
        return NULL;
    if (apply_bool(apply, "use_bias")) {
        Value *bias = apply_weight(apply, "bias", "bias", bias_shape);
        if (!bias)
            return NULL;
        y = graph_binary(apply->graph, EX_ADD, y, bias_shape.rank > 1 ? bias_by_position(apply, bias) : bias);
    }
    return apply_quantizer(apply, "activation", family_own_format(apply, y));
}

Value *family_float(Apply *apply, Value *x)
{
    return x->element == ELEMENT_F32 ? x : graph_map(apply->graph, expr_arg(apply->layers->pool, 0), 1, &x);
}

Value *apply_dense(Apply *apply)
{
    Value *x = apply->input[0];
    if (!family_inputs(apply, 1) || !x)
        return NULL;
    if (x->shape.rank < 1) {
        apply_error(apply, NULL, "expected an input of at least 2 dimensions (batch included), found shape %s", apply_shape_text(apply, x));
        return NULL;
    }
    int units = apply_int(apply, "units");
    Window window = {.spatial = 0, .in_channels = x->shape.dim[x->shape.rank - 1], .out_channels = units, .groups = 1};
    x = apply_quantizer(apply, "input_quantizer", x);
    Value *kernel = x ? apply_weight(apply, "kernel", "kernel", shape_of(2, (int[]){window.in_channels, units})) : NULL;
    if (!kernel)
        return NULL;
    return family_finish(apply, graph_product(apply->graph, ROLE_FORWARD, &window, x, kernel), shape_of(1, &units));
}
