/* Families that keep the shape: normalization, activations, dropout and noise, scaling, functions. */
#include "diff/draw.h"

#include <string.h>

static void draw_norm_options(Draw *d, Text *text)
{
    if (draw_chance(d, 40))
        text_add(text, ", scale=False");
    if (draw_chance(d, 12))
        text_add(text, ", center=False");
    if (draw_chance(d, 25))
        text_printf(text, ", epsilon=%s", DRAW_PICK(d, "1e-5", "1e-2"));
    if (draw_chance(d, 4))
        text_printf(text, ", beta_regularizer=%s", draw_regularizer(d));
    if (draw_chance(d, 4))
        text_add(text, ", gamma_constraint='non_neg'");
    if (draw_chance(d, 4))
        text_add(text, ", trainable=False");
}

/* Some of the axes, in any order. */
static const char *draw_axes(Draw *d)
{
    int axes[DIMS_MAX], count = 0;
    for (int i = 1; i <= d->shape.rank; i++)
        if (draw_chance(d, 60) || (i == d->shape.rank && count == 0)) {
            int at = draw_below(d, ++count);
            axes[count - 1] = axes[at];
            axes[at] = i;
        }
    return dims_text(d->arena, axes, count);
}

bool draws_batchnorm(Draw *d)
{
    Text text = text_new(d->arena);
    bool other = d->shape.rank > 1 && draw_chance(d, 20);
    text_printf(&text, "axis=%s", !other ? "-1" : draw_chance(d, 50) ? "1" : draw_axes(d));
    if (draw_chance(d, 35))
        text_printf(&text, ", momentum=%s", DRAW_PICK(d, "0.9", "0.5", "0.999"));
    if (draw_chance(d, 15))
        text_printf(&text, ", renorm=True, renorm_momentum=0.7, renorm_clipping=%s", DRAW_PICK(d, "None", "{'rmax': 1.5, 'dmax': 0.5}", "{'rmin': 0.8}"));
    draw_norm_options(d, &text);
    return draw_layer(d, d->shape, 0, "BatchNormalization(%s)", text.at);
}

bool draws_layernorm(Draw *d)
{
    Text text = text_new(d->arena);
    if (draw_chance(d, 20))
        return draw_layer(d, d->shape, 0, "UnitNormalization(axis=%s)", d->shape.rank > 1 && draw_chance(d, 50) ? draw_axes(d) : "-1");
    if (draw_chance(d, 25)) {
        text_printf(&text, "groups=%s", DRAW_PICK(d, "1", "-1"));
        draw_norm_options(d, &text);
        return draw_layer(d, d->shape, 0, "GroupNormalization(%s)", text.at);
    }
    text_printf(&text, "axis=%s", d->shape.rank > 1 && draw_chance(d, 50) ? draw_axes(d) : "-1");
    draw_norm_options(d, &text);
    return draw_layer(d, d->shape, 0, "LayerNormalization(%s)", text.at);
}

bool draws_activation(Draw *d)
{
    const char *function = draw_chance(d, 60) ? draw_activation(d) : draw_input_quantizer(d);
    if (strcmp(function, "None") == 0)
        return false;
    return draw_layer(d, d->shape, 0, "Activation(%s)", function);
}

static const char *draw_shared_axes(Draw *d)
{
    static const char *const axes[] = { "[1]", "[1, 2]", "[1, 2, 3]" };
    return d->shape.rank > 1 && draw_chance(d, 60) ? arena_printf(d->arena, "shared_axes=%s", axes[d->shape.rank - 2]) : "";
}

bool draws_activation_layer(Draw *d)
{
    const char *layer = DRAW_PICK(d, "ReLU()", "ReLU(max_value=6.0)", "ReLU(1.5, negative_slope=0.2)", "ReLU(threshold=0.3)", "LeakyReLU()", "LeakyReLU(alpha=0.1)",
                                  "ELU(0.5)", "ThresholdedReLU(theta=0.4)", "PReLU", "PReLU", "SteSign(clip_value=1.5)");
    if (strcmp(layer, "PReLU") == 0)
        layer = arena_printf(d->arena, "PReLU(%s)", draw_shared_axes(d));
    return draw_layer(d, d->shape, 0, "%s", layer);
}

bool draws_softmax(Draw *d)
{
    int axis = draw_chance(d, 50) ? -1 : draw_between(d, 1, d->shape.rank);
    return draw_layer(d, d->shape, 0, "Softmax(axis=%d)", axis);
}

/* A mask that is shared along some axes, now and then by all samples. */
static const char *draw_noise_shape(Draw *d)
{
    Text text = text_new(d->arena);
    text_add(&text, draw_chance(d, 30) ? "(1" : "(None");
    for (int i = 0; i < d->shape.rank; i++)
        text_printf(&text, ", %d", draw_chance(d, 50) ? 1 : d->shape.dim[i]);
    text_add_char(&text, ')');
    return text.at;
}

bool draws_dropout(Draw *d)
{
    const char *kind = DRAW_PICK(d, "Dropout", "Dropout", "GaussianNoise", "GaussianDropout", "SpatialDropout", "ActivityRegularization");
    const char *rate = draw_number(d, 0, 16);
    if (strcmp(kind, "ActivityRegularization") == 0)
        return draw_layer(d, d->shape, 0, "ActivityRegularization(l1=0.01, l2=%s)", rate);
    if (strcmp(kind, "SpatialDropout") == 0)
        return d->shape.rank > 1 && draw_layer(d, d->shape, 0, "SpatialDropout%dD(%s)", d->shape.rank - 1, rate);
    if (strcmp(kind, "Dropout") == 0 && draw_chance(d, 30))
        return draw_layer(d, d->shape, 0, "Dropout(%s, noise_shape=%s)", rate, draw_noise_shape(d));
    return draw_layer(d, d->shape, 0, "%s(%s)", kind, rate);
}

/* One number a channel. */
static const char *draw_list(Draw *d, int low)
{
    Text text = text_new(d->arena);
    for (int i = 0; i < dims_channels(d->shape); i++)
        text_printf(&text, "%s%s", i ? ", " : "[", draw_number(d, low, 40));
    text_add_char(&text, ']');
    return text.at;
}

bool draws_scaling(Draw *d)
{
    bool list = dims_channels(d->shape) <= 8 && draw_chance(d, 50), normalization = draw_chance(d, 40);
    const char *first = list ? draw_list(d, -20) : draw_number(d, -20, 40), *second = list ? draw_list(d, 1) : draw_number(d, 1, 40);
    if (!normalization)
        return draw_layer(d, d->shape, 0, "Rescaling(%s, offset=%s)", second, first);
    return draw_layer(d, d->shape, 0, "Normalization(mean=%s, variance=%s%s)", first, second, draw_chance(d, 25) ? ", invert=True" : "");
}

bool draws_lambda(Draw *d)
{
    return draw_layer(d, d->shape, 0, "Lambda(%s)", DRAW_PICK(d, "lambda t: t * 0.5 + 0.25", "lambda t: tf.nn.relu(t) - 0.1", "lambda t: -t / 3", "lambda t: tf.nn.softmax(t)",
                                                              "lambda t: tf.nn.sigmoid(t) + t", "lambda t: tf.clip_by_value(t, -0.5, 0.75)",
                                                              "lambda t: tf.sqrt(tf.abs(t) + 0.01)", "lambda t: t * t"));
}
