/* Passes: what each does on small graphs, and the property that no pass behind the canonical graph changes a bit. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/random_net.h"

static Graph *infer(World *w, const char *stop_after, bool constants)
{
    PassOptions options = {.mode = MODE_INFER, .constants = constants, .stop_after = stop_after};
    return passes_run(w->graph, &options);
}

static int count_op(const Graph *graph, OpKind op)
{
    int count = 0;
    for (int i = 0; i < graph->values.count; i++)
        count += graph->values.at[i]->op == op;
    return count;
}

static const Value *find_op(const Graph *graph, OpKind op)
{
    for (int i = 0; i < graph->values.count; i++)
        if (graph->values.at[i]->op == op)
            return graph->values.at[i];
    return NULL;
}

static float *run_output(World *w, const Graph *graph, int batch, const void *const *inputs)
{
    Interp *interp = interp_new(graph, 1);
    interp_run(interp, batch, inputs, NULL);
    size_t bytes = sizeof(float) * (size_t)(batch * shape_count(graph->outputs.at[0]->shape));
    float *copy = memcpy(arena_alloc(w->arena, bytes), interp_result(interp, graph->outputs.at[0]).f32, bytes);
    interp_free(interp);
    return copy;
}

static void assert_same_bits(World *w, const Graph *a, const Graph *b, int batch, const void *const *inputs, int seed)
{
    const float *x = run_output(w, a, batch, inputs), *y = run_output(w, b, batch, inputs);
    int64_t count = batch * shape_count(a->outputs.at[0]->shape);
    if (memcmp(x, y, sizeof(float) * (size_t)count) == 0)
        return;
    graph_dump(a, stderr);
    graph_dump(b, stderr);
    for (int64_t i = 0; i < count; i++)
        if (memcmp(&x[i], &y[i], 4) != 0)
            fail_msg("seed %d: element %d differs: %.9g, %.9g", seed, (int)i, (double)x[i], (double)y[i]);
}

static void test_optimised_is_canonical(void **state)
{
    (void)state;
    int thresholds = 0, integers = 0;
    for (int seed = 0; seed < 300; seed++) {
        World world = world_new((uint64_t)seed), *w = &world;
        random_net(w, seed % 3 == 0);
        Graph *canonical = infer(w, "canonical", true), *best = infer(w, NULL, true), *live = infer(w, NULL, false);
        const void *inputs[] = {random_input(w, w->graph->inputs.at[0], 3)};
        assert_same_bits(w, canonical, best, 3, inputs, seed);
        assert_same_bits(w, canonical, live, 3, inputs, seed);
        thresholds += count_op(best, OP_THRESHOLD);
        for (int i = 0; i < best->values.count; i++)
            integers += best->values.at[i]->op == OP_PRODUCT && best->values.at[i]->element == ELEMENT_I32;
        arena_free(w->arena);
    }
    assert_true(thresholds > 60); /* the property must have had something to compare */
    assert_true(integers > 250);
}

/* A semantic graph run in double, quantizers included, for comparing what the integers pass defines with what Keras means. */
static void test_integers_mean_the_same(void **state)
{
    (void)state;
    for (int seed = 1000; seed < 1150; seed++) {
        World world = world_new((uint64_t)seed), *w = &world;
        random_net(w, seed % 3 == 0);
        Graph *plain = infer(w, "split-reductions", true), *canonical = infer(w, "canonical", true);
        const void *inputs[] = {random_input(w, w->graph->inputs.at[0], 2)};
        const Value *first = NULL; /* the first product: nothing before it has rounded differently */
        for (int i = 0; i < plain->values.count && !first; i++)
            if (plain->values.at[i]->op == OP_PRODUCT)
                first = plain->values.at[i];
        plain->outputs.at[0] = (Value *)first;
        w->graph->outputs.at[0] = NULL;
        for (int i = 0; i < w->graph->values.count; i++)
            if (w->graph->values.at[i]->op == OP_PRODUCT && !w->graph->outputs.at[0])
                w->graph->outputs.at[0] = w->graph->values.at[i];
        canonical = infer(w, "canonical", true);
        const float *a = run_output(w, plain, 2, inputs), *b = run_output(w, canonical, 2, inputs);
        for (int64_t i = 0; i < 2 * shape_count(first->shape); i++)
            if (!(fabsf(a[i] - b[i]) <= 2e-4f * (1 + fabsf(a[i]))))
                fail_msg("seed %d: element %d: %.9g on floats, %.9g canonical", seed, (int)i, (double)a[i], (double)b[i]);
        arena_free(w->arena);
    }
}

