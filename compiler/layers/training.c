/* Training settings: in: model.compile(...). out: losses traced on the model's outputs, their weights, metrics, an update rule a variable. */
#include "layers/training.h"

#include <string.h>

/* A loss as given (text, function, list or dict of them) with each resolved; NULL after an error. */
static Object *resolve_losses(Eval *eval, Object *loss, Span span)
{
    Arena *arena = eval_arena(eval);
    if (loss->kind == OBJECT_NONE || loss->kind == OBJECT_UNKNOWN)
        return loss;
    if (object_is_list_or_tuple(loss)) {
        Object *list = object_list(arena, OBJECT_LIST, 0, NULL);
        for (int i = 0; i < loss->u.list.count; i++) {
            Object *item = resolve_losses(eval, loss->u.list.at[i], span);
            if (!item)
                return NULL;
            object_append(arena, list, item);
        }
        return list;
    }
    if (loss->kind == OBJECT_DICT) {
        Object *dict = object_dict(arena);
        for (int i = 0; i < loss->u.dict.count; i++) {
            Object *item = resolve_losses(eval, loss->u.dict.values[i], span);
            if (!item)
                return NULL;
            object_dict_set(arena, dict, object_text(arena, loss->u.dict.keys[i]), item);
            dict->u.dict.keys[i] = loss->u.dict.keys[i];
        }
        return dict;
    }
    return eval_resolve(eval, FAMILY_LOSS, loss, span, "compile");
}

static Object *resolve_optimizer(Eval *eval, Object *optimizer, Span span)
{
    Arena *arena = eval_arena(eval);
    if (optimizer->kind == OBJECT_UNKNOWN && !eval_is_poison(optimizer)) {
        diag_warning(eval_diag(eval), span, "compile: the optimizer is not known; training uses Adam with its defaults");
        optimizer = object_string(arena, "adam");
    }
    return eval_resolve(eval, FAMILY_OPTIMIZER, optimizer, span, "compile");
}

/* Names of metrics: one that is near to a known one is a mistake; others are Keras', and only not computed. false after an error. */
static bool check_metrics(Eval *eval, const Object *metrics, Span span)
{
    bool good = true;
    if (object_is_list_or_tuple(metrics))
        for (int i = 0; i < metrics->u.list.count; i++)
            good &= check_metrics(eval, metrics->u.list.at[i], object_item_span(metrics, i, span));
    if (metrics->kind == OBJECT_DICT)
        for (int i = 0; i < metrics->u.dict.count; i++)
            good &= check_metrics(eval, metrics->u.dict.values[i], span);
    if (metrics->kind != OBJECT_STRING || metrics_stands_for(metrics->u.string.at) || eval_find(eval, FAMILY_METRIC, metrics->u.string.at))
        return good;
    const char *nearest = eval_nearest(eval, FAMILY_METRIC, metrics->u.string.at);
    if (nearest)
        diag_hint(eval_error(eval, span, "compile: unknown metric '%s'", metrics->u.string.at), "did you mean '%s'?", nearest);
    else
        diag_warning(eval_diag(eval), span, "compile: bnnc does not have the metric '%s'; it is not computed", metrics->u.string.at);
    return !nearest;
}

Object *model_compile(Eval *eval, void *data, const Call *call)
{
    Layer *layer = data;
    Arena *arena = eval_arena(eval);
    Signature *signature = signature_parse(arena, "optimizer: object = 'rmsprop', loss: object = None, metrics: object = None, loss_weights: object = None, "
                                                  "weighted_metrics: object = None, run_eagerly: ignored = None, steps_per_execution: ignored = None, "
                                                  "jit_compile: ignored = None, sample_weight_mode: ignored = None, target_tensors: ignored = None, "
                                                  "distribute: ignored = None, auto_scale_loss: ignored = None, experimental_run_tf_function: ignored = None");
    Bound *bound = signature_bind(eval, signature, "compile", call);
    if (!bound || eval_is_poison(bound[0].value) || eval_is_poison(bound[1].value))
        return eval_poison(eval);
    CompileCall *compile = ARENA_NEW(arena, CompileCall);
    compile->span = call->span;
    compile->optimizer_span = bound[0].given ? bound[0].span : call->span;
    compile->loss_span = bound[1].given ? bound[1].span : call->span;
    compile->weights_span = bound[3].span;
    compile->metrics_span = bound[2].given ? bound[2].span : call->span;
    compile->optimizer = resolve_optimizer(eval, bound[0].value, compile->optimizer_span);
    compile->loss = nests_shallow(eval, bound[1].value, compile->loss_span, "compile") ? resolve_losses(eval, bound[1].value, compile->loss_span) : NULL;
    compile->metrics = bound[2].value;
    compile->loss_weights = bound[3].value;
    compile->weighted_metrics = bound[4].value;
    bool known = nests_shallow(eval, compile->metrics, compile->metrics_span, "compile") && check_metrics(eval, compile->metrics, compile->metrics_span);
    if (!compile->optimizer || !compile->loss || !known)
        return eval_poison(eval);
    layer->compile = compile;
    return object_none();
}

