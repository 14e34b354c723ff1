/* Builders: in: operator, inputs and attributes that the caller has checked. out: the value, appended with its shape and element. */
#include "graph/operators.h"

#include <math.h>
#include <string.h>

Value *graph_input(Graph *graph, Element element, Shape shape, bool label)
{
    Value *value = value_new(graph, OP_INPUT, 0, NULL);
    value->element = element;
    value->shape = shape;
    value->u.feed.label = label;
    value->u.feed.index = label ? graph->labels.count : graph->inputs.count;
    if (label)
        VEC_PUSH(graph->arena, &graph->labels, value);
    else
        VEC_PUSH(graph->arena, &graph->inputs, value);
    return value_append(graph, value);
}

static Variable *add_variable(Graph *graph, Variable *variable)
{
    variable->index = graph->variables.count;
    variable->precision = 32;
    variable->span = graph->at_span;
    VEC_PUSH(graph->arena, &graph->variables, variable);
    return variable;
}

Variable *graph_variable(Graph *graph, const char *layer, const char *role, Shape shape, Initializer initializer)
{
    Variable *variable = ARENA_NEW(graph->arena, Variable);
    variable->name = arena_printf(graph->arena, "%s/%s", layer, role);
    variable->layer_name = layer;
    variable->role = role;
    variable->shape = shape;
    variable->trainable = true;
    variable->initializer = initializer;
    return add_variable(graph, variable);
}

Variable *graph_state(Graph *graph, const char *name, Shape shape, Initializer initializer, Variable *slot_of)
{
    Variable *variable = ARENA_NEW(graph->arena, Variable);
    variable->name = variable->role = name;
    variable->layer_name = slot_of ? slot_of->layer_name : NULL;
    variable->shape = shape;
    variable->state = true;
    variable->slot_of = slot_of;
    variable->initializer = initializer;
    return add_variable(graph, variable);
}

Value *graph_weight(Graph *graph, Variable *variable)
{
    while (graph->weights.count < graph->variables.count)
        VEC_PUSH(graph->arena, &graph->weights, NULL);
    BUG_IF(variable->index >= graph->variables.count || graph->variables.at[variable->index] != variable);
    if (!graph->weights.at[variable->index]) {
        Value *value = value_new(graph, OP_WEIGHT, 0, NULL);
        value->u.variable = variable;
        graph->weights.at[variable->index] = value_append(graph, value);
    }
    return graph->weights.at[variable->index];
}

static const void *copy_data(Graph *graph, Shape shape, const void *data)
{
    size_t bytes = 4 * (size_t)shape_count(shape);
    return memcpy(arena_alloc(graph->arena, bytes ? bytes : 4), data, bytes);
}

Value *graph_constant_f32(Graph *graph, Shape shape, const float *data)
{
    Value *value = value_new(graph, OP_CONSTANT, 0, NULL);
    value->shape = shape;
    value->u.data.f32 = copy_data(graph, shape, data);
    return value_append(graph, value);
}

Value *graph_constant_i32(Graph *graph, Shape shape, const int32_t *data)
{
    Value *value = value_new(graph, OP_CONSTANT, 0, NULL);
    value->shape = shape;
    value->element = ELEMENT_I32;
    value->u.data.i32 = copy_data(graph, shape, data);
    return value_append(graph, value);
}

Value *graph_constant_level(Graph *graph, Shape shape, const int32_t *data, int lo, int hi, int step)
{
    Value *value = value_new(graph, OP_CONSTANT, 0, NULL);
    value->shape = shape;
    value->element = ELEMENT_LEVEL;
    value->lo = lo, value->hi = hi, value->step = step;
    value->u.data.i32 = copy_data(graph, shape, data);
    return value_append(graph, value);
}

Value *graph_constant_like(Graph *graph, const Value *old, const void *data)
{
    Value *value = value_new(graph, OP_CONSTANT, 0, NULL);
    value->shape = old->shape;
    value->element = old->element;
    value->lo = old->lo, value->hi = old->hi, value->step = old->step;
    if (old->element == ELEMENT_F32)
        value->u.data.f32 = data;
    else
        value->u.data.i32 = data;
    return value_append(graph, value);
}

