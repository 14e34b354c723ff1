/* Methods and attributes of models: add, pop, build, layers, get_layer, summary, ...; what concerns data or files is unknown. */
#include "layers/training.h"

#include <string.h>

static Object *method_add(Eval *eval, void *data, const Call *call)
{
    Layer *layer = data;
    if (call->count != 1) {
        eval_error(eval, call->span, "Sequential.add: takes one layer, got %d arguments", call->count);
        return eval_poison(eval);
    }
    Object *item = call->at[0].value;
    Span at = item->kind == OBJECT_NATIVE && item->origin.source ? item->origin : call->at[0].span;
    sequential_add(eval, layer, item, at);
    return object_none();
}

static Object *method_pop(Eval *eval, void *data, const Call *call)
{
    (void)eval;
    (void)call;
    sequential_pop(data);
    return object_none();
}

static Object *method_build(Eval *eval, void *data, const Call *call)
{
    Layer *layer = data;
    Shape shape;
    const CallArgument *first = call->count ? &call->at[0] : NULL;
    if (!first) {
        eval_error(eval, call->span, "build: the input shape is missing");
        return eval_poison(eval);
    }
    if (first->value->kind == OBJECT_UNKNOWN) {
        if (!eval_is_poison(first->value))
            eval_unknown_error(eval, first->value, first->span, "%s.build: the input shape is not known here", layer->class_name);
        return eval_poison(eval);
    }
    if (shape_from_object(eval, first->value, true, first->span, "build", &shape))
        model_build(layers_of(eval), layer, ELEMENT_F32, shape, call->span);
    return object_none();
}

static Object *layer_list(Layers *layers, Layer *layer)
{
    if (layer->kind == LAYER_COMPOSITE)
        composite_sort_children(layers, layer);
    Object *list = object_list(layers->arena, OBJECT_LIST, 0, NULL);
    if (layer->kind == LAYER_FUNCTIONAL && layer->network)
        for (int i = 0; i < layer->network->layers.count; i++)
            object_append(layers->arena, list, layer->network->layers.at[i]->object);
    else
        for (int i = 0; i < layer->children.count; i++)
            object_append(layers->arena, list, layer->children.at[i]->object);
    return list;
}

static Object *find_by_name(Eval *eval, const Object *list, const CallArgument *argument)
{
    const char *names[256];
    int count = 0;
    for (int i = 0; i < list->u.list.count; i++) {
        Layer *layer = layer_of(list->u.list.at[i]);
        if (!strcmp(layer->name, argument->value->u.string.at))
            return layer->object;
        if (count < 256)
            names[count++] = layer->name;
    }
    Message *message = eval_error(eval, argument->span, "get_layer: no layer is called '%s'", argument->value->u.string.at);
    const char *nearest = text_nearest(argument->value->u.string.at, names, count);
    if (nearest)
        diag_hint(message, "did you mean '%s'?", nearest);
    return eval_poison(eval);
}

static Object *method_get_layer(Eval *eval, void *data, const Call *call)
{
    Object *list = layer_list(layers_of(eval), data);
    const CallArgument *argument = call->count ? &call->at[0] : NULL;
    if (argument && argument->value->kind == OBJECT_STRING)
        return find_by_name(eval, list, argument);
    if (argument && argument->value->kind == OBJECT_INT) {
        int64_t index = argument->value->u.integer, at = index < 0 ? index + list->u.list.count : index;
        if (at >= 0 && at < list->u.list.count)
            return list->u.list.at[at];
    }
    eval_error(eval, call->span, "get_layer: needs the name or the index of a layer of the model");
    return eval_poison(eval);
}

static void note_summary(Layer *layer, bool without_macs)
{
    layer->summarized = true;
    layer->summarized_without_macs = without_macs;
}

/* The tables are printed once the model is complete, and only for the one that is compiled. */
static Object *method_summary(Eval *eval, void *data, const Call *call)
{
    (void)eval;
    (void)call;
    note_summary(data, false);
    return object_none();
}

/* larq.models.summary(model, print_fn=None, include_macs=True) */
static Object *function_summary(Eval *eval, void *signature, const Call *call)
{
    Bound *bound = signature_bind(eval, signature, "summary", call);
    if (!bound)
        return eval_poison(eval);
    Object *model = bound[0].value;
    Layer *layer = layer_of(model);
    if (layer && layer->is_model)
        note_summary(layer, !bound[2].value->u.boolean);
    else if (model->kind != OBJECT_UNKNOWN)
        eval_error(eval, bound[0].span, "summary: expected a model, not %s", object_kind_name(model));
    return object_none();
}

void methods_register(Eval *eval)
{
    Signature *signature = signature_parse(eval_arena(eval), "model: object, print_fn: ignored = None, include_macs: bool = True");
    eval_register(eval, "larq.models.summary", FAMILY_FUNCTION,
                  object_builtin(eval_arena(eval), "summary", function_summary, signature, "summary(model, print_fn=None, include_macs=True): prints the model's layers, bits, memory and operations."));
}

static Object *method_unknown(Eval *eval, void *data, const Call *call)
{
    return object_unknown(eval_arena(eval), call->span, "the result of model.%s, which needs data or files", (const char *)data);
}

/* layer.add_loss and the like would change training in ways that compile does not show. */
static Object *method_not_followed(Eval *eval, void *data, const Call *call)
{
    diag_warning(eval_diag(eval), call->span, "%s is not followed: training uses what model.compile says", (const char *)data);
    return object_none();
}