static Value *sign(World *w, Value *x) { return quantize(w, x, Q_SIGN, 1); }

/* sign -> convolution -> pool -> batch norm -> flatten -> sign -> dense: thresholds, pool on bits, two integer products and no float before the end. */
static void test_binary_net_has_no_floats(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    Value *x = graph_input(w->graph, ELEMENT_F32, shape3(6, 6, 3), false);
    Window conv = square_window(6, 3, 1, 3, 4, true), pool = square_window(6, 2, 2, 4, 4, false), dense = dense_window(36, 5);
    Value *kernel = sign(w, weight(w, "conv", "kernel", shape4(3, 3, 3, 4), 0, 1));
    Value *y = graph_pool(w->graph, POOL_MAX, &pool, graph_product(w->graph, ROLE_FORWARD, &conv, sign(w, x), kernel));
    y = sign(w, graph_reshape(w->graph, batchnorm(w, "bn", y, false, true, false), shape1(36)));
    Value *last = graph_product(w->graph, ROLE_FORWARD, &dense, y, sign(w, weight(w, "dense", "kernel", shape2(36, 5), 0, 1)));
    output(w, last);
    Graph *best = infer(w, NULL, true);
    assert_int_equal(count_op(best, OP_THRESHOLD), 1);
    assert_int_equal(count_op(best, OP_QUANTIZE), 1); /* the input's sign */
    assert_int_equal(count_op(best, OP_MAP), 1);      /* the output's conversion */
    const Value *pooled = find_op(best, OP_POOL);
    assert_int_equal(pooled->element, ELEMENT_LEVEL);
    assert_int_equal(pooled->input[0]->op, OP_THRESHOLD);
    arena_free(w->arena);
}

/* Float weights that are all +-1, as Bop trains them: an integer product and a threshold, and the same bits; one weight of .5: floats. */
static void test_weights_that_are_whole(void **state)
{
    (void)state;
    for (int seed = 0; seed < 8; seed++) {
        World world = world_new(40 + (uint64_t)seed), *w = &world;
        Value *x = graph_input(w->graph, ELEMENT_F32, shape3(5, 5, 3), false);
        Window conv = square_window(5, 3, 1, 3, 4, seed % 2), dense = dense_window(4, 2);
        Value *kernel = weight(w, "conv", "kernel", shape4(3, 3, 3, 4), 0, 1);
        float *data = (float *)kernel->u.variable->data;
        for (int i = 0; i < 108; i++)
            data[i] = seed >= 6 ? 3.0f : data[i] < 0 ? -1.0f : 1.0f;
        data[7] = seed >= 4 ? data[7] : seed % 4 == 2 ? 0.0f : seed % 4 == 3 ? 0.5f : data[7];
        Value *y = batchnorm(w, "bn", graph_product(w->graph, ROLE_FORWARD, &conv, sign(w, x), kernel), true, true, true);
        output(w, graph_product(w->graph, ROLE_FORWARD, &dense, sign(w, y), weight(w, "dense", "kernel", shape2(4, 2), 0, 1)));
        Graph *canonical = infer(w, "canonical", true), *best = infer(w, NULL, true);
        const void *inputs[] = {random_input(w, x, 3)};
        assert_same_bits(w, canonical, best, 3, inputs, seed);
        assert_int_equal(find_op(canonical, OP_PRODUCT)->element, ELEMENT_F32);
        assert_int_equal(find_op(best, OP_PRODUCT)->element, seed == 3 ? ELEMENT_F32 : ELEMENT_I32);
        assert_int_equal(count_op(best, OP_THRESHOLD), seed == 3 ? 0 : 1);
        arena_free(w->arena);
    }
}

/* A maximum before a falling batch norm is a minimum after it. Signs have an opposite: the pool works on those, and the next kernel takes them
 * back. Levels 0 and 1 have none: the pool stays where it is, and the report says why. */
