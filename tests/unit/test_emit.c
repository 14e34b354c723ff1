/* Generated C against the reference interpreter, bit for bit: random graphs of every operator but the products' own suites, as inference code
 * (one sample) and as evaluation code (batches). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "emit/emit.h"
#include "run/interp.h"
#include "run/jit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 5 };

typedef struct {
    Arena *arena;
    Graph *graph;
    ExprPool *pool;
    uint64_t seed;
    VEC(Value *) values; /* what may be used next */
} Random;

static unsigned next(Random *random, unsigned below)
{
    random->seed = random->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random->seed >> 33) % below;
}

static float number(Random *random)
{
    return (float)((int)next(random, 33) - 16) / 8.0f;
}

static Value *pick(Random *random)
{
    return random->values.at[next(random, (unsigned)random->values.count)];
}

static void keep(Random *random, Value *value)
{
    VEC_PUSH(random->arena, &random->values, value);
}

static Value *constant(Random *random, Shape shape)
{
    float *data = ARENA_ARRAY(random->arena, float, shape_count(shape));
    for (int i = 0; i < shape_count(shape); i++)
        data[i] = number(random);
    return graph_constant_f32(random->graph, shape, data);
}

static Value *weight(Random *random, Shape shape)
{
    float *data = ARENA_ARRAY(random->arena, float, shape_count(shape));
    for (int i = 0; i < shape_count(shape); i++)
        data[i] = number(random);
    Initializer array = {.kind = INIT_ARRAY, .array = data};
    const char *layer = arena_printf(random->arena, "layer_%d", random->graph->variables.count);
    return graph_weight(random->graph, graph_variable(random->graph, layer, "kernel", shape, array));
}

static const Expr *expression(Random *random, int inputs)
{
    static const ExprOp binary[] = {EX_ADD, EX_SUB, EX_MUL, EX_MAX, EX_MIN, EX_LT, EX_LE};
    static const ExprOp unary[] = {EX_ABS, EX_NEG, EX_SIGN, EX_ROUND, EX_FLOOR, EX_TANH, EX_EXP};
    ExprPool *pool = random->pool;
    const Expr *e = expr_arg(pool, 0);
    for (int k = 1; k < inputs; k++)
        e = expr_make(pool, binary[next(random, 7)], e, expr_arg(pool, k), NULL);
    for (unsigned i = next(random, 3); i > 0; i--)
        e = expr_make(pool, unary[next(random, 7)], e, NULL, NULL);
    return expr_make(pool, EX_SELECT, expr_make(pool, EX_LT, e, expr_const(pool, number(random)), NULL), e, expr_arg(pool, 0));
}

/* A shape that broadcasts to `shape`. */
static Shape broadcastable(Random *random, Shape shape)
{
    Shape result = shape;
    unsigned drop = next(random, (unsigned)shape.rank + 1);
    result.rank -= (int)drop;
    for (int i = 0; i < result.rank; i++)
        result.dim[i] = next(random, 3) == 0 ? 1 : shape.dim[i + (int)drop];
    return result;
}

static void add_map(Random *random, bool weights)
{
    Value *inputs[3] = {pick(random)};
    unsigned count = 1 + next(random, 3);
    for (unsigned k = 1; k < count; k++) {
        Shape shape = broadcastable(random, inputs[0]->shape);
        inputs[k] = weights && next(random, 2) ? weight(random, shape) : constant(random, shape);
        for (int i = 0; i < random->values.count && next(random, 2); i++)
            if (shape_equal(random->values.at[i]->shape, inputs[0]->shape))
                inputs[k] = random->values.at[i];
    }
    keep(random, graph_map(random->graph, expression(random, (int)count), (int)count, inputs));
}

static void add_quantize(Random *random)
{
    static const int sets[][3] = {{-1, 1, 2}, {-1, 1, 1}, {0, 1, 1}, {-3, 3, 2}, {0, 7, 1}};
    const int *set = sets[next(random, 5)];
    ExprPool *pool = random->pool;
    Value *x = pick(random);
    const Expr *e = expr_make(pool, EX_ROUND, expr_arg(pool, 0), NULL, NULL);
    e = expr_make(pool, EX_MIN, expr_make(pool, EX_MAX, e, expr_const(pool, (float)set[0]), NULL), expr_const(pool, (float)set[1]), NULL);
    if (set[2] == 2 && set[1] == 1)
        e = expr_make(pool, EX_SIGN, expr_arg(pool, 0), NULL, NULL);
    if (set[2] == 2 && set[1] == 3) { /* 2*floor(x/2) + 1 */
        const Expr *half = expr_make(pool, EX_FLOOR, expr_make(pool, EX_MUL, expr_arg(pool, 0), expr_const(pool, 0.5f), NULL), NULL, NULL);
        half = expr_make(pool, EX_MIN, expr_make(pool, EX_MAX, half, expr_const(pool, -2.0f), NULL), expr_const(pool, 1.0f), NULL);
        e = expr_make(pool, EX_ADD, expr_make(pool, EX_MUL, half, expr_const(pool, 2.0f), NULL), expr_const(pool, 1.0f), NULL);
    }
    keep(random, graph_quantize(random->graph, e, set[0], set[1], set[2], 1, &x));
}

