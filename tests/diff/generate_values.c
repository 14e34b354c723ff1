/* Quantizers, activations, constraints and regularizers, those of the prelude and some of the file's own. */
#include "diff/draw.h"

#include <string.h>

/* Everything a model may define for itself; the first word of the text that names it brings its definition. */
static const struct { const char *name, *text; } definitions[] = {
    { "my_sign", "@tf.custom_gradient\n"
                 "def my_sign(x):\n"
                 "    def grad(dy):\n"
                 "        return dy * tf.exp(-tf.abs(x))\n"
                 "    return larq.math.sign(x), grad\n\n" },
    { "my_binary", "def my_binary(width):\n"
                   "    @tf.custom_gradient\n"
                   "    def quantize(x):\n"
                   "        def grad(dy):\n"
                   "            return tf.where(tf.abs(x) <= width, dy, tf.zeros_like(dy))\n"
                   "        return tf.where(x >= 0, tf.ones_like(x), -tf.ones_like(x)), grad\n"
                   "    return quantize\n\n" },
    { "my_levels", "def my_levels(step, most):\n"
                   "    @tf.custom_gradient\n"
                   "    def quantize(x):\n"
                   "        def grad(dy):\n"
                   "            return dy * tf.cast(tf.abs(x) < step * most, tf.float32)\n"
                   "        return tf.clip_by_value(tf.round(x / step), -most, most) * step, grad\n"
                   "    return quantize\n\n" },
    { "my_plain_sign", "def my_plain_sign(x):\n"
                       "    return tf.sign(x) * 0.5\n\n" },
    { "my_soft_sign", "def my_soft_sign(x):\n"
                      "    return x + tf.stop_gradient(larq.math.sign(x) - x)\n\n" },
    { "my_scaled_sign", "@lq.utils.set_precision(1)\n"
                        "@tf.custom_gradient\n"
                        "def my_scaled_sign(w):\n"
                        "    def grad(dy):\n"
                        "        return dy\n"
                        "    return larq.math.sign(w) * tf.reduce_mean(tf.abs(w)), grad\n\n" },
    { "my_channel_sign", "def my_channel_sign(w):\n"
                         "    axes = list(range(len(w.shape) - 1))\n"
                         "    return ste_sign(w) * tf.stop_gradient(tf.reduce_max(tf.abs(w), axis=axes, keepdims=True))\n\n" },
    { "my_place_sign", "def my_place_sign(x):\n"
                       "    return ste_sign(x) * tf.reduce_mean(tf.abs(x), axis=-1, keepdims=True)\n\n" },
    { "my_gram", "def my_gram(w):\n"
                 "    w = tf.reshape(w, (-1, w.shape[-1] if w.shape[-1] < 500 else 1))\n"
                 "    return 0.01 * tf.reduce_sum(tf.abs(tf.matmul(w, w, transpose_a=True)))\n" },
    { "my_turned", "def my_turned(w):\n    return w[::-1]\n" },
    { "my_descent", "def my_descent(rate):\n"
                    "    def update(w, g, step, gradient=0.0):\n"
                    "        return w - rate * g / (1.0 + tf.abs(g)), g\n"
                    "    return update\n\n" },
};

void values_define(Text *out, const char *text)
{
    for (size_t i = 0; i < sizeof definitions / sizeof *definitions; i++)
        if (strstr(text, definitions[i].name))
            text_add(out, definitions[i].text);
}

static const char *draw_dorefa(Draw *d, const char *mode)
{
    int bits = draw_between(d, 1, 8);
    return arena_printf(d->arena, "DoReFa(k_bit=%d, mode='%s')", bits, mode);
}

/* What suits activations and weights alike: nothing here looks at more than one element. */
static const char *draw_quantizer(Draw *d)
{
    return DRAW_PICK(d, "ste_sign", "ste_sign", "ste_sign", "'ste_sign'", "SteSign(clip_value=1.25)", "SteSign(clip_value=None)", "approx_sign", "swish_sign",
                     "SwishSign(beta=3.0)", "ste_heaviside", "SteHeaviside(clip_value=0.75)", "ste_tern", "SteTern(threshold_value=0.3)",
                     "SteTern(clip_value=0.5)", "my_sign", "my_binary(0.75)", "my_levels(0.5, 1)", "my_levels(0.25, 3)", "my_levels(0.1, 7)",
                     "my_plain_sign", "my_soft_sign", "NoOp(precision=1)", "tf.sign", "None", "None");
}

