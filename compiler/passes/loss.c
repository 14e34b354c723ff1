/* The loss of training. In: the forward graph and what model.compile said. Out: label inputs, one scalar loss (weighted mean of every
 * output's loss, regularizers, extra losses), metrics per sample. */
#include "passes/autodiff.h"

#include <string.h>

static uint32_t all_axes(const Value *value)
{
    return (1u << (value->shape.rank + value->batched)) - 1;
}

static Value *scalar_of(Graph *graph, Value *value)
{
    return value->shape.rank ? graph_reshape(graph, value, shape_scalar()) : value;
}

static void add_to_loss(Graph *graph, Value *term)
{
    graph->loss = graph->loss ? graph_binary(graph, EX_ADD, graph->loss, term) : term;
}

/* 0, 1, 2, ... along the last axis. */
static Value *counting(Graph *graph, int count)
{
    float *numbers = ARENA_ARRAY(graph->arena, float, count);
    for (int i = 0; i < count; i++)
        numbers[i] = (float)i;
    return graph_constant_f32(graph, shape_of(1, &count), numbers);
}

typedef struct {
    Value *output;
    Value *label;     /* float, of the output's shape: one-hot for a sparse label */
    Value *classes;   /* sparse: the class numbers, last axis 1; else NULL */
} Target;

static Target make_target(Graph *graph, Value *output, bool sparse)
{
    Target target = {.output = output};
    if (!sparse) {
        target.label = graph_input(graph, ELEMENT_F32, output->shape, true);
        return target;
    }
    Shape shape = output->shape, wide = output->shape;
    BUG_IF(shape.rank < 1);
    shape.rank--;
    wide.dim[shape.rank] = 1;
    target.classes = graph_reshape(graph, graph_input(graph, ELEMENT_I32, shape, true), wide);
    target.label = graph_binary(graph, EX_EQ, target.classes, counting(graph, output->shape.dim[shape.rank]));
    return target;
}

/* The value that a final softmax or sigmoid was computed from. */
static Value *before_activation(Value *output)
{
    while (output->op == OP_MAP && output->input_count == 1 && output->u.expr->op == EX_ARG)
        output = output->input[0];
    if (output->op != OP_MAP || output->input_count != 1)
        BUG("loss from logits, but the output is not an activation of one value");
    return output->input[0];
}

static void add_output_loss(Graph *graph, const CompileInfo *compile, int i, const Target *target)
{
    Value *predicted = compile->loss_from_logits[i] ? before_activation(target->output) : target->output;
    Value *each = graph_map(graph, compile->loss[i], 2, (Value *[]){target->label, predicted});
    ReduceKind kind = compile->loss_sum && compile->loss_sum[i] ? REDUCE_SUM : REDUCE_MEAN;
    Value *whole = all_axes(each) ? graph_reduce(graph, kind, each, all_axes(each), false) : each;
    float weight = compile->loss_weight ? compile->loss_weight[i] : 1.0f;
    add_to_loss(graph, weight == 1.0f ? whole : graph_binary(graph, EX_MUL, whole, graph_scalar(graph, weight)));
}

static void add_regularizers(Graph *graph)
{
    for (int i = 0; i < graph->variables.count; i++) {
        Variable *variable = graph->variables.at[i];
        if (!variable->regularizer)
            continue;
        graph_at(graph, variable->span, variable->layer_name);
        Value *weight = graph_weight(graph, variable);
        add_to_loss(graph, scalar_of(graph, graph_map(graph, variable->regularizer, 1, &weight)));
    }
}

/* --- metrics: one number a sample */
static void add_metric(Graph *graph, const char *name, Value *hit)
{
    if (hit->shape.rank)
        hit = graph_reduce(graph, REDUCE_MEAN, hit, all_axes(hit) & ~1u, false);
    VEC_PUSH(graph->arena, &graph->metrics, hit);
    VEC_PUSH(graph->arena, &graph->metric_names, name);
}

