/* Families of pools: windows and global. */
#include "diff/draw.h"

#include <string.h>

static void draw_strides(Draw *d, Text *text, DrawWindow *window)
{
    if (d->keep == FREE && draw_chance(d, 60)) { /* strides=None: the size of the window */
        bool same = strcmp(window->padding, "same") == 0;
        for (int i = 0; i < window->spatial; i++) {
            window->stride[i] = window->kernel[i];
            window->out[i] = same ? (d->shape.dim[i] + window->stride[i] - 1) / window->stride[i] : (d->shape.dim[i] - window->kernel[i]) / window->stride[i] + 1;
        }
        ints_print(text, window->kernel, window->spatial);
        text_printf(text, ", padding='%s'", window->padding);
    } else {
        window_print(text, window);
    }
}

bool draws_pool(Draw *d)
{
    int spatial = d->shape.rank - 1, channels = dims_channels(d->shape);
    const char *kind = DRAW_PICK(d, "MaxPooling", "MaxPooling", "MaxPool", "AveragePooling");
    DrawWindow window = draw_window(d, 0);
    Text text = text_new(d->arena);
    text_printf(&text, "%s%dD(", kind, spatial);
    draw_strides(d, &text, &window);
    return draw_layer(d, window_dims(&window, channels), window_places(&window) * window_taps(&window) * channels, "%s)", text.at);
}

bool draws_global_pool(Draw *d)
{
    int spatial = d->shape.rank - 1, channels = dims_channels(d->shape);
    const char *kind = DRAW_PICK(d, "GlobalAveragePooling", "GlobalMaxPooling", "GlobalAvgPool", "GlobalMaxPool");
    bool keep = draw_chance(d, 40);
    Dims out = { .rank = 1, .dim = { channels } };
    if (keep) {
        out.rank = d->shape.rank;
        for (int i = 0; i < spatial; i++)
            out.dim[i] = 1;
        out.dim[spatial] = channels;
    }
    return draw_layer(d, out, 0, "%s%dD(%s)", kind, spatial, keep ? "keepdims=True" : "");
}