static void test_pool_before_falling_channels(void **state)
{
    (void)state;
    for (int seed = 0; seed < 20; seed++) {
        World world = world_new(300 + (uint64_t)seed), *w = &world;
        Value *x = graph_input(w->graph, ELEMENT_F32, shape3(6, 6, 3), false);
        Window conv = square_window(6, 3, 1, 3, 4, true), pool = square_window(6, 2, 2, 4, 4, false), dense = dense_window(36, 5);
        Value *kernel = sign(w, weight(w, "conv", "kernel", shape4(3, 3, 3, 4), 0, 1));
        Value *y = graph_pool(w->graph, POOL_MAX, &pool, graph_product(w->graph, ROLE_FORWARD, &conv, sign(w, x), kernel));
        y = batchnorm(w, "bn", y, true, true, true);
        ((float *)y->input[1]->u.variable->data)[1] = seed % 2 ? -0.9f : 0.9f;
        for (int c = 0; c < 4; c += c ? 1 : 2)
            ((float *)y->input[1]->u.variable->data)[c] = 0.7f;
        y = graph_reshape(w->graph, quantize(w, y, seed < 10 ? Q_SIGN : Q_HEAVISIDE, 1), shape1(36));
        bool stays = seed >= 10 && seed % 2;
        output(w, graph_product(w->graph, ROLE_FORWARD, &dense, y, weight(w, "dense", "kernel", shape2(36, 5), 0, 1)));
        Graph *canonical = infer(w, "canonical", true), *best = infer(w, NULL, true);
        const void *inputs[] = {random_input(w, x, 4)};
        int notes;
        passes_notes(best, &notes);
        assert_same_bits(w, canonical, best, 4, inputs, seed);
        assert_int_equal(count_op(best, OP_THRESHOLD), stays ? 0 : 1);
        assert_int_equal(count_op(best, OP_QUANTIZE), stays ? 2 : 1);
        assert_int_equal(notes > 0, stays);
        arena_free(w->arena);
    }
}

/* Every integer the product can give, against every gamma: the threshold is the float chain's own answer. */
static void test_thresholds_over_all_integers(void **state)
{
    (void)state;
    for (int seed = 0; seed < 20; seed++) {
        World world = world_new(700 + (uint64_t)seed), *w = &world;
        enum { IN = 40, OUT = 8 };
        Window dense = dense_window(IN, OUT);
        Value *x = graph_input(w->graph, ELEMENT_F32, shape1(IN), false);
        Value *y = graph_product(w->graph, ROLE_FORWARD, &dense, sign(w, x), sign(w, weight(w, "dense", "kernel", shape2(IN, OUT), 0, 1)));
        y = batchnorm(w, "bn", y, true, true, true);
        for (int c = 0; c < OUT && seed % 2; c++) /* thresholds in the middle, constant channels too */
            ((float *)y->input[1]->u.variable->data)[c] *= c == 3 ? 0.0f : 8.0f;
        Window last = dense_window(OUT, OUT);
        Value *mixed = weight(w, "last", "kernel", shape2(OUT, OUT), 0, 1); /* float weights: a wrong bit anywhere shows */
        output(w, graph_product(w->graph, ROLE_FORWARD, &last, sign(w, y), mixed));
        Graph *canonical = infer(w, "canonical", true), *best = infer(w, NULL, true);
        assert_int_equal(count_op(best, OP_THRESHOLD), 1);
        float *samples = world_reals(w, 300 * IN, 1);
        for (int s = 0; s < 300; s++)
            for (int i = 0; i < IN; i++)
                samples[s * IN + i] += (float)(s % 11 - 5) * 0.2f; /* from all negative to all positive */
        const void *inputs[] = {samples};
        assert_same_bits(w, canonical, best, 300, inputs, seed);
        arena_free(w->arena);
    }
}

