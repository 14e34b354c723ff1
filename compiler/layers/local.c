/* Locally connected layers: a kernel of its own at every position. In: weights as Keras' three implementations store them. Out: a product
 * with a kernel [positions, taps*channels, filters]. Taps that a border window lacks have weights that meet nothing. */
#include "layers/family.h"

#include "base/clamp.h"

#include <string.h>

static int product_of(const int *sizes, int count)
{
    return clamp_int(shape_count(shape_of(count, sizes)));
}

/* Keras' own "same" for these layers: a window starts half its size before stride * position. Nothing else knows it. */
static Value *local_window(Apply *apply, int spatial, Value *x, Window *window)
{
    family_window(apply, "kernel_size", spatial, x, window);
    window->out_channels = apply_int(apply, "filters");
    window->local = true;
    if (strcmp(apply_text(apply, "padding"), "same"))
        return family_padding(apply, "kernel_size", window, x);
    if (!family_reach(apply, "kernel_size", window))
        return NULL;
    for (int i = 0; i < spatial; i++) {
        window->before[i] = window->kernel[i] / 2;
        window->out[i] = (window->in[i] - 1) / window->stride[i] + 1;
        int reach = (window->out[i] - 1) * window->stride[i] - window->before[i] + window->kernel[i] - window->in[i];
        window->after[i] = reach > 0 ? reach : 0;
    }
    return x;
}

/* `whole` taps along the axis from those of the range: the outermost ones are repeated. */
static Value *all_taps(Graph *graph, Value *x, int axis, TapRange range, int whole)
{
    Value *parts[3];
    int count = 0, after = whole - range.low - range.count;
    if (range.low)
        parts[count++] = family_repeat_cell(graph, x, axis, 0, range.low);
    parts[count++] = x;
    if (after)
        parts[count++] = family_repeat_cell(graph, x, axis, range.count - 1, after);
    return graph_concat(graph, axis, count, parts);
}

/* Of the product, whatever the weights' own shape; all counts below are within its. */
static Shape product_shape(const Window *window)
{
    int row = clamp_int((int64_t)product_of(window->kernel, window->spatial) * window->in_channels);
    return shape_of(3, (int[]){product_of(window->out, window->spatial), row, window->out_channels});
}

/* Implementation 1: [positions, taps*channels, filters], or [positions, channels*taps, filters] where channels come first. */
static Value *blocks(Apply *apply, const Window *window)
{
    int positions = product_of(window->out, window->spatial), taps = product_of(window->kernel, window->spatial);
    Shape shape = product_shape(window);
    Value *kernel = apply_weight(apply, "kernel", "kernel", shape);
    if (!kernel || !family_channels_first(apply))
        return kernel;
    Value *apart = graph_reshape(apply->graph, kernel, shape_of(4, (int[]){positions, window->in_channels, taps, window->out_channels}));
    return graph_reshape(apply->graph, family_transpose(apply->graph, apart, (int[]){0, 2, 1, 3}), shape);
}

/* Implementation 2: [input, channels, output, filters] (channels and filters in front of the places where they come first), of which the
 * windows alone count. */
static Value *from_matrix(Apply *apply, const Window *window)
{
    Graph *graph = apply->graph;
    int n = window->spatial, first = family_channels_first(apply), order[SHAPE_MAX];
    Shape shape = {.rank = 2 * n + 2};
    shape.dim[first ? 0 : n] = window->in_channels;
    shape.dim[first ? n + 1 : 2 * n + 1] = window->out_channels;
    for (int i = 0; i < n; i++) {
        shape.dim[first + i] = window->in[i];
        shape.dim[first + n + 1 + i] = window->out[i];
    }
    Value *kernel = apply_weight(apply, "kernel", "kernel", shape);
    for (int i = 0; kernel && i < n; i++) {
        Value **parts = ARENA_ARRAY(apply->layers->arena, Value *, window->out[i]);
        int in_axis = first + i, out_axis = first + n + 1 + i;
        for (int o = 0; o < window->out[i]; o++) {
            TapRange range = family_taps(window, i, o);
            int start = o * window->stride[i] - window->before[i] + range.low;
            Value *part = family_cut(graph, family_cut(graph, kernel, out_axis, o, 1), in_axis, start, range.count);
            parts[o] = all_taps(graph, part, in_axis, range, window->kernel[i]);
        }
        kernel = graph_concat(graph, out_axis, window->out[i], parts);
    }
    if (!kernel)
        return NULL;
    for (int i = 0; i < n; i++) {
        order[i] = first + n + 1 + i;
        order[n + i] = first + i;
    }
    order[2 * n] = first ? 0 : n;
    order[2 * n + 1] = first ? n + 1 : 2 * n + 1;
    return graph_reshape(graph, family_transpose(graph, kernel, order), product_shape(window));
}

