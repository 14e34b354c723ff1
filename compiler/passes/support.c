/* Support of the passes: composites of maps, maps over exactly what they use, sums back to a broadcast shape, batch norm. */
#include "passes/support.h"

#include <stdlib.h>
#include <string.h>

/* --- composites */
Composite composite_of(const Value *value)
{
    Composite composite = {.expr = value->u.expr, .count = value->input_count};
    BUG_IF(value->op != OP_MAP && value->op != OP_QUANTIZE);
    memcpy(composite.input, value->input, sizeof(Value *) * (size_t)value->input_count);
    return composite;
}

static int list_input(Composite *composite, Value *value)
{
    for (int i = 0; i < composite->count; i++)
        if (composite->input[i] == value)
            return i;
    if (composite->count == EXPR_MAX_ARGS)
        return -1;
    composite->input[composite->count] = value;
    return composite->count++;
}

bool composite_absorb(ExprPool *pool, Composite *composite, int k, const Composite *producer, int limit)
{
    Composite merged = {.count = 0};
    const Expr *inner[EXPR_MAX_ARGS] = {0}, *outer[EXPR_MAX_ARGS] = {0};
    for (int i = 0; i < composite->count; i++) {
        int at = i == k ? 0 : list_input(&merged, composite->input[i]);
        if (at < 0)
            return false;
        outer[i] = i == k ? NULL : expr_arg(pool, at);
    }
    for (int i = 0; i < producer->count; i++) {
        int at = list_input(&merged, producer->input[i]);
        if (at < 0)
            return false;
        inner[i] = expr_arg(pool, at);
    }
    if (merged.count > limit)
        return false;
    outer[k] = expr_substitute(pool, producer->expr, inner, producer->count);
    merged.expr = expr_substitute(pool, composite->expr, outer, composite->count);
    *composite = merged;
    return true;
}

void composite_normalize(ExprPool *pool, Composite *composite)
{
    Composite once = {.count = 0};
    const Expr *replacement[EXPR_MAX_ARGS];
    for (int i = 0; i < composite->count; i++)
        replacement[i] = expr_arg(pool, list_input(&once, composite->input[i]));
    once.expr = expr_substitute(pool, composite->expr, replacement, composite->count);
    *composite = once;
}

/* --- maps */
static Composite used_only(ExprPool *pool, const Expr *expr, int count, Value *const *inputs)
{
    Composite used = {.count = 0};
    const Expr *replacement[EXPR_MAX_ARGS] = {0};
    for (int i = 0; i < count; i++)
        if (expr->uses >> i & 1)
            replacement[i] = expr_arg(pool, list_input(&used, inputs[i]));
    used.expr = expr_substitute(pool, expr, replacement, count);
    return used;
}

static Shape composite_shape(const Composite *composite, bool *batched)
{
    Shape shape = shape_scalar();
    *batched = false;
    for (int i = 0; i < composite->count; i++) {
        BUG_IF(!shape_broadcast(shape, composite->input[i]->shape, &shape));
        *batched |= composite->input[i]->batched;
    }
    return shape;
}

Value *pass_map(Graph *graph, const Expr *expr, int count, Value *const *inputs)
{
    Composite used = used_only(graph->pool, expr, count, inputs);
    if (used.expr->op == EX_ARG && used.input[0]->element == ELEMENT_F32)
        return used.input[0];
    if (used.count == 0) {
        BUG_IF(used.expr->op != EX_CONST);
        return graph_scalar(graph, used.expr->value);
    }
    return graph_map(graph, used.expr, used.count, used.input);
}

/* Adds inputs that the expression does not use until the shape is right: one if one does, else all. */
static Composite shaped(ExprPool *pool, const Expr *expr, int count, Value *const *inputs, Shape shape, bool batched)
{
    Composite used = used_only(pool, expr, count, inputs);
    bool has_batch;
    Shape has = composite_shape(&used, &has_batch);
    for (int i = 0; i < count && used.count && !(shape_equal(has, shape) && has_batch == batched); i++) {
        if (shape_equal(inputs[i]->shape, shape) && inputs[i]->batched == batched) {
            list_input(&used, inputs[i]);
            has = composite_shape(&used, &has_batch);
        }
    }
    for (int i = 0; i < count && !(shape_equal(has, shape) && has_batch == batched); i++) {
        list_input(&used, inputs[i]);
        has = composite_shape(&used, &has_batch);
    }
    BUG_IF(!shape_equal(has, shape) || has_batch != batched);
    return used;
}

/* An expression with reductions has the shape of what it uses, inputs beside it do not count: computed there, then stretched. */
static Value *map_stretched(Graph *graph, const Expr *expr, int count, Value *const *inputs, Shape shape, bool batched)
{
    Value *value = pass_map(graph, expr, count, inputs), *all[EXPR_MAX_ARGS + 1] = {value};
    if (shape_equal(value->shape, shape) && value->batched == batched)
        return value;
    memcpy(all + 1, inputs, sizeof(Value *) * (size_t)count);
    return pass_map_shaped(graph, expr_arg(graph->pool, 0), count + 1, all, shape, batched);
}

Value *pass_map_shaped(Graph *graph, const Expr *expr, int count, Value *const *inputs, Shape shape, bool batched)
{
    if (!expr->pure)
        return map_stretched(graph, expr, count, inputs, shape, batched);
    Composite used = shaped(graph->pool, expr, count, inputs, shape, batched);
    if (used.expr->op == EX_ARG && used.count == 1 && used.input[0]->element == ELEMENT_F32)
        return used.input[0];
    if (used.count == 0)
        return pass_map(graph, expr, count, inputs);
    return graph_map(graph, used.expr, used.count, used.input);
}