/* u8 through Rescaling(1/127.5, -1): one integer product and the kernel's sum behind it. */
static void test_bytes_run_on_integers(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    Window dense = dense_window(9, 2);
    Value *x = graph_input(w->graph, ELEMENT_U8, shape1(9), false);
    Value *scaled = graph_map(w->graph, E(ADD, E(MUL, ARG(0), NUMBER(1 / 127.5f)), NUMBER(-1)), 1, &x);
    output(w, graph_product(w->graph, ROLE_FORWARD, &dense, scaled, sign(w, weight(w, "dense", "kernel", shape2(9, 2), 0, 1))));
    Graph *graph = infer(w, NULL, true);
    const Value *product = find_op(graph, OP_PRODUCT);
    assert_int_equal(product->element, ELEMENT_I32);
    assert_int_equal(product->input[0]->op, OP_INPUT);
    assert_int_equal(product->lo, -9 * 255);
    assert_int_equal(product->hi, 9 * 255);
    int32_t bytes[9] = {0, 255, 128, 3, 77, 200, 1, 90, 31};
    const int32_t *kernel = product->input[1]->u.data.i32;
    const void *inputs[] = {bytes};
    const float *got = run_output(w, graph, 1, inputs);
    for (int f = 0; f < 2; f++) {
        int sum = 0, levels = 0;
        for (int i = 0; i < 9; i++)
            sum += bytes[i] * kernel[2 * i + f], levels += kernel[2 * i + f];
        assert_true(got[f] == (float)sum * (1 / 127.5f) + -1.0f * (float)levels);
    }
    arena_free(w->arena);
}

/* Zeros around rescaled bytes: the grid halves, the zeros are level 255 of 0..510, and a threshold per filter serves border and inside. A scale
 * of which 0 is no multiple, even of eighths, leaves the offset's sum to differ from pixel to pixel, and the epilogue on floats. */
static void test_padded_bytes(void **state)
{
    (void)state;
    for (int seed = 0; seed < 4; seed++) {
        World world = world_new(60 + (uint64_t)seed), *w = &world;
        Window conv = square_window(5, 3, 1, 2, 4, true), dense = dense_window(100, 2);
        Value *x = graph_input(w->graph, ELEMENT_U8, shape3(5, 5, 2), false);
        Value *scaled = graph_map(w->graph, E(ADD, E(MUL, ARG(0), NUMBER(seed % 2 ? 1 / 127.5f : 1 / 50.0f)), NUMBER(seed % 2 ? -1 : -0.333f)), 1, &x);
        Value *y = graph_product(w->graph, ROLE_FORWARD, &conv, scaled, sign(w, weight(w, "conv", "kernel", shape4(3, 3, 2, 4), 0, 1)));
        y = graph_reshape(w->graph, sign(w, batchnorm(w, "bn", y, true, true, true)), shape1(100));
        output(w, graph_product(w->graph, ROLE_FORWARD, &dense, y, sign(w, weight(w, "dense", "kernel", shape2(100, 2), 0, 1))));
        Graph *canonical = infer(w, "canonical", true), *best = infer(w, NULL, true);
        const void *inputs[] = {random_input(w, x, 3)};
        const Value *product = find_op(best, OP_PRODUCT);
        assert_same_bits(w, canonical, best, 3, inputs, seed);
        assert_int_equal(product->input[0]->hi, seed % 2 ? 510 : 255);
        assert_int_equal(count_op(best, OP_PAD), seed % 2);
        assert_int_equal(count_op(best, OP_THRESHOLD), seed % 2);
        arena_free(w->arena);
    }
}

/* Numbers around bytes that no byte can be: levels of a wider or finer set, and the product stays one of integers. */
static void test_numbers_around_bytes(void **state)
{
    (void)state;
    static const float fills[] = {7, -1, 300, 0.5f, -2.25f};
    for (int k = 0; k < 5; k++) {
        World world = world_new(70), *w = &world;
        Window dense = dense_window(6, 2);
        Value *x = graph_input(w->graph, ELEMENT_U8, shape1(4), false);
        Value *padded = graph_pad(w->graph, x, (int[]){1}, (int[]){1}, fills[k]);
        output(w, graph_product(w->graph, ROLE_FORWARD, &dense, padded, sign(w, weight(w, "dense", "kernel", shape2(6, 2), 0, 1))));
        Graph *graph = infer(w, NULL, true);
        const Value *product = find_op(graph, OP_PRODUCT);
        assert_int_equal(product->element, ELEMENT_I32);
        int32_t bytes[4] = {0, 255, 128, 3};
        const int32_t *kernel = product->input[1]->u.data.i32;
        const float *got = run_output(w, graph, 1, (const void *[]){bytes});
        for (int f = 0; f < 2; f++) {
            float sum = fills[k] * (float)(kernel[f] + kernel[10 + f]);
            for (int i = 0; i < 4; i++)
                sum += (float)(bytes[i] * kernel[2 * (i + 1) + f]);
            assert_true(got[f] == sum);
        }
        arena_free(w->arena);
    }
}

