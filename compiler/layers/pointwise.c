/* Pointwise: in: a callable of the language (quantizer, activation, any function) and values. out: a MAP of its traced Expr. */
#include "layers/family.h"
#include "layers/network.h"

#include <math.h>
#include <string.h>

const Expr *expr1(const Apply *apply, ExprOp op, const Expr *a)
{
    return expr_make(apply->layers->pool, op, a, NULL, NULL);
}

const Expr *expr2(const Apply *apply, ExprOp op, const Expr *a, const Expr *b)
{
    return expr_make(apply->layers->pool, op, a, b, NULL);
}

const Expr *expr_number(const Apply *apply, double value)
{
    return expr_const(apply->layers->pool, (float)value);
}

uint32_t axes_mask(const Value *x, int first, int count)
{
    uint32_t mask = 0;
    for (int i = first; i < first + count; i++)
        mask |= 1u << (i + x->batched);
    return mask;
}

/* The shape TensorFlow would give the result, where it differs from the Expr's (a reduction without keepdims). */
static Value *with_shape(Graph *graph, Value *value, const TraceShape *result)
{
    Shape shape = {.rank = 0};
    int first = value->batched && result->rank && result->dim[0] == -1 ? 1 : 0;
    for (int i = first; i < result->rank; i++)
        shape.dim[shape.rank++] = result->dim[i];
    return shape_equal(shape, value->shape) || shape_count(shape) != shape_count(value->shape) ? value : graph_reshape(graph, value, shape);
}

static Value *run_layer(Apply *apply, Layer *layer, int count, Value *const *inputs)
{
    layer->used = layer->called = true;
    Apply inner = {.layers = apply->layers, .graph = apply->graph, .layer = layer, .span = apply->span, .input = (Value **)inputs,
                   .input_count = count, .training = apply->training, .outer = apply->outer};
    if (!layer->apply)
        diag_error(apply->layers->diag, apply->span, "%s: %s cannot be used like a function", apply->layer->class_name, layer->class_name);
    if (!layer->apply || !layer_run(&inner))
        return NULL;
    graph_at(apply->graph, apply->span, apply->layer->path ? apply->layer->path : apply->layer->name);
    return inner.output[0];
}

typedef struct { Object *callable; Span span; } Callable;

static Object *call_on_tensors(Apply *apply, Object *inputs, void *data)
{
    const Callable *called = data;
    bool several = object_is_list_or_tuple(inputs);
    return eval_call_on_tensors(apply->layers->eval, called->callable, several ? inputs->u.list.count : 1, several ? inputs->u.list.at : &inputs, called->span);
}

/* A function that is more than one expression: what it does to tensors, step by step. */
static Value *run_on_tensors(Apply *apply, Object *callable, int count, Value *const *inputs, Span span)
{
    Callable called = {callable, span};
    Value *outputs[LAYER_MAX_OUTPUTS];
    Network *network = family_record(apply, count, inputs, call_on_tensors, &called, span);
    return network && network_run(apply->layers, apply->graph, network, inputs, outputs, apply->training, apply->outer, NULL) ? outputs[0] : NULL;
}

Value *apply_callable(Apply *apply, Object *callable, int count, Value *const *inputs, Span span)
{
    Layer *layer = layer_of(callable);
    Object *method = layer && layer->kind == LAYER_COMPOSITE ? eval_method(apply->layers->eval, callable, "call") : NULL;
    if (layer && !method)
        return run_layer(apply, layer, count, inputs);
    if (method) {
        layer->used = layer->called = true;
        callable = method; /* a class of the file's own: what its call computes */
    }
    TraceShape shapes[LAYER_MAX_OUTPUTS], result = {.rank = 0};
    for (int i = 0; i < count; i++)
        shapes[i] = trace_shape_of(inputs[i]->shape, inputs[i]->batched);
    Eval *eval = apply->layers->eval;
    Diag *mark = diag_mark(apply->layers->diag);
    eval_wanted_tensors(eval);
    const Expr *expr = eval_trace_shaped(eval, callable, count, shapes, span, &result);
    if (eval_wanted_tensors(eval)) {
        diag_forget(apply->layers->diag, mark);
        return run_on_tensors(apply, callable, count, inputs, span);
    }
    if (!expr)
        return NULL;
    if (expr->op == EX_ARG && expr->index < count && inputs[expr->index]->element == ELEMENT_F32)
        return inputs[expr->index];
    return with_shape(apply->graph, graph_map(apply->graph, expr, count, inputs), &result);
}

