/* A second evaluator of graphs, in float64 and written apart from graph/ops: for gradient checks. With `surrogate` every map that holds
 * a custom gradient is s(x) + c, where s is an integral of its pseudo-gradient and c was recorded at the base point; maximum pools
 * keep the winners of the base point. */
#ifndef UNIT_REAL_RUN_H
#define UNIT_REAL_RUN_H

#include "graph/operators.h"
#include "unit/graph_help.h"

#include <bnn_train.h>

typedef enum { SURROGATE_CLIP, SURROGATE_APPROX, SURROGATE_MEAN_SCALE } Surrogate;

typedef struct {
    Arena *arena;
    const Graph *graph;
    int batch;
    double **variable;          /* by variable index */
    double **input, **label;
    double **value;             /* by value id */
    double **offset;            /* by value id: c of a quantizer */
    int64_t **winner;           /* by value id: argmax of a pool */
    bool record, surrogate;
    Surrogate (*kind)(const Value *map);
} Real;

static inline Real real_new(const Graph *graph, int batch)
{
    Arena *arena = arena_new();
    int n = graph->values.count + 1;
    Real r = {.arena = arena, .graph = graph, .batch = batch};
    r.variable = ARENA_ARRAY(arena, double *, graph->variables.count + 1);
    r.input = ARENA_ARRAY(arena, double *, graph->inputs.count + 1);
    r.label = ARENA_ARRAY(arena, double *, graph->labels.count + 1);
    r.value = ARENA_ARRAY(arena, double *, n);
    r.offset = ARENA_ARRAY(arena, double *, n);
    r.winner = ARENA_ARRAY(arena, int64_t *, n);
    for (int i = 0; i < n - 1; i++) {
        const Value *v = graph->values.at[i];
        int64_t count = shape_count(v->shape) * (v->batched ? batch : 1);
        r.value[i] = ARENA_ARRAY(arena, double, count + 1);
    }
    return r;
}

static inline int64_t real_count(const Real *r, const Value *v) { return shape_count(v->shape) * (v->batched ? r->batch : 1); }

/* --- expressions over arrays: every node has a full shape, batch first where there is one */
typedef struct { int rank, dim[8]; bool batch_axis; double *at; } Array;

static inline int64_t array_count(const Array *a)
{
    int64_t n = 1;
    for (int i = 0; i < a->rank; i++)
        n *= a->dim[i];
    return n;
}

/* Right-aligned without the batch; the batch axis, where there is one, comes first. */
static inline int64_t array_index(const Array *a, const Array *frame, const int *index)
{
    int64_t flat = 0;
    for (int i = 0; i < a->rank; i++) {
        int j = a->batch_axis && i == 0 ? 0 : frame->rank - a->rank + i;
        flat = flat * a->dim[i] + (a->dim[i] == 1 ? 0 : index[j]);
    }
    return flat;
}

static inline Array array_frame(Arena *arena, const Array *children, int count)
{
    Array out = {.rank = 0};
    int inner = 0;
    for (int k = 0; k < count; k++) {
        out.batch_axis |= children[k].batch_axis;
        int own = children[k].rank - children[k].batch_axis;
        inner = own > inner ? own : inner;
    }
    out.rank = inner + out.batch_axis;
    for (int i = 0; i < out.rank; i++)
        out.dim[i] = 1;
    for (int k = 0; k < count; k++)
        for (int i = 0; i < children[k].rank; i++) {
            int j = children[k].batch_axis && i == 0 ? 0 : out.rank - children[k].rank + i;
            out.dim[j] = children[k].dim[i] > out.dim[j] ? children[k].dim[i] : out.dim[j];
        }
    out.at = ARENA_ARRAY(arena, double, array_count(&out) + 1);
    return out;
}

