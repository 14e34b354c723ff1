/* For the unit tests of graph and passes: a compilation in memory, short ways to build values and run them. */
#ifndef UNIT_GRAPH_HELP_H
#define UNIT_GRAPH_HELP_H

#include "front/diag.h"
#include "graph/model.h"
#include "passes/passes.h"
#include "run/interp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct { Arena *arena; ExprPool *pool; Diag *diag; Graph *graph; uint64_t random; } World;

static inline World world_new(uint64_t seed)
{
    World w = {.arena = arena_new(), .random = seed * 2654435761u + 88172645463325252u};
    w.pool = expr_pool_new(w.arena);
    w.diag = diag_new(w.arena);
    w.graph = graph_new(w.arena, w.pool, w.diag);
    return w;
}

static inline uint32_t world_random(World *w)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (uint32_t)(w->random >> 32);
}
static inline int world_below(World *w, int n) { return (int)(world_random(w) % (uint32_t)n); }
static inline float world_real(World *w) { return (float)(world_random(w) >> 8) / 8388608.0f - 1.0f; } /* [-1, 1) */

static inline float *world_reals(World *w, int64_t count, float size)
{
    float *numbers = ARENA_ARRAY(w->arena, float, count + 1);
    for (int64_t i = 0; i < count; i++)
        numbers[i] = world_real(w) * size;
    return numbers;
}

#define E(op, ...) expr_op(w->pool, EX_##op, __VA_ARGS__, NULL, NULL)
static inline const Expr *expr_op(ExprPool *pool, ExprOp op, const Expr *a, const Expr *b, const Expr *c, ...)
{
    return expr_make(pool, op, a, b, c);
}
#define ARG(i) expr_arg(w->pool, i)
#define NUMBER(x) expr_const(w->pool, (float)(x))

/* What a constraint or regularizer does to a weight of this shape, ARG 0. */
static inline const Graph *function_of(World *w, Shape shape, const Expr *expr)
{
    Graph *function = graph_new(w->arena, w->pool, w->diag);
    Value *weight = graph_input(function, ELEMENT_F32, shape, false);
    weight->batched = false;
    VEC_PUSH(w->arena, &function->outputs, graph_map(function, expr, 1, &weight));
    return function;
}

/* larq.math.sign with the straight-through gradient inside |x| <= clip. */
static inline const Expr *ste_sign_expr(World *w, float clip)
{
    const Expr *x = ARG(0), *dy = expr_dy(w->pool), *inputs[] = {x};
    const Expr *gradient[] = {expr_make(w->pool, EX_SELECT, E(LE, E(ABS, x), NUMBER(clip)), dy, NUMBER(0))};
    return expr_custom(w->pool, E(SIGN, x), dy, 1, inputs, gradient);
}

static inline Window dense_window(int in, int out) { return (Window){.in_channels = in, .out_channels = out, .groups = 1}; }

static inline Window square_window(int size, int kernel, int stride, int in, int out, bool same)
{
    Window window = {.spatial = 2, .in = {size, size}, .kernel = {kernel, kernel}, .stride = {stride, stride}, .dilation = {1, 1},
                     .in_channels = in, .out_channels = out, .groups = 1};
    if (same)
        window_same(&window);
    else
        window_valid(&window);
    return window;
}

static inline Shape shape1(int a) { return shape_of(1, &a); }
static inline Shape shape2(int a, int b) { return shape_of(2, (int[]){a, b}); }
static inline Shape shape3(int a, int b, int c) { return shape_of(3, (int[]){a, b, c}); }
static inline Shape shape4(int a, int b, int c, int d) { return shape_of(4, (int[]){a, b, c, d}); }

/* A variable with random data within +-size around `centre`, as a value. */
static inline Value *weight(World *w, const char *layer, const char *role, Shape shape, float centre, float size)
{
    Variable *variable = graph_variable(w->graph, layer, role, shape, (Initializer){.kind = INIT_CONSTANT});
    float *data = world_reals(w, shape_count(shape), size);
    for (int64_t i = 0; i < shape_count(shape); i++)
        data[i] += centre;
    variable->data = data;
    return graph_weight(w->graph, variable);
}

static inline Value *batchnorm(World *w, const char *layer, Value *x, bool gamma, bool beta, bool any_sign)
{
    int channels = x->shape.dim[x->shape.rank - 1];
    Value *g = gamma ? weight(w, layer, "gamma", shape1(channels), any_sign ? 0.1f : 1.0f, any_sign ? 1.0f : 0.5f) : NULL;
    Value *b = beta ? weight(w, layer, "beta", shape1(channels), 0.0f, 0.7f) : NULL;
    Value *mean = weight(w, layer, "moving_mean", shape1(channels), 0.0f, 1.0f);
    Value *variance = weight(w, layer, "moving_variance", shape1(channels), 1.5f, 1.0f);
    mean->u.variable->trainable = variance->u.variable->trainable = false;
    mean->u.variable->state = variance->u.variable->state = true;
    return graph_batchnorm(w->graph, x, g, b, mean, variance, 1e-3f, 0.9f, false, NULL);
}

static inline void output(World *w, Value *value)
{
    VEC_PUSH(w->arena, &w->graph->outputs, value);
    VEC_PUSH(w->arena, &w->graph->output_names, "out");
}

/* One value evaluated on given inputs, one sample or several. */
static inline Tensor run_value(World *w, Value *value, int batch, const void *const *inputs)
{
    Interp *interp = interp_new(w->graph, 1);
    interp_run(interp, batch, inputs, NULL);
    Tensor tensor = interp_result(interp, value);
    int64_t count = shape_count(value->shape) * (value->batched ? batch : 1);
    const void *from = value->element == ELEMENT_F32 ? (void *)tensor.f32 : (void *)tensor.i32;
    void *copy = memcpy(arena_alloc(w->arena, 4 * (size_t)count + 4), from, 4 * (size_t)count);
    interp_free(interp);
    return value->element == ELEMENT_F32 ? (Tensor){.f32 = copy} : (Tensor){.i32 = copy};
}

#endif