/* A step function that is differentiated as it stands lets nothing before it learn: legal, as in TensorFlow, and hardly ever meant. */
static void warn_without_gradient(Apply *apply, const char *argument, const Expr *expr)
{
    ExprPool *pool = apply->layers->pool;
    const Expr *gradient = NULL;
    expr_differentiate(pool, expr, expr_const(pool, 1.0f), &gradient, 1);
    if (gradient && !(gradient->op == EX_CONST && gradient->value == 0))
        return;
    Message *message = diag_warning(apply->layers->diag, apply_span(apply, argument), "%s: the gradient of this quantizer is 0 everywhere",
                                    apply->layer->class_name);
    diag_hint(message, "tf.custom_gradient gives it another");
}

Value *apply_quantizer(Apply *apply, const char *argument, Value *x)
{
    Object *quantizer = apply_argument(apply, argument);
    if (quantizer->kind == OBJECT_NONE)
        return x;
    Value *y = apply_callable(apply, quantizer, 1, &x, apply_span(apply, argument));
    bool quantizes = y && strstr(argument, "quantizer");
    if (quantizes && (!shape_equal(y->shape, x->shape) || y->batched != x->batched)) {
        apply_error(apply, argument, "a quantizer keeps the shape of what it gets: %s, not %s", apply_shape_text(apply, x), apply_shape_text(apply, y));
        return NULL;
    }
    if (quantizes && y->op == OP_MAP && y->input_count == 1 && y->input[0] == x)
        warn_without_gradient(apply, argument, y->u.expr);
    return y;
}

/* activity_regularizer: its value, divided by the batch size as Keras does, joins the loss. */
bool apply_activity_loss(Apply *apply, Object *regularizer, Value *y, Span span)
{
    if (regularizer->kind == OBJECT_NONE)
        return true;
    Value *penalty = apply_callable(apply, regularizer, 1, &y, span);
    if (penalty)
        apply_extra_loss(apply, penalty);
    return penalty != NULL;
}

void apply_extra_loss(Apply *apply, Value *penalty)
{
    Graph *graph = apply->graph;
    /* A penalty over the whole batch is one number held at every sample's place: take it once. */
    if (penalty->batched)
        penalty = graph_reduce(graph, REDUCE_MEAN, penalty, axes_mask(penalty, -1, penalty->shape.rank + 1), false);
    else if (penalty->shape.rank)
        penalty = graph_reshape(graph, penalty, shape_scalar());
    Value *count = graph_count(graph);
    if (apply->outer && apply->outer->repeats > 1)
        count = graph_binary(graph, EX_MUL, count, graph_scalar(graph, (float)apply->outer->repeats));
    if (apply->outer && apply->outer->more_runs)
        penalty = graph_binary(graph, EX_MUL, penalty, graph_scalar(graph, (float)(1 + apply->outer->more_runs)));
    VEC_PUSH(graph->arena, &graph->extra_losses, graph_binary(graph, EX_DIV, penalty, count));
}

Value *apply_random(Apply *apply, Shape shape)
{
    return graph_random(apply->graph, graph_iterations(apply->graph), shape, true, apply->layers->streams++);
}

/* Composes the pointwise nodes between x and value into one expression of x. */
static const Expr *compose(ExprPool *pool, const Value *value, const Value *x, const Expr *replacement)
{
    if (value == x)
        return replacement;
    if (value->op != OP_MAP)
        return NULL;
    const Expr *inputs[EXPR_MAX_ARGS];
    for (int i = 0; i < value->input_count; i++) {
        inputs[i] = compose(pool, value->input[i], x, replacement);
        if (!inputs[i])
            return NULL;
    }
    return expr_substitute(pool, value->u.expr, inputs, value->input_count);
}

Object *layer_call_expression(Eval *eval, Layer *layer, Object *x, Span span)
{
    Layers *layers = layers_of(eval);
    Shape shape = {.rank = 0};
    bool batched = x->shape && x->shape->rank && x->shape->dim[0] == -1;
    for (int i = batched; x->shape && i < x->shape->rank && shape.rank < SHAPE_MAX; i++)
        shape.dim[shape.rank++] = x->shape->dim[i];
    Graph *graph = graph_new(layers->arena, layers->pool, layers->diag);
    graph_at(graph, span, layer->name);
    Value *input = graph_input(graph, ELEMENT_F32, shape, false);
    Apply apply = {.layers = layers, .graph = graph, .layer = layer, .span = span, .input = &input, .input_count = 1, .training = -1};
    input->batched = batched;
    layer->used = true;
    if (!layer->apply || !layer_run(&apply))
        return eval_poison(eval);
    const Expr *expr = compose(layers->pool, apply.output[0], input, x->u.expr);
    if (!expr) {
        eval_error(eval, span, "%s: cannot be used inside a quantizer: it is not a pointwise function", layer->class_name);
        return eval_poison(eval);
    }
    Object *result = object_expr(layers->arena, expr);
    result->shape = x->shape;
    return result;
}
