/* Layers: in: a class name, arguments, a place in the file. out: the Layer object: its name as Keras gives it, attributes, run on values. */
#include "layers/apply.h"
#include "layers/network.h"

#include <ctype.h>
#include <string.h>

const char *layers_unique_name(Layers *layers, const char *prefix, bool zero_based)
{
    int i = 0;
    while (i < layers->names.count && strcmp(layers->names.at[i].prefix, prefix))
        i++;
    if (i == layers->names.count)
        VEC_PUSH(layers->arena, &layers->names, ((NameCount){arena_strdup(layers->arena, prefix), 0}));
    int number = layers->names.at[i].count++ + (zero_based ? 0 : 1);
    return number ? arena_printf(layers->arena, "%s_%d", prefix, number) : arena_strdup(layers->arena, prefix);
}

Layer *layer_new(Layers *layers, LayerKind kind, const char *class_name, Span span)
{
    Layer *layer = ARENA_NEW(layers->arena, Layer);
    layer->kind = kind;
    layer->class_name = class_name;
    layer->span = layer->name_span = span;
    layer->trainable = true;
    layer->is_model = kind == LAYER_FUNCTIONAL || kind == LAYER_SEQUENTIAL;
    layer->object = object_native(layers->arena, layer->is_model ? &model_native : &layer_native, layer, span);
    VEC_PUSH(layers->arena, &layers->all, layer);
    if (layer->is_model)
        VEC_PUSH(layers->arena, &layers->models, layer);
    return layer;
}

void layer_set_name(Layers *layers, Layer *layer, Object *name, Span span)
{
    if (name && name->kind == OBJECT_STRING) {
        layer->name = arena_strndup(layers->arena, name->u.string.at, name->u.string.length);
        layer->name_span = span;
        return;
    }
    if (name && name->kind == OBJECT_UNKNOWN)
        eval_unknown_error(layers->eval, name, span, "%s: name is not known here", layer->class_name);
    else if (name && name->kind != OBJECT_NONE)
        diag_error(layers->diag, span, "%s: name must be a str, not %s", layer->class_name, object_kind_name(name));
    const char *prefix = layer->kind == LAYER_FUNCTIONAL ? "model" : text_snake_case(layers->arena, layer->class_name);
    layer->name = layers_unique_name(layers, prefix, true);
}

Layer *layer_of(const Object *object)
{
    if (!object)
        return NULL;
    if (object->kind == OBJECT_INSTANCE)
        return object->u.instance.native;
    return object_is_native(object, &layer_native) || object_is_native(object, &model_native) ? object->u.native.at : NULL;
}

bool layer_is(const Layer *layer, const char *class_name)
{
    return layer->kind == LAYER_PLAIN && !strcmp(layer->class_name, class_name);
}

bool layer_run(Apply *apply)
{
    graph_at(apply->graph, apply->span, apply->layer->path ? apply->layer->path : apply->layer->name);
    apply->output_count = 0;
    int before = apply->graph->values.count;
    Value *output = apply->layer->apply(apply);
    if (!output)
        return false;
    if (!apply->output_count) {
        apply->output[0] = output;
        apply->output_count = 1;
    }
    mask_pass(apply);
    if (apply->layer->type && apply_has(apply, "activity_regularizer") &&
        !apply_activity_loss(apply, apply_argument(apply, "activity_regularizer"), output, apply_span(apply, "activity_regularizer")))
        return false;
    for (int i = apply->graph->values.count - 1; i >= before; i--) /* the output, then what it is made of */
        if (!apply_fits(apply, apply->graph->values.at[i] == output ? "output" : "intermediate value", apply->graph->values.at[i]->shape))
            return false;
    return true;
}

static void set_trainable_all(Layer *const *layers, int count, bool trainable)
{
    for (int i = 0; i < count; i++)
        layer_set_trainable(layers[i], trainable);
}

void layer_set_trainable(Layer *layer, bool trainable)
{
    layer->trainable = trainable;
    set_trainable_all(layer->children.at, layer->children.count, trainable);
    if (layer->network && layer->kind != LAYER_COMPOSITE)
        set_trainable_all(layer->network->layers.at, layer->network->layers.count, trainable);
    if (layer->inner)
        layer_set_trainable(layer->inner, trainable);
}

