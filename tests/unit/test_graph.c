/* Graph: shapes, windows, the order of every sum, movers, dump, verifier. Numbers worked out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/graph_help.h"

static void assert_floats(const float *got, const float *want, int count)
{
    for (int i = 0; i < count; i++)
        if (got[i] != want[i])
            fail_msg("element %d: %.9g, wanted %.9g", i, (double)got[i], (double)want[i]);
}

static void assert_ints(const int32_t *got, const int32_t *want, int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(got[i], want[i]);
}

static void test_broadcast(void **state)
{
    (void)state;
    Shape out;
    assert_true(shape_broadcast(shape3(4, 1, 3), shape2(5, 3), &out));
    assert_true(shape_equal(out, shape3(4, 5, 3)));
    assert_false(shape_broadcast(shape2(4, 3), shape2(4, 2), &out));
    Arena *arena = arena_new();
    assert_string_equal(shape_text(arena, shape3(14, 14, 32), true), "(None, 14, 14, 32)");
    assert_string_equal(shape_text(arena, shape1(10), false), "(10,)");
    assert_string_equal(shape_text(arena, shape_scalar(), true), "(None,)");
    arena_free(arena);
}

/* (in, kernel, stride, dilation) -> out, before, after: Keras. */
static void test_same_padding(void **state)
{
    static const int rows[][7] = {{5, 3, 1, 1, 5, 1, 1},     {5, 3, 2, 1, 3, 1, 1},      {6, 3, 2, 1, 3, 0, 1},    {224, 3, 2, 1, 112, 0, 1},
                                  {224, 7, 2, 1, 112, 2, 3}, {224, 11, 4, 1, 56, 3, 4},  {7, 2, 2, 1, 4, 0, 1},    {10, 4, 1, 1, 10, 1, 2},
                                  {28, 3, 1, 4, 28, 4, 4},   {5, 1, 3, 1, 2, 0, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const int *r = rows[i];
        Window window = {.spatial = 1, .in = {r[0]}, .kernel = {r[1]}, .stride = {r[2]}, .dilation = {r[3]}};
        window_same(&window);
        assert_int_equal(window.out[0], r[4]);
        assert_int_equal(window.before[0], r[5]);
        assert_int_equal(window.after[0], r[6]);
    }
}

/* A sum whose result tells its order: 1e8 swallows 1, so only the right grouping keeps the small terms. */
static void test_product_orders(void **state)
{
    (void)state;
    World world = world_new(1), *w = &world;
    Window window = dense_window(6, 1);
    float x[6] = {1e8f, 1.0f, -1e8f, 3.0f, 2.0f, 5.0f};
    int32_t plus[6] = {1, 1, 1, 1, 1, -1};
    float real[6] = {1, 1, 1, 1, 1, -1};
    Value *in = graph_input(w->graph, ELEMENT_F32, shape1(6), false);
    Value *grouped = graph_product(w->graph, ROLE_FORWARD, &window, in, graph_constant_level(w->graph, shape2(6, 1), plus, -1, 1, 2));
    Value *sequential = graph_product(w->graph, ROLE_FORWARD, &window, in, graph_constant_f32(w->graph, shape2(6, 1), real));
    const void *inputs[] = {x};
    float pair = (1e8f + 1.0f) + (-1e8f + 3.0f);
    assert_true(run_value(w, grouped, 1, inputs).f32[0] == pair + ((2.0f - 5.0f) + 0.0f));
    float run = 0;
    for (int i = 0; i < 6; i++)
        run += x[i] * real[i];
    assert_true(run_value(w, sequential, 1, inputs).f32[0] == run);
    assert_true(pair - 3.0f != run);
    arena_free(w->arena);
}

/* A6 of the Larq reference: input (1,-1,1), kernel (1,1,1), same: pad 0 -> (0,1,0); pad 1 -> (1,1,1); pad -1 -> (-1,1,-1). */
static void test_binary_convolution_padding(void **state)
{
    (void)state;
    World world = world_new(1), *w = &world;
    float x[3] = {0.5f, -2.0f, 0.0f};
    int32_t ones[3] = {1, 1, 1};
    Value *in = graph_input(w->graph, ELEMENT_F32, shape2(3, 1), false);
    Value *bits = graph_quantize(w->graph, E(SIGN, ARG(0)), -1, 1, 2, 1, &in);
    Value *kernel = graph_constant_level(w->graph, shape3(3, 1, 1), ones, -1, 1, 2);
    Window same = {.spatial = 1, .in = {3}, .kernel = {3}, .stride = {1}, .dilation = {1}, .in_channels = 1, .out_channels = 1, .groups = 1};
    Window valid = same;
    valid.in[0] = 5;
    window_same(&same);
    window_valid(&valid);
    int side[2] = {1, 0};
    Value *zero = graph_product(w->graph, ROLE_FORWARD, &same, bits, kernel);
    Value *one = graph_product(w->graph, ROLE_FORWARD, &valid, graph_pad(w->graph, bits, side, side, 1.0f), kernel);
    Value *minus = graph_product(w->graph, ROLE_FORWARD, &valid, graph_pad(w->graph, bits, side, side, -1.0f), kernel);
    const void *inputs[] = {x};
    assert_int_equal(zero->element, ELEMENT_I32);
    assert_ints(run_value(w, zero, 1, inputs).i32, (int32_t[]){0, 1, 0}, 3);
    assert_ints(run_value(w, one, 1, inputs).i32, (int32_t[]){1, 1, 1}, 3);
    assert_ints(run_value(w, minus, 1, inputs).i32, (int32_t[]){-1, 1, -1}, 3);
    assert_int_equal(zero->lo, -3);
    assert_int_equal(zero->step, 1);
    assert_int_equal(one->step, 2);
    arena_free(w->arena);
}

/* 1-D transposed convolution, stride 2, x = (1,2,3), w = (1,10,100): valid -> (1,10,102,20,203,30,300), same -> (1,10,102,20,203,30). */
static void test_transposed(void **state)
{
    (void)state;
    World world = world_new(1), *w = &world;
    float x[3] = {1, 2, 3}, k[3] = {1, 10, 100};
    Value *in = graph_input(w->graph, ELEMENT_F32, shape2(3, 1), false);
    Value *kernel = graph_constant_f32(w->graph, shape3(3, 1, 1), k);
    Window window = {.spatial = 1, .in = {7}, .kernel = {3}, .stride = {2}, .dilation = {1}, .in_channels = 1, .out_channels = 1, .groups = 1};
    window_valid(&window);
    const void *inputs[] = {x};
    Value *valid = graph_product(w->graph, ROLE_INPUT_GRADIENT, &window, in, kernel);
    window.in[0] = 6;
    window_same(&window);
    Value *same = graph_product(w->graph, ROLE_INPUT_GRADIENT, &window, in, kernel);
    assert_floats(run_value(w, valid, 1, inputs).f32, (float[]){1, 10, 102, 20, 203, 30, 300}, 7);
    assert_floats(run_value(w, same, 1, inputs).f32, (float[]){1, 10, 102, 20, 203, 30}, 6);
    arena_free(w->arena);
}

/* <y, conv(x, w)> = <input gradient(y, w), x> = <kernel gradient(x, y), w>: one bilinear form, whatever the geometry. */
static void check_adjoint(World *w, Window window)
{
    Shape in = shape3(window.in[0], window.in[1], window.in_channels), out = window_output_shape(&window);
    int group = window.in_channels / window.groups;
    Shape k = window.depthwise ? shape4(window.kernel[0], window.kernel[1], window.in_channels, window.out_channels / window.in_channels)
              : window.local   ? shape3(window.out[0] * window.out[1], window.kernel[0] * window.kernel[1] * group, window.out_channels)
                               : shape4(window.kernel[0], window.kernel[1], group, window.out_channels);
    Value *x = graph_input(w->graph, ELEMENT_F32, in, false), *y = graph_input(w->graph, ELEMENT_F32, out, false);
    float *xs = world_reals(w, 2 * shape_count(in), 1), *ys = world_reals(w, 2 * shape_count(out), 1), *ks = world_reals(w, shape_count(k), 1);
    Value *kernel = graph_constant_f32(w->graph, k, ks);
    Value *forward = graph_product(w->graph, ROLE_FORWARD, &window, x, kernel);
    Value *dx = graph_product(w->graph, ROLE_INPUT_GRADIENT, &window, y, kernel);
    Value *dk = graph_product(w->graph, ROLE_KERNEL_GRADIENT, &window, x, y);
    const void *inputs[] = {xs, ys};
    const float *f = run_value(w, forward, 2, inputs).f32, *gx = run_value(w, dx, 2, inputs).f32, *gk = run_value(w, dk, 2, inputs).f32;
    double a = 0, b = 0, c = 0;
    for (int i = 0; i < 2 * shape_count(out); i++)
        a += (double)f[i] * (double)ys[i];
    for (int i = 0; i < 2 * shape_count(in); i++)
        b += (double)gx[i] * (double)xs[i];
    for (int i = 0; i < shape_count(k); i++)
        c += (double)gk[i] * (double)ks[i];
    assert_true(fabs(a - b) < 1e-4 && fabs(a - c) < 1e-4 && fabs(a) > 1e-3);
}

static void test_adjoints(void **state)
{
    (void)state;
    for (int round = 0; round < 40; round++) {
        World world = world_new(100 + (uint64_t)round), *w = &world;
        int groups = 1 + world_below(w, 2), in = groups * (1 + world_below(w, 3)), out = groups * (1 + world_below(w, 3));
        Window window = square_window(5 + world_below(w, 4), 1 + world_below(w, 3), 1 + world_below(w, 2), in, out, world_below(w, 2));
        window.groups = groups;
        if (round % 4 == 1) {
            window.groups = in, window.depthwise = true, window.out_channels = 2 * in;
        } else if (round % 4 == 2) {
            window.groups = 1, window.local = true;
        } else if (round % 4 == 3) {
            window.stride[0] = window.stride[1] = 1, window.dilation[1] = 2;
            window_same(&window);
        }
        check_adjoint(w, window);
        arena_free(w->arena);
    }
}

/* 16 partial sums by index mod 16, then pairwise. */
static void test_reduce_order(void **state)
{
    (void)state;
    World world = world_new(3), *w = &world;
    enum { COUNT = 53 };
    float *x = world_reals(w, COUNT, 1000), part[16] = {0};
    Value *in = graph_input(w->graph, ELEMENT_F32, shape1(COUNT), false);
    Value *mean = graph_reduce(w->graph, REDUCE_MEAN, in, 2, false);
    for (int i = 0; i < COUNT; i++)
        part[i % 16] += x[i];
    for (int half = 8; half; half /= 2)
        for (int i = 0; i < half; i++)
            part[i] += part[i + half];
    const void *inputs[] = {x};
    assert_true(run_value(w, mean, 1, inputs).f32[0] == part[0] / 53.0f);
    arena_free(w->arena);
}

static void test_reduce_axes(void **state)
{
    (void)state;
    World world = world_new(3), *w = &world;
    float x[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}; /* two samples of 3x2 */
    const void *inputs[] = {x};
    Value *in = graph_input(w->graph, ELEMENT_F32, shape2(3, 2), false);
    Value *channel = graph_reduce(w->graph, REDUCE_SUM, in, 3, false), *row = graph_reduce(w->graph, REDUCE_MAX, in, 4, true);
    assert_false(channel->batched);
    assert_floats(run_value(w, channel, 2, inputs).f32, (float[]){36, 42}, 2);
    assert_true(row->batched && shape_equal(row->shape, shape2(3, 1)));
    assert_floats(run_value(w, row, 2, inputs).f32, (float[]){2, 4, 6, 8, 10, 12}, 6);
    arena_free(w->arena);
}

/* 3x3 (1..9), pool 2 stride 2 same: max (5,6,8,9); sums (12,9,15,9); the gradient of ties goes to the first. */
static void test_pools(void **state)
{
    (void)state;
    World world = world_new(3), *w = &world;
    float x[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, ties[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, dy[4] = {1, 10, 100, 1000};
    Window window = square_window(3, 2, 2, 1, 1, true);
    Value *in = graph_input(w->graph, ELEMENT_F32, shape3(3, 3, 1), false), *up = graph_input(w->graph, ELEMENT_F32, shape3(2, 2, 1), false);
    Value *max = graph_pool(w->graph, POOL_MAX, &window, in), *sum = graph_pool(w->graph, POOL_SUM, &window, in);
    Value *gradient = graph_pool_gradient(w->graph, POOL_MAX, &window, in, up);
    Value *spread = graph_pool_gradient(w->graph, POOL_SUM, &window, in, up);
    const void *inputs[] = {x, dy}, *tied[] = {ties, dy};
    assert_floats(run_value(w, max, 1, inputs).f32, (float[]){5, 6, 8, 9}, 4);
    assert_floats(run_value(w, sum, 1, inputs).f32, (float[]){12, 9, 15, 9}, 4);
    assert_floats(run_value(w, gradient, 1, inputs).f32, (float[]){0, 0, 0, 0, 1, 10, 0, 100, 1000}, 9);
    assert_floats(run_value(w, gradient, 1, tied).f32, (float[]){1, 0, 10, 0, 0, 0, 100, 0, 1000}, 9);
    assert_floats(run_value(w, spread, 1, inputs).f32, (float[]){1, 1, 10, 1, 1, 10, 100, 100, 1000}, 9);
    arena_free(w->arena);
}

static void test_pool_3d_ties(void **state)
{
    (void)state;
    World world = world_new(3), *w = &world;
    float x[8] = {2, 2, 1, 2, 0, 0, 2, 0}, dy[1] = {3};
    Window window = {.spatial = 3, .in = {2, 2, 2}, .kernel = {2, 2, 2}, .stride = {2, 2, 2}, .dilation = {1, 1, 1}, .in_channels = 1, .out_channels = 1, .groups = 1};
    window_valid(&window);
    Value *in = graph_input(w->graph, ELEMENT_F32, shape4(2, 2, 2, 1), false), *up = graph_input(w->graph, ELEMENT_F32, shape4(1, 1, 1, 1), false);
    Value *gradient = graph_pool_gradient(w->graph, POOL_MAX, &window, in, up);
    const void *inputs[] = {x, dy};
    assert_floats(run_value(w, gradient, 1, inputs).f32, (float[]){3, 3, 0, 3, 0, 0, 3, 0}, 8);
    arena_free(w->arena);
}

static void test_movers(void **state)
{
    (void)state;
    World world = world_new(3), *w = &world;
    float x[6] = {1, 2, 3, 4, 5, 6};
    Value *in = graph_input(w->graph, ELEMENT_F32, shape2(2, 3), false);
    const void *inputs[] = {x};
    Value *turned = graph_transpose(w->graph, in, (int[]){1, 0});
    Value *padded = graph_pad(w->graph, in, (int[]){0, 1}, (int[]){1, 0}, 9.0f);
    Value *sliced = graph_slice(w->graph, in, (int[]){1, 2}, (int[]){-1, -2}, shape2(2, 2));
    Value *joined = graph_concat(w->graph, 1, 2, (Value *[]){turned, graph_reshape(w->graph, in, shape2(3, 2))});
    Value *twice = graph_repeat(w->graph, in, (int[]){1, 2});
    assert_floats(run_value(w, turned, 1, inputs).f32, (float[]){1, 4, 2, 5, 3, 6}, 6);
    assert_floats(run_value(w, padded, 1, inputs).f32, (float[]){9, 1, 2, 3, 9, 4, 5, 6, 9, 9, 9, 9}, 12);
    assert_floats(run_value(w, sliced, 1, inputs).f32, (float[]){6, 4, 3, 1}, 4);
    assert_floats(run_value(w, joined, 1, inputs).f32, (float[]){1, 4, 1, 2, 2, 5, 3, 4, 3, 6, 5, 6}, 12);
    assert_floats(run_value(w, twice, 1, inputs).f32, (float[]){1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}, 12);
    arena_free(w->arena);
}

static void test_map_broadcast(void **state)
{
    (void)state;
    World world = world_new(3), *w = &world;
    float x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, scale[2] = {10, 100};
    int32_t step[1] = {7};
    Value *in = graph_input(w->graph, ELEMENT_F32, shape2(2, 2), false);
    Value *per_channel = graph_constant_f32(w->graph, shape1(2), scale), *number = graph_constant_i32(w->graph, shape_scalar(), step);
    Value *y = graph_map(w->graph, E(ADD, E(MUL, ARG(0), ARG(1)), ARG(2)), 3, (Value *[]){in, per_channel, number});
    const void *inputs[] = {x};
    assert_floats(run_value(w, y, 2, inputs).f32, (float[]){17, 207, 37, 407, 57, 607, 77, 807}, 8);
    arena_free(w->arena);
}

static void test_dump(void **state)
{
    (void)state;
    World world = world_new(3), *w = &world;
    float data[2] = {0.5f, -1.0f};
    Value *in = graph_input(w->graph, ELEMENT_F32, shape3(4, 4, 2), false);
    Window window = square_window(4, 3, 1, 2, 5, true);
    graph_at(w->graph, (Span){0}, "conv");
    Value *kernel = graph_weight(w->graph, graph_variable(w->graph, "conv", "kernel", shape4(3, 3, 2, 5), (Initializer){0}));
    Value *y = graph_product(w->graph, ROLE_FORWARD, &window, in, kernel);
    graph_at(w->graph, (Span){0}, NULL);
    graph_constant_f32(w->graph, shape1(2), data);
    output(w, y);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    graph_dump(w->graph, out);
    fclose(out);
    assert_string_equal(text, "%0 = input 0 -> f32 (None, 4, 4, 2)\n"
                              "%1 = weight conv/kernel -> f32 (3, 3, 2, 5)  # conv\n"
                              "%2 = product %0, %1: forward kernel 3x3 before 1x1 after 1x1 -> f32 (None, 4, 4, 5)  # conv\n"
                              "%3 = constant [0.5 -1] -> f32 (2,)\n"
                              "output out = %2\n");
    graph_remove_dead(&w->graph);
    assert_int_equal(w->graph->values.count, 3);
    graph_verify(w->graph, "test");
    free(text);
    arena_free(w->arena);
}

const struct CMUnitTest graph_tests[] = {
    cmocka_unit_test(test_broadcast),       cmocka_unit_test(test_same_padding),
    cmocka_unit_test(test_product_orders),  cmocka_unit_test(test_binary_convolution_padding),
    cmocka_unit_test(test_transposed),      cmocka_unit_test(test_adjoints),
    cmocka_unit_test(test_reduce_order),    cmocka_unit_test(test_reduce_axes),
    cmocka_unit_test(test_pools),           cmocka_unit_test(test_pool_3d_ties),
    cmocka_unit_test(test_movers),          cmocka_unit_test(test_map_broadcast),
    cmocka_unit_test(test_dump),
};
const int graph_test_count = sizeof graph_tests / sizeof *graph_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("graph", graph_tests, (size_t)graph_test_count, NULL, NULL);
}
#endif