Value *graph_scalar(Graph *graph, float number)
{
    return graph_constant_f32(graph, shape_scalar(), &number);
}

Value *graph_map(Graph *graph, const Expr *expr, int count, Value *const *inputs)
{
    Value *value = value_new(graph, OP_MAP, count, inputs);
    value->u.expr = expr;
    return value_append(graph, value);
}

Value *graph_quantize(Graph *graph, const Expr *level, int lo, int hi, int step, int count, Value *const *inputs)
{
    Value *value = value_new(graph, OP_QUANTIZE, count, inputs);
    value->u.expr = level;
    value->lo = lo, value->hi = hi, value->step = step;
    return value_append(graph, value);
}

Value *graph_reduce(Graph *graph, ReduceKind kind, Value *x, uint32_t axes, bool keep_dims)
{
    Value *value = value_new(graph, OP_REDUCE, 1, &x);
    value->u.reduce.kind = kind;
    value->u.reduce.axes = axes;
    value->u.reduce.keep_dims = keep_dims;
    return value_append(graph, value);
}

Value *graph_product(Graph *graph, Role role, const Window *window, Value *a, Value *b)
{
    Value *value = value_new(graph, OP_PRODUCT, 2, (Value *[]){a, b});
    value->u.product.window = *window;
    value->u.product.role = role;
    return value_append(graph, value);
}

Value *graph_pool(Graph *graph, PoolKind kind, const Window *window, Value *x)
{
    Value *value = value_new(graph, OP_POOL, 1, &x);
    value->u.pool.window = *window;
    value->u.pool.kind = kind;
    return value_append(graph, value);
}

Value *graph_pool_gradient(Graph *graph, PoolKind kind, const Window *window, Value *x, Value *dy)
{
    Value *value = value_new(graph, OP_POOL_GRADIENT, 2, (Value *[]){x, dy});
    value->u.pool.window = *window;
    value->u.pool.kind = kind;
    return value_append(graph, value);
}

Value *graph_batchnorm(Graph *graph, Value *x, Value *gamma, Value *beta, Value *mean, Value *variance, float epsilon, float momentum,
                       bool frozen, Value *const *kept)
{
    Value *inputs[8] = {x};
    int count = 1;
    if (gamma)
        inputs[count++] = gamma;
    if (beta)
        inputs[count++] = beta;
    inputs[count++] = mean;
    inputs[count++] = variance;
    for (int i = 0; kept && i < 3; i++)
        inputs[count++] = kept[i];
    Value *value = value_new(graph, OP_BATCHNORM, count, inputs);
    value->u.batchnorm.epsilon = epsilon;
    value->u.batchnorm.momentum = momentum;
    value->u.batchnorm.scale = gamma != NULL;
    value->u.batchnorm.center = beta != NULL;
    value->u.batchnorm.frozen = frozen;
    value->u.batchnorm.moves = 1;
    value->u.batchnorm.renorm.present = kept != NULL;
    value->u.batchnorm.unbiased = x->shape.rank >= 3; /* as Keras' fused kernel for images */
    return value_append(graph, value);
}

Value *graph_threshold_levels(Graph *graph, Value *x, Value *table, int lo, int hi)
{
    Value *value = value_new(graph, OP_THRESHOLD, 2, (Value *[]){x, table});
    value->lo = lo, value->hi = hi, value->step = hi - lo;
    return value_append(graph, value);
}

Value *graph_threshold(Graph *graph, Value *x, Value *table)
{
    return graph_threshold_levels(graph, x, table, -1, 1);
}

Variable *graph_variable_named(const Graph *graph, const char *name)
{
    for (int i = 0; i < graph->variables.count; i++)
        if (strcmp(graph->variables.at[i]->name, name) == 0)
            return graph->variables.at[i];
    return NULL;
}

Value *graph_iterations(Graph *graph)
{
    Variable *counter = graph_variable_named(graph, "iterations");
    if (counter)
        return graph_weight(graph, counter);
    Initializer zero = {.kind = INIT_CONSTANT, .a = 0.0f};
    return graph_weight(graph, graph_state(graph, "iterations", shape_scalar(), zero, NULL));
}