static void add_reduce(Random *random)
{
    Value *x = pick(random);
    uint32_t axes = next(random, 1u << x->shape.rank) << 1;
    if (axes)
        keep(random, graph_reduce(random->graph, (ReduceKind)next(random, 3), x, axes, next(random, 2)));
}

static void add_pool(Random *random)
{
    Value *x = pick(random);
    int spatial = x->shape.rank - 1;
    if (spatial < 1 || spatial > 3 || !x->batched)
        return;
    Window w = {.spatial = spatial, .in_channels = x->shape.dim[spatial], .out_channels = x->shape.dim[spatial], .groups = x->shape.dim[spatial]};
    for (int i = 0; i < spatial; i++) {
        w.in[i] = x->shape.dim[i];
        w.kernel[i] = 1 + (int)next(random, (unsigned)(w.in[i] < 3 ? w.in[i] : 3));
        w.stride[i] = 1 + (int)next(random, 2);
        w.dilation[i] = 1;
    }
    if (next(random, 2))
        window_same(&w);
    else
        window_valid(&w);
    Value *y = graph_pool(random->graph, (PoolKind)next(random, 2), &w, x);
    keep(random, y);
    if (next(random, 2) && y->element == ELEMENT_F32)
        keep(random, graph_pool_gradient(random->graph, (PoolKind)next(random, 2), &w, x, y));
}

static void add_mover(Random *random)
{
    Value *x = pick(random);
    Shape s = x->shape;
    int a[SHAPE_MAX] = {0}, b[SHAPE_MAX] = {0};
    switch (next(random, 6)) {
    case 0:
        keep(random, graph_reshape(random->graph, x, shape_of(1, (int[]){(int)shape_count(s)})));
        break;
    case 1:
        for (int i = 0; i < s.rank; i++)
            a[i] = (i + 1) % s.rank;
        keep(random, graph_transpose(random->graph, x, a));
        break;
    case 2:
        for (int i = 0; i < s.rank; i++) {
            a[i] = (int)next(random, 2);
            b[i] = (int)next(random, 2);
        }
        keep(random, graph_pad(random->graph, x, a, b, x->element == ELEMENT_U8 || next(random, 2) ? 1.0f : -1.0f));
        break;
    case 3:
        for (int i = 0; i < s.rank; i++) {
            a[i] = (int)next(random, (unsigned)s.dim[i]);
            b[i] = 1;
            s.dim[i] -= a[i];
        }
        keep(random, graph_slice(random->graph, x, a, b, s));
        break;
    case 4:
        for (int i = 0; i < s.rank; i++)
            a[i] = 1 + (int)next(random, 2);
        keep(random, graph_repeat(random->graph, x, a));
        break;
    default:
        if (s.rank)
            keep(random, graph_concat(random->graph, (int)next(random, (unsigned)s.rank), 2, (Value *[]){x, x}));
    }
}

/* Dense over the last axis: levels by levels, floats by levels, floats by floats. */
static void add_dense(Random *random)
{
    Value *x = pick(random);
    int filters = 1 + (int)next(random, 40), in = x->shape.rank ? x->shape.dim[x->shape.rank - 1] : 0;
    if (in == 0 || in * filters > 512 || !x->batched || x->element == ELEMENT_I32)
        return;
    Window w = {.spatial = 0, .in_channels = in, .out_channels = filters, .groups = 1};
    Shape shape = shape_of(2, (int[]){in, filters});
    Value *kernel;
    if (next(random, 2)) {
        int32_t data[512];
        for (int i = 0; i < in * filters; i++)
            data[i] = next(random, 2) ? 1 : -1;
        kernel = graph_constant_level(random->graph, shape, data, -1, 1, 2);
    } else {
        kernel = constant(random, shape);
    }
    Value *y = graph_product(random->graph, ROLE_FORWARD, &w, x, kernel);
    Value *scale = constant(random, shape_of(1, (int[]){filters}));
    keep(random, graph_map(random->graph, expression(random, 2), 2, (Value *[]){y, scale}));
}

