/* Windows: in: kernel_size, strides, padding, dilation_rate of a layer and its input. out: the geometry, with Keras' arithmetic. */
#include "layers/family.h"

#include <string.h>

bool family_inputs(Apply *apply, int count)
{
    if (apply->input_count == count)
        return true;
    apply_error(apply, NULL, "takes %d input%s, got %d", count, count == 1 ? "" : "s", apply->input_count);
    return false;
}

const char *family_sizes(const Apply *apply, const int *sizes, int count)
{
    Text text = text_new(apply->layers->arena);
    for (int i = 0; i < count; i++)
        text_printf(&text, "%s%d", i ? ", " : "(", sizes[i]);
    text_add(&text, count == 1 ? ",)" : ")");
    return text.at;
}

static void fill(const Apply *apply, const char *name, int spatial, int *out, const int *otherwise)
{
    int found = apply_has(apply, name) ? apply_ints(apply, name, out, 3) : 0;
    for (int i = 0; i < spatial; i++) {
        if (!found)
            out[i] = otherwise ? otherwise[i] : 1;
        else if (found == 1)
            out[i] = out[0];
    }
}

void family_window(const Apply *apply, const char *kernel, int spatial, const Value *x, Window *window)
{
    *window = (Window){.spatial = spatial, .groups = 1, .in_channels = x->shape.dim[spatial], .out_channels = x->shape.dim[spatial]};
    fill(apply, kernel, spatial, window->kernel, NULL);
    fill(apply, "strides", spatial, window->stride, strcmp(kernel, "pool_size") ? NULL : window->kernel);
    fill(apply, "dilation_rate", spatial, window->dilation, NULL);
    for (int i = 0; i < spatial; i++)
        window->in[i] = x->shape.dim[i];
}

void family_note_shape(const Apply *apply, Message *message, const Value *x)
{
    if (x->span.source && x->span.begin != apply->span.begin)
        diag_note(message, x->span, "%s comes from here", apply_shape_text(apply, x));
}

static bool fits(Apply *apply, const char *kernel, const Window *window)
{
    const Value *x = apply->input[0];
    for (int i = 0; i < window->spatial; i++)
        if (window->out[i] < 1) {
            Message *message = apply_error(apply, kernel, "a window of %s does not fit into the input %s",
                                           family_sizes(apply, window->kernel, window->spatial), apply_shape_text(apply, x));
            diag_hint(message, "padding=\"same\" keeps the size");
            family_note_shape(apply, message, x);
            return false;
        }
    return true;
}

bool family_reach(Apply *apply, const char *kernel, const Window *window)
{
    for (int i = 0; i < window->spatial; i++)
        if (window_extent(window, i) > VALUE_NUMBERS_MAX) {
            bool dilated = window->dilation[i] > 1;
            Message *message = apply_error(apply, dilated ? "dilation_rate" : kernel, "a window of %s reaches over more than %d pixels",
                                           family_sizes(apply, window->kernel, window->spatial), VALUE_NUMBERS_MAX);
            if (dilated)
                diag_hint(message, "its taps are %s pixels apart", family_sizes(apply, window->dilation, window->spatial));
            return false;
        }
    return true;
}

static Value *explicit_pad(Apply *apply, Window *window, Value *x, float number)
{
    int before[SHAPE_MAX] = {0}, after[SHAPE_MAX] = {0};
    for (int i = 0; i < window->spatial; i++) {
        before[i] = window->before[i];
        after[i] = window->after[i];
        window->in[i] += before[i] + after[i];
        window->before[i] = window->after[i] = 0;
    }
    return graph_pad(apply->graph, x, before, after, number);
}

Value *family_padding(Apply *apply, const char *kernel, Window *window, Value *x)
{
    const char *padding = apply_text(apply, "padding");
    double number = apply_has(apply, "pad_values") ? apply_number(apply, "pad_values") : 0;
    if (!strcmp(padding, "valid")) {
        window_valid(window);
        return fits(apply, kernel, window) ? x : NULL;
    }
    if (!family_reach(apply, kernel, window))
        return NULL;
    if (!strcmp(padding, "causal")) {
        window->before[0] = window_extent(window, 0) - 1;
        window->out[0] = (window->in[0] - 1) / window->stride[0] + 1;
        int reach = (window->out[0] - 1) * window->stride[0] + 1 - window->in[0];
        window->after[0] = reach > 0 ? reach : 0;
        return x;
    }
    window_same(window);
    return number != 0 ? explicit_pad(apply, window, x, (float)number) : x;
}

TapRange family_taps(const Window *window, int i, int position)
{
    int start = position * window->stride[i] - window->before[i], low = start < 0 ? -start : 0;
    int end = start + window->kernel[i] > window->in[i] ? window->in[i] - start : window->kernel[i];
    return (TapRange){low, end - low};
}

Value *family_cut(Graph *graph, Value *x, int axis, int start, int size)
{
    int starts[SHAPE_MAX] = {0}, strides[SHAPE_MAX] = {1, 1, 1, 1, 1, 1};
    Shape out = x->shape;
    starts[axis] = start;
    out.dim[axis] = size;
    return start == 0 && size == x->shape.dim[axis] ? x : graph_slice(graph, x, starts, strides, out);
}

Value *family_repeat_cell(Graph *graph, Value *x, int axis, int at, int count)
{
    int repeat[SHAPE_MAX] = {1, 1, 1, 1, 1, 1};
    repeat[axis] = count;
    return graph_repeat(graph, family_cut(graph, x, axis, at, 1), repeat);
}

Value *family_flip(Graph *graph, Value *x, int axis)
{
    int starts[SHAPE_MAX] = {0}, strides[SHAPE_MAX] = {1, 1, 1, 1, 1, 1};
    starts[axis] = x->shape.dim[axis] - 1;
    strides[axis] = -1;
    return graph_slice(graph, x, starts, strides, x->shape);
}

int family_axis(const Apply *apply, const char *argument, int axis, const Value *x)
{
    int rank = x->shape.rank + 1, at = axis < 0 ? axis + rank : axis;
    if (at >= 1 && at < rank)
        return at - 1;
    apply_error(apply, argument, at == 0 ? "axis %d is the batch" : "axis %d does not exist in %s", axis, apply_shape_text(apply, x));
    return -1;
}

int family_axes(Apply *apply, const char *argument, const Value *x, int axes[SHAPE_MAX])
{
    int count = apply_ints(apply, argument, axes, SHAPE_MAX);
    if (count < 0) {
        apply_error(apply, argument, "%s must be an int, or a list of ints", argument);
        return 0;
    }
    if (count < 1 || count > x->shape.rank) {
        apply_error(apply, argument, "%s names %d axes, the input %s has %d", argument, count, apply_shape_text(apply, x), x->shape.rank);
        return 0;
    }
    for (int i = 0; i < count; i++) {
        axes[i] = family_axis(apply, argument, axes[i], x);
        if (axes[i] < 0)
            return 0;
        for (int k = 0; k < i; k++)
            if (axes[k] == axes[i]) {
                apply_error(apply, argument, "axis %d is named twice", axes[i] + 1);
                return 0;
            }
    }
    return count;
}
