/* Windows of convolutions and pools: sizes, strides, dilation and padding that fit into the current shape. */
#include "diff/draw.h"

#include <string.h>

static bool fits(const Draw *d, const DrawWindow *window)
{
    for (int i = 0; i < window->spatial; i++)
        if ((window->kernel[i] - 1) * window->dilation[i] + 1 > d->shape.dim[i])
            return false;
    return true;
}

static void draw_each(Draw *d, int *out, int spatial, int largest, bool equal)
{
    for (int i = 0; i < spatial; i++)
        out[i] = i && equal ? out[0] : draw_between(d, 1, largest);
}

static void draw_padding(Draw *d, DrawWindow *window, int options)
{
    window->padding = draw_chance(d, 50) ? "same" : "valid";
    if ((options & CAUSAL) && draw_chance(d, 30))
        window->padding = "causal";
    if (options & VALID_ONLY)
        window->padding = "valid";
    else if (d->keep != FREE)
        window->padding = "same";
}

static void draw_steps(Draw *d, DrawWindow *window, int options)
{
    draw_each(d, window->stride, window->spatial, 1, true);
    draw_each(d, window->dilation, window->spatial, 1, true);
    if (d->keep == FREE && draw_chance(d, 35)) {
        bool equal = (options & EQUAL_STRIDES) || draw_chance(d, 50);
        draw_each(d, window->stride, window->spatial, 3, equal);
    } else if ((options & DILATES) && draw_chance(d, 25)) {
        bool equal = draw_chance(d, 50);
        draw_each(d, window->dilation, window->spatial, 3, equal);
    }
}

static void shrink(const Draw *d, DrawWindow *window)
{
    for (int i = 0; i < window->spatial; i++) {
        window->dilation[i] = window->kernel[i] > d->shape.dim[i] ? 1 : window->dilation[i];
        while ((window->kernel[i] - 1) * window->dilation[i] + 1 > d->shape.dim[i])
            window->kernel[i]--;
    }
}

static int output_size(const Draw *d, const DrawWindow *window, int i)
{
    int in = d->shape.dim[i], extent = (window->kernel[i] - 1) * window->dilation[i] + 1;
    return strcmp(window->padding, "valid") ? (in + window->stride[i] - 1) / window->stride[i] : (in - extent) / window->stride[i] + 1;
}

DrawWindow draw_window(Draw *d, int options)
{
    DrawWindow window = { .spatial = d->shape.rank - 1 };
    bool equal = draw_chance(d, 60);
    draw_each(d, window.kernel, window.spatial, draw_chance(d, 85) ? 3 : 5, equal);
    draw_padding(d, &window, options);
    draw_steps(d, &window, options);
    if (strcmp(window.padding, "valid") == 0 && !fits(d, &window))
        shrink(d, &window);
    for (int i = 0; i < window.spatial; i++)
        window.out[i] = output_size(d, &window, i);
    return window;
}

int window_taps(const DrawWindow *window)
{
    int taps = 1;
    for (int i = 0; i < window->spatial; i++)
        taps *= window->kernel[i];
    return taps;
}

int64_t window_places(const DrawWindow *window)
{
    int64_t places = 1;
    for (int i = 0; i < window->spatial; i++)
        places *= window->out[i];
    return places;
}

Dims window_dims(const DrawWindow *window, int channels)
{
    Dims shape = { .rank = window->spatial + 1 };
    memcpy(shape.dim, window->out, sizeof(int) * (size_t)window->spatial);
    return dims_with_channels(shape, channels);
}

void ints_print(Text *out, const int *values, int count)
{
    bool equal = true;
    for (int i = 1; i < count; i++)
        equal &= values[i] == values[0];
    if (equal)
        text_printf(out, "%d", values[0]);
    else
        text_add(out, dims_text(out->arena, values, count));
}

static bool all_ones(const int *values, int count)
{
    for (int i = 0; i < count; i++)
        if (values[i] != 1)
            return false;
    return true;
}

void window_print(Text *out, const DrawWindow *window)
{
    ints_print(out, window->kernel, window->spatial);
    text_add(out, ", strides=");
    ints_print(out, window->stride, window->spatial);
    text_printf(out, ", padding='%s'", window->padding);
    if (!all_ones(window->dilation, window->spatial)) {
        text_add(out, ", dilation_rate=");
        ints_print(out, window->dilation, window->spatial);
    }
}
