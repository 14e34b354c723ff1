/* Every product row against the operator's definition, bit for bit: random geometries, level sets, targets, compilers.
 * Half of the cases go through the template engine, half through the preprocessor.
 * Usage: test_products [SEED [CASES [DIRECTORY]]]; run from the repository's root. With DIRECTORY: writes missing samples there instead. */
#include "harness.h"

#include "base/bug.h"
#include "graph/operators.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t random_state;
static uint32_t random_bits(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u; /* splitmix64: neighbouring seeds give unrelated cases */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)(z >> 33);
}
static int pick(int low, int high)
{
    return low + (int)(random_bits() % (uint32_t)(high - low + 1));
}
static float random_float(void)
{
    static const float special[] = {0.0f, -0.0f, 1.0f, -1.0f};
    return pick(0, 9) == 0 ? special[pick(0, 3)] : (float)((double)random_bits() / 2147483648.0 * 4.0 - 2.0);
}

typedef struct { int lo, hi, step; } Set;
static const Set sets[] = {{-1, 1, 2}, {-1, 1, 2}, {-1, 1, 2}, {0, 1, 1}, {-1, 1, 1}, {0, 3, 1}, {-3, 3, 2}, {-7, 7, 2}, {-2, 2, 1}};

static Window random_window(void)
{
    static const int channels[] = {1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 40, 64, 65};
    Window w = {.spatial = pick(0, 9) < 3 ? 0 : pick(0, 9) < 7 ? 2 : pick(1, 3), .in_channels = channels[pick(0, 12)], .out_channels = channels[pick(0, 12)], .groups = 1};
    for (int i = 0; i < w.spatial; i++) {
        w.in[i] = pick(1, w.spatial == 3 ? 4 : 8);
        w.kernel[i] = pick(1, 3);
        w.stride[i] = pick(1, 9) < 7 ? 1 : 2;
        w.dilation[i] = pick(1, 9) < 8 ? 1 : 2;
    }
    if (pick(0, 1)) {
        window_same(&w);
        return w;
    }
    for (int i = 0; i < w.spatial; i++)
        while (w.in[i] < (w.kernel[i] - 1) * w.dilation[i] + 1)
            w.in[i]++;
    window_valid(&w);
    return w;
}

/* Sometimes groups, depthwise or weights of their own for each pixel. */
static void make_special(Window *w)
{
    const char *only = getenv("KIND"); /* 0 groups, 1 depthwise, 2 local: all cases are such */
    int kind = only ? atoi(only) : pick(0, 7);
    if (kind == 0) {
        w->groups = pick(2, 3); /* many of them fill whole words */
        int in = pick(0, 1) ? pick(1, 20) : 4 * pick(1, 8), out = pick(0, 2) ? 32 * pick(1, 2) : pick(1, 20);
        w->in_channels = w->groups * in;
        w->out_channels = w->groups * out;
    } else if (kind == 1 && w->spatial) {
        w->depthwise = true;
        w->groups = w->in_channels;
        w->out_channels = w->in_channels * (pick(0, 3) ? 1 : 2);
    } else if (kind == 2 && w->spatial) {
        w->local = true;
    }
}

static Value *operand(Graph *graph, Shape shape, bool batched, bool constant, Tensor *data, int batch, bool may_be_level, const Set *only)
{
    int64_t count = shape_count(shape) * (batched ? batch : 1);
    int kind = only ? 0 : may_be_level ? pick(0, 3) : 3;
    Element element = kind <= 2 ? ELEMENT_LEVEL : ELEMENT_F32;
    Set set = only ? *only : sets[pick(0, (int)(sizeof sets / sizeof *sets) - 1)];
    if (kind == 2 && batched) {
        element = ELEMENT_U8;
        set = (Set){0, 255, 1};
    }
    data->f32 = ARENA_ARRAY(graph->arena, float, count);
    data->i32 = ARENA_ARRAY(graph->arena, int32_t, count);
    for (int64_t i = 0; i < count; i++) {
        data->f32[i] = random_float();
        data->i32[i] = set.lo + set.step * pick(0, (set.hi - set.lo) / set.step);
    }
    Value *value;
    if (constant)
        value = element == ELEMENT_F32 ? graph_constant_f32(graph, shape, data->f32) : graph_constant_level(graph, shape, data->i32, set.lo, set.hi, set.step);
    else
        value = graph_input(graph, element, shape, false);
    value->element = element;
    if (element == ELEMENT_F32)
        data->i32 = NULL;
    else
        value->lo = set.lo, value->hi = set.hi, value->step = set.step, data->f32 = NULL;
    value->batched = batched;
    return value;
}

