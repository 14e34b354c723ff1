/* Windows: the geometry of products and pools. In: kernel, stride, dilation, input size. Out: Keras' output sizes and padding,
 * and which input pixel a tap of an output pixel sees. */
#include "graph/operators.h"

#include "base/clamp.h"

int window_extent(const Window *window, int i)
{
    return clamp_int((int64_t)(window->kernel[i] - 1) * window->dilation[i] + 1);
}

void window_same(Window *window)
{
    for (int i = 0; i < window->spatial; i++) {
        int out = (window->in[i] - 1) / window->stride[i] + 1;
        int total = clamp_int((int64_t)(out - 1) * window->stride[i] + window_extent(window, i) - window->in[i]);
        if (total < 0)
            total = 0;
        window->out[i] = out;
        window->before[i] = total / 2;
        window->after[i] = total - total / 2; /* the odd element goes at the end */
    }
}

void window_valid(Window *window)
{
    for (int i = 0; i < window->spatial; i++) {
        int room = window->in[i] - window_extent(window, i);
        window->out[i] = room < 0 ? 0 : room / window->stride[i] + 1;
        window->before[i] = window->after[i] = 0;
    }
}

void window_trim(Window *window)
{
    for (int i = 0; i < window->spatial; i++) {
        BUG_IF(window->dilation[i] != 1);
        int span = (window->out[i] - 1) * window->stride[i]; /* from the first position to the last */
        int first = window->before[i] - span, last = window->before[i] + window->in[i] - 1;
        int low = first < 0 ? 0 : first, high = last < window->kernel[i] - 1 ? last : window->kernel[i] - 1;
        int cut = window->kernel[i] - 1 - high;
        window->kernel[i] = high - low + 1;
        window->before[i] -= low;
        window->after[i] -= cut;
    }
}

Shape window_output_shape(const Window *window)
{
    Shape shape = {.rank = window->spatial + 1};
    for (int i = 0; i < window->spatial; i++)
        shape.dim[i] = window->out[i];
    shape.dim[window->spatial] = window->out_channels;
    return shape;
}

int64_t window_macs(const Window *window)
{
    int64_t macs = (int64_t)window->out_channels * (window->in_channels / window->groups);
    for (int i = 0; i < window->spatial; i++)
        macs *= (int64_t)window->out[i] * window->kernel[i];
    return macs;
}

FullWindow window_full(const Window *window)
{
    FullWindow full = {.taps = 1, .in_pixels = 1, .out_pixels = 1};
    for (int i = 0; i < 3; i++) {
        bool there = i < window->spatial;
        full.in[i] = there ? window->in[i] : 1;
        full.out[i] = there ? window->out[i] : 1;
        full.kernel[i] = there ? window->kernel[i] : 1;
        full.stride[i] = there ? window->stride[i] : 1;
        full.dilation[i] = there ? window->dilation[i] : 1;
        full.before[i] = there ? window->before[i] : 0;
        full.taps *= full.kernel[i];
        full.in_pixels *= full.in[i];
        full.out_pixels *= full.out[i];
    }
    return full;
}

static void split(int index, const int dim[3], int out[3])
{
    out[2] = index % dim[2];
    out[1] = index / dim[2] % dim[1];
    out[0] = index / dim[2] / dim[1];
}

int window_input_pixel(const FullWindow *window, int pixel, int tap)
{
    int p[3], t[3], flat = 0;
    split(pixel, window->out, p);
    split(tap, window->kernel, t);
    for (int i = 0; i < 3; i++) {
        int at = p[i] * window->stride[i] - window->before[i] + t[i] * window->dilation[i];
        if (at < 0 || at >= window->in[i])
            return -1;
        flat = flat * window->in[i] + at;
    }
    return flat;
}

int window_output_pixel(const FullWindow *window, int pixel, int tap)
{
    int q[3], t[3], flat = 0;
    split(pixel, window->in, q);
    split(tap, window->kernel, t);
    for (int i = 0; i < 3; i++) {
        int scaled = q[i] + window->before[i] - t[i] * window->dilation[i];
        if (scaled < 0 || scaled % window->stride[i] != 0 || scaled / window->stride[i] >= window->out[i])
            return -1;
        flat = flat * window->out[i] + scaled / window->stride[i];
    }
    return flat;
}

static void dump_sizes(FILE *out, const char *name, const Window *window, const int *sizes, int plain)
{
    bool say = plain < 0;
    for (int i = 0; i < window->spatial; i++)
        say |= sizes[i] != plain;
    if (!say)
        return;
    fprintf(out, " %s", name);
    for (int i = 0; i < window->spatial; i++)
        fprintf(out, "%s%d", i ? "x" : "", sizes[i]);
}

void window_dump(const Window *window, FILE *out)
{
    if (window->spatial) {
        dump_sizes(out, "kernel ", window, window->kernel, -1);
        dump_sizes(out, "stride ", window, window->stride, 1);
        dump_sizes(out, "dilation ", window, window->dilation, 1);
        dump_sizes(out, "before ", window, window->before, 0);
        dump_sizes(out, "after ", window, window->after, 0);
    }
    if (window->depthwise)
        fputs(" depthwise", out);
    else if (window->groups > 1)
        fprintf(out, " groups %d", window->groups);
    if (window->local)
        fputs(" local", out);
}