/* The integers of a depthwise product are the levels of the pointwise one behind it. */
static void test_sums_are_levels(void **state)
{
    (void)state;
    World world = world_new(7), *w = &world;
    Window depth = square_window(5, 3, 1, 3, 3, false), point = square_window(3, 1, 1, 3, 4, false);
    depth.groups = 3, depth.depthwise = true;
    Value *x = graph_input(w->graph, ELEMENT_F32, shape3(5, 5, 3), false);
    Value *y = graph_product(w->graph, ROLE_FORWARD, &depth, sign(w, x), sign(w, weight(w, "s", "depthwise_kernel", shape4(3, 3, 3, 1), 0, 1)));
    output(w, graph_product(w->graph, ROLE_FORWARD, &point, y, sign(w, weight(w, "s", "pointwise_kernel", shape4(1, 1, 3, 4), 0, 1))));
    Graph *canonical = infer(w, "canonical", true), *best = infer(w, NULL, true);
    const void *inputs[] = {random_input(w, x, 3)};
    assert_same_bits(w, canonical, best, 3, inputs, 7);
    for (int i = 0; i < best->values.count; i++)
        if (best->values.at[i]->op == OP_PRODUCT && best->values.at[i]->u.product.window.groups == 1) {
            const Value *levels = best->values.at[i]->input[0];
            assert_int_equal(levels->element, ELEMENT_LEVEL);
            assert_true(levels->lo == -9 && levels->hi == 9 && levels->step == 2);
        }
    assert_int_equal(count_op(best, OP_MAP), 1); /* the output's conversion */
    arena_free(w->arena);
}

/* A4 of the Larq reference: scales (.3, .8666667), output (.3,-.8666667,-.3,.8666667,.3,-.8666667). */
static void test_magnitude_aware_sign(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    static const float latent[6] = {.2f, -.4f, -.6f, 1, .1f, -1.2f};
    static const float want[6] = {.3f, -.8666667f, -.3f, .8666667f, .3f, -.8666667f};
    Variable *variable = graph_variable(w->graph, "conv", "kernel", shape4(1, 1, 3, 2), (Initializer){0});
    variable->data = latent;
    Window window = square_window(1, 1, 1, 3, 2, false);
    Value *x = graph_input(w->graph, ELEMENT_F32, shape3(1, 1, 3), false);
    Value *kernel = quantize(w, graph_weight(w->graph, variable), Q_MAGNITUDE, 1);
    output(w, graph_product(w->graph, ROLE_FORWARD, &window, x, kernel));
    Graph *graph = infer(w, NULL, true);
    const Value *product = find_op(graph, OP_PRODUCT);
    assert_int_equal(product->input[1]->element, ELEMENT_LEVEL);
    for (int i = 0; i < 3; i++) {
        float unit[3] = {0, 0, 0};
        unit[i] = 1;
        const void *inputs[] = {unit};
        const float *row = run_output(w, graph, 1, inputs);
        assert_float_equal(row[0], want[2 * i], 1e-6);
        assert_float_equal(row[1], want[2 * i + 1], 1e-6);
    }
    arena_free(w->arena);
}