static inline double real_op(ExprOp op, double a, double b, double c)
{
    switch (op) {
    case EX_ADD: return a + b;
    case EX_SUB: return a - b;
    case EX_MUL: return a * b;
    case EX_DIV: return a / b;
    case EX_NEG: return -a;
    case EX_LT: return a < b;
    case EX_LE: return a <= b;
    case EX_EQ: return a == b;
    case EX_NE: return a != b;
    case EX_AND: return a != 0 && b != 0;
    case EX_OR: return a != 0 || b != 0;
    case EX_NOT: return a == 0;
    case EX_SELECT: return a != 0 ? b : c;
    case EX_ABS: return fabs(a);
    case EX_SGN: return (a > 0) - (a < 0);
    case EX_SIGN: return a < 0 ? -1 : 1;
    case EX_MAX: return a >= b ? a : b;
    case EX_MIN: return a <= b ? a : b;
    case EX_FLOOR: return floor(a);
    case EX_ROUND: return nearbyint(a);
    case EX_EXP: return exp(a);
    case EX_LOG: return log(a);
    case EX_LOG1P: return log1p(a);
    case EX_TANH: return tanh(a);
    case EX_SIGMOID: return 1 / (1 + exp(-a));
    case EX_SQRT: return sqrt(a);
    case EX_STOP: case EX_CUSTOM: return a;
    default: fail_msg("operation %d is not in the float64 evaluator", op); return 0;
    }
}

static inline Array real_reduce(Arena *arena, ExprOp op, const Array *x, uint32_t axes)
{
    Array out = *x;
    int index[8] = {0};
    int64_t at = 0, total = array_count(x);
    for (int i = 0; i < x->rank; i++)
        out.dim[i] = axes >> i & 1 ? 1 : x->dim[i];
    int64_t n = array_count(&out);
    out.at = ARENA_ARRAY(arena, double, n + 1);
    for (int64_t i = 0; i < n; i++)
        out.at[i] = op == EX_REDUCE_MAX ? -HUGE_VAL : 0;
    do {
        double *cell = &out.at[array_index(&out, x, index)];
        *cell = op == EX_REDUCE_MAX ? fmax(*cell, x->at[at]) : *cell + x->at[at];
        at++;
    } while (index_next(x->rank, x->dim, index));
    for (int64_t i = 0; i < n && op == EX_REDUCE_MEAN; i++)
        out.at[i] /= (double)total / (double)n;
    for (int64_t i = 0; i < n && op == EX_REDUCE_COUNT; i++)
        out.at[i] = (double)total / (double)n;
    return out;
}

static inline Array real_expr(Arena *arena, const Expr *e, const Array *arguments, Array *done)
{
    if (done[e->id].at)
        return done[e->id];
    Array out = {.rank = 0}, child[3];
    int count = 0;
    if (e->op == EX_ARG)
        return done[e->id] = arguments[e->index];
    if (e->op == EX_CONST) {
        out.at = ARENA_NEW(arena, double);
        out.at[0] = (double)e->value;
        return done[e->id] = out;
    }
    for (; count < EXPR_MAX_CHILDREN && e->child[count]; count++)
        child[count] = real_expr(arena, e->child[count], arguments, done);
    if (e->op == EX_REDUCE_SUM || e->op == EX_REDUCE_MEAN || e->op == EX_REDUCE_MAX || e->op == EX_REDUCE_COUNT)
        return done[e->id] = real_reduce(arena, e->op, &child[0], e->axes);
    out = array_frame(arena, child, count);
    int index[8] = {0};
    int64_t at = 0;
    do {
        double x[3] = {0, 0, 0};
        for (int k = 0; k < count; k++)
            x[k] = child[k].at[array_index(&child[k], &out, index)];
        out.at[at++] = real_op(e->op, x[0], x[1], x[2]);
    } while (index_next(out.rank, out.dim, index));
    return done[e->id] = out;
}

static inline Array value_array(const Real *r, const Value *v)
{
    Array a = {.batch_axis = v->batched, .at = r->value[v->id]};
    if (v->batched)
        a.dim[a.rank++] = r->batch;
    for (int i = 0; i < v->shape.rank; i++)
        a.dim[a.rank++] = v->shape.dim[i];
    return a;
}

static inline void real_map(Real *r, const Value *v, const Expr *e)
{
    Arena *scratch = arena_new();
    Array arguments[EXPR_MAX_ARGS], frame[EXPR_MAX_ARGS + 1];
    for (int k = 0; k < v->input_count; k++)
        arguments[k] = value_array(r, v->input[k]);
    Array result = real_expr(scratch, e, arguments, ARENA_ARRAY(scratch, Array, e->id + 1));
    frame[0] = value_array(r, v);
    int index[8] = {0};
    int64_t at = 0;
    do
        r->value[v->id][at++] = result.at[array_index(&result, &frame[0], index)];
    while (index_next(frame[0].rank, frame[0].dim, index));
    arena_free(scratch);
}

