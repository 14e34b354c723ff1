/* Each product kernel alone: cycles, MAC/cycle, and for bit products the share of this machine's own popcount peak, measured in the same run.
 * Usage: bench_kernels [TARGET [CC FLAGS]]; run from the repository's root. One thread. */
#include "../templates/harness.h"

#include "base/bug.h"
#include "graph/operators.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

/* groups: 0 is one group, -1 depthwise. */
typedef struct { const char *name; Role role; int size, in_channels, kernel, out_channels; bool same; Element a; bool bits_b; int groups; } Shape2;
/* The layers of the demo network (input 28x28x1) and of ResNet-like middle layers. size 0: dense. */
static const Shape2 shapes[] = {
    {"conv1 u8 28x28x1 -> 32", ROLE_FORWARD, 28, 1, 3, 32, false, ELEMENT_U8, true, 0},
    {"conv1 dW", ROLE_KERNEL_GRADIENT, 28, 1, 3, 32, false, ELEMENT_U8, false, 0},
    {"conv2 13x13x32 -> 64", ROLE_FORWARD, 13, 32, 3, 64, false, ELEMENT_LEVEL, true, 0},
    {"conv2 dX", ROLE_INPUT_GRADIENT, 13, 32, 3, 64, false, ELEMENT_F32, true, 0},
    {"conv2 dW", ROLE_KERNEL_GRADIENT, 13, 32, 3, 64, false, ELEMENT_LEVEL, false, 0},
    {"dense1 1600 -> 128", ROLE_FORWARD, 0, 1600, 1, 128, false, ELEMENT_LEVEL, true, 0},
    {"dense1 dX", ROLE_INPUT_GRADIENT, 0, 1600, 1, 128, false, ELEMENT_F32, true, 0},
    {"dense1 dW", ROLE_KERNEL_GRADIENT, 0, 1600, 1, 128, false, ELEMENT_LEVEL, false, 0},
    {"dense2 128 -> 10", ROLE_FORWARD, 0, 128, 1, 10, false, ELEMENT_LEVEL, true, 0},
    {"dense2 dX", ROLE_INPUT_GRADIENT, 0, 128, 1, 10, false, ELEMENT_F32, true, 0},
    {"dense2 dW", ROLE_KERNEL_GRADIENT, 0, 128, 1, 10, false, ELEMENT_LEVEL, false, 0},
    {"conv 28x28x128 -> 128 same", ROLE_FORWARD, 28, 128, 3, 128, true, ELEMENT_LEVEL, true, 0},
    {"conv 14x14x256 -> 256 same", ROLE_FORWARD, 14, 256, 3, 256, true, ELEMENT_LEVEL, true, 0},
    {"conv 14x14x64 same dW", ROLE_KERNEL_GRADIENT, 14, 64, 3, 64, true, ELEMENT_LEVEL, false, 0},
    {"dense 1024 -> 1024", ROLE_FORWARD, 0, 1024, 1, 1024, false, ELEMENT_LEVEL, true, 0},
    {"dense float 784 -> 128", ROLE_FORWARD, 0, 784, 1, 128, false, ELEMENT_F32, false, 0},
    {"conv 56x56x64 -> 64 same", ROLE_FORWARD, 56, 64, 3, 64, true, ELEMENT_LEVEL, true, 0},
    {"conv 56x56x64 -> 64 valid", ROLE_FORWARD, 56, 64, 3, 64, false, ELEMENT_LEVEL, true, 0},
    {"conv 56x56x64 -> 64 same dX", ROLE_INPUT_GRADIENT, 56, 64, 3, 64, true, ELEMENT_F32, true, 0},
    {"float 28x28x64 -> 64 same", ROLE_FORWARD, 28, 64, 3, 64, true, ELEMENT_F32, false, 0},
    {"float x bits 28x28x64 same", ROLE_FORWARD, 28, 64, 3, 64, true, ELEMENT_F32, true, 0},
    {"bits x float 28x28x64 same", ROLE_FORWARD, 28, 64, 3, 64, true, ELEMENT_LEVEL, false, 0},
    {"bits x float 1024 -> 1024", ROLE_FORWARD, 0, 1024, 1, 1024, false, ELEMENT_LEVEL, false, 0},
    {"depthwise bits 56x56x64", ROLE_FORWARD, 56, 64, 3, 64, true, ELEMENT_LEVEL, true, -1},
    {"depthwise float 56x56x64", ROLE_FORWARD, 56, 64, 3, 64, true, ELEMENT_F32, false, -1},
    {"depthwise float 56x56x64 dX", ROLE_INPUT_GRADIENT, 56, 64, 3, 64, true, ELEMENT_F32, false, -1},
    {"depthwise float 56x56x64 dW", ROLE_KERNEL_GRADIENT, 56, 64, 3, 64, true, ELEMENT_F32, false, -1},
    {"groups 4 bits 28x28x128", ROLE_FORWARD, 28, 128, 3, 128, true, ELEMENT_LEVEL, true, 4},
    {"groups 4 float 28x28x128", ROLE_FORWARD, 28, 128, 3, 128, true, ELEMENT_F32, false, 4},
};

