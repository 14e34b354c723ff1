/* Random small networks, as layers would build them: every quantizer on inputs and kernels, paddings, pools, batch norm, dense. */
#ifndef UNIT_RANDOM_NET_H
#define UNIT_RANDOM_NET_H

#include "unit/graph_help.h"

typedef enum { Q_NONE, Q_SIGN, Q_HEAVISIDE, Q_TERNARY, Q_TERNARY_AUTO, Q_DOREFA, Q_DOREFA_WEIGHTS, Q_MAGNITUDE, Q_MEAN_SCALE, Q_OFFSET, Q_COUNT } Quantizer;

static inline const Expr *clip_expr(World *w, const Expr *x, float low, float high)
{
    return E(MIN, E(MAX, x, NUMBER(low)), NUMBER(high));
}

static inline const Expr *ste(World *w, const Expr *forward)
{
    const Expr *x = ARG(0), *dy = expr_dy(w->pool), *inputs[] = {x};
    const Expr *gradient[] = {expr_make(w->pool, EX_SELECT, E(LE, E(ABS, x), NUMBER(1)), dy, NUMBER(0))};
    return expr_custom(w->pool, forward, dy, 1, inputs, gradient);
}

static inline const Expr *ternary_expr(World *w, const Expr *t)
{
    const Expr *x = ARG(0);
    return E(SGN, E(ADD, E(SGN, E(ADD, x, t)), E(SGN, E(SUB, x, t))));
}

/* full_rank counts the batch. */
static inline const Expr *quantizer_expr(World *w, Quantizer kind, int bits, int full_rank)
{
    const Expr *x = ARG(0), *size = E(ABS, x);
    uint32_t all = (1u << full_rank) - 1, but_last = all >> 1;
    float n = (float)((1 << bits) - 1);
    switch (kind) {
    case Q_SIGN: return ste_sign_expr(w, 1.0f);
    case Q_HEAVISIDE: return ste(w, expr_make(w->pool, EX_SELECT, E(LT, NUMBER(0), x), NUMBER(1), NUMBER(0)));
    case Q_TERNARY: return ste(w, ternary_expr(w, NUMBER(0.05f)));
    case Q_TERNARY_AUTO: return ste(w, ternary_expr(w, E(MUL, NUMBER(0.7f), expr_reduce(w->pool, EX_REDUCE_MEAN, size, all))));
    case Q_DOREFA: return ste(w, E(DIV, E(ROUND, E(MUL, clip_expr(w, x, 0, 1), NUMBER(n))), NUMBER(n)));
    case Q_DOREFA_WEIGHTS: {
        const Expr *tanh = E(TANH, x), *largest = expr_reduce(w->pool, EX_REDUCE_MAX, E(ABS, tanh), all);
        const Expr *p = E(ADD, E(DIV, tanh, E(MUL, NUMBER(2), largest)), NUMBER(0.5f));
        return ste(w, E(SUB, E(DIV, E(MUL, NUMBER(2), E(ROUND, E(MUL, p, NUMBER(n)))), NUMBER(n)), NUMBER(1)));
    }
    case Q_MAGNITUDE: return ste(w, E(MUL, expr_reduce(w->pool, EX_REDUCE_MEAN, size, but_last), E(SIGN, x)));
    case Q_MEAN_SCALE: return ste(w, E(MUL, E(SIGN, x), expr_reduce(w->pool, EX_REDUCE_MEAN, size, all)));
    case Q_OFFSET: return ste(w, expr_make(w->pool, EX_SELECT, E(LT, NUMBER(0), x), NUMBER(1), NUMBER(0.3)));
    default: return x;
    }
}

static inline Value *quantize(World *w, Value *x, Quantizer kind, int bits)
{
    return kind == Q_NONE ? x : graph_map(w->graph, quantizer_expr(w, kind, bits, x->shape.rank + x->batched), 1, &x);
}

static inline Quantizer random_input_quantizer(World *w)
{
    static const Quantizer kinds[] = {Q_SIGN, Q_SIGN, Q_SIGN, Q_NONE, Q_HEAVISIDE, Q_TERNARY, Q_DOREFA, Q_OFFSET};
    return kinds[world_below(w, 8)];
}

static inline Quantizer random_kernel_quantizer(World *w)
{
    static const Quantizer kinds[] = {Q_SIGN, Q_SIGN, Q_SIGN, Q_NONE, Q_HEAVISIDE, Q_TERNARY, Q_TERNARY_AUTO, Q_DOREFA_WEIGHTS,
                                      Q_MAGNITUDE, Q_MEAN_SCALE, Q_OFFSET};
    return kinds[world_below(w, 11)];
}

static inline Value *add_bias(World *w, const char *layer, Value *y)
{
    Value *bias = weight(w, layer, "bias", shape1(y->shape.dim[y->shape.rank - 1]), 0, 0.5f);
    return graph_binary(w->graph, EX_ADD, y, bias);
}

