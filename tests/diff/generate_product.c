/* Families of layers with kernels: dense, convolutions of every kind, and TimeDistributed around them. */
#include "diff/draw.h"

#include <string.h>

static const char *prefix(bool quantized)
{
    return quantized ? "Quant" : "";
}

bool draws_dense(Draw *d)
{
    bool quantized = draw_chance(d, 80);
    int units = draw_channels(d);
    Text more = text_new(d->arena);
    draw_weight_arguments(d, &more, quantized, "kernel");
    return draw_layer(d, dims_with_channels(d->shape, units), dims_count(d->shape) * units, "%sDense(%d%s)", prefix(quantized), units, more.at);
}

/* pad_values where Larq has it. */
static void draw_pad_values(Draw *d, Text *out, const DrawWindow *window)
{
    if (strcmp(window->padding, "same") == 0 && draw_chance(d, 45))
        text_printf(out, ", pad_values=%s", DRAW_PICK(d, "1.0", "1.0", "-1.0", "0.5", "0.0"));
}

/* A divisor of n above 1, or 1. */
static int draw_divisor(Draw *d, int n)
{
    int wanted = draw_between(d, 1, 4);
    for (int i = 2; i <= n; i++)
        if (n % i == 0 && --wanted == 0)
            return i;
    return 1;
}

bool draws_convolution(Draw *d)
{
    int spatial = d->shape.rank - 1, in = dims_channels(d->shape), groups = draw_chance(d, 20) ? draw_divisor(d, in) : 1;
    bool quantized = draw_chance(d, 80);
    DrawWindow window = draw_window(d, DILATES | (spatial == 1 ? CAUSAL : 0));
    int filters = draw_channels(d);
    filters = (filters + groups - 1) / groups * groups;
    Text text = text_new(d->arena);
    text_printf(&text, "%sConv%dD(%d, ", prefix(quantized), spatial, filters);
    window_print(&text, &window);
    if (quantized)
        draw_pad_values(d, &text, &window);
    if (groups > 1)
        text_printf(&text, ", groups=%d", groups);
    draw_weight_arguments(d, &text, quantized, "kernel");
    return draw_layer(d, window_dims(&window, filters), window_places(&window) * window_taps(&window) * (in / groups) * filters, "%s)", text.at);
}

static int draw_multiplier(Draw *d, Text *text)
{
    int multiplier = d->keep != KEEP_SHAPE && draw_chance(d, 35) ? draw_between(d, 2, 3) : 1;
    if (multiplier > 1)
        text_printf(text, ", depth_multiplier=%d", multiplier);
    return multiplier;
}

bool draws_depthwise(Draw *d)
{
    int spatial = d->shape.rank - 1, in = dims_channels(d->shape);
    bool quantized = spatial == 2 && draw_chance(d, 75); /* Larq has no QuantDepthwiseConv1D */
    DrawWindow window = draw_window(d, DILATES | EQUAL_STRIDES);
    Text text = text_new(d->arena);
    text_printf(&text, "%sDepthwiseConv%dD(", prefix(quantized), spatial);
    window_print(&text, &window);
    if (quantized)
        draw_pad_values(d, &text, &window);
    int multiplier = draw_multiplier(d, &text);
    draw_weight_arguments(d, &text, quantized, "depthwise");
    return draw_layer(d, window_dims(&window, in * multiplier), window_places(&window) * window_taps(&window) * in * multiplier, "%s)", text.at);
}

bool draws_separable(Draw *d)
{
    int spatial = d->shape.rank - 1, in = dims_channels(d->shape), filters = draw_channels(d);
    bool quantized = draw_chance(d, 75);
    DrawWindow window = draw_window(d, DILATES | EQUAL_STRIDES | (spatial == 1 ? CAUSAL : 0));
    Text text = text_new(d->arena);
    text_printf(&text, "%sSeparableConv%dD(%d, ", prefix(quantized), spatial, filters);
    window_print(&text, &window);
    if (quantized)
        draw_pad_values(d, &text, &window);
    int multiplier = draw_multiplier(d, &text);
    draw_weight_arguments(d, &text, quantized, "depthwise pointwise");
    int64_t work = window_places(&window) * in * multiplier * (window_taps(&window) + filters);
    return draw_layer(d, window_dims(&window, filters), work, "%s)", text.at);
}