Value *pass_quantize(Graph *graph, const Expr *level, int lo, int hi, int step, int count, Value *const *inputs, Shape shape, bool batched)
{
    Composite used = shaped(graph->pool, level, count, inputs, shape, batched);
    if (used.expr->op == EX_ARG && used.count == 1 && element_is_integer(used.input[0]->element) && used.input[0]->element != ELEMENT_I32)
        return used.input[0]; /* it is a level already */
    return graph_quantize(graph, used.expr, lo, hi, step, used.count, used.input);
}

Value *pass_to_float(Graph *graph, Value *value)
{
    return value->element == ELEMENT_F32 ? value : graph_map(graph, expr_arg(graph->pool, 0), 1, &value);
}

Value *pass_sum_to(Graph *graph, Value *value, Shape shape, bool batched)
{
    uint32_t axes = value->batched && !batched ? 1 : 0;
    int skip = value->shape.rank - shape.rank;
    for (int i = 0; i < value->shape.rank; i++)
        if (i < skip || (shape.dim[i - skip] == 1 && value->shape.dim[i] > 1))
            axes |= 1u << (i + value->batched);
    if (axes)
        value = graph_reduce(graph, REDUCE_SUM, value, axes, true);
    return shape_equal(value->shape, shape) ? value : graph_reshape(graph, value, shape);
}

/* --- questions about graphs */
int *pass_use_counts(const Graph *graph)
{
    int *uses = ARENA_ARRAY(graph->arena, int, graph->values.count + 1);
    for (int i = 0; i < graph->values.count; i++)
        for (int k = 0; k < graph->values.at[i]->input_count; k++)
            uses[graph->values.at[i]->input[k]->id]++;
    for (int i = 0; i < graph->outputs.count; i++)
        uses[graph->outputs.at[i]->id]++;
    for (int i = 0; i < graph->updates.count; i++)
        uses[graph->updates.at[i].value->id]++;
    for (int i = 0; i < graph->gradients.count; i++)
        uses[graph->gradients.at[i].value->id]++;
    for (int i = 0; i < graph->extra_losses.count; i++)
        uses[graph->extra_losses.at[i]->id]++;
    for (int i = 0; i < graph->metrics.count; i++)
        uses[graph->metrics.at[i]->id]++;
    if (graph->loss)
        uses[graph->loss->id]++;
    return uses;
}

bool pass_is_per_channel(const Value *constant, int channels)
{
    int64_t count = shape_count(constant->shape);
    if (constant->op != OP_CONSTANT)
        return false;
    return count == 1 || (count == channels && constant->shape.dim[constant->shape.rank - 1] == channels);
}

int pass_greatest_divisor(int a, int b)
{
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return abs(a);
}

/* --- batch normalization, the one formula */
void pass_batch_statistics(Graph *graph, Value *x, Value **mean, Value **variance)
{
    ExprPool *pool = graph->pool;
    uint32_t axes = (1u << (x->shape.rank - 1 + x->batched)) - 1;
    *mean = graph_reduce(graph, REDUCE_MEAN, x, axes, false);
    const Expr *off = expr_make(pool, EX_SUB, expr_arg(pool, 0), expr_arg(pool, 1), NULL);
    Value *square = graph_map(graph, expr_make(pool, EX_MUL, off, off, NULL), 2, (Value *[]){x, *mean});
    *variance = graph_reduce(graph, REDUCE_MEAN, square, axes, false);
}

Value *pass_normalize(Graph *graph, Value *x, Value *gamma, Value *beta, Value *mean, Value *variance, float epsilon, Value **inv)
{
    ExprPool *pool = graph->pool;
    const Expr *a = expr_arg(pool, 0), *b = expr_arg(pool, 1), *c = expr_arg(pool, 2);
    const Expr *root = expr_make(pool, EX_SQRT, expr_make(pool, EX_ADD, a, expr_const(pool, epsilon), NULL), NULL, NULL);
    const Expr *inverse = expr_make(pool, EX_DIV, gamma ? b : expr_const(pool, 1.0f), root, NULL);
    *inv = pass_map(graph, inverse, gamma ? 2 : 1, (Value *[]){variance, gamma});
    const Expr *shift = expr_make(pool, EX_SUB, beta ? c : expr_const(pool, 0.0f), expr_make(pool, EX_MUL, a, b, NULL), NULL);
    Value *add = pass_map(graph, shift, beta ? 3 : 2, (Value *[]){mean, *inv, beta});
    const Expr *y = expr_make(pool, EX_ADD, expr_make(pool, EX_MUL, a, b, NULL), c, NULL);
    return graph_map(graph, y, 3, (Value *[]){x, *inv, add});
}

bool pass_rewrite(Graph **graph, PassRule rule)
{
    const Graph *old = *graph;
    Value **map;
    int *uses = pass_use_counts(old);
    bool changed = false;
    Graph *to = graph_rewrite_begin(old, &map);
    for (int i = 0; i < old->values.count; i++) {
        map[i] = rule(to, old->values.at[i], map, uses);
        changed |= map[i] != NULL;
        if (!map[i])
            map[i] = graph_copy_value(to, old->values.at[i], map);
    }
    graph_rewrite_finish(to, old, map);
    *graph = to;
    graph_remove_dead(graph);
    return changed;
}