static uint64_t state = 88172645463325252u;
static uint32_t random_bits(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 20);
}

static Value *operand(Graph *graph, Shape shape, Element element, bool batched, int batch, Tensor *data)
{
    int64_t count = shape_count(shape) * (batched ? batch : 1);
    data->f32 = ARENA_ARRAY(graph->arena, float, count);
    data->i32 = ARENA_ARRAY(graph->arena, int32_t, count);
    for (int64_t i = 0; i < count; i++) {
        data->f32[i] = (float)random_bits() / 2147483648.0f - 0.5f;
        data->i32[i] = element == ELEMENT_U8 ? (int)(random_bits() & 255u) : random_bits() & 1u ? 1 : -1;
    }
    Value *value = graph_input(graph, element, shape, false);
    value->batched = batched;
    if (element == ELEMENT_LEVEL)
        value->lo = -1, value->hi = 1, value->step = 2;
    if (element == ELEMENT_U8)
        value->lo = 0, value->hi = 255, value->step = 1;
    return value;
}

/* --- the peak of this machine: xor, count, add over registers, the best of what it has */
static uint64_t ticks(void)
{
    unsigned core;
    return __rdtscp(&core);
}

/* Core cycles per tick of the time stamp counter: dependent additions, one a cycle. */
static double cycles_per_tick(void)
{
    double best = 0;
    for (int round = 0; round < 20; round++) {
        uint64_t x = 1, from = ticks();
        for (int i = 0; i < 20000; i++)
            __asm__ volatile("add %0,%0\n\tadd %0,%0\n\tadd %0,%0\n\tadd %0,%0\n\tadd %0,%0\n\tadd %0,%0\n\tadd %0,%0\n\tadd %0,%0" : "+r"(x));
        double ratio = 160000.0 / (double)(ticks() - from);
        best = ratio > best ? ratio : best;
    }
    return best;
}

__attribute__((target("popcnt"))) static double peak_scalar(double ratio)
{
    double best = 0;
    uint64_t words[64];
    for (int k = 0; k < 64; k++)
        words[k] = random_bits();
    for (int round = 0; round < 20; round++) {
        uint64_t total = 0, from = ticks();
        for (int i = 0; i < 2000; i++)
            for (int k = 0; k < 64; k += 4) {
                __asm__ volatile("" : : "r"(words) : "memory");
                uint64_t a = words[k] ^ (uint64_t)i, b = words[k + 1] ^ (uint64_t)i, c = words[k + 2] ^ (uint64_t)i, d = words[k + 3] ^ (uint64_t)i;
                total += (uint64_t)(_mm_popcnt_u64(a) + _mm_popcnt_u64(b)) + (uint64_t)(_mm_popcnt_u64(c) + _mm_popcnt_u64(d));
            }
        __asm__ volatile("" : "+r"(total));
        double rate = 2000.0 * 64 * 64 / ((double)(ticks() - from) * ratio);
        best = rate > best ? rate : best;
    }
    return best;
}

/* Byte tables on registers: 128 products of bits a look-up and an addition, eight chains. */
__attribute__((target("avx2"))) static double peak_avx2(double ratio)
{
    double best = 0;
    for (int round = 0; round < 20; round++) {
        __m256i sum[8], table = _mm256_set1_epi8(3);
        for (int j = 0; j < 8; j++)
            sum[j] = _mm256_set1_epi8((char)j);
        uint64_t from = ticks();
        for (int i = 0; i < 20000; i++) {
#define LOOK(j) sum[j] = _mm256_add_epi8(sum[j], _mm256_shuffle_epi8(table, sum[j]));
            LOOK(0) LOOK(1) LOOK(2) LOOK(3) LOOK(4) LOOK(5) LOOK(6) LOOK(7)
        }
        double rate = 20000.0 * 8 * 128 / ((double)(ticks() - from) * ratio);
        __asm__ volatile("" : : "x"(sum[0]), "x"(sum[1]), "x"(sum[2]), "x"(sum[3]), "x"(sum[4]), "x"(sum[5]), "x"(sum[6]), "x"(sum[7]));
        best = rate > best ? rate : best;
    }
    return best;
}

static double measure(Case *c, double ratio)
{
    double best = 1e99;
    clock_t end = clock() + CLOCKS_PER_SEC / 4;
    case_run(c);
    for (int round = 0; round < 500 && (round < 3 || clock() < end); round++) {
        uint64_t from = ticks();
        case_run(c);
        double cycles = (double)(ticks() - from) * ratio;
        best = cycles < best ? cycles : best;
    }
    return best;
}