/* The taps that exist at a position (row-major), by axis. */
static void ranges_at(const Window *window, int position, TapRange ranges[3])
{
    for (int i = window->spatial - 1; i >= 0; i--) {
        ranges[i] = family_taps(window, i, position % window->out[i]);
        position /= window->out[i];
    }
}

static int taps_of(const Window *window, const TapRange ranges[3])
{
    int taps = 1;
    for (int i = 0; i < window->spatial; i++)
        taps *= ranges[i].count;
    return taps;
}

/* `run` positions with the same taps: (run, filters, taps, channels), or (filters, run, channels, taps), as [run, all taps*channels, filters]. */
static Value *run_block(Apply *apply, const Window *window, Value *x, int run, const TapRange ranges[3])
{
    int n = window->spatial, first = family_channels_first(apply), order[SHAPE_MAX], taps = product_of(window->kernel, n);
    Shape shape = {.rank = n + 3};
    shape.dim[first] = run;
    shape.dim[!first] = window->out_channels;
    shape.dim[first ? 2 : n + 2] = window->in_channels;
    order[0] = first;
    order[n + 1] = first ? 2 : n + 2;
    order[n + 2] = !first;
    for (int i = 0; i < n; i++) {
        order[1 + i] = 2 + first + i;
        shape.dim[2 + first + i] = ranges[i].count;
    }
    Value *y = family_transpose(apply->graph, graph_reshape(apply->graph, x, shape), order);
    for (int i = 0; i < n; i++)
        y = all_taps(apply->graph, y, 1 + i, ranges[i], window->kernel[i]);
    return graph_reshape(apply->graph, y, shape_of(3, (int[]){run, taps * window->in_channels, window->out_channels}));
}

/* Implementation 3: the weights that exist, in a row: by position, filter, tap, channel; or by filter, position, channel, tap. */
static Value *from_row(Apply *apply, const Window *window)
{
    int positions = product_of(window->out, window->spatial), first = family_channels_first(apply), total = 0, at = 0, count = 0;
    int per_tap = window->in_channels * (first ? 1 : window->out_channels);
    TapRange ranges[3], next[3];
    for (int p = 0; p < positions; p++) {
        ranges_at(window, p, ranges);
        total += taps_of(window, ranges);
    }
    Value *kernel = apply_weight(apply, "kernel", "kernel", shape_of(1, (int[]){total * window->in_channels * window->out_channels}));
    if (!kernel)
        return NULL;
    if (first)
        kernel = graph_reshape(apply->graph, kernel, shape_of(2, (int[]){window->out_channels, total * window->in_channels}));
    Value **parts = ARENA_ARRAY(apply->layers->arena, Value *, positions);
    for (int p = 0, run; p < positions; p += run) {
        ranges_at(window, p, ranges);
        for (run = 1; p + run < positions; run++) {
            ranges_at(window, p + run, next);
            if (memcmp(ranges, next, sizeof *ranges * (size_t)window->spatial))
                break;
        }
        int size = run * taps_of(window, ranges) * per_tap;
        parts[count++] = run_block(apply, window, family_cut(apply->graph, kernel, first, at, size), run, ranges);
        at += size;
    }
    return graph_concat(apply->graph, 0, count, parts);
}

static Value *local(Apply *apply, int spatial)
{
    Window window;
    Value *x = family_conv_input(apply, spatial);
    x = x ? local_window(apply, spatial, x, &window) : NULL;
    if (!x || !apply_fits(apply, "kernel", product_shape(&window)))
        return NULL;
    Value *(*const stored[])(Apply *, const Window *) = {blocks, from_matrix, from_row};
    Value *kernel = stored[apply_int(apply, "implementation") - 1](apply, &window);
    return kernel ? family_finish(apply, graph_product(apply->graph, ROLE_FORWARD, &window, x, kernel), window_output_shape(&window)) : NULL;
}

Value *apply_local1d(Apply *apply) { return local(apply, 1); }
Value *apply_local2d(Apply *apply) { return local(apply, 2); }
