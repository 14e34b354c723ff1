/* pool, pool_gradient: maximum or sum over a window. The gradient of a maximum goes to the first maximum in row-major window order;
 * three-dimensional pools give it to every tied cell, as Keras does. Gradients gather by output pixel, row-major. */
#include "graph/operators.h"

static void pool_infer(Value *value)
{
    const Window *w = &value->u.pool.window;
    const Value *x = value->input[0];
    BUG_IF(w->spatial < 1 || x->shape.rank != w->spatial + 1 || x->shape.dim[w->spatial] != w->in_channels);
    BUG_IF(w->in_channels != w->out_channels || !x->batched);
    for (int i = 0; i < w->spatial; i++)
        BUG_IF(x->shape.dim[i] != w->in[i] || w->out[i] < 1 || w->kernel[i] < 1);
    value_like(value, x);
    value->shape = window_output_shape(w);
    if (value->u.pool.kind == POOL_SUM && element_is_integer(x->element)) {
        int taps = window_full(w).taps;
        value->element = ELEMENT_I32;
        value->lo *= x->lo < 0 ? taps : 1;
        value->hi *= x->hi > 0 ? taps : 1;
        value->step = 1;
    }
}

/* The taps of one window in row-major order: the sum, or the first of the largest. */
static void pool_one(const Value *value, const FullWindow *full, Tensor in, int64_t base, int pixel, int channel, Tensor out, int64_t at)
{
    const Value *x = value->input[0];
    int channels = value->u.pool.window.in_channels;
    int64_t best = -1, integer = 0;
    float sum = 0.0f;
    for (int tap = 0; tap < full->taps; tap++) {
        int seen = window_input_pixel(full, pixel, tap);
        if (seen < 0)
            continue;
        int64_t from = (base + seen) * channels + channel;
        if (best < 0 || tensor_float(x, in, from) > tensor_float(x, in, best))
            best = from;
        if (element_is_integer(x->element))
            integer += in.i32[from];
        else
            sum += in.f32[from];
    }
    BUG_IF(best < 0);
    if (value->u.pool.kind == POOL_MAX)
        tensor_copy(value, out, at, in, best);
    else if (element_is_integer(x->element))
        out.i32[at] = (int32_t)integer;
    else
        out.f32[at] = sum;
}

static void pool_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    FullWindow full = window_full(&value->u.pool.window);
    int channels = value->u.pool.window.in_channels;
    int64_t count = value_elements(value, context);
    for (int64_t at = 0; at < count; at++) {
        int64_t row = at / channels / full.out_pixels;
        pool_one(value, &full, in[0], row * full.in_pixels, (int)(at / channels % full.out_pixels), (int)(at % channels), out, at);
    }
}

static void pool_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    fputs(value->u.pool.kind == POOL_MAX ? " max" : " sum", out);
    window_dump(&value->u.pool.window, out);
}

const OpRow op_row_POOL = {pool_infer, pool_eval, pool_dump};

static void pool_gradient_infer(Value *value)
{
    const Value *x = value->input[0], *dy = value->input[1];
    BUG_IF(!shape_equal(dy->shape, window_output_shape(&value->u.pool.window)) || dy->element != ELEMENT_F32 || !x->batched || !dy->batched);
    value->shape = x->shape;
    value->batched = true;
}

static void gradient_one(const Value *value, const FullWindow *full, Tensor x, int64_t base, int pixel, int channel, float dy, float *out)
{
    int channels = value->u.pool.window.in_channels;
    bool all_ties = value->u.pool.window.spatial == 3;
    int64_t best = -1;
    for (int tap = 0; tap < full->taps; tap++) {
        int seen = window_input_pixel(full, pixel, tap);
        int64_t from = (base + seen) * channels + channel;
        if (seen < 0)
            continue;
        if (value->u.pool.kind == POOL_SUM)
            out[from] += dy;
        else if (best < 0 || tensor_float(value->input[0], x, from) > tensor_float(value->input[0], x, best))
            best = from;
    }
    if (value->u.pool.kind == POOL_SUM)
        return;
    BUG_IF(best < 0);
    float largest = tensor_float(value->input[0], x, best);
    for (int tap = 0; tap < full->taps; tap++) {
        int seen = window_input_pixel(full, pixel, tap);
        int64_t from = (base + seen) * channels + channel;
        if (seen >= 0 && (from == best || (all_ties && tensor_float(value->input[0], x, from) == largest)))
            out[from] += dy;
    }
}

static void pool_gradient_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    FullWindow full = window_full(&value->u.pool.window);
    int channels = value->u.pool.window.in_channels;
    int64_t count = value_elements(value->input[1], context), size = value_elements(value, context);
    for (int64_t i = 0; i < size; i++)
        out.f32[i] = 0.0f;
    for (int64_t at = 0; at < count; at++) {
        int64_t row = at / channels / full.out_pixels;
        gradient_one(value, &full, in[0], row * full.in_pixels, (int)(at / channels % full.out_pixels), (int)(at % channels),
                     in[1].f32[at], out.f32);
    }
}

const OpRow op_row_POOL_GRADIENT = {pool_gradient_infer, pool_gradient_eval, pool_dump};
