/* Convolutions: plain, grouped, depthwise, separable, transposed; with Larq's quantizers and pad_values. */
#include "layers/family.h"

#include "base/clamp.h"

#include <string.h>

static Shape kernel_shape(const Window *window, int in, int out)
{
    Shape shape = {.rank = window->spatial + 2};
    for (int i = 0; i < window->spatial; i++)
        shape.dim[i] = window->kernel[i];
    shape.dim[window->spatial] = in;
    shape.dim[window->spatial + 1] = out;
    return shape;
}

Value *family_conv_input(Apply *apply, int spatial)
{
    Value *x = family_spatial(apply, spatial) ? apply_quantizer(apply, "input_quantizer", apply->input[0]) : NULL;
    return x ? family_channels_last(apply, x) : NULL;
}

static bool groups_divide(Apply *apply, const Window *window)
{
    if (window->in_channels % window->groups == 0)
        return true;
    family_note_shape(apply, apply_error(apply, "groups", "%d input channels cannot be split into %d groups", window->in_channels, window->groups),
                      apply->input[0]);
    return false;
}

static Value *conv(Apply *apply, int spatial)
{
    Window window;
    Value *x = family_conv_input(apply, spatial);
    if (!x)
        return NULL;
    family_window(apply, "kernel_size", spatial, x, &window);
    window.out_channels = apply_int(apply, "filters");
    window.groups = apply_int(apply, "groups");
    x = groups_divide(apply, &window) ? family_padding(apply, "kernel_size", &window, x) : NULL;
    Value *kernel = x ? apply_weight(apply, "kernel", "kernel", kernel_shape(&window, window.in_channels / window.groups, window.out_channels)) : NULL;
    if (!kernel)
        return NULL;
    return family_finish(apply, graph_product(apply->graph, ROLE_FORWARD, &window, x, kernel), shape_of(1, &window.out_channels));
}

/* The depthwise product alone: each channel by its own kernels. */
static Value *depthwise_product(Apply *apply, int spatial, Window *window)
{
    Value *x = family_conv_input(apply, spatial);
    if (!x)
        return NULL;
    family_window(apply, "kernel_size", spatial, x, window);
    int multiplier = apply_int(apply, "depth_multiplier");
    window->groups = window->in_channels;
    window->depthwise = true;
    window->out_channels = clamp_int((int64_t)window->in_channels * multiplier);
    x = family_padding(apply, "kernel_size", window, x);
    Value *kernel = x ? apply_weight(apply, "depthwise_kernel", "depthwise", kernel_shape(window, window->in_channels, multiplier)) : NULL;
    return kernel ? graph_product(apply->graph, ROLE_FORWARD, window, x, kernel) : NULL;
}

static Value *depthwise(Apply *apply, int spatial)
{
    Window window;
    Value *y = depthwise_product(apply, spatial, &window);
    return family_finish(apply, y, shape_of(1, &window.out_channels));
}

static Value *separable(Apply *apply, int spatial)
{
    Window window, point = {.spatial = spatial, .groups = 1};
    Value *y = depthwise_product(apply, spatial, &window);
    if (!y)
        return NULL;
    for (int i = 0; i < spatial; i++) {
        point.in[i] = point.out[i] = window.out[i];
        point.kernel[i] = point.stride[i] = point.dilation[i] = 1;
    }
    point.in_channels = window.out_channels;
    point.out_channels = apply_int(apply, "filters");
    Value *kernel = apply_weight(apply, "pointwise_kernel", "pointwise", kernel_shape(&point, point.in_channels, point.out_channels));
    if (!kernel)
        return NULL;
    return family_finish(apply, graph_product(apply->graph, ROLE_FORWARD, &point, y, kernel), shape_of(1, &point.out_channels));
}

/* Output size along one axis of a transposed convolution. */
static int transposed_size(int64_t in, int stride, int extent, bool same, const int *output_padding)
{
    if (output_padding)
        return clamp_int((in - 1) * stride + extent - 2 * (int64_t)(same ? extent / 2 : 0) + *output_padding);
    return clamp_int(in * stride + (!same && extent > stride ? extent - stride : 0));
}

/* A transposed convolution is the input gradient of the convolution from its output back to its input. */
static bool transposed_window(Apply *apply, int spatial, const Value *x, Window *window)
{
    int extra[3], found = apply_ints(apply, "output_padding", extra, 3);
    bool same = !strcmp(apply_text(apply, "padding"), "same");
    family_window(apply, "kernel_size", spatial, x, window);
    if (!family_reach(apply, "kernel_size", window))
        return false;
    window->out_channels = x->shape.dim[spatial];
    window->in_channels = apply_int(apply, "filters");
    for (int i = 0; i < spatial; i++) {
        const int *padding = found ? &extra[found == 1 ? 0 : i] : NULL;
        if (padding && *padding >= window->stride[i]) {
            apply_error(apply, "output_padding", "output_padding %d must be less than the stride %d", *padding, window->stride[i]);
            return false;
        }
        window->in[i] = transposed_size(x->shape.dim[i], window->stride[i], window_extent(window, i), same, padding);
        if (window->in[i] > VALUE_NUMBERS_MAX)
            return apply_fits(apply, "output", shape_of(spatial, window->in));
    }
    if (same)
        window_same(window);
    else
        window_valid(window);
    for (int i = 0; i < spatial; i++)
        if (window->out[i] != x->shape.dim[i]) {
            apply_error(apply, "output_padding", "these settings give an output of %d for an input of %d, which TensorFlow refuses", window->in[i],
                        x->shape.dim[i]);
            return false;
        }
    return true;
}

static Value *transpose(Apply *apply, int spatial)
{
    Window window;
    Value *x = family_conv_input(apply, spatial);
    if (!x || !transposed_window(apply, spatial, x, &window))
        return NULL;
    Value *kernel = apply_weight(apply, "kernel", "kernel", kernel_shape(&window, window.in_channels, window.out_channels));
    if (!kernel)
        return NULL;
    return family_finish(apply, graph_product(apply->graph, ROLE_INPUT_GRADIENT, &window, x, kernel), shape_of(1, &window.in_channels));
}

Value *apply_conv1d(Apply *apply) { return conv(apply, 1); }
Value *apply_conv2d(Apply *apply) { return conv(apply, 2); }
Value *apply_conv3d(Apply *apply) { return conv(apply, 3); }
Value *apply_depthwise1d(Apply *apply) { return depthwise(apply, 1); }
Value *apply_depthwise2d(Apply *apply) { return depthwise(apply, 2); }
Value *apply_separable1d(Apply *apply) { return separable(apply, 1); }
Value *apply_separable2d(Apply *apply) { return separable(apply, 2); }
Value *apply_transpose1d(Apply *apply) { return transpose(apply, 1); }
Value *apply_transpose2d(Apply *apply) { return transpose(apply, 2); }
Value *apply_transpose3d(Apply *apply) { return transpose(apply, 3); }