/* --- quantizers */
static inline double surrogate_of(Surrogate kind, double x)
{
    if (kind == SURROGATE_APPROX)
        return fabs(x) <= 1 ? x * (2 - fabs(x)) : x < 0 ? -1 : 1;
    return x < -1 ? -1 : x > 1 ? 1 : x;
}

static inline void real_custom(Real *r, const Value *v)
{
    const double *x = r->value[v->input[0]->id];
    int64_t count = real_count(r, v);
    Surrogate kind = r->kind(v);
    if (!r->surrogate || r->record)
        real_map(r, v, v->u.expr);
    if (!r->surrogate)
        return;
    if (r->record)
        r->offset[v->id] = ARENA_ARRAY(r->arena, double, count + 1);
    for (int64_t i = 0; i < count; i++) {
        if (r->record)
            r->offset[v->id][i] = r->value[v->id][i] - surrogate_of(kind, x[i]);
        r->value[v->id][i] = surrogate_of(kind, x[i]) + r->offset[v->id][i];
    }
}

static inline bool has_custom(const Expr *e)
{
    if (e->pure)
        return false;
    if (e->op == EX_CUSTOM)
        return true;
    for (int i = 0; i < EXPR_MAX_CHILDREN && e->child[i]; i++)
        if (has_custom(e->child[i]))
            return true;
    return false;
}

/* --- operators */
static inline void real_product(Real *r, const Value *v)
{
    const Window *w = &v->u.product.window;
    FullWindow full = window_full(w);
    int gi = w->in_channels / w->groups, go = w->out_channels / w->groups;
    const double *a = r->value[v->input[0]->id], *b = r->value[v->input[1]->id];
    double *out = r->value[v->id];
    int64_t rows = real_count(r, v->input[0]) / (v->u.product.role == ROLE_INPUT_GRADIENT ? full.out_pixels * w->out_channels : full.in_pixels * w->in_channels);
    memset(out, 0, sizeof(double) * (size_t)real_count(r, v));
    for (int64_t row = 0; row < rows; row++)
        for (int p = 0; p < full.out_pixels; p++)
            for (int t = 0; t < full.taps; t++) {
                int q = window_input_pixel(&full, p, t);
                for (int f = 0; q >= 0 && f < w->out_channels; f++)
                    for (int c = 0; c < gi; c++) {
                        int64_t x = (row * full.in_pixels + q) * w->in_channels + f / go * gi + c, y = (row * full.out_pixels + p) * w->out_channels + f;
                        int64_t k = ((int64_t)((w->local ? p * full.taps : 0) + t) * gi + c) * w->out_channels + f;
                        if (v->u.product.role == ROLE_FORWARD)
                            out[y] += a[x] * b[k];
                        else if (v->u.product.role == ROLE_INPUT_GRADIENT)
                            out[x] += a[y] * b[k];
                        else
                            out[k] += a[x] * b[y];
                    }
            }
}

static inline void real_pool(Real *r, const Value *v)
{
    const Window *w = &v->u.pool.window;
    FullWindow full = window_full(w);
    bool gradient = v->op == OP_POOL_GRADIENT;
    const double *x = r->value[v->input[0]->id], *dy = gradient ? r->value[v->input[1]->id] : NULL;
    double *out = r->value[v->id];
    int64_t count = real_count(r, gradient ? v->input[1] : v);
    bool keep = r->surrogate && !r->record && !gradient;
    if (!r->winner[v->id])
        r->winner[v->id] = ARENA_ARRAY(r->arena, int64_t, count + 1);
    if (gradient)
        memset(out, 0, sizeof(double) * (size_t)real_count(r, v));
    for (int64_t at = 0; at < count; at++) {
        int64_t row = at / w->in_channels / full.out_pixels, best = keep ? r->winner[v->id][at] : -1;
        double sum = 0;
        for (int t = 0; t < full.taps; t++) {
            int q = window_input_pixel(&full, (int)(at / w->in_channels % full.out_pixels), t);
            int64_t from = (row * full.in_pixels + q) * w->in_channels + at % w->in_channels;
            if (q < 0)
                continue;
            sum += x[from];
            if (gradient && v->u.pool.kind == POOL_SUM)
                out[from] += dy[at];
            if (!keep && (best < 0 || x[from] > x[best]))
                best = from;
        }
        r->winner[v->id][at] = best;
        if (gradient && v->u.pool.kind == POOL_MAX)
            out[best] += dy[at];
        if (!gradient)
            out[at] = v->u.pool.kind == POOL_SUM ? sum : x[best];
    }
}