/* Index of the first largest element along the last axis, kept as size 1: the largest of -index among the largest elements. */
static Value *first_largest(Graph *graph, Value *x)
{
    ExprPool *pool = graph->pool;
    int last = x->shape.rank - 1, count = x->shape.dim[last];
    uint32_t axis = 1u << (last + x->batched);
    Value *largest = graph_reduce(graph, REDUCE_MAX, x, axis, true);
    const Expr *same = expr_make(pool, EX_EQ, expr_arg(pool, 0), expr_arg(pool, 1), NULL);
    const Expr *minus = expr_make(pool, EX_NEG, expr_arg(pool, 2), NULL, NULL);
    const Expr *pick = expr_make(pool, EX_SELECT, same, minus, expr_const(pool, (float)-count));
    Value *candidates = graph_map(graph, pick, 3, (Value *[]){x, largest, counting(graph, count)});
    return graph_unary(graph, EX_NEG, graph_reduce(graph, REDUCE_MAX, candidates, axis, true));
}

static Value *categorical_hit(Graph *graph, const Target *target)
{
    Value *truth = target->classes ? target->classes : first_largest(graph, target->label);
    return graph_binary(graph, EX_EQ, truth, first_largest(graph, target->output));
}

static Value *binary_hit(Graph *graph, const Target *target)
{
    ExprPool *pool = graph->pool;
    const Expr *above = expr_make(pool, EX_LT, expr_const(pool, 0.5f), expr_arg(pool, 1), NULL);
    return graph_map(graph, expr_make(pool, EX_EQ, expr_arg(pool, 0), above, NULL), 2, (Value *[]){target->label, target->output});
}

static Value *squared_error(Graph *graph, const Target *target)
{
    Value *off = graph_binary(graph, EX_SUB, target->output, target->label);
    return graph_binary(graph, EX_MUL, off, off);
}

static Value *absolute_error(Graph *graph, const Target *target)
{
    return graph_unary(graph, EX_ABS, graph_binary(graph, EX_SUB, target->output, target->label));
}

static Value *accuracy(Graph *graph, const Target *target)
{
    const Shape *shape = &target->output->shape;
    bool one = shape->rank == 0 || shape->dim[shape->rank - 1] == 1;
    return one && !target->classes ? binary_hit(graph, target) : categorical_hit(graph, target);
}

static void add_metrics(Graph *graph, const CompileInfo *compile, const Target *targets)
{
    static const struct { const char *name; Value *(*of)(Graph *, const Target *); } rows[] = {
        {"accuracy", accuracy}, {"acc", accuracy}, {"categorical_accuracy", categorical_hit},
        {"sparse_categorical_accuracy", categorical_hit}, {"binary_accuracy", binary_hit},
        {"mse", squared_error}, {"mean_squared_error", squared_error}, {"mae", absolute_error}, {"mean_absolute_error", absolute_error},
    };
    for (int m = 0; m < compile->metrics.count; m++) {
        const char *name = compile->metrics.at[m];
        bool known = false;
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            if (strcmp(rows[r].name, name) != 0)
                continue;
            known = true;
            for (int i = 0; i < graph->outputs.count; i++) {
                const char *full = graph->outputs.count == 1 ? name : arena_printf(graph->arena, "%s_%s", graph->output_names.at[i], name);
                add_metric(graph, full, rows[r].of(graph, &targets[i]));
            }
        }
        if (!known)
            diag_warning(graph->diag, compile->span, "metric '%s' is not computed by bnnc", name);
    }
}

void training_loss(Graph *graph, const PassOptions *options)
{
    const CompileInfo *compile = &options->model->compile;
    if (!compile->present) {
        diag_error(graph->diag, options->model->span, "the model is not compiled: training needs model.compile(optimizer=..., loss=...)");
        return;
    }
    Target *targets = ARENA_ARRAY(graph->arena, Target, graph->outputs.count + 1);
    for (int i = 0; i < graph->outputs.count; i++) {
        Value *output = graph->outputs.at[i] = pass_to_float(graph, graph->outputs.at[i]);
        graph_at(graph, compile->span, "loss");
        targets[i] = make_target(graph, output, compile->sparse_labels && compile->sparse_labels[i]);
        if (compile->loss[i])
            add_output_loss(graph, compile, i, &targets[i]);
    }
    add_regularizers(graph);
    graph_at(graph, compile->span, "loss");
    for (int i = 0; i < graph->extra_losses.count; i++)
        add_to_loss(graph, scalar_of(graph, graph->extra_losses.at[i]));
    graph_at(graph, compile->span, "metrics");
    add_metrics(graph, compile, targets);
}