/* round(3 x / max|x|): levels -3..3 only as long as the maximum is over that very x and faces the same elements. */
static const Value *kernel_by_maximum(World *w, bool same, bool transposed)
{
    static const float latent[4] = {.5f, -1, .75f, .25f};
    Variable *variable = graph_variable(w->graph, "dense", "kernel", shape2(2, 2), (Initializer){0});
    variable->data = latent;
    Window window = dense_window(2, 2);
    Value *x = sign(w, graph_input(w->graph, ELEMENT_F32, shape1(2), false)), *kernel = graph_weight(w->graph, variable);
    Value *over = graph_unary(w->graph, EX_ABS, same ? kernel : graph_map(w->graph, E(MUL, ARG(0), NUMBER(.5f)), 1, &kernel));
    Value *top = graph_reduce(w->graph, REDUCE_MAX, over, 1, true);
    top = graph_reshape(w->graph, top, transposed ? shape2(2, 1) : shape1(2));
    const Expr *levels = E(ROUND, E(MUL, E(DIV, ARG(0), ARG(1)), NUMBER(3)));
    kernel = graph_map(w->graph, levels, 2, (Value *[]){kernel, top});
    output(w, graph_product(w->graph, ROLE_FORWARD, &window, x, kernel));
    return find_op(infer(w, "canonical", true), OP_PRODUCT);
}

static void test_scaled_by_maximum(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        World world = world_new(5), *w = &world;
        const Value *product = kernel_by_maximum(w, kind != 1, kind == 2);
        assert_int_equal(product->element, kind == 0 ? ELEMENT_I32 : ELEMENT_F32);
        if (kind == 0)
            assert_true(product->input[1]->lo == -3 && product->input[1]->hi == 3 && product->input[1]->step == 1);
        arena_free(w->arena);
    }
}

/* A9: (1,2,3,6), moving mean 3, variance 3.5, eps 1e-3: (-1.068892, -.534446, 0, 1.603338). */
static void test_lower_batchnorm(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    static const float mean[1] = {3}, variance[1] = {3.5f}, want[4] = {-1.068892f, -.534446f, 0, 1.603338f};
    Value *x = graph_input(w->graph, ELEMENT_F32, shape1(1), false);
    Value *y = batchnorm(w, "bn", x, false, false, false);
    y->input[1]->u.variable->data = mean;
    y->input[2]->u.variable->data = variance;
    output(w, y);
    float samples[4] = {1, 2, 3, 6};
    const void *inputs[] = {samples};
    const float *got = run_output(w, infer(w, NULL, true), 4, inputs);
    for (int i = 0; i < 4; i++)
        assert_float_equal(got[i], want[i], 1e-6);
    arena_free(w->arena);
}

/* Sets with an offset: {.5, 1.5} is 1, 3 times .5 and needs none; that of {.3, 1} goes behind the product, by valid taps. */
static void test_offsets(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        World world = world_new(60 + (uint64_t)kind), *w = &world;
        Window window = square_window(4, 3, 1, 2, 3, true);
        const Expr *two = expr_make(w->pool, EX_SELECT, E(LT, NUMBER(0), ARG(0)), NUMBER(1.5), NUMBER(0.5));
        Value *x = graph_input(w->graph, ELEMENT_F32, shape3(4, 4, 2), false), *kernel = weight(w, "conv", "kernel", shape4(3, 3, 2, 3), 0, 1);
        const Expr *uneven = expr_make(w->pool, EX_SELECT, E(LT, NUMBER(0), ARG(0)), NUMBER(1), NUMBER(0.3));
        Value *from = kind & 1 ? graph_map(w->graph, uneven, 1, &x) : sign(w, x);
        Value *to = kind & 2 ? graph_map(w->graph, two, 1, &kernel) : sign(w, kernel);
        output(w, graph_product(w->graph, ROLE_FORWARD, &window, from, to));
        Graph *plain = infer(w, "split-reductions", true), *canonical = infer(w, "canonical", true), *best = infer(w, NULL, true);
        const void *inputs[] = {random_input(w, x, 2)};
        const float *a = run_output(w, plain, 2, inputs), *b = run_output(w, canonical, 2, inputs);
        for (int i = 0; i < 2 * 4 * 4 * 3; i++)
            assert_float_equal(a[i], b[i], 1e-5);
        assert_same_bits(w, canonical, best, 2, inputs, kind);
        assert_int_equal(find_op(canonical, OP_PRODUCT)->element, ELEMENT_I32);
        arena_free(w->arena);
    }
}