/* Output sizes of a transposed convolution; output_padding as Keras allows it (below the stride, and TensorFlow finds its way back). */
static bool transposed_sizes(Draw *d, DrawWindow *window, bool padded, int *padding)
{
    for (int i = 0; i < window->spatial; i++) {
        int in = d->shape.dim[i], stride = window->stride[i], extent = (window->kernel[i] - 1) * window->dilation[i] + 1;
        bool same = strcmp(window->padding, "same") == 0;
        padding[i] = draw_below(d, stride);
        window->out[i] = same ? in * stride : in * stride + (extent > stride ? extent - stride : 0);
        if (padded)
            window->out[i] = (in - 1) * stride + extent - 2 * (same ? extent / 2 : 0) + padding[i];
        int back = same ? (window->out[i] + stride - 1) / stride : (window->out[i] - extent) / stride + 1;
        if (window->out[i] < 1 || back != in)
            return false;
    }
    return true;
}

bool draws_transposed(Draw *d)
{
    int spatial = d->shape.rank - 1, filters = draw_channels(d), padding[3];
    bool quantized = spatial > 1 && draw_chance(d, 75), padded = draw_chance(d, 25);
    DrawWindow window = draw_window(d, DILATES);
    if (!transposed_sizes(d, &window, padded, padding))
        return false;
    Text text = text_new(d->arena);
    text_printf(&text, "%sConv%dDTranspose(%d, ", prefix(quantized), spatial, filters);
    window_print(&text, &window);
    if (padded) {
        text_add(&text, ", output_padding=");
        ints_print(&text, padding, spatial);
    }
    draw_weight_arguments(d, &text, quantized, "kernel");
    return draw_layer(d, window_dims(&window, filters), dims_count(d->shape) * window_taps(&window) * filters, "%s)", text.at);
}

bool draws_local(Draw *d)
{
    int spatial = d->shape.rank - 1, in = dims_channels(d->shape), filters = draw_between(d, 1, 20);
    bool quantized = draw_chance(d, 75);
    int implementation = draw_between(d, 1, 3);
    DrawWindow window = draw_window(d, implementation == 1 ? VALID_ONLY : 0);
    Text text = text_new(d->arena);
    text_printf(&text, "%sLocallyConnected%dD(%d, ", prefix(quantized), spatial, filters);
    window_print(&text, &window);
    if (implementation > 1)
        text_printf(&text, ", implementation=%d", implementation);
    draw_weight_arguments(d, &text, quantized, "kernel");
    int64_t work = window_places(&window) * window_taps(&window) * in * filters;
    return work < 40000 && draw_layer(d, window_dims(&window, filters), work, "%s)", text.at);
}

static Dims rotated(Dims shape, bool left)
{
    Dims out = shape;
    for (int i = 0; i < shape.rank; i++)
        out.dim[i] = shape.dim[(i + (left ? 1 : shape.rank - 1)) % shape.rank];
    return out;
}

/* A layer with windows that finds its channels in the first axis, and often the normalization of that axis. */
bool draws_channels_first(Draw *d)
{
    static bool (*const kinds[])(Draw *) = { draws_convolution, draws_convolution, draws_transposed, draws_pool, draws_global_pool, draws_depthwise, draws_separable,
                                             draws_local, draws_padding, draws_cropping, draws_upsampling };
    static const int count[] = { 0, 0, 8, 11, 5 }; /* by rank: those that take a data_format and that many axes */
    int kind = draw_below(d, count[d->shape.rank]);
    d->shape = rotated(d->shape, true);
    d->channels_first = true;
    bool written = kinds[kind](d);
    d->channels_first = false;
    d->shape = rotated(d->shape, false);
    return written && (d->shape.rank == 1 || draw_chance(d, 70) || draw_layer(d, d->shape, 0, "BatchNormalization(axis=1)"));
}

/* One layer on every step; the first axis counts the steps. */
bool draws_timedistributed(Draw *d)
{
    int steps = d->shape.dim[0];
    if (d->wrapper || steps > 6)
        return false;
    Dims whole = d->shape, step = { .rank = d->shape.rank - 1 };
    memcpy(step.dim, whole.dim + 1, sizeof(int) * (size_t)step.rank);
    d->wrapper = "TimeDistributed";
    d->shape = step;
    int64_t cells = d->cells;
    Keep outer = d->keep;
    d->cells /= steps;
    d->keep = outer == FREE ? KEEP_PLACES : outer; /* no more axes than there are */
    bool written = step.rank > 1 && draw_chance(d, 60) ? draws_convolution(d) : draw_chance(d, 60) ? draws_dense(d) : draw_simple(d);
    d->keep = outer;
    d->cells = cells;
    d->wrapper = NULL;
    step = d->shape;
    d->shape = whole;
    if (!written)
        return false;
    d->shape = (Dims){ .rank = step.rank + 1, .dim = { steps } };
    memcpy(d->shape.dim + 1, step.dim, sizeof(int) * (size_t)step.rank);
    return true;
}