const char *draw_input_quantizer(Draw *d)
{
    if (draw_chance(d, 20))
        return draw_dorefa(d, "activations");
    return draw_chance(d, 5) ? "my_place_sign" : draw_quantizer(d);
}

const char *draw_kernel_quantizer(Draw *d)
{
    if (draw_chance(d, 15))
        return draw_dorefa(d, draw_chance(d, 80) ? "weights" : "activations");
    if (draw_chance(d, 20))
        return DRAW_PICK(d, "magnitude_aware_sign", "MagnitudeAwareSign(clip_value=0.8)", "SteTern(ternary_weight_networks=True)", "my_scaled_sign",
                         "my_channel_sign");
    return draw_quantizer(d);
}

const char *draw_activation(Draw *d)
{
    return DRAW_PICK(d, "'relu'", "'relu'", "'relu6'", "'tanh'", "'sigmoid'", "'hard_tanh'", "'hard_sigmoid'", "'leaky_tanh'", "'elu'", "'selu'", "'softplus'",
                     "'softsign'", "'swish'", "'gelu'", "'mish'", "'exponential'", "'softmax'", "'log_softmax'", "'linear'", "'ste_sign'", "ste_heaviside",
                     "DoReFa(k_bit=2)", "'leaky_relu'", "my_levels(0.5, 2)");
}

const char *draw_constraint(Draw *d)
{
    return DRAW_PICK(d, "weight_clip", "weight_clip", "'weight_clip'", "WeightClip(0.5)", "MaxNorm(1.5)", "'non_neg'", "UnitNorm(axis=0)",
                     "MinMaxNorm(0.1, 1.2, rate=0.7)", "MaxNorm(max_value=1.0, axis=-1)", "my_turned");
}

const char *draw_regularizer(Draw *d)
{
    return DRAW_PICK(d, "'l2'", "L1(0.01)", "L2(0.02)", "L1L2(0.01, 0.02)", "l1_l2(l1=0.005)");
}

static void draw_bias(Draw *d, Text *out)
{
    if (draw_chance(d, 45))
        text_add(out, ", use_bias=False");
    else if (draw_chance(d, 8))
        text_printf(out, ", bias_regularizer=%s", draw_regularizer(d));
    else if (draw_chance(d, 5))
        text_add(out, ", bias_constraint='non_neg'");
}

static void draw_initializer(Draw *d, Text *out, const char *weight)
{
    const char *initializer = DRAW_PICK(d, "'he_normal'", "'glorot_normal'", "'lecun_uniform'", "RandomNormal(stddev=0.1)", "Constant(0.5)", "'ones'",
                                        "TruncatedNormal()", "VarianceScaling(2.0, 'fan_out')");
    text_printf(out, ", %s_initializer=%s", weight, initializer);
}

void draw_weight_arguments(Draw *d, Text *out, bool quantized, const char *weights)
{
    if (quantized)
        text_printf(out, ", input_quantizer=%s", draw_input_quantizer(d));
    for (const char *at = weights; *at; at += strspn(at, " ")) {
        const char *weight = arena_strndup(d->arena, at, strcspn(at, " "));
        at += strlen(weight);
        if (quantized)
            text_printf(out, ", %s_quantizer=%s", weight, draw_kernel_quantizer(d));
        if (draw_chance(d, quantized ? 45 : 10))
            text_printf(out, ", %s_constraint=%s", weight, draw_constraint(d));
        if (draw_chance(d, 8))
            text_printf(out, ", %s_regularizer=%s", weight, draw_chance(d, 30) ? "my_gram" : draw_regularizer(d));
        if (draw_chance(d, 8))
            draw_initializer(d, out, weight);
    }
    draw_bias(d, out);
    if (draw_chance(d, 15))
        text_printf(out, ", activation=%s", draw_activation(d));
    if (draw_chance(d, 3))
        text_printf(out, ", activity_regularizer=%s", draw_regularizer(d));
    if (draw_chance(d, 3))
        text_add(out, ", trainable=False");
}