static Window window_of(const Shape2 *s)
{
    Window w = {.spatial = s->size ? 2 : 0, .in_channels = s->in_channels, .out_channels = s->out_channels, .groups = s->groups < 0 ? s->in_channels : s->groups ? s->groups : 1,
                .depthwise = s->groups < 0};
    for (int i = 0; i < w.spatial; i++) {
        w.in[i] = s->size;
        w.kernel[i] = s->kernel;
        w.stride[i] = w.dilation[i] = 1;
    }
    if (s->same)
        window_same(&w);
    else
        window_valid(&w);
    return w;
}

static Shape side(const Window *w, const int *dims, int channels)
{
    Shape shape = {.rank = w->spatial + 1};
    for (int i = 0; i < w->spatial; i++)
        shape.dim[i] = dims[i];
    shape.dim[w->spatial] = channels;
    return shape;
}

typedef struct { const char *target, *cc, *flags, *directory; double ratio, peak, ghz; int number; } Bench;

static void bench_shape(Bench *bench, const Shape2 *s, int batch)
{
    Arena *arena = arena_new();
    Graph *graph = graph_new(arena, expr_pool_new(arena), NULL);
    Window w = window_of(s);
    Shape x = side(&w, w.in, w.in_channels), y = side(&w, w.out, w.out_channels), k = side(&w, w.kernel, w.depthwise ? w.in_channels : w.in_channels / w.groups);
    k.dim[k.rank++] = w.depthwise ? w.out_channels / w.in_channels : w.out_channels;
    Tensor in[2];
    Value *a = operand(graph, s->role == ROLE_INPUT_GRADIENT ? y : x, s->a, true, batch, &in[0]);
    Value *b = operand(graph, s->role == ROLE_KERNEL_GRADIENT ? y : k, s->bits_b ? ELEMENT_LEVEL : ELEMENT_F32, s->role == ROLE_KERNEL_GRADIENT, batch, &in[1]);
    Value *value = graph_product(graph, s->role, &w, a, b);
    value->name = "layer";
    Plan probe = {.arena = arena, .options = {.target = target_find(bench->target), .batch = batch, .training = true}};
    int count;
    const Kernel *kernels = kernels_table(&count);
    for (int i = 0; i < count; i++) {
        if (kernels[i].op != OP_PRODUCT || kernels[i].refuses(&probe, value) || (w.groups == 1 && !strcmp(kernels[i].name, "product_direct")))
            continue;
        Case c = case_new(arena, value, NULL, &kernels[i], bench->target, batch, true);
        case_fill(&c, in);
        if (!case_compile(&c, bench->cc, bench->flags, bench->directory, bench->number++, false))
            BUG("%s does not compile", kernels[i].name);
        double cycles = measure(&c, bench->ratio) / batch, rate = (double)window_macs(&w) / cycles;
        bool bits = s->role == ROLE_FORWARD && s->a == ELEMENT_LEVEL && s->bits_b;
        printf("%-28s %-20s %10.0f cycles %8.2f us/sample %7.1f MAC/cycle", s->name, kernels[i].name, cycles, cycles / bench->ghz / 1e3, rate);
        printf(bits ? " %5.1f %% of peak" : "", 100.0 * rate / bench->peak);
        printf("  (predicted %.0f)\n", kernels[i].cost(&c.step->plan[0], value));
        case_free(&c);
    }
    arena_free(arena);
}

int main(int argc, char **argv)
{
    static char directory[] = "/tmp/bnn-bench-XXXXXX";
    if (!mkdtemp(directory))
        return 1;
    Bench bench = {.target = argc > 1 ? argv[1] : "avx2", .cc = argc > 2 ? argv[2] : "gcc", .flags = argc > 3 ? argv[3] : "-O3 -ffp-contract=off", .directory = directory};
    bench.ratio = cycles_per_tick();
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    uint64_t tick = ticks();
    usleep(50000);
    clock_gettime(CLOCK_MONOTONIC, &to);
    tick = ticks() - tick;
    bench.ghz = (double)tick * bench.ratio / ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec));
    double scalar = peak_scalar(bench.ratio), vector = __builtin_cpu_supports("avx2") ? peak_avx2(bench.ratio) : 0;
    bench.peak = scalar > vector ? scalar : vector;
    printf("%.2f GHz; peak of bit products in registers: popcnt %.0f, byte tables %.0f MAC/cycle\n", bench.ghz, scalar, vector);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (argc < 5 || strstr(shapes[i].name, argv[4]))
            bench_shape(&bench, &shapes[i], !shapes[i].size ? 100 : shapes[i].in_channels >= 64 ? 2 : 16);
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command) != 0;
}