/* Movers: op_eval moves flat indices instead of numbers; -1 is a fill. */
static inline void real_move(Real *r, const Value *v)
{
    Arena *scratch = arena_new();
    Value copy = *v;
    Tensor in[64], out = {.f32 = ARENA_ARRAY(scratch, float, real_count(r, v) + 1)};
    OpContext context = {.batch = r->batch};
    const double *from[64];
    int64_t base[65] = {0};
    copy.element = ELEMENT_F32;
    copy.input = ARENA_ARRAY(scratch, Value *, v->input_count);
    for (int k = 0; k < v->input_count; k++) {
        int64_t count = real_count(r, v->input[k]);
        in[k].f32 = ARENA_ARRAY(scratch, float, count + 1);
        copy.input[k] = v->input[k];
        from[k] = r->value[v->input[k]->id];
        for (int64_t i = 0; i < count; i++)
            in[k].f32[i] = (float)(base[k] + i);
        base[k + 1] = base[k] + count;
    }
    if (v->op == OP_PAD)
        copy.u.pad.value = -1.0f;
    op_eval(&copy, &context, in, out);
    for (int64_t i = 0; i < real_count(r, v); i++) {
        int64_t at = (int64_t)out.f32[i];
        int k = 0;
        while (k + 1 < v->input_count && at >= base[k + 1])
            k++;
        r->value[v->id][i] = at < 0 ? (double)v->u.pad.value : from[k][at - base[k]];
    }
    arena_free(scratch);
}

static inline void real_copy(double *out, const double *in, int64_t count) { memcpy(out, in, sizeof(double) * (size_t)count); }

static inline void real_value(Real *r, const Value *v)
{
    double *out = r->value[v->id];
    int64_t count = real_count(r, v);
    if (v->op == OP_INPUT) {
        real_copy(out, v->u.feed.label ? r->label[v->u.feed.index] : r->input[v->u.feed.index], count);
    } else if (v->op == OP_WEIGHT) {
        real_copy(out, r->variable[v->u.variable->index], count);
    } else if (v->op == OP_CONSTANT) {
        for (int64_t i = 0; i < count; i++)
            out[i] = v->element == ELEMENT_F32 ? (double)v->u.data.f32[i] : (double)v->u.data.i32[i];
    } else if (v->op == OP_COUNT) {
        out[0] = r->batch;
    } else if (v->op == OP_RANDOM) {
        for (int64_t i = 0; i < count; i++)
            out[i] = (double)bnn_random(1, 0, (uint32_t)v->u.random.stream, (uint64_t)i);
    } else if (v->op == OP_MAP) {
        if (has_custom(v->u.expr))
            real_custom(r, v);
        else
            real_map(r, v, v->u.expr);
    } else if (v->op == OP_REDUCE) {
        static const ExprOp ops[] = {EX_REDUCE_SUM, EX_REDUCE_MEAN, EX_REDUCE_MAX};
        Arena *scratch = arena_new();
        Array x = value_array(r, v->input[0]), y = real_reduce(scratch, ops[v->u.reduce.kind], &x, v->u.reduce.axes);
        real_copy(out, y.at, count);
        arena_free(scratch);
    } else if (v->op == OP_PRODUCT) {
        real_product(r, v);
    } else if (v->op == OP_POOL || v->op == OP_POOL_GRADIENT) {
        real_pool(r, v);
    } else {
        real_move(r, v);
    }
}

static inline void real_run(Real *r)
{
    for (int i = 0; i < r->graph->values.count; i++)
        real_value(r, r->graph->values.at[i]);
}

#endif