Value *graph_random(Graph *graph, Value *step, Shape shape, bool batched, int stream)
{
    Value *value = value_new(graph, OP_RANDOM, 1, &step);
    value->shape = shape;
    value->batched = batched;
    value->u.random.stream = stream;
    return value_append(graph, value);
}

Value *graph_count(Graph *graph)
{
    return value_append(graph, value_new(graph, OP_COUNT, 0, NULL));
}

Value *graph_reshape(Graph *graph, Value *x, Shape shape)
{
    Value *value = value_new(graph, OP_RESHAPE, 1, &x);
    value->shape = shape;
    return value_append(graph, value);
}

Value *graph_transpose(Graph *graph, Value *x, const int *permutation)
{
    Value *value = value_new(graph, OP_TRANSPOSE, 1, &x);
    memcpy(value->u.transpose.permutation, permutation, sizeof(int) * (size_t)x->shape.rank);
    return value_append(graph, value);
}

bool element_holds(Element element, float number)
{
    float least = element == ELEMENT_U8 ? 0 : element == ELEMENT_I8 ? -128 : element == ELEMENT_LEVEL ? -32768 : -16777216;
    float most = element == ELEMENT_U8 ? 255 : element == ELEMENT_I8 ? 127 : element == ELEMENT_LEVEL ? 32767 : 16777216;
    return !element_is_integer(element) || (number >= least && number <= most && number == nearbyintf(number));
}

Value *graph_pad(Graph *graph, Value *x, const int *before, const int *after, float fill)
{
    if (!element_holds(x->element, fill)) /* what is padded is floats from here on */
        x = graph_map(graph, expr_arg(graph->pool, 0), 1, &x);
    Value *value = value_new(graph, OP_PAD, 1, &x);
    memcpy(value->u.pad.before, before, sizeof(int) * (size_t)x->shape.rank);
    memcpy(value->u.pad.after, after, sizeof(int) * (size_t)x->shape.rank);
    value->u.pad.value = fill;
    return value_append(graph, value);
}

Value *graph_slice(Graph *graph, Value *x, const int *start, const int *stride, Shape out)
{
    Value *value = value_new(graph, OP_SLICE, 1, &x);
    memcpy(value->u.slice.start, start, sizeof(int) * (size_t)x->shape.rank);
    for (int i = 0; i < x->shape.rank; i++)
        value->u.slice.stride[i] = out.dim[i] > 1 ? stride[i] : 1; /* of one element there is no next: the stride may be of any size */
    value->shape = out;
    return value_append(graph, value);
}

Value *graph_concat(Graph *graph, int axis, int count, Value *const *inputs)
{
    if (count == 1)
        return inputs[0];
    if (count > CONCAT_MAX) {
        int part = (count + CONCAT_MAX - 1) / CONCAT_MAX, parts = 0; /* a tree: part by part, then the parts */
        Value *joined[CONCAT_MAX];
        for (int at = 0; at < count; at += part)
            joined[parts++] = graph_concat(graph, axis, count - at < part ? count - at : part, inputs + at);
        return graph_concat(graph, axis, parts, joined);
    }
    Value *value = value_new(graph, OP_CONCAT, count, inputs);
    value->u.concat.axis = axis;
    return value_append(graph, value);
}

Value *graph_repeat(Graph *graph, Value *x, const int *repeat)
{
    Value *value = value_new(graph, OP_REPEAT, 1, &x);
    memcpy(value->u.repeat.repeat, repeat, sizeof(int) * (size_t)x->shape.rank);
    return value_append(graph, value);
}

Value *graph_switch(Graph *graph, Value *inference, Value *training)
{
    return value_append(graph, value_new(graph, OP_SWITCH, 2, (Value *[]){inference, training}));
}

Value *graph_unary(Graph *graph, ExprOp op, Value *a)
{
    return graph_map(graph, expr_make(graph->pool, op, expr_arg(graph->pool, 0), NULL, NULL), 1, &a);
}

Value *graph_binary(Graph *graph, ExprOp op, Value *a, Value *b)
{
    const Expr *x = expr_arg(graph->pool, 0), *y = expr_arg(graph->pool, a == b ? 0 : 1);
    return graph_map(graph, expr_make(graph->pool, op, x, y, NULL), a == b ? 1 : 2, (Value *[]){a, b});
}