/* --- the loss of each output */

typedef struct {
    Layers *layers;
    const CompileCall *compile;
    Model *model;
} Tracer;

static bool is_output(const Tracer *tracer, const Object *key)
{
    const Graph *graph = tracer->model->graph;
    for (int i = 0; i < graph->outputs.count && key->kind == OBJECT_STRING; i++)
        if (!strcmp(outputs_name(tracer->model, i), key->u.string.at))
            return true;
    return false;
}

/* What is given per output is given for the outputs there are; "loss": what, with its place. */
static bool check_per_output(const Tracer *tracer, const Object *given, const char *what, Span span)
{
    const Graph *graph = tracer->model->graph;
    Arena *arena = tracer->layers->arena;
    if (object_is_list_or_tuple(given) && given->u.list.count != graph->outputs.count) {
        diag_error(tracer->layers->diag, span, "compile: the list of %s has %d items, the model has %d output%s", what, given->u.list.count,
                   graph->outputs.count, graph->outputs.count == 1 ? "" : "s");
        return false;
    }
    for (int i = 0; given->kind == OBJECT_DICT && i < given->u.dict.count; i++) {
        const Object *key = given->u.dict.keys[i];
        if (is_output(tracer, key))
            continue;
        Text names = text_new(arena);
        for (int k = 0; k < graph->outputs.count; k++)
            text_printf(&names, "%s'%s'", k ? ", " : "", outputs_name(tracer->model, k));
        diag_hint(diag_error(tracer->layers->diag, span, "compile: the dict of %s has %s, which is no output of the model", what,
                             object_text(arena, key)), "the outputs are %s", names.at);
        return false;
    }
    return true;
}

static bool argument_is_true(const Object *loss, const char *name)
{
    Object *value = loss->family_arguments ? object_dict_get(loss->family_arguments, name) : NULL;
    return value && value->kind == OBJECT_BOOL && value->u.boolean;
}

/* "auto" and "sum_over_batch_size" are the mean, "sum" is the sum; "none" leaves no single number. */
static bool loss_reduction(const Tracer *tracer, const Object *loss, bool *sum)
{
    bool own = loss->kind == OBJECT_INSTANCE;
    Object *value = own ? object_dict_get(loss->u.instance.attributes, "reduction") : loss->family_arguments ? object_dict_get(loss->family_arguments, "reduction") : NULL;
    if (!value || value->kind != OBJECT_STRING)
        return true;
    const char *text = value->u.string.at;
    *sum = !strcmp(text, "sum");
    if (*sum || !strcmp(text, "auto") || !strcmp(text, "sum_over_batch_size"))
        return true;
    diag_hint(diag_error(tracer->layers->diag, tracer->compile->loss_span, "%s: the reduction '%s' gives no single loss", own ? loss->u.instance.class->name : loss->family_name, text),
              "'sum_over_batch_size' is the mean, 'sum' the sum");
    return false;
}

static const char *loss_name(const Tracer *tracer, const Object *loss)
{
    if (loss->family_name)
        return text_snake_case(tracer->layers->arena, loss->family_name);
    return loss->kind == OBJECT_FUNCTION && loss->u.function.name ? loss->u.function.name : "loss";
}

static bool trace_loss(const Tracer *tracer, int index)
{
    CompileInfo *info = &tracer->model->compile;
    Object *loss = outputs_given(tracer->model, tracer->compile->loss, index);
    Value *output = tracer->model->graph->outputs.at[index];
    info->loss_name[index] = "none";
    if (loss->kind == OBJECT_NONE)
        return true;
    const char *activation = logits_activation(tracer->layers, loss->family_name, output, tracer->compile->span);
    if (activation) {
        if (argument_is_true(loss, "from_logits"))
            diag_hint(diag_warning(tracer->layers->diag, tracer->compile->loss_span, "compile: from_logits=True, but the output is a %s already", activation),
                      "training uses what goes into the %s, as Keras does", activation);
        loss = logits_taken(tracer->layers, loss, tracer->compile->loss_span);
        info->loss_from_logits[index] = true;
        output = output->input[0];
    }
    if (eval_is_poison(loss) || !loss_reduction(tracer, loss, &info->loss_sum[index]))
        return false;
    info->sparse_labels[index] = loss->family_name && !strcmp(loss->family_name, "SparseCategoricalCrossentropy");
    info->loss_name[index] = loss_name(tracer, loss);
    info->ignored_class[index] = (int)family_number(loss, "ignore_class", CLASS_NONE);
    TraceShape shape = trace_shape_of(output->shape, output->batched), shapes[3] = {shape, shape, {.rank = 1, .dim = {shape.dim[shape.rank - 1]}}};
    eval_take_rows(tracer->layers->eval, shape.dim[shape.rank - 1]);
    info->loss[index] = eval_trace(tracer->layers->eval, loss, eval_required_count(loss) < 3 ? 2 : 3, shapes, tracer->compile->loss_span);
    eval_take_rows(tracer->layers->eval, 0);
    return info->loss[index] != NULL;
}