void layer_variables(const Layer *layer, void (*visit)(void *, Variable *), void *context)
{
    for (int i = 0; i < layer->variables.count; i++)
        visit(context, layer->variables.at[i]);
    if (layer->inner)
        layer_variables(layer->inner, visit, context);
    if (layer->network && layer->kind != LAYER_COMPOSITE)
        for (int i = 0; i < layer->network->layers.count; i++)
            layer_variables(layer->network->layers.at[i], visit, context);
    else
        for (int i = 0; i < layer->children.count; i++)
            layer_variables(layer->children.at[i], visit, context);
}

static void freeze(void *context, Variable *variable)
{
    (void)context;
    variable->trainable = false;
}

void layer_freeze_containers(const Layer *layer)
{
    bool network = layer->network && layer->kind != LAYER_COMPOSITE;
    Layer *const *inside = network ? layer->network->layers.at : layer->children.at;
    int count = network ? layer->network->layers.count : layer->children.count;
    if (!layer->trainable)
        layer_variables(layer, freeze, NULL);
    for (int i = 0; i < count && layer->trainable; i++)
        layer_freeze_containers(inside[i]);
    if (layer->inner && layer->trainable)
        layer_freeze_containers(layer->inner);
}

/* --- attributes as the language sees them */

static Object *shape_object(Layers *layers, const Value *value)
{
    Object *tuple = object_list(layers->arena, OBJECT_TUPLE, 0, NULL);
    if (value->batched)
        object_append(layers->arena, tuple, object_none());
    for (int i = 0; i < value->shape.rank; i++)
        object_append(layers->arena, tuple, object_int(layers->arena, value->shape.dim[i]));
    return tuple;
}

static Object *unknown_method(Eval *eval, void *data, const Call *call)
{
    (void)data;
    return object_unknown(eval_arena(eval), call->span, "weights, known only after training");
}

typedef struct { int64_t total; bool trainable_only; Layers *layers; Object *list; int filter; } WeightWalk;

static void walk_weight(void *context, Variable *variable)
{
    WeightWalk *walk = context;
    bool trained = variable->trainable && !variable->state;
    if (walk->filter >= 0 && walk->filter != trained)
        return;
    walk->total += shape_count(variable->shape);
    object_append(walk->layers->arena, walk->list, object_native(walk->layers->arena, &variable_native, variable, variable->span));
}

static Object *count_parameters(Eval *eval, void *data, const Call *call)
{
    (void)call;
    WeightWalk walk = {.layers = layers_of(eval), .filter = -1, .list = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL)};
    layer_variables(data, walk_weight, &walk);
    return object_int(eval_arena(eval), walk.total);
}

static Object *weight_list(Layers *layers, const Layer *layer, int filter)
{
    WeightWalk walk = {.layers = layers, .filter = filter, .list = object_list(layers->arena, OBJECT_LIST, 0, NULL)};
    layer_variables(layer, walk_weight, &walk);
    return walk.list;
}

