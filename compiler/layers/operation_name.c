/* Names of operations: in: a function that was applied to tensors. out: what Keras calls the layer that it makes of that ("tf.math.abs"). */
#include "layers/layer.h"

#include <string.h>

bool is_quantizer_object(const Object *callable)
{
    return callable->family == FAMILY_QUANTIZER && callable->family_name;
}

/* The last part of its own name, without module. */
static const char *own_name(const Object *callable)
{
    const char *name = callable->kind == OBJECT_BUILTIN ? callable->u.builtin.name : callable->family_name ? callable->family_name : "lambda";
    if (callable->kind == OBJECT_FUNCTION && !callable->family_name)
        name = callable->u.function.name ? callable->u.function.name : "lambda";
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

const char *operation_name(Layers *layers, const Object *callable)
{
    static const char *const direct[] = {"clip_by_value", "where", "cast", "identity", "stop_gradient", "zeros_like", "ones_like", "expand_dims"};
    static const char *const nn[] = {"relu", "softmax", "relu6", "elu", "selu", "gelu", "leaky_relu", "log_softmax", "softsign", "silu"};
    static const char *const others[][2] = {
        {"clip", "tf.clip_by_value"}, {"divide", "tf.math.truediv"}, {"swish", "tf.nn.silu"}, {"exponential", "tf.math.exp"}, {"norm", "tf.compat.v1.norm"},
        {"mean", "tf.math.reduce_mean"}, {"sum", "tf.math.reduce_sum"}, {"max", "tf.math.reduce_max"}, {"min", "tf.math.reduce_min"},
        {"var", "tf.math.reduce_variance"}, {"std", "tf.math.reduce_std"}, {"switch", "tf.where"},
    };
    if (is_quantizer_object(callable))
        return text_snake_case(layers->arena, callable->family_name);
    const char *name = own_name(callable);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(others[i][0], name))
            return others[i][1];
    for (size_t i = 0; i < sizeof direct / sizeof *direct; i++)
        if (!strcmp(direct[i], name))
            return arena_printf(layers->arena, "tf.%s", name);
    for (size_t i = 0; i < sizeof nn / sizeof *nn; i++)
        if (!strcmp(nn[i], name))
            return arena_printf(layers->arena, "tf.nn.%s", name);
    return arena_printf(layers->arena, "tf.math.%s", name);
}