typedef struct { int tested, failed, per_row[64]; } Count;
static char directory[] = "/tmp/bnn-templates-XXXXXX";

/* Bit for bit, but that the contract leaves open which NaN a float is. */
static bool same_bits(const Case *c, const void *expected)
{
    const Value *result = c->step->output->value;
    if (result->element != ELEMENT_F32)
        return memcmp(c->out, expected, c->out_bytes) == 0;
    const float *got = c->out, *wanted = expected;
    for (size_t i = 0; i < c->out_bytes / sizeof *got; i++)
        if (memcmp(&got[i], &wanted[i], sizeof *got) != 0 && !(isnan(got[i]) && isnan(wanted[i])))
            return false;
    return true;
}

static void compare(Count *count, Case *c, const void *expected, const char *what)
{
    count->tested++;
    if (same_bits(c, expected))
        return;
    count->failed++;
    size_t at = 0;
    while (((const char *)c->out)[at] == ((const char *)expected)[at])
        at++;
    const Window *w = &c->value->u.product.window;
    printf("DIFFERENT: %s: %s %s target %s role %d spatial %d in %d,%d,%d k %d,%d,%d s %d,%d d %d,%d channels %d->%d groups %d batch %d levels %d..%d %d..%d, byte %zu of %zu: ",
           c->path, c->kernel->name, what, c->plan->options.target->name, (int)c->value->u.product.role, w->spatial, w->in[0], w->in[1], w->in[2], w->kernel[0],
           w->kernel[1], w->kernel[2], w->stride[0], w->stride[1], w->dilation[0], w->dilation[1], w->in_channels, w->out_channels, w->groups,
           c->batch, c->value->input[0]->lo, c->value->input[0]->hi, c->value->input[1]->lo, c->value->input[1]->hi, at, c->out_bytes);
    at &= ~(size_t)3;
    printf("%08x for %08x\n", *(const unsigned *)((const char *)c->out + at), *(const unsigned *)((const char *)expected + at));
}

typedef struct { const char *target, *cc, *flags; } Build;
static const Build builds[] = {
    {"generic", "tcc", ""},
    {"generic", "gcc", "-O1 -std=c99 -DBNN_ONE_LANE -Wall -Wextra -Wshadow -Wno-unused-function -ffp-contract=off"},
    {"generic", "gcc", "-O2 -std=c99 -Wall -Wextra -Wshadow -Wno-unused-function -ffp-contract=off"},
    {"generic", "clang", "-O1 -std=c99 -Wall -Wextra -Wshadow -Wno-unused-function -ffp-contract=off"},
    {"avx2", "gcc", "-O2 -std=gnu99 -Wall -Wextra -Wshadow -Wno-unused-function -ffp-contract=off"},
    {"avx2", "gcc", "-O1 -g -std=gnu99 -fsanitize=undefined -fno-sanitize-recover -Wno-unused-function -ffp-contract=off"},
    {"avx2", "gcc", "-O2 -fopenmp -std=gnu99 -Wno-unused-function -ffp-contract=off"},
    {"avx2", "clang", "-O1 -std=gnu99 -Wall -Wextra -Wshadow -Wno-unused-function -ffp-contract=off"},
};

static const char *samples; /* directory to write samples to */
static void write_sample(Arena *arena, Case *c)
{
    const char *path = arena_printf(arena, "%s/%.*s.h", samples, (int)strlen(c->kernel->template_name) - 2, c->kernel->template_name);
    FILE *file = access(path, F_OK) == 0 ? NULL : fopen(path, "w");
    if (!file)
        return;
    fputs(case_sample(c), file);
    fclose(file);
}

static void test_row(Arena *arena, Count *count, const Value *value, const Value *stored, const Kernel *kernel, const Tensor *in, const void *expected, int batch, const Build *build)
{
    static int number;
    Case c = case_new(arena, value, stored, kernel, build->target, batch, pick(0, 1));
    case_fill(&c, in);
    if (samples) {
        write_sample(arena, &c);
        return;
    }
    if (!case_compile(&c, build->cc, build->flags, directory, number++, pick(0, 1))) {
        count->failed++;
        printf("DOES NOT COMPILE: %s with %s (case %d)\n", kernel->name, build->cc, number - 1);
        return;
    }
    case_run(&c);
    compare(count, &c, expected, build->cc);
    case_free(&c);
}