static Graph *random_graph(Arena *arena, uint64_t seed, bool weights)
{
    Random random = {.arena = arena, .pool = expr_pool_new(arena), .seed = seed * 977 + 13};
    random.graph = graph_new(arena, random.pool, diag_new(arena));
    for (int i = 0; i < 5; i++)
        next(&random, 2);
    int dims[4], rank = 1 + (int)next(&random, 4);
    for (int i = 0; i < rank; i++)
        dims[i] = 1 + (int)next(&random, i == rank - 1 ? 40 : 4);
    graph_at(random.graph, (Span){0}, "input");
    keep(&random, graph_input(random.graph, (Element[]){ELEMENT_F32, ELEMENT_U8, ELEMENT_I8}[next(&random, 3)], shape_of(rank, dims), false));
    unsigned steps = 1 + next(&random, 6);
    for (unsigned i = 0; i < steps; i++) {
        if (shape_count(random.values.at[random.values.count - 1]->shape) > 4000)
            break;
        graph_at(random.graph, (Span){0}, arena_printf(arena, "step_%u", i));
        switch (next(&random, 7)) {
        case 0: add_quantize(&random); break;
        case 1: add_reduce(&random); break;
        case 2: add_pool(&random); break;
        case 3: add_mover(&random); break;
        case 4: add_dense(&random); break;
        default: add_map(&random, weights); break;
        }
    }
    int outputs = 1 + (int)next(&random, 2);
    for (int i = 0; i < outputs; i++) {
        Value *value = i ? pick(&random) : random.values.at[random.values.count - 1];
        VEC_PUSH(arena, &random.graph->outputs, value);
        VEC_PUSH(arena, &random.graph->output_names, arena_printf(arena, "result_%d", i));
    }
    graph_verify(random.graph, "test");
    return random.graph;
}

/* --- running both */
static void fill_input(const Graph *graph, uint64_t seed, int32_t *integers, uint8_t *bytes, float *floats, int count)
{
    Random random = {.seed = seed * 31 + 5};
    const Value *input = graph->inputs.at[0];
    for (int i = 0; i < count; i++) {
        floats[i] = number(&random);
        integers[i] = (int32_t)next(&random, 256) + (input->element == ELEMENT_I8 ? -128 : 0);
        bytes[i] = (uint8_t)integers[i];
    }
}

static const char *report(Arena *arena, const char *c_text, uint64_t seed)
{
    FILE *file = fopen("/tmp/test_emit_failed.c", "w");
    if (file) {
        fputs(c_text, file);
        fclose(file);
    }
    return arena_printf(arena, "seed %llu, see /tmp/test_emit_failed.c", (unsigned long long)seed);
}

static const void *interpreter_input(const Graph *graph, const float *floats, const int32_t *integers)
{
    return graph->inputs.at[0]->element == ELEMENT_F32 ? (const void *)floats : (const void *)integers;
}

static float reference(const Interp *interp, const Value *value, int64_t i)
{
    Tensor tensor = interp_result(interp, value);
    return value->element == ELEMENT_F32 ? tensor.f32[i] : (float)tensor.i32[i];
}

static bool same_bits(float a, float b)
{
    return memcmp(&a, &b, 4) == 0 || (a != a && b != b);
}

static const char *glue(Arena *arena, const Graph *graph, const CFile *c, bool evaluate)
{
    Text text = c_file_text(arena, c);
    const char *type = (const char *[]){"float", "", "uint8_t", "int8_t"}[graph->inputs.at[0]->element];
    text_add(&text, "\nvoid test_run(const void *x, float *a, float *b, float *state, void *workspace, int count)\n{\n");
    const char *second = graph->outputs.count > 1 ? ", b" : "";
    if (evaluate)
        text_printf(&text, "(void)b;\nm_init(state, 1);\nm_evaluate(state, workspace, (const %s *)x, count, a%s);\n}\n", type, second);
    else
        text_printf(&text, "(void)state; (void)count; (void)b;\nm_predict((const %s *)x, a%s, (m_workspace *)workspace);\n}\n", type, second);
    return text.at;
}