Object *layer_weights_attribute(Layers *layers, Layer *layer, const char *name)
{
    static const struct { const char *name; int filter; } lists[] = {
        {"weights", -1}, {"variables", -1}, {"trainable_weights", 1}, {"trainable_variables", 1},
        {"non_trainable_weights", 0}, {"non_trainable_variables", 0},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (!strcmp(name, lists[i].name))
            return weight_list(layers, layer, lists[i].filter);
    for (int i = 0; i < layer->variables.count; i++)
        if (!strcmp(layer->variables.at[i]->role, name))
            return object_native(layers->arena, &variable_native, layer->variables.at[i], layer->span);
    if (!strcmp(name, "count_params"))
        return object_builtin(layers->arena, name, count_parameters, layer, "Number of weights.");
    if (!strcmp(name, "get_weights") || !strcmp(name, "set_weights"))
        return object_builtin(layers->arena, name, unknown_method, layer, "Weights are known only after training.");
    return NULL;
}

/* The first call's tensors: one tensor, or a list. */
static Object *node_tensors(Layers *layers, const Layer *layer, bool output, bool shapes)
{
    if (!layer->nodes.count)
        return NULL;
    const CallNode *node = layer->nodes.at[0];
    int count = output ? node->output_count : node->input_count;
    KerasTensor *const *tensors = output ? node->output : node->input;
    Object *list = object_list(layers->arena, OBJECT_LIST, 0, NULL);
    for (int i = 0; i < count; i++)
        object_append(layers->arena, list, shapes ? shape_object(layers, tensors[i]->value) : tensor_object(layers, tensors[i]));
    return count == 1 ? list->u.list.at[0] : list;
}

static Object *layer_get_config(Eval *eval, void *data, const Call *call)
{
    (void)call;
    Arena *arena = eval_arena(eval);
    Layer *layer = data;
    Object *config = object_dict(arena);
    object_dict_set(arena, config, "name", object_string(arena, layer->name));
    for (int i = 0; layer->signature && i < signature_count(layer->signature); i++)
        if (layer->bound[i].value && strcmp(signature_name(layer->signature, i), "name"))
            object_dict_set(arena, config, signature_name(layer->signature, i), layer->bound[i].value);
    return config;
}

static Object *common_attribute(Layers *layers, Layer *layer, const char *name)
{
    Arena *arena = layers->arena;
    if (!strcmp(name, "name"))
        return object_string(arena, layer->name);
    if (!strcmp(name, "trainable"))
        return object_bool(arena, layer->trainable);
    if (!strcmp(name, "built"))
        return object_bool(arena, layer->called || layer->built);
    if (!strcmp(name, "output") || !strcmp(name, "input"))
        return node_tensors(layers, layer, !strcmp(name, "output"), false);
    if (!strcmp(name, "output_shape") || !strcmp(name, "input_shape"))
        return node_tensors(layers, layer, !strcmp(name, "output_shape"), true);
    if (!strcmp(name, "losses") || !strcmp(name, "updates"))
        return object_list(arena, OBJECT_LIST, 0, NULL);
    if (!strcmp(name, "dtype"))
        return object_string(arena, "float32");
    if (!strcmp(name, "get_config"))
        return object_builtin(arena, name, layer_get_config, layer, "The arguments as a dict.");
    return layer_weights_attribute(layers, layer, name);
}

Object *layer_attribute(Eval *eval, Object *self, const char *name, Span span)
{
    (void)span;
    Layers *layers = layers_of(eval);
    Layer *layer = layer_of(self);
    Object *found = common_attribute(layers, layer, name);
    if (found)
        return found;
    int index = layer->signature ? signature_index(layer->signature, name) : -1;
    if (index >= 0)
        return layer->bound[index].value;
    if (!strcmp(name, "layer") && layer->inner)
        return layer->inner->object;
    return NULL;
}

bool layer_set_attribute(Eval *eval, Object *self, const char *name, Object *value, Span span)
{
    Layer *layer = layer_of(self);
    if (!strcmp(name, "trainable")) {
        if (value->kind == OBJECT_UNKNOWN)
            eval_unknown_error(eval, value, span, "%s: trainable is not known here", layer->class_name);
        else
            layer_set_trainable(layer, object_truth(value));
        return true;
    }
    if (!strcmp(name, "_name") || !strcmp(name, "name")) {
        layer_set_name(layers_of(eval), layer, value, span);
        return true;
    }
    int index = layer->signature ? signature_index(layer->signature, name) : -1;
    if (index >= 0 && layer->called) {
        eval_error(eval, span, "%s: '%s' cannot be changed after the layer has been called", layer->class_name, name);
        return true;
    }
    if (index >= 0)
        layer->bound[index].value = value;
    return index >= 0;
}

static const char *layer_describe(Arena *arena, const Object *self)
{
    const Layer *layer = layer_of(self);
    return arena_printf(arena, "<%s '%s'>", layer->class_name, layer->name);
}

static bool layer_is_instance(Eval *eval, const Object *self, const Object *type)
{
    const Layer *layer = layer_of(self);
    if (type == layers_of(eval)->layer_class)
        return true;
    if (type->kind != OBJECT_BUILTIN || !layer->type)
        return false;
    const LayerType *wanted = type->u.builtin.data;
    if (wanted == layer->type)
        return true;
    /* A Quant layer is a subclass of the Keras layer of that name. */
    return !strncmp(layer->class_name, "Quant", 5) && layer_type_find(layer->class_name + 5) == wanted;
}

const char *layer_names(Arena *arena, const Object *self)
{
    const Layer *layer = layer_of(self);
    Text text = text_new(arena);
    text_add(&text, "name trainable built input output input_shape output_shape losses dtype weights variables trainable_weights count_params "
                    "get_config get_weights set_weights");
    for (int i = 0; layer->signature && i < signature_count(layer->signature); i++)
        text_printf(&text, " %s", signature_name(layer->signature, i));
    for (int i = 0; i < layer->variables.count; i++)
        text_printf(&text, " %s", layer->variables.at[i]->role);
    return text.at;
}

const NativeType layer_native = {
    .name = "layer",
    .call = layer_call,
    .attribute = layer_attribute,
    .set_attribute = layer_set_attribute,
    .describe = layer_describe,
    .is_instance = layer_is_instance,
    .names = layer_names,
};