static inline Value *random_conv(World *w, const char *layer, Value *x, Quantizer input, Quantizer kernel)
{
    int size = x->shape.dim[0], in = x->shape.dim[2], kind = world_below(w, 6), bits = 1 + world_below(w, 3);
    Window window = square_window(size, 1 + world_below(w, 3), 1 + world_below(w, 2), in, 1 + world_below(w, 5), world_below(w, 2));
    if (window.kernel[0] > size)
        window.kernel[0] = window.kernel[1] = 1, window_valid(&window);
    x = quantize(w, x, input, bits);
    if (kind == 0) {
        window.groups = in, window.depthwise = true, window.out_channels = in * (1 + world_below(w, 2));
    } else if (kind == 1 && in % 2 == 0) {
        window.groups = 2, window.out_channels = 2 * (1 + world_below(w, 3));
    } else if (kind == 2) { /* explicit padding with 1 */
        int side[3] = {1, 1, 0};
        x = graph_pad(w->graph, x, side, side, (float)(world_below(w, 3) - 1));
        window.in[0] = window.in[1] = size + 2;
        window_valid(&window);
    } else if (kind == 3 && x->batched) { /* transposed */
        Window up = square_window(size * window.stride[0], window.kernel[0], window.stride[0], 1 + world_below(w, 4), in, true);
        Value *k = quantize(w, weight(w, layer, "kernel", shape4(up.kernel[0], up.kernel[1], up.in_channels, in), 0, 1), kernel, bits);
        return graph_product(w->graph, ROLE_INPUT_GRADIENT, &up, x, k);
    }
    Shape shape = window.depthwise ? shape4(window.kernel[0], window.kernel[1], in, window.out_channels / in)
                                   : shape4(window.kernel[0], window.kernel[1], in / window.groups, window.out_channels);
    Value *k = quantize(w, weight(w, layer, "kernel", shape, 0, 1), kernel, bits);
    return graph_product(w->graph, ROLE_FORWARD, &window, x, k);
}

static inline Value *random_after(World *w, const char *layer, Value *y)
{
    if (world_below(w, 3) == 0)
        y = add_bias(w, layer, y);
    if (world_below(w, 5) == 0)
        y = graph_map(w->graph, E(MAX, ARG(0), NUMBER(0)), 1, &y);
    bool pools = y->shape.rank == 3 && world_below(w, 2) && y->shape.dim[0] >= 2, first = world_below(w, 2);
    Window window = pools ? square_window(y->shape.dim[0], 2, 2, y->shape.dim[2], y->shape.dim[2], world_below(w, 2)) : (Window){0};
    PoolKind kind = world_below(w, 4) ? POOL_MAX : POOL_SUM;
    if (pools && first)
        y = graph_pool(w->graph, kind, &window, y);
    if (world_below(w, 4))
        y = batchnorm(w, layer, y, world_below(w, 2), world_below(w, 4), world_below(w, 2));
    if (pools && !first)
        y = graph_pool(w->graph, kind, &window, y);
    return y;
}

static inline Value *random_dense(World *w, const char *layer, Value *x, int units)
{
    int in = x->shape.dim[0], bits = 1 + world_below(w, 3);
    Window window = dense_window(in, units);
    x = quantize(w, x, random_input_quantizer(w), bits);
    Value *kernel = quantize(w, weight(w, layer, "kernel", shape2(in, units), 0, 1), random_kernel_quantizer(w), bits);
    return graph_product(w->graph, ROLE_FORWARD, &window, x, kernel);
}

/* Input, two or three convolutions, flatten, one or two dense. */
static inline void random_net(World *w, bool bytes)
{
    int size = 4 + world_below(w, 5), in = 1 + world_below(w, 3), layers = 1 + world_below(w, 3);
    Value *x = graph_input(w->graph, bytes ? ELEMENT_U8 : ELEMENT_F32, shape3(size, size, in), false);
    if (bytes && world_below(w, 4))
        x = graph_map(w->graph, E(ADD, E(MUL, ARG(0), NUMBER(1 / 127.5)), NUMBER(world_below(w, 2) ? -1 : 0)), 1, &x);
    for (int i = 0; i < layers; i++) {
        const char *layer = arena_printf(w->arena, "conv%d", i);
        graph_at(w->graph, (Span){0}, layer);
        Value *y = random_conv(w, layer, x, i ? random_input_quantizer(w) : Q_NONE, random_kernel_quantizer(w));
        if (shape_equal(y->shape, x->shape) && x->element == ELEMENT_F32 && world_below(w, 2))
            y = graph_binary(w->graph, EX_ADD, y, x);
        x = random_after(w, layer, y);
    }
    x = graph_reshape(w->graph, x, shape1((int)shape_count(x->shape)));
    for (int i = 0; i < 1 + world_below(w, 2); i++) {
        const char *layer = arena_printf(w->arena, "dense%d", i);
        graph_at(w->graph, (Span){0}, layer);
        x = random_after(w, layer, random_dense(w, layer, x, 2 + world_below(w, 6)));
    }
    graph_at(w->graph, (Span){0}, NULL);
    output(w, x);
}

static inline void *random_input(World *w, const Value *input, int batch)
{
    int64_t count = batch * shape_count(input->shape);
    if (input->element == ELEMENT_F32)
        return world_reals(w, count, 2.0f);
    int32_t *bytes = ARENA_ARRAY(w->arena, int32_t, count);
    for (int64_t i = 0; i < count; i++)
        bytes[i] = world_below(w, 256);
    return bytes;
}

#endif
