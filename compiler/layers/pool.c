/* Pooling: windows (maximum, or a sum divided by the number of cells that exist) and global. */
#include "layers/family.h"

static Value *pool_window(Apply *apply, int spatial, Value *x, Window *window)
{
    family_window(apply, "pool_size", spatial, x, window);
    window->groups = window->in_channels;
    x = family_padding(apply, "pool_size", window, x);
    if (x)
        window_trim(window);
    return x && apply_fits(apply, "window", shape_of(spatial, window->kernel)) ? x : NULL;
}

static Value *maxpool(Apply *apply, int spatial, Value *x)
{
    Window window;
    x = pool_window(apply, spatial, x, &window);
    return x ? graph_pool(apply->graph, POOL_MAX, &window, x) : NULL;
}

/* The divisor at every output position: a number when it is the same everywhere, else a constant [out..., 1]. */
static Value *divisor(Apply *apply, const Window *window)
{
    Shape shape = {.rank = window->spatial + 1};
    int index[3] = {0}, full = 1;
    for (int i = 0; i < window->spatial; i++) {
        shape.dim[i] = window->out[i];
        full *= window->kernel[i];
    }
    shape.dim[window->spatial] = 1;
    int64_t count = shape_count(shape);
    float *taps = ARENA_ARRAY(apply->layers->arena, float, count);
    bool same = true;
    for (int64_t at = 0; at < count; at++) {
        int64_t rest = at;
        int valid = 1;
        for (int i = window->spatial - 1; i >= 0; i--) {
            index[i] = (int)(rest % window->out[i]);
            rest /= window->out[i];
            valid *= family_taps(window, i, index[i]).count;
        }
        taps[at] = (float)valid;
        same &= valid == full;
    }
    return same ? NULL : graph_constant_f32(apply->graph, shape, taps);
}

static Value *avgpool(Apply *apply, int spatial, Value *x)
{
    Window window;
    x = pool_window(apply, spatial, x, &window);
    if (!x)
        return NULL;
    Value *sum = graph_pool(apply->graph, POOL_SUM, &window, family_float(apply, x)), *taps = divisor(apply, &window);
    if (taps)
        return graph_binary(apply->graph, EX_DIV, sum, taps);
    int full = 1;
    for (int i = 0; i < spatial; i++)
        full *= window.kernel[i];
    return graph_map(apply->graph, expr2(apply, EX_DIV, expr_arg(apply->layers->pool, 0), expr_number(apply, full)), 1, &sum);
}

static Value *global(Apply *apply, int spatial, ReduceKind kind)
{
    if (!family_spatial(apply, spatial))
        return NULL;
    Value *x = family_float(apply, family_channels_last(apply, apply->input[0]));
    bool keep = apply_bool(apply, "keepdims");
    Value *mask = kind == REDUCE_MEAN && spatial == 1 ? apply->input[0]->mask : NULL;
    Value *y = mask ? mask_mean(apply, x, mask, keep) : graph_reduce(apply->graph, kind, x, axes_mask(x, 0, spatial), keep);
    return keep ? family_own_format(apply, y) : y;
}

Value *apply_maxpool1d(Apply *apply) { return family_either_format(apply, maxpool, 1); }
Value *apply_maxpool2d(Apply *apply) { return family_either_format(apply, maxpool, 2); }
Value *apply_maxpool3d(Apply *apply) { return family_either_format(apply, maxpool, 3); }
Value *apply_avgpool1d(Apply *apply) { return family_either_format(apply, avgpool, 1); }
Value *apply_avgpool2d(Apply *apply) { return family_either_format(apply, avgpool, 2); }
Value *apply_avgpool3d(Apply *apply) { return family_either_format(apply, avgpool, 3); }
Value *apply_globalavg1d(Apply *apply) { return global(apply, 1, REDUCE_MEAN); }
Value *apply_globalavg2d(Apply *apply) { return global(apply, 2, REDUCE_MEAN); }
Value *apply_globalavg3d(Apply *apply) { return global(apply, 3, REDUCE_MEAN); }
Value *apply_globalmax1d(Apply *apply) { return global(apply, 1, REDUCE_MAX); }
Value *apply_globalmax2d(Apply *apply) { return global(apply, 2, REDUCE_MAX); }
Value *apply_globalmax3d(Apply *apply) { return global(apply, 3, REDUCE_MAX); }