static void check_graph(uint64_t seed, const char *target, JitKind kind, const char *flags, bool evaluate)
{
    Arena *arena = arena_new();
    const Graph *graph = random_graph(arena, seed, evaluate);
    PlanOptions plan_options = {.prefix = "m", .target = target_find(target), .batch = evaluate ? BATCH : 1, .training = evaluate};
    Plan *plan = plan_build(arena, graph, &plan_options);
    plan_verify(plan);
    Model model = {.name = "test"};
    EmitOptions options = {.file_stem = "m", .source_hash = ""};
    Emitted emitted;
    if (evaluate) { /* the training half is the graph without a loss */
        Graph *train = random_graph(arena, seed, true);
        train->training = true;
        emitted = emit_training(arena, plan_build(arena, train, &plan_options), plan, &model, &options);
    } else {
        emitted = emit_inference(arena, plan, &model, &options);
    }
    const char *text = glue(arena, graph, emitted.c, evaluate), *error = NULL;
    JitOptions jit_options = {.kind = kind, .flags = flags};
    Jit *jit = jit_compile(arena, "m", text, emitted.h_text, &jit_options, &error);
    if (!jit)
        fail_msg("%s: %s", report(arena, text, seed), error);
    void (*run)(const void *, float *, float *, float *, void *, int);
    void *symbol = jit_symbol(jit, "test_run");
    memcpy(&run, &symbol, sizeof run);
    int per_sample = (int)shape_count(graph->inputs.at[0]->shape);
    for (int count = evaluate ? BATCH : 1; count >= 1; count -= 2) {
        int total = per_sample * count;
        float *floats = ARENA_ARRAY(arena, float, total), *out[2] = {NULL, NULL};
        int32_t *integers = ARENA_ARRAY(arena, int32_t, total);
        uint8_t *bytes = ARENA_ARRAY(arena, uint8_t, total);
        fill_input(graph, seed + (uint64_t)count, integers, bytes, floats, total);
        for (int i = 0; i < graph->outputs.count; i++)
            out[i] = ARENA_ARRAY(arena, float, shape_count(graph->outputs.at[i]->shape) * count);
        float *state = ARENA_ARRAY(arena, float, plan->state_bytes / 4 + 16);
        char *workspace = ARENA_ARRAY(arena, char, emitted.workspace_bytes + 64);
        memset(workspace, 0xa5, emitted.workspace_bytes);
        run(graph->inputs.at[0]->element == ELEMENT_F32 ? (void *)floats : (void *)bytes, out[0], out[1], state, workspace, count);
        Interp *interp = interp_new(graph, 1);
        const void *feed = interpreter_input(graph, floats, integers);
        interp_run(interp, count, &feed, NULL);
        for (int o = 0; o < graph->outputs.count; o++) {
            const Value *value = graph->outputs.at[o];
            int64_t size = shape_count(value->shape) * (value->batched ? count : 1);
            for (int64_t i = 0; i < size; i++)
                if (!same_bits(out[o][i], reference(interp, value, i)))
                    fail_msg("%s: output %d element %lld: %a, not %a", report(arena, text, seed), o, (long long)i, (double)out[o][i],
                             (double)reference(interp, value, i));
        }
        interp_free(interp);
    }
    jit_free(jit);
    arena_free(arena);
}

static int repeats(int usual)
{
    const char *text = getenv("EMIT_COUNT");
    return text ? atoi(text) : usual;
}

static uint64_t first_seed(void)
{
    const char *text = getenv("SEED");
    return text ? strtoull(text, NULL, 10) : 1;
}

static void test_inference_tcc(void **state)
{
    (void)state;
    for (int i = 0; i < repeats(150); i++)
        check_graph(first_seed() + (uint64_t)i, "generic", JIT_TCC, "", false);
}

static void test_evaluation_tcc(void **state)
{
    (void)state;
    for (int i = 0; i < repeats(150); i++)
        check_graph(first_seed() + 1000 + (uint64_t)i, "generic", JIT_TCC, "", true);
}

#define STRICT "-std=c99 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Wno-error=unknown-pragmas"

static void test_inference_gcc(void **state)
{
    (void)state;
    for (int i = 0; i < repeats(150) / 15; i++)
        check_graph(first_seed() + 2000 + (uint64_t)i, "generic", JIT_CC, STRICT, false);
    if (strcmp(target_find("native")->name, "avx2") == 0)
        for (int i = 0; i < repeats(150) / 15; i++)
            check_graph(first_seed() + 3000 + (uint64_t)i, "avx2", JIT_CC, "-O3 -mavx2 -mfma -ffp-contract=fast", false);
}

static void test_evaluation_gcc(void **state)
{
    (void)state;
    for (int i = 0; i < repeats(150) / 15; i++)
        check_graph(first_seed() + 4000 + (uint64_t)i, "generic", JIT_CC, STRICT " -fopenmp", true);
}

const struct CMUnitTest emit_tests[] = {
    cmocka_unit_test(test_inference_tcc),
    cmocka_unit_test(test_evaluation_tcc),
    cmocka_unit_test(test_inference_gcc),
    cmocka_unit_test(test_evaluation_gcc),
};
const int emit_test_count = sizeof emit_tests / sizeof *emit_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return cmocka_run_group_tests(emit_tests, NULL, NULL);
}
#endif