/* Bits stored by the kernel itself: thresholds or a quantizer behind the product. */
static Value *stored_value(Graph *graph, Value *value)
{
    int channels = value->shape.dim[value->shape.rank - 1];
    ExprPool *pool = graph->pool;
    const Expr *x = expr_arg(pool, 0);
    if (value->element == ELEMENT_I32 && pick(0, 2)) {
        int32_t *table = ARENA_ARRAY(graph->arena, int32_t, channels);
        for (int c = 0; c < channels; c++)
            table[c] = pick(-9, 9);
        return graph_threshold(graph, value, graph_constant_i32(graph, shape_of(1, &channels), table));
    }
    const Expr *sign = expr_make(pool, EX_SIGN, x, NULL, NULL);
    const Expr *clipped = expr_make(pool, EX_MAX, expr_make(pool, EX_MIN, expr_make(pool, EX_ROUND, x, NULL, NULL), expr_const(pool, 2.0f), NULL), expr_const(pool, -1.0f), NULL);
    return pick(0, 1) ? graph_quantize(graph, sign, -1, 1, 2, 1, &value) : graph_quantize(graph, clipped, -1, 2, 1, 1, &value);
}

static void test_stored(Arena *arena, Count *count, Graph *graph, Value *value, const Kernel *kernel, const Tensor *in, void *sums, int batch, const Build *build)
{
    Value *stored = stored_value(graph, value);
    int64_t one = shape_count(value->shape);
    Tensor operands[2] = {{sums, sums}, {0}}, levels = {NULL, ARENA_ARRAY(arena, int32_t, one * batch)};
    if (stored->input_count > 1)
        operands[1].i32 = (int32_t *)stored->input[1]->u.data.i32;
    OpContext context = {.batch = batch};
    op_eval(stored, &context, operands, levels);
    Plan probe = {.arena = arena, .options = {.target = target_find(build->target), .batch = batch}};
    size_t bytes = layout_bytes(&probe, stored, LAYOUT_PACKED);
    char *expected = arena_alloc(arena, bytes * (size_t)batch);
    for (int row = 0; row < batch; row++) {
        Value constant = *stored;
        constant.op = OP_CONSTANT;
        constant.u.data.f32 = NULL;
        constant.u.data.i32 = levels.i32 + row * one;
        memcpy(expected + (size_t)row * bytes, layout_pack(arena, &probe, &constant, LAYOUT_PACKED), bytes);
    }
    test_row(arena, count, value, stored, kernel, in, expected, batch, build);
}

/* Packing at run time makes the words that case_fill makes. */
static void test_packing(Arena *arena, Count *count, const Value *product, const Kernel *packing, const Tensor *in, const Build *build)
{
    const Value *weights = product->input[1];
    Case c = case_new(arena, weights, NULL, packing, build->target, 1, true), like = case_new(arena, weights, NULL, packing, build->target, 1, true);
    like.step->inputs[0] = like.step->output;
    free(like.in[0]);
    like.in[0] = calloc(c.out_bytes + 64, 1);
    case_fill(&c, &in[1]);
    case_fill(&like, &in[1]);
    static int number = 100000;
    if (samples) {
        write_sample(arena, &c);
        return;
    }
    if (!case_compile(&c, build->cc, build->flags, directory, number++, pick(0, 1))) {
        count->failed++;
        printf("DOES NOT COMPILE: %s with %s\n", packing->name, build->cc);
        return;
    }
    Layout layout = c.step->output->layout;
    if (layout == LAYOUT_KERNEL_CODES || layout == LAYOUT_KERNEL_TCODES)
        memset(c.out, 0, c.out_bytes); /* the margin behind the codes is read, but never counts: nobody writes it */
    case_run(&c);
    c.value = product;
    compare(count, &c, like.in[0], packing->name);
    case_free(&c);
    case_free(&like);
}

static bool fits(const Kernel *kernel, const Plan *plan, const Value *value)
{
    return kernel->op == OP_PRODUCT && !kernel->refuses(plan, value);
}

/* Activations and gradients are sometimes infinite: 0 times that is a NaN, and a tap outside is no 0. (Not weights, with which ff_product reads
 * such a tap as a 0.) */
static void make_infinite(const Value *floats, const Tensor *data, int batch)
{
    if (floats->element != ELEMENT_F32 || !floats->batched || pick(0, 3))
        return;
    for (int n = pick(1, 3); n > 0; n--)
        data->f32[pick(0, (int)shape_count(floats->shape) * batch - 1)] = pick(0, 1) ? INFINITY : -INFINITY;
}