static void test_switch_by_mode(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    Value *x = graph_input(w->graph, ELEMENT_F32, shape1(3), false);
    Value *noise = graph_random(w->graph, graph_iterations(w->graph), shape1(3), true, 7);
    output(w, graph_switch(w->graph, graph_unary(w->graph, EX_NEG, x), graph_binary(w->graph, EX_ADD, x, noise)));
    Graph *graph = infer(w, NULL, false);
    assert_int_equal(count_op(graph, OP_RANDOM), 0);
    assert_int_equal(count_op(graph, OP_SWITCH), 0);
    float samples[3] = {1, 2, 3};
    const void *inputs[] = {samples};
    assert_true(run_output(w, graph, 1, inputs)[2] == -3.0f);
    arena_free(w->arena);
}

static void test_chains_fuse(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    Value *x = graph_input(w->graph, ELEMENT_F32, shape1(3), false);
    Value *y = batchnorm(w, "bn", graph_map(w->graph, E(MAX, ARG(0), NUMBER(0)), 1, &x), true, true, false);
    output(w, graph_unary(w->graph, EX_TANH, graph_unary(w->graph, EX_NEG, y)));
    Graph *graph = infer(w, NULL, true);
    assert_int_equal(count_op(graph, OP_MAP), 1);
    arena_free(w->arena);
}

/* Layers of several sizes, whose folded constants take each other's memory: drawn where they are read, or all at hand. */
static void test_initial_values(void **state)
{
    (void)state;
    static const int sizes[] = {8, 40, 24, 64, 3, 5};
    static const uint64_t seed = 9;
    World world = world_new(6), *w = &world;
    Value *x = graph_input(w->graph, ELEMENT_F32, shape1(sizes[0]), false);
    for (int i = 0; i < 5; i++) {
        Window window = dense_window(sizes[i], sizes[i + 1]);
        Initializer normal = {.kind = i == 2 ? INIT_UNIFORM : INIT_TRUNCATED_NORMAL, .a = -0.1f, .b = 0.5f};
        Variable *kernel = graph_variable(w->graph, arena_printf(w->arena, "dense_%d", i), "kernel", shape2(sizes[i], sizes[i + 1]), normal);
        Value *latent = graph_weight(w->graph, kernel);
        x = graph_product(w->graph, ROLE_FORWARD, &window, sign(w, x), i == 3 ? latent : quantize(w, latent, Q_MAGNITUDE, 1));
        kernel->initial = &seed;
    }
    output(w, x);
    Graph *drawn = infer(w, NULL, true), *canonical = infer(w, "canonical", true);
    for (int i = 0; i < w->graph->variables.count; i++) {
        Variable *variable = w->graph->variables.at[i];
        float *data = ARENA_ARRAY(w->arena, float, shape_count(variable->shape));
        assert_true(variable_values(variable, data));
        variable->data = data;
        variable->initial = NULL;
    }
    Graph *folded = infer(w, NULL, true);
    const void *inputs[] = {world_reals(w, 3 * sizes[0], 1)};
    assert_same_bits(w, canonical, drawn, 3, inputs, 0);
    assert_same_bits(w, folded, drawn, 3, inputs, 0);
    arena_free(w->arena);
}

const struct CMUnitTest passes_tests[] = {
    cmocka_unit_test(test_optimised_is_canonical),       cmocka_unit_test(test_integers_mean_the_same),
    cmocka_unit_test(test_binary_net_has_no_floats),     cmocka_unit_test(test_thresholds_over_all_integers),
    cmocka_unit_test(test_bytes_run_on_integers),        cmocka_unit_test(test_magnitude_aware_sign),
    cmocka_unit_test(test_lower_batchnorm),              cmocka_unit_test(test_switch_by_mode),
    cmocka_unit_test(test_chains_fuse),                  cmocka_unit_test(test_offsets),
    cmocka_unit_test(test_weights_that_are_whole), cmocka_unit_test(test_padded_bytes), cmocka_unit_test(test_numbers_around_bytes),
    cmocka_unit_test(test_sums_are_levels),
    cmocka_unit_test(test_pool_before_falling_channels), cmocka_unit_test(test_scaled_by_maximum), cmocka_unit_test(test_initial_values),
};
const int passes_test_count = sizeof passes_tests / sizeof *passes_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("passes", passes_tests, (size_t)passes_test_count, NULL, NULL);
}
#endif