static float weight_of(const Tracer *tracer, int index)
{
    Object *weights = tracer->compile->loss_weights;
    Object *weight = weights && (object_is_list_or_tuple(weights) || weights->kind == OBJECT_DICT) ? outputs_given(tracer->model, weights, index) : object_none();
    return object_is_number(weight) ? (float)object_number(weight) : 1.0f;
}

/* A file without model.compile, as on Larq's Key Concepts page: what most people would have written. */
static void compile_by_default(Layers *layers, Layer *layer, Model *model)
{
    Arena *arena = layers->arena;
    bool softmax = logits_are_of(layers, model->graph->outputs.at[0], "softmax", model->span);
    const char *loss = softmax ? "sparse_categorical_crossentropy" : "mse";
    Object *metrics = object_string(arena, "accuracy");
    CallArgument arguments[] = {{NULL, object_string(arena, "adam"), model->span, model->span}, {NULL, object_string(arena, loss), model->span, model->span},
                                {NULL, object_list(arena, OBJECT_LIST, softmax, &metrics), model->span, model->span}};
    Call call = {arguments, 3, model->span, model->span};
    diag_hint(diag_warning(layers->diag, model->span, "the file has no model.compile: training uses Adam() and %s", loss),
              "model.compile(optimizer=..., loss=...) chooses");
    model_compile(layers->eval, layer, &call);
}

void training_default(Layers *layers, Layer *layer, Model *model)
{
    if (!layer->compile && layers->options.training)
        compile_by_default(layers, layer, model);
}

/* As many weights as there are classes: two where one output tells two apart. */
static bool check_class_weight(Layers *layers, const Model *model)
{
    const Shape *shape = &model->graph->outputs.at[0]->shape;
    int classes = shape->rank ? shape->dim[shape->rank - 1] : 1, given = model->fit.class_weight_count;
    if (!model->fit.class_weight || (model->graph->outputs.count == 1 && given == (classes == 1 ? 2 : classes)))
        return true;
    diag_error(layers->diag, model->span, "fit: class_weight has %d classes, the model %s %d", given, model->graph->outputs.count == 1 ? "has" : "has outputs:",
               model->graph->outputs.count == 1 ? (classes == 1 ? 2 : classes) : model->graph->outputs.count);
    return false;
}

bool training_trace(Layers *layers, Layer *layer, Model *model)
{
    const CompileCall *compile = layer->compile;
    if (!compile)
        return true;
    Tracer tracer = {layers, compile, model};
    CompileInfo *info = &model->compile;
    int count = model->graph->outputs.count;
    if (!check_per_output(&tracer, compile->loss, "losses", compile->loss_span) ||
        !check_per_output(&tracer, compile->loss_weights, "loss weights", compile->weights_span))
        return false;
    info->span = compile->span;
    info->loss = ARENA_ARRAY(layers->arena, const Expr *, count);
    info->loss_weight = ARENA_ARRAY(layers->arena, float, count);
    info->loss_sum = ARENA_ARRAY(layers->arena, bool, count);
    info->sparse_labels = ARENA_ARRAY(layers->arena, bool, count);
    info->ignored_class = ARENA_ARRAY(layers->arena, int, count);
    info->loss_from_logits = ARENA_ARRAY(layers->arena, bool, count);
    info->loss_name = ARENA_ARRAY(layers->arena, const char *, count);
    bool any = false;
    for (int i = 0; i < count; i++) {
        info->loss_weight[i] = weight_of(&tracer, i);
        if (!trace_loss(&tracer, i))
            return false;
        any |= info->loss[i] != NULL;
    }
    if (!check_class_weight(layers, model))
        return false;
    for (int i = 0; i < count; i++)
        if (model->graph->outputs.at[i]->mask && info->loss[i])
            diag_warning(layers->diag, compile->loss_span, "compile: loss and metrics count the masked steps of output '%s', too; Keras leaves them out",
                         outputs_name(model, i));
    if (!any) {
        diag_warning(layers->diag, compile->span, "compile: no loss is known, so the model cannot be trained");
        return true;
    }
    if (!metrics_trace(layers, compile, model))
        return false;
    info->rule = ARENA_ARRAY(layers->arena, UpdateRule *, model->graph->variables.count + 1);
    info->present = optimizer_trace(layers, compile->optimizer, compile->optimizer_span, model->graph, info->rule);
    return info->present;
}
