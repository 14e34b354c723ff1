/* Updates of training. In: gradients by variable. Out: graph->updates: gradient -> optimizer -> constraint for every trained variable
 * and its slots, the moving statistics, the step counter. All read the state as it was before the step. */
#include "passes/autodiff.h"

#include <math.h>
#include <string.h>

/* What another variable holds is copied first: that one may be assigned before. */
static void add_update(Graph *graph, Variable *target, Value *value)
{
    const Variable *read = graph_variable_read(value);
    if (read && read != target)
        value = graph_map(graph, expr_arg(graph->pool, 0), 1, &value);
    for (int i = 0; i < graph->updates.count; i++)
        if (graph->updates.at[i].target == target) {
            graph->updates.at[i].value = value;
            return;
        }
    VEC_PUSH(graph->arena, &graph->updates, ((Update){target, value}));
}

static Value *weight_of(Value *value)
{
    value = value->op == OP_RESHAPE ? value->input[0] : value;
    BUG_IF(value->op != OP_WEIGHT);
    return value;
}

Value *training_current(Graph *graph, Value *weight)
{
    weight = weight_of(weight);
    for (int i = 0; i < graph->updates.count; i++)
        if (graph->updates.at[i].target == weight->u.variable)
            return graph->updates.at[i].value;
    return weight;
}

static void compute_forward(Value *value)
{
    for (int i = 0; i < value->input_count && value->phase; i++)
        compute_forward(value->input[i]);
    value->phase = 0;
}

Value *training_read(Graph *graph, Value *weight)
{
    Value *value = training_current(graph, weight);
    compute_forward(value);
    return shape_equal(value->shape, weight->shape) ? value : graph_reshape(graph, value, weight->shape);
}

void training_assign(Graph *graph, Value *weight, Value *value)
{
    weight = weight_of(weight);
    add_update(graph, weight->u.variable, shape_equal(value->shape, weight->shape) ? value : graph_reshape(graph, value, weight->shape));
}

void training_move(Graph *graph, Value *weight, Value *batch, float momentum, int times)
{
    ExprPool *pool = graph->pool;
    weight = weight_of(weight);
    if (!shape_equal(batch->shape, weight->shape))
        batch = graph_reshape(graph, batch, weight->shape);
    const Expr *m = expr_arg(pool, 0), *off = expr_make(pool, EX_SUB, m, expr_arg(pool, 1), NULL);
    const Expr *part = expr_make(pool, EX_MUL, off, expr_const(pool, 1.0f - momentum), NULL);
    for (int i = 0; i < times; i++)
        training_assign(graph, weight, graph_map(graph, expr_make(pool, EX_SUB, m, part, NULL), 2, (Value *[]){training_current(graph, weight), batch}));
}

void training_moving_statistics(Graph *graph, const Value *old, Value *mean_weight, Value *variance_weight, Value *mean, Value *variance,
                                Value *values_per_channel)
{
    ExprPool *pool = graph->pool;
    graph->at_phase = 2;
    training_move(graph, mean_weight, mean, old->u.batchnorm.momentum, old->u.batchnorm.moves);
    if (old->u.batchnorm.renorm.present) { /* from the moving deviation */
        graph->at_phase = 0;
        return;
    }
    if (old->u.batchnorm.unbiased) { /* Keras' fused kernel feeds the unbiased variance: times n/(n-1) */
        const Expr *n = expr_arg(pool, 1), *one = expr_const(pool, 1.0f);
        const Expr *less = expr_make(pool, EX_MAX, expr_make(pool, EX_SUB, n, one, NULL), one, NULL);
        const Expr *unbiased = expr_make(pool, EX_MUL, expr_arg(pool, 0), expr_make(pool, EX_DIV, n, less, NULL), NULL);
        variance = graph_map(graph, unbiased, 2, (Value *[]){variance, values_per_channel});
    }
    training_move(graph, variance_weight, variance, old->u.batchnorm.momentum, old->u.batchnorm.moves);
    graph->at_phase = 0;
}

/* A number of the state that the caller of the training step sets. */
static Value *setting(Graph *graph, const char *name, float initial)
{
    Variable *known = graph_variable_named(graph, name);
    if (known)
        return graph_weight(graph, known);
    Initializer start = {.kind = INIT_CONSTANT, .a = initial};
    return graph_weight(graph, graph_state(graph, name, shape_scalar(), start, NULL));
}

static Shape slot_shape(const UpdateRule *rule, int k, const Variable *variable)
{
    return rule->slot_shape[k] ? *rule->slot_shape[k] : variable->shape;
}

