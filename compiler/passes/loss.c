/* Loss and metrics, of training and of validation. In: the forward graph and what model.compile said. Out: label inputs, one scalar loss
 * (weighted mean of every output's loss, regularizers, extra losses), the parts of metrics per sample. */
#include "passes/autodiff.h"

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
    Value *loss;      /* per sample; NULL: none */
    bool sum;         /* the output's loss is the sum of those */
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

/* fit(class_weight=...): the loss of a sample counts as much as its class says, in training alone. */
static Value *class_weighted(Graph *graph, const FitInfo *fit, const Target *target, Value *each)
{
    int classes = target->label->shape.rank ? target->label->shape.dim[target->label->shape.rank - 1] : 1;
    ExprPool *pool = graph->pool;
    Value *weight;
    if (classes == 1) {
        const Expr *second = expr_make(pool, EX_LT, expr_const(pool, 0.5f), expr_arg(pool, 0), NULL);
        const Expr *chosen = expr_make(pool, EX_SELECT, second, expr_const(pool, fit->class_weight[fit->class_weight_count - 1]), expr_const(pool, fit->class_weight[0]));
        weight = graph_map(graph, chosen, 1, (Value *[]){target->label});
    } else {
        weight = graph_binary(graph, EX_MUL, target->label, graph_constant_f32(graph, shape_of(1, &classes), fit->class_weight));
        weight = graph_reduce(graph, REDUCE_SUM, weight, 1u << (weight->shape.rank - 1 + weight->batched), true);
    }
    return graph_binary(graph, EX_MUL, each, weight);
}

static void add_output_loss(Graph *graph, const Model *model, int i, Target *target)
{
    const CompileInfo *compile = &model->compile;
    Value *predicted = compile->loss_from_logits[i] ? before_activation(target->output) : target->output;
    const Shape *shape = &predicted->shape;
    Value *inputs[3] = {target->label, predicted};
    int count = compile->loss[i]->uses >> 2 ? 3 : 2; /* positions are constants only where they matter */
    if (count == 3)
        inputs[2] = counting(graph, shape->rank ? shape->dim[shape->rank - 1] : 1);
    Value *each = target->loss = graph_map(graph, compile->loss[i], count, inputs);
    if (model->fit.class_weight && graph->training)
        each = class_weighted(graph, &model->fit, target, each);
    target->sum = compile->loss_sum && compile->loss_sum[i];
    Value *whole = all_axes(each) ? graph_reduce(graph, target->sum ? REDUCE_SUM : REDUCE_MEAN, each, all_axes(each), false) : each;
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
        add_to_loss(graph, scalar_of(graph, graph_inline(graph, variable->regularizer, weight)));
    }
}

/* --- metrics: one number a sample for each part, or a row of `size` numbers */
static Value *per_sample(Graph *graph, Value *part, int size, Value *label)
{
    uint32_t axes = all_axes(part) & ~(uint32_t)part->batched;
    if (size > 1)
        part = part->shape.rank == 1 ? part : graph_reshape(graph, part, shape_of(1, &size));
    else if (axes)
        part = graph_reduce(graph, REDUCE_MEAN, part, axes, false);
    if (part->batched)
        return part;
    Value *sample = graph_reduce(graph, REDUCE_SUM, label, all_axes(label) & ~1u, false); /* it gives the number of samples alone */
    return pass_map_shaped(graph, expr_arg(graph->pool, 0), 2, (Value *[]){part, sample}, part->shape, true);
}

static void add_part(Graph *graph, const char *name, Value *part, int size, const Target *target)
{
    VEC_PUSH(graph->arena, &graph->metrics, per_sample(graph, part, size, target->label));
    VEC_PUSH(graph->arena, &graph->metric_names, name);
}

static Value *with_last_axis(Graph *graph, Value *value)
{
    Shape shape = value->shape;
    shape.dim[shape.rank++] = 1;
    return graph_reshape(graph, value, shape);
}

/* What is logged of an output's loss: a mean over the samples, so a sum counts in each of them whole. */
static Value *logged_loss(Graph *graph, const Target *target)
{
    if (!target->sum)
        return target->loss;
    Value *count = graph_binary(graph, EX_MUL, graph_count(graph), graph_scalar(graph, (float)shape_count(target->loss->shape)));
    return graph_binary(graph, EX_MUL, target->loss, count);
}

static void add_metric(Graph *graph, const Metric *metric, const Target *target)
{
    const Shape *shape = &target->output->shape;
    int positions = shape->rank ? shape->dim[shape->rank - 1] : 1;
    Value *predicted = metric->logits ? before_activation(target->output) : target->output;
    Value *inputs[4] = {metric->classes ? target->classes : target->label, predicted, counting(graph, positions)};
    int count = 3;
    if (metric->steps) {
        for (int i = 0; i < count; i++)
            inputs[i] = with_last_axis(graph, inputs[i]);
        inputs[count++] = counting(graph, metric->steps);
    }
    if (metric->loss)
        add_part(graph, metric->name, logged_loss(graph, target), 1, target);
    for (int k = 0; k < metric->part_count; k++)
        add_part(graph, metric->name, pass_map(graph, metric->part[k], count, inputs), metric->part_size[k], target);
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
            add_output_loss(graph, options->model, i, &targets[i]);
    }
    add_regularizers(graph);
    graph_at(graph, compile->span, "loss");
    for (int i = 0; i < graph->extra_losses.count; i++)
        add_to_loss(graph, scalar_of(graph, graph->extra_losses.at[i]));
    graph_at(graph, compile->span, "metrics");
    for (int m = 0; m < compile->metrics.count; m++)
        add_metric(graph, &compile->metrics.at[m], &targets[compile->metrics.at[m].output]);
}

void pass_score(Graph **graph, const PassOptions *options)
{
    if (!options->scores)
        return;
    (*graph)->at_phase = 1;
    training_loss(*graph, options);
    (*graph)->at_phase = 0;
    (*graph)->extra_losses.count = 0;
    graph_remove_dead(graph);
}
