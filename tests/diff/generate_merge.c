/* Families of several tensors: residuals, concatenations, gates, dot products, shared layers, nested models, more inputs and outputs. */
#include "diff/draw.h"

#include <string.h>

/* One or two layers that keep what `keep` says. */
static void draw_branch(Draw *d, Keep keep)
{
    Keep outer = d->keep;
    d->keep = keep > outer ? keep : outer;
    for (int i = draw_between(d, 1, 2); i > 0; i--)
        draw_simple(d);
    d->keep = outer;
}

static void merge(Draw *d, const char *other)
{
    const char *how = DRAW_PICK(d, "Add()([x, %s])", "Add()([x, %s])", "x + %s", "add([x, %s])", "Subtract()([x, %s])", "Multiply()([x, %s])", "Average()([x, %s])",
                                "Maximum()([x, %s])", "Minimum()([x, %s])", "x - %s", "x * %s", "Add()([x, %s, x])", "tf.maximum(x, %s)");
    const char *hole = strstr(how, "%s");
    draw_statement(d, "x = %.*s%s%s", (int)(hole - how), how, other, hole + 2);
}

bool draws_residual(Draw *d)
{
    const char *shortcut = draw_name(d, "shortcut");
    draw_statement(d, "%s = x", shortcut);
    draw_branch(d, KEEP_SHAPE);
    merge(d, shortcut);
    return true;
}

static bool concatenate_along(Draw *d, const char *other, int axis)
{
    Dims out = d->shape;
    out.dim[axis - 1] *= 2;
    if (dims_count(out) > d->cells)
        return false;
    draw_statement(d, "x = Concatenate(axis=%d)([x, %s])", axis, other);
    d->shape = out;
    return true;
}

/* Two branches side by side: along the channels with channels of their own, or along any axis with the same shape. */
bool draws_concatenation(Draw *d)
{
    const char *start = draw_name(d, "start"), *branch = draw_name(d, "branch");
    Dims before = d->shape;
    bool channels = draw_chance(d, 70);
    draw_statement(d, "%s = x", start);
    draw_branch(d, channels ? KEEP_PLACES : KEEP_SHAPE);
    draw_statement(d, "%s = x", branch);
    if (!channels) {
        int axis = draw_between(d, 1, d->shape.rank);
        return concatenate_along(d, start, axis);
    }
    int first = dims_channels(d->shape);
    draw_statement(d, "x = %s", start);
    d->shape = before;
    draw_branch(d, KEEP_PLACES);
    if (dims_count(dims_with_channels(d->shape, dims_channels(d->shape) + first)) > d->cells)
        return false;
    draw_statement(d, "x = Concatenate()([%s, x])", branch);
    d->shape = dims_with_channels(d->shape, dims_channels(d->shape) + first);
    return true;
}

/* Squeeze and excite: one factor a channel, from all places. */
bool draws_gate(Draw *d)
{
    const char *gate = draw_name(d, "gate"), *pool = DRAW_PICK(d, "Average", "Max");
    int channels = dims_channels(d->shape);
    draw_statement(d, "%s = Global%sPooling%dD(keepdims=True)(x)", gate, pool, d->shape.rank - 1);
    draw_statement(d, "%s = QuantDense(%d, input_quantizer=%s, kernel_quantizer='ste_sign', activation='sigmoid')(%s)", gate, channels, draw_input_quantizer(d), gate);
    draw_statement(d, draw_chance(d, 50) ? "x = Multiply()([x, %s])" : "x = x * %s", gate);
    return true;
}

bool draws_dot(Draw *d)
{
    const char *other = draw_name(d, "vector");
    draw_statement(d, "%s = x", other);
    draw_branch(d, KEEP_SHAPE);
    draw_statement(d, "x = Dot(axes=1%s)([x, %s])", draw_chance(d, 40) ? ", normalize=True" : "", other);
    d->shape.dim[0] = 1;
    return true;
}

/* One layer, called twice. */
bool draws_shared(Draw *d)
{
    const char *layer = draw_name(d, "shared"), *other = draw_name(d, "other");
    int64_t work = d->work;
    d->name = layer;
    d->style = WRITE_NAME;
    Keep outer = d->keep;
    d->keep = KEEP_SHAPE;
    d->work /= 2;
    bool written = draw_simple(d);
    d->work = work - 2 * (work / 2 - d->work);
    d->keep = outer;
    d->style = WRITE_CALL;
    if (!written)
        return false;
    draw_statement(d, "%s = %s(x)", other, layer);
    draw_layer(d, d->shape, 0, "Activation('tanh')");
    draw_statement(d, "x = %s(x)", layer);
    merge(d, other);
    return true;
}

/* A model as a layer; once more where it keeps the shape. */
bool draws_nested(Draw *d)
{
    const char *model = draw_name(d, "inner");
    Dims before = d->shape;
    int64_t work = d->work;
    draw_statement(d, "%s = Sequential([", model);
    d->style = WRITE_LIST;
    d->work /= 2;
    for (int i = draw_between(d, 1, 3); i > 0; i--)
        draw_simple(d);
    d->work = work - 2 * (work / 2 - d->work);
    d->style = WRITE_CALL;
    if (d->text.at[d->text.length - 2] == '[')
        draw_layer(d, d->shape, 0, "Activation('relu')");
    draw_statement(d, "])\nx = %s(x)", model);
    if (dims_equal(before, d->shape) && draw_chance(d, 50))
        draw_statement(d, "x = %s(x)", model);
    return true;
}

bool draws_second_input(Draw *d)
{
    if (d->inputs.length > 40)
        return false;
    const char *input = draw_name(d, "input"), *dtype = DRAW_PICK(d, "", "", ", dtype='uint8'", ", dtype='int8'");
    draw_statement(d, "%s = Input(%s%s)", input, dims_text(d->arena, d->shape.dim, d->shape.rank), dtype);
    text_printf(&d->inputs, ", %s", input);
    merge(d, input);
    return true;
}

/* The tensor as it is now, or a vector of it, becomes an output of the model. */
bool draws_second_output(Draw *d)
{
    if (d->output_count == EXTRA_OUTPUTS_MAX)
        return false;
    const char *output = draw_name(d, "output");
    Dims shape = d->shape;
    if (draw_chance(d, 50)) {
        draw_statement(d, "%s = Activation(%s)(x)", output, draw_activation(d));
    } else {
        int units = draw_between(d, 2, 6);
        draw_statement(d, "%s = Flatten()(x)", output);
        draw_statement(d, "%s = QuantDense(%d, kernel_quantizer=%s)(%s)", output, units, draw_kernel_quantizer(d), output);
        shape = (Dims){ .rank = 1, .dim = { units } };
    }
    text_printf(&d->outputs, ", %s", output);
    d->output[d->output_count++] = shape;
    return true;
}