static Variable *make_slot(Graph *graph, const UpdateRule *rule, int k, Variable *variable)
{
    float initial = rule->slot_initial[k];
    Initializer as_variable = {.kind = INIT_ARRAY}, constant = {.kind = INIT_CONSTANT, .a = initial};
    const char *name = arena_printf(graph->arena, "%s/%s", variable->name, rule->slot_name[k]);
    return graph_state(graph, name, slot_shape(rule, k, variable), isnan(initial) ? as_variable : constant, variable);
}

static Value *constrained(Graph *graph, const Variable *variable, Value *updated)
{
    return variable->constraint ? graph_inline(graph, variable->constraint, updated) : updated;
}

static void update_variable(Graph *graph, const UpdateRule *rule, Variable *variable, Value *gradient)
{
    Value *inputs[4 + 8 + 4] = {graph_weight(graph, variable), gradient, graph_iterations(graph), setting(graph, "rate_scale", 1.0f)};
    Variable *slots[8];
    int count = 4;
    graph_at(graph, variable->span, variable->layer_name);
    for (int k = 0; k < rule->slot_count; k++) {
        slots[k] = make_slot(graph, rule, k, variable);
        inputs[count++] = graph_weight(graph, slots[k]);
    }
    for (int k = 0; k < rule->hyper_count; k++)
        inputs[count++] = setting(graph, rule->hyper[k].variable, rule->hyper[k].initial);
    /* A rule need not use everything; the shape is the variable's all the same. */
    Value *updated = pass_map_shaped(graph, rule->new_weight, count, inputs, variable->shape, false);
    add_update(graph, variable, constrained(graph, variable, updated));
    for (int k = 0; k < rule->slot_count; k++)
        add_update(graph, slots[k], pass_map_shaped(graph, rule->new_slot[k], count, inputs, slot_shape(rule, k, variable), false));
}

/* The rule and the gradient of variable i; NULL where it is not trained. */
static const UpdateRule *trained(const Autodiff *state, int i, Value **gradient)
{
    const Model *model = state->options->model;
    Value *weight = i < state->graph->weights.count ? state->graph->weights.at[i] : NULL;
    const UpdateRule *rule = model->compile.rule && i < model->graph->variables.count ? model->compile.rule[i] : NULL;
    *gradient = rule && weight && weight->id < state->forward_count ? state->gradient[weight->id] : NULL;
    return *gradient ? rule : NULL;
}

/* clip * min(1 / norm, 1 / clip), as tf.clip_by_global_norm; the norm runs over all gradients of the group, in the order of the variables. */
static Value *global_scale(const Autodiff *state, const UpdateRule *rule, int count)
{
    Graph *graph = state->graph;
    ExprPool *pool = graph->pool;
    Value *sum = NULL, *gradient;
    for (int i = 0; i < count; i++) {
        const UpdateRule *other = trained(state, i, &gradient);
        if (!other || other->group != rule->group)
            continue;
        Value *square = graph_binary(graph, EX_MUL, gradient, gradient);
        uint32_t axes = (1u << square->shape.rank) - 1;
        square = axes ? graph_reduce(graph, REDUCE_SUM, square, axes, false) : square;
        sum = sum ? graph_binary(graph, EX_ADD, sum, square) : square;
    }
    const Expr *norm = expr_make(pool, EX_SQRT, expr_arg(pool, 0), NULL, NULL), *one = expr_const(pool, 1.0f), *clip = expr_const(pool, rule->global_clipnorm);
    const Expr *least = expr_make(pool, EX_MIN, expr_make(pool, EX_DIV, one, norm, NULL), expr_make(pool, EX_DIV, one, clip, NULL), NULL);
    return graph_map(graph, expr_make(pool, EX_MUL, clip, least, NULL), 1, &sum);
}

void training_updates(Autodiff *state)
{
    Graph *graph = state->graph;
    ExprPool *pool = graph->pool;
    const CompileInfo *compile = &state->options->model->compile;
    int count = graph->variables.count; /* before slots are added */
    graph->at_phase = 2;
    for (int i = 0; i < count; i++) {
        Value *gradient;
        const UpdateRule *rule = trained(state, i, &gradient);
        if (!rule)
            continue;
        if (rule->global_clipnorm > 0) /* equal values become one later */
            gradient = graph_binary(graph, EX_MUL, gradient, global_scale(state, rule, count));
        update_variable(graph, rule, graph->variables.at[i], gradient);
    }
    graph_at(graph, compile->span, "iterations");
    Value *iterations = graph_iterations(graph);
    const Expr *next = expr_make(pool, EX_ADD, expr_arg(pool, 0), expr_const(pool, 1.0f), NULL);
    add_update(graph, iterations->u.variable, graph_map(graph, next, 1, &iterations));
    graph->at_phase = 0;
}
