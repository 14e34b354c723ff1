/* Metrics: in: compile(metrics=..., weighted_metrics=...). out: a Metric for each, named as Keras logs it. "accuracy" and "crossentropy" mean
 * what fits the output and its labels, as in Keras. */
#include "layers/training.h"

#include <string.h>
#include <strings.h>

typedef struct {
    Layers *layers;
    const CompileCall *compile;
    Model *model;
    int output;
} Tracer;

const char *metrics_stands_for(const char *name)
{
    static const char *const names[][2] = {{"accuracy", "accuracy"}, {"acc", "accuracy"}, {"crossentropy", "crossentropy"}, {"ce", "crossentropy"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcasecmp(name, names[i][0]))
            return names[i][1];
    return NULL;
}

/* What "accuracy" and "crossentropy" stand for here; any other name stays. */
static const char *meaning(const Tracer *tracer, const char *name)
{
    const Shape *shape = &tracer->model->graph->outputs.at[tracer->output]->shape;
    const char *what = metrics_stands_for(name);
    bool binary = shape->rank == 0 || shape->dim[shape->rank - 1] == 1, sparse = tracer->model->compile.sparse_labels[tracer->output];
    return what ? arena_printf(tracer->layers->arena, "%s_%s", sparse ? "sparse_categorical" : binary ? "binary" : "categorical", what) : name;
}

static const char *metric_name(const Tracer *tracer, const Object *given, const Object *resolved)
{
    Arena *arena = tracer->layers->arena;
    const Object *own = resolved->family_arguments ? object_dict_get(resolved->family_arguments, "name") : NULL;
    const char *name = "metric";
    bool class = given->kind == OBJECT_STRING && resolved->family_name && !strcmp(given->u.string.at, resolved->family_name); /* "MeanSquaredError" */
    if (given->kind == OBJECT_STRING && !class)
        name = arena_strdup(arena, given->u.string.at);
    else if (own && own->kind == OBJECT_STRING)
        name = arena_strdup(arena, own->u.string.at);
    else if (resolved->family_name)
        name = text_snake_case(arena, resolved->family_name);
    else if (resolved->kind == OBJECT_FUNCTION && resolved->u.function.name)
        name = resolved->u.function.name;
    if (tracer->model->graph->outputs.count == 1)
        return name;
    return arena_printf(arena, "%s_%s", tracer->model->graph->output_names.at[tracer->output], name);
}

/* Where labels are class numbers, errors and the file's own functions see those, as in Keras; all else sees them one-hot. */
static bool wants_classes(const Tracer *tracer, const Object *resolved)
{
    const char *name = resolved->family_name;
    bool numbers = !name || strstr(name, "Error") || !strcmp(name, "Accuracy");
    return tracer->model->compile.sparse_labels[tracer->output] && numbers;
}

static bool is_unique(const Tracer *tracer, const char *name)
{
    const CompileInfo *compile = &tracer->model->compile;
    for (int i = 0; i + 1 < compile->metrics.count; i++)
        if (!strcmp(compile->metrics.at[i].name, name)) {
            diag_hint(diag_error(tracer->layers->diag, tracer->compile->metrics_span, "compile: two metrics are called '%s'", name), "name='...' tells them apart");
            return false;
        }
    return true;
}

/* A last axis for the steps: all else has 1 there. */
static void add_step_axis(TraceShape shapes[4], int steps)
{
    for (int i = 0; i < 3; i++)
        shapes[i].dim[shapes[i].rank++] = 1;
    shapes[3] = (TraceShape){.rank = 1, .dim = {steps}};
}

static bool are_few(const Tracer *tracer)
{
    const CompileInfo *compile = &tracer->model->compile;
    int numbers = 0;
    for (int i = 0; i < compile->metrics.count; i++)
        numbers += metric_numbers(&compile->metrics.at[i]);
    if (numbers <= METRIC_NUMBERS)
        return true;
    diag_error(tracer->layers->diag, tracer->compile->metrics_span, "compile: the metrics need %d sums, more than %d", numbers, METRIC_NUMBERS);
    return false;
}

static bool add_metric(const Tracer *tracer, const Object *given, Object *resolved)
{
    Layers *layers = tracer->layers;
    const Value *output = tracer->model->graph->outputs.at[tracer->output];
    Span span = tracer->compile->metrics_span;
    TraceShape shape = trace_shape_of(output->shape, output->batched), shapes[4] = {shape, shape, {.rank = 1}};
    Metric metric = {.name = metric_name(tracer, given, resolved), .output = tracer->output, .classes = wants_classes(tracer, resolved),
                     .logits = logits_activation(layers, resolved->family_name, output, span) != NULL};
    if (metric.logits)
        resolved = logits_taken(layers, resolved, span);
    int parameters = eval_parameter_count(resolved);
    shapes[2].dim[0] = shapes[0].dim[shapes[0].rank - 1];
    if (metric.classes)
        shapes[0].dim[shapes[0].rank - 1] = 1;
    if (parameters == 4 && (metric.steps = eval_parameter_default(resolved, 3)))
        add_step_axis(shapes, metric.steps);
    if (metric.steps < 0 || metric.steps > METRIC_NUMBERS) {
        diag_error(layers->diag, span, "%s: %d steps, which must be from 1 to %d", metric.name, metric.steps, METRIC_NUMBERS);
        return false;
    }
    metric.part_count = eval_trace_parts(layers->eval, resolved, parameters < 3 ? 2 : metric.steps ? 4 : 3, shapes, span, METRIC_PARTS, metric.part,
                                         metric.part_size, &metric.result);
    if (metric.part_count)
        VEC_PUSH(layers->arena, &tracer->model->compile.metrics, metric);
    return metric.part_count && is_unique(tracer, metric.name) && are_few(tracer);
}

/* One entry of the list: a name, an object, a function. What bnnc cannot compute is said and left out. */
static bool add_given(const Tracer *tracer, Object *given)
{
    Layers *layers = tracer->layers;
    Object *wanted = given;
    if (given->kind == OBJECT_NONE || given->kind == OBJECT_UNKNOWN) {
        if (given->kind == OBJECT_UNKNOWN && !eval_is_poison(given))
            diag_warning(layers->diag, tracer->compile->metrics_span, "compile: a metric is not computed: %s is not known here", given->u.unknown.why);
        return true;
    }
    if (given->kind == OBJECT_STRING && !eval_find(layers->eval, FAMILY_METRIC, meaning(tracer, given->u.string.at)))
        return true; /* compile has said so */
    if (given->kind == OBJECT_STRING)
        wanted = object_string(layers->arena, meaning(tracer, given->u.string.at));
    Object *resolved = eval_resolve(layers->eval, FAMILY_METRIC, wanted, tracer->compile->metrics_span, "compile");
    const Object *own = resolved && resolved->family == FAMILY_LOSS && resolved->family_name ? eval_find(layers->eval, FAMILY_METRIC, resolved->family_name) : NULL;
    if (own && own->family == FAMILY_METRIC) /* a name that both families have */
        resolved = eval_resolve(layers->eval, FAMILY_METRIC, object_string(layers->arena, resolved->family_name), tracer->compile->metrics_span, "compile");
    if (!resolved || resolved->kind == OBJECT_NONE) /* its definition has said so */
        return resolved != NULL;
    return add_metric(tracer, given, resolved);
}

static bool add_entry(const Tracer *tracer, Object *entry)
{
    if (!object_is_list_or_tuple(entry))
        return add_given(tracer, entry);
    for (int i = 0; i < entry->u.list.count; i++)
        if (!add_given(tracer, entry->u.list.at[i]))
            return false;
    return true;
}

/* A flat list is for every output; a list of lists, or a dict, has one entry for each. */
static bool is_per_output(const Object *metrics)
{
    bool nested = metrics->kind == OBJECT_DICT;
    for (int i = 0; object_is_list_or_tuple(metrics) && i < metrics->u.list.count; i++)
        nested |= object_is_list_or_tuple(metrics->u.list.at[i]);
    return nested;
}

static bool add_all(Tracer *tracer, Object *metrics)
{
    if (!metrics || metrics->kind == OBJECT_NONE)
        return true;
    Object *entry = is_per_output(metrics) ? outputs_given(tracer->model, metrics, tracer->output) : metrics;
    return add_entry(tracer, entry);
}

bool metrics_trace(Layers *layers, const CompileCall *compile, Model *model)
{
    Tracer tracer = {layers, compile, model, 0};
    int count = model->graph->outputs.count;
    for (int i = 0; i < count && count > 1; i++)
        if (model->compile.loss[i])
            VEC_PUSH(layers->arena, &model->compile.metrics,
                     ((Metric){.name = arena_printf(layers->arena, "%s_loss", model->graph->output_names.at[i]), .output = i, .loss = true}));
    for (; tracer.output < count; tracer.output++)
        if (!add_all(&tracer, compile->metrics) || !add_all(&tracer, compile->weighted_metrics))
            return false;
    return true;
}