static void test_case(Count *count, const Build *build)
{
    Arena *arena = arena_new();
    Graph *graph = graph_new(arena, expr_pool_new(arena), NULL);
    Window w = random_window();
    make_special(&w);
    Role role = (Role)pick(0, 2);
    FullWindow full = window_full(&w);
    int batch = pick(1, 11);
    Shape x = {.rank = 0}, y, k = {.rank = 0};
    for (int i = 0; i < w.spatial; i++)
        x.dim[x.rank++] = w.in[i];
    if (!w.spatial && pick(0, 3) == 0)
        x.dim[x.rank++] = pick(1, 3);
    y = x;
    for (int i = 0; i < w.spatial; i++)
        y.dim[i] = w.out[i];
    x.dim[x.rank++] = w.in_channels;
    y.dim[y.rank++] = w.out_channels;
    for (int i = 0; i < w.spatial; i++)
        k.dim[k.rank++] = w.kernel[i];
    k.dim[k.rank++] = w.depthwise ? w.in_channels : w.in_channels / w.groups;
    k.dim[k.rank++] = w.depthwise ? w.out_channels / w.in_channels : w.out_channels;
    if (w.local)
        k = shape_of(3, (int[]){full.out_pixels, full.taps * w.in_channels / w.groups, w.out_channels});
    Tensor in[2];
    bool constant = role == ROLE_FORWARD && pick(0, 2);
    const Set *bits = role == ROLE_FORWARD && pick(0, 2) == 0 ? &sets[pick(2, 3)] : NULL; /* times floats, which is rare else */
    Value *a = operand(graph, role == ROLE_INPUT_GRADIENT ? y : x, true, false, &in[0], batch, role != ROLE_INPUT_GRADIENT || pick(0, 3) == 0, bits);
    bool may_be_level = (role != ROLE_KERNEL_GRADIENT && !bits) || (role == ROLE_KERNEL_GRADIENT && a->element == ELEMENT_F32 && pick(0, 3) == 0); /* the input of a transposed product */
    Value *b = operand(graph, role == ROLE_KERNEL_GRADIENT ? y : k, role == ROLE_KERNEL_GRADIENT, constant, &in[1], batch, may_be_level, NULL);
    Value *value = graph_product(graph, role, &w, a, b);
    value->name = "layer";
    make_infinite(a, &in[0], batch);
    make_infinite(b, &in[1], batch);
    int64_t size = shape_count(value->shape) * (value->batched ? batch : 1);
    void *expected = arena_alloc(arena, (size_t)size * 4 + 64);
    Tensor out = {expected, expected};
    OpContext context = {.batch = batch};
    op_eval(value, &context, in, out);
    Plan probe = {.arena = arena, .options = {.target = target_find(build->target), .batch = batch, .training = true}};
    int kernel_count;
    const Kernel *kernels = kernels_table(&kernel_count);
    for (int i = 0; i < kernel_count; i++)
        if (fits(&kernels[i], &probe, value)) {
            count->per_row[i]++;
            test_row(arena, count, value, NULL, &kernels[i], in, expected, batch, build);
            if (role != ROLE_KERNEL_GRADIENT && pick(0, 2) == 0)
                test_stored(arena, count, graph, value, &kernels[i], in, expected, batch, build);
            Layout layout = kernels[i].input_layout(&probe, value, 1);
            for (int j = 0; j < kernel_count && !constant && layout != LAYOUT_PLAIN; j++)
                if (kernels[j].op == OP_COUNT_OF_KINDS && kernels[j].output_layout(&probe, b) == layout && !kernels[j].refuses(&probe, b)) {
                    count->per_row[j]++;
                    test_packing(arena, count, value, &kernels[j], in, build);
                }
        }
    arena_free(arena);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    int cases = argc > 2 ? atoi(argv[2]) : 60, kernel_count;
    Count count = {0};
    samples = argc > 3 ? argv[3] : NULL;
    if (!mkdtemp(directory))
        return 1;
    for (int i = 0; i < cases; i++) {
        random_state = seed * 1000003u + (uint64_t)i;
        random_bits();
        test_case(&count, &builds[(size_t)i % (sizeof builds / sizeof *builds)]);
    }
    const Kernel *kernels = kernels_table(&kernel_count);
    for (int i = 0; i < kernel_count; i++)
        if (count.per_row[i])
            printf("%s %d, ", kernels[i].name, count.per_row[i]);
    printf("\ntemplates: seed %llu, %d passed, %d failed\n", (unsigned long long)seed, count.tested - count.failed, count.failed);
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return count.failed ? 1 : system(command) != 0;
}