static Object *method_ignored(Arena *arena, const char *name)
{
    static const char *const ignored[] = {"add_loss", "add_metric", "add_update"};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (!strcmp(ignored[i], name))
            return object_builtin(arena, ignored[i], method_not_followed, (void *)ignored[i], "Not followed.");
    return NULL;
}

static Object *tensors_of_model(Layers *layers, Layer *layer, bool outputs, bool list)
{
    Network *network = model_network(layers, layer);
    if (!network)
        return list ? object_list(layers->arena, OBJECT_LIST, 0, NULL) : NULL;
    int count = outputs ? network->outputs.count : network->inputs.count;
    KerasTensor *const *tensors = outputs ? network->outputs.at : network->inputs.at;
    if (count == 1 && !list)
        return tensor_object(layers, tensors[0]);
    return tensors_pack(layers, count, tensors, object_list(layers->arena, OBJECT_LIST, 0, NULL));
}

static Object *shapes_of_model(Eval *eval, Layer *layer, bool outputs, Span span)
{
    Object *tensors = tensors_of_model(layers_of(eval), layer, outputs, true);
    if (!tensors->u.list.count)
        return NULL;
    Object *shapes = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    for (int i = 0; i < tensors->u.list.count; i++)
        object_append(eval_arena(eval), shapes, eval_attribute(eval, tensors->u.list.at[i], "shape", span));
    return shapes->u.list.count == 1 ? shapes->u.list.at[0] : shapes;
}

static Object *model_method(Eval *eval, Layer *layer, const char *name)
{
    static const struct { const char *name; BuiltinFunction call; bool sequential; } methods[] = {
        {"add", method_add, true}, {"pop", method_pop, true}, {"build", method_build, false}, {"get_layer", method_get_layer, false},
        {"summary", method_summary, false}, {"compile", model_compile, false}, {"fit", model_fit, false}, {"fit_generator", model_fit, false},
    };
    static const char *const unknown[] = {"evaluate", "predict", "save", "save_weights", "load_weights", "predict_classes", "predict_on_batch",
                                          "train_on_batch", "test_on_batch", "to_json", "to_yaml", "evaluate_generator", "predict_generator",
                                          "reset_metrics", "reset_states", "get_metrics_result", "export", "train_step", "test_step", "compute_loss"};
    Arena *arena = eval_arena(eval);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (!strcmp(methods[i].name, name) && (!methods[i].sequential || layer->kind == LAYER_SEQUENTIAL))
            return object_builtin(arena, methods[i].name, methods[i].call, layer, "A method of models.");
    if (!strcmp(name, "add_loss") && layer->kind == LAYER_FUNCTIONAL)
        return object_builtin(arena, "add_loss", own_loss_add, layer, "A part of the training loss.");
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (!strcmp(unknown[i], name))
            return object_builtin(arena, unknown[i], method_unknown, (void *)unknown[i], "Needs data or files: see bnnc train, eval, predict.");
    return NULL;
}

Object *model_attribute(Eval *eval, Object *self, const char *name, Span span)
{
    static const char *const after_training[] = {"history", "optimizer", "loss", "metrics", "metrics_names", "stop_training", "compiled_loss",
                                                 "compiled_metrics", "run_eagerly", "distribute_strategy", "_is_compiled", "state_updates"};
    Layers *layers = layers_of(eval);
    Layer *layer = layer_of(self);
    Object *method = layer->is_model ? model_method(eval, layer, name) : NULL;
    method = method ? method : method_ignored(layers->arena, name);
    if (method)
        return method;
    if (!strcmp(name, "layers") && layer->is_model)
        return layer_list(layers, layer);
    if (layer->is_model && (!strcmp(name, "inputs") || !strcmp(name, "outputs")))
        return tensors_of_model(layers, layer, !strcmp(name, "outputs"), true);
    if (layer->is_model && (!strcmp(name, "input") || !strcmp(name, "output")))
        return tensors_of_model(layers, layer, !strcmp(name, "output"), false);
    if (layer->is_model && (!strcmp(name, "input_shape") || !strcmp(name, "output_shape")))
        return shapes_of_model(eval, layer, !strcmp(name, "output_shape"), span);
    if (layer->is_model && !strcmp(name, "optimizer") && layer->compile && !layer->fit) /* what is changed after fit says nothing of the start */
        return layer->compile->optimizer;
    for (size_t i = 0; layer->is_model && i < sizeof after_training / sizeof *after_training; i++)
        if (!strcmp(name, after_training[i]))
            return object_unknown(layers->arena, span, "model.%s, known only while training", name);
    return layer_attribute(eval, self, name, span);
}

static bool model_set_attribute(Eval *eval, Object *self, const char *name, Object *value, Span span)
{
    layer_set_attribute(eval, self, name, value, span);
    return true; /* anything may be stored on a model; only trainable and name matter */
}

const char *model_describe(Arena *arena, const Object *self)
{
    const Layer *layer = layer_of(self);
    return arena_printf(arena, "<model '%s'>", layer->name);
}

static bool model_is_instance(Eval *eval, const Object *self, const Object *type)
{
    const Layers *layers = layers_of(eval);
    return type == layers->model_class || type == layers->layer_class ||
           (type == layers->sequential_class && layer_of(self)->kind == LAYER_SEQUENTIAL);
}

static const char *model_names(Arena *arena, const Object *self)
{
    return arena_printf(arena, "add pop build get_layer summary compile fit evaluate predict save save_weights load_weights layers inputs outputs %s",
                        layer_names(arena, self));
}

const NativeType model_native = {
    .name = "model",
    .call = layer_call,
    .attribute = model_attribute,
    .set_attribute = model_set_attribute,
    .describe = model_describe,
    .is_instance = model_is_instance,
    .names = model_names,
};
