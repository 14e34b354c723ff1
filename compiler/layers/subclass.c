/* Classes of the file that inherit from Layer, Model or Sequential: their call runs on placeholders, and what it records is the layer. */
#include "layers/apply.h"
#include "layers/network.h"

#include <string.h>

static void construct(Eval *eval, Object *instance, Span span, bool model, LayerKind kind)
{
    Layers *layers = layers_of(eval);
    Layer *layer = layer_new(layers, LAYER_COMPOSITE, instance->u.instance.class->name, span);
    layer->object = instance;
    layer->is_model = model;
    if (model)
        VEC_PUSH(layers->arena, &layers->models, layer);
    if (kind != LAYER_COMPOSITE)
        model_make(layer, kind);
    instance->u.instance.native = layer;
}

static void construct_layer(Eval *eval, Object *instance, Span span) { construct(eval, instance, span, false, LAYER_COMPOSITE); }
static void construct_model(Eval *eval, Object *instance, Span span) { construct(eval, instance, span, true, LAYER_COMPOSITE); }
static void construct_sequential(Eval *eval, Object *instance, Span span) { construct(eval, instance, span, true, LAYER_SEQUENTIAL); }

static const CallArgument *argument_of(const Call *call, int position, const char *name)
{
    for (int i = 0; i < call->count; i++)
        if (call->at[i].name && !strcmp(call->at[i].name, name))
            return &call->at[i];
    return position >= 0 && position < call->count && !call->at[position].name ? &call->at[position] : NULL;
}

/* Arguments of Keras' Layer.__init__ that may be passed on; a wrong keyword is an error. */
static bool known_keywords(Eval *eval, const Layer *layer, const Call *call)
{
    static const char *const known[] = {"name", "trainable", "dtype", "dynamic", "input_shape", "batch_input_shape", "input_dim", "batch_size",
                                        "weights", "autocast", "activity_regularizer", "inputs", "outputs", "layers"};
    for (int i = 0; i < call->count; i++) {
        bool found = !call->at[i].name;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            found |= call->at[i].name && !strcmp(call->at[i].name, known[k]);
        if (!found) {
            eval_error(eval, call->at[i].name_span, "%s: super().__init__ has no argument '%s'", layer->class_name, call->at[i].name);
            return false;
        }
    }
    return true;
}

static Object *initialize(Eval *eval, Object *instance, const Call *call)
{
    Layers *layers = layers_of(eval);
    Layer *layer = layer_of(instance);
    if (!known_keywords(eval, layer, call))
        return eval_poison(eval);
    bool sequential = layer->kind == LAYER_SEQUENTIAL, model = layer->is_model && !sequential;
    const CallArgument *name = argument_of(call, sequential ? 1 : -1, "name"), *trainable = argument_of(call, -1, "trainable");
    layer_set_name(layers, layer, name ? name->value : NULL, name ? name->span : call->span);
    if (trainable && trainable->value->kind == OBJECT_BOOL)
        layer->trainable = trainable->value->u.boolean;
    const CallArgument *activity = argument_of(call, -1, "activity_regularizer");
    if (activity)
        layer->activity = own_loss_activity(eval, activity);
    const CallArgument *list = sequential ? argument_of(call, 0, "layers") : NULL;
    if (list)
        sequential_fill(eval, layer, list->value, list->span);
    const CallArgument *inputs = model ? argument_of(call, 0, "inputs") : NULL, *outputs = model ? argument_of(call, 1, "outputs") : NULL;
    if (inputs && outputs) {
        model_make(layer, LAYER_FUNCTIONAL);
        model_fill(eval, layer, inputs->value, inputs->span, outputs->value, outputs->span);
    }
    return object_none();
}

static void name_of_instance(Layers *layers, Layer *layer)
{
    if (!layer->name)
        layer->name = layers_unique_name(layers, text_snake_case(layers->arena, layer->class_name), true);
}

static Object *call_instance(Eval *eval, Object *instance, const Call *call)
{
    name_of_instance(layers_of(eval), layer_of(instance));
    return layer_call(eval, instance, call);
}

static Object *do_nothing(Eval *eval, void *layer, const Call *call)
{
    (void)eval;
    (void)layer;
    (void)call;
    return object_none();
}

Object *composite_member(Eval *eval, Layer *layer, const char *name)
{
    if (!strcmp(name, "add_weight") || !strcmp(name, "add_variable"))
        return object_builtin(eval_arena(eval), "add_weight", own_weight_create, layer, "A weight of the layer's own.");
    if (!strcmp(name, "add_loss") && layer->kind == LAYER_COMPOSITE)
        return object_builtin(eval_arena(eval), name, own_loss_add, layer, "A part of the training loss.");
    if (!strcmp(name, "build") && !layer->is_model)
        return object_builtin(eval_arena(eval), "build", do_nothing, layer, "Does nothing.");
    return NULL;
}

static Object *instance_attribute(Eval *eval, Object *instance, const char *name, Span span)
{
    Layer *layer = layer_of(instance);
    name_of_instance(layers_of(eval), layer);
    Object *member = composite_member(eval, layer, name);
    return member ? member : model_attribute(eval, instance, name, span);
}

static void track(Layers *layers, Layer *layer, Object *value)
{
    Layer *child = layer_of(value);
    if (object_is_list_or_tuple(value))
        for (int i = 0; i < value->u.list.count; i++)
            track(layers, layer, value->u.list.at[i]);
    if (!child || child == layer || child->kind == LAYER_INPUT)
        return;
    for (int i = 0; i < layer->children.count; i++)
        if (layer->children.at[i] == child)
            return;
    if (layer->kind == LAYER_COMPOSITE)
        VEC_PUSH(layers->arena, &layer->children, child);
}

static void track_attribute(Layers *layers, Layer *layer, Object *value, Span span)
{
    if (nests_shallow(layers->eval, value, span, layer->class_name))
        track(layers, layer, value);
}

/* Keras lists the layers of an instance in the order of its attributes (lists may have grown since they were stored). */
void composite_sort_children(Layers *layers, Layer *layer)
{
    const Object *attributes = layer->object->kind == OBJECT_INSTANCE ? layer->object->u.instance.attributes : NULL;
    Layer **old = layer->children.at;
    int count = layer->children.count;
    if (!attributes)
        return;
    layer->children.at = NULL;
    layer->children.count = layer->children.capacity = 0;
    for (int i = 0; i < attributes->u.dict.count; i++)
        track_attribute(layers, layer, attributes->u.dict.values[i], layer->span);
    for (int i = 0; i < count; i++) /* and then those that only a call made */
        track(layers, layer, old[i]->object);
}

/* Layers stored on the instance belong to it. */
static bool instance_set_attribute(Eval *eval, Object *instance, const char *name, Object *value, Span span)
{
    Layer *layer = layer_of(instance);
    track_attribute(layers_of(eval), layer, value, span);
    if (!strcmp(name, "trainable") || !strcmp(name, "_name"))
        layer_set_attribute(eval, instance, name, value, span);
    return true;
}

static bool run_build(Layers *layers, Layer *layer, const CallNode *node, Span span)
{
    Object *build = layer->built ? NULL : eval_method(layers->eval, layer->object, "build");
    layer->built = true;
    if (!build)
        return true;
    Object *shapes = object_list(layers->arena, OBJECT_LIST, 0, NULL);
    for (int i = 0; i < node->input_count; i++)
        object_append(layers->arena, shapes, eval_attribute(layers->eval, tensor_object(layers, node->input[i]), "shape", span));
    Object *argument = shapes->u.list.count == 1 ? shapes->u.list.at[0] : shapes;
    return !eval_is_poison(eval_call_simple(layers->eval, build, 1, &argument, span));
}

/* The call's arguments with placeholders in place of the tensors of the first one. */
static Call placeholder_call(Layers *layers, const Call *call, CallNode *node, KerasTensor **placeholders)
{
    Call inner = *call;
    bool replaced = false;
    inner.at = ARENA_ARRAY(layers->arena, CallArgument, call->count ? call->count : 1);
    for (int i = 0; i < node->input_count; i++)
        placeholders[i] = tensor_placeholder(layers, node->input[i]->value);
    for (int i = 0; i < call->count; i++) {
        inner.at[i] = call->at[i];
        bool first = !replaced && (!call->at[i].name || !strcmp(call->at[i].name, "inputs") || !strcmp(call->at[i].name, "x"));
        if (first)
            inner.at[i].value = tensors_pack(layers, node->input_count, placeholders, call->at[i].value);
        replaced |= first;
    }
    return inner;
}

bool composite_call(Layers *layers, Layer *layer, CallNode *node, const Call *call)
{
    const NativeClass *root = layer->object->u.instance.class->native;
    Object *method = eval_method(layers->eval, layer->object, "call");
    if (!method && root == &extended_layer)
        method = root->attribute(layers->eval, layer->object, "call", call->span);
    KerasTensor *placeholders[LAYER_MAX_OUTPUTS], *outputs[LAYER_MAX_OUTPUTS];
    int count = 0;
    if (!method) {
        diag_hint(diag_error(layers->diag, call->span, "%s: the class has no call method", layer->class_name), "def call(self, x): ...");
        return false;
    }
    name_of_instance(layers, layer);
    VEC_PUSH(layers->arena, &layers->inside, layer);
    bool good = run_build(layers, layer, node, call->span);
    int first_node = layers->node_count;
    Call inner = placeholder_call(layers, call, node, placeholders);
    Object *result = good ? phases_record(layers, layer, method, &inner, outputs, &count) : NULL;
    bool joined = result && own_losses_join(layers, layer, count, outputs, call->span);
    layers->inside.count--;
    if (!joined)
        return false;
    node->network = network_new(layers, node->input_count, placeholders, count, outputs, call->span, NULL, first_node);
    if (node->network && !tensor_of(result))
        node->network->structure = result;
    return node->network != NULL;
}

static Object *create_layer(Eval *eval, const Call *call)
{
    diag_hint(eval_error(eval, call->span, "Layer: the base class itself is not a layer"), "class Block(Layer): def call(self, x): ...");
    return eval_poison(eval);
}

static bool is_any_layer(Eval *eval, const Object *object)
{
    (void)eval;
    return layer_of(object) != NULL;
}

static bool is_any_model(Eval *eval, const Object *object)
{
    (void)eval;
    return layer_of(object) && layer_of(object)->is_model;
}

static bool is_sequential(Eval *eval, const Object *object)
{
    (void)eval;
    return layer_of(object) && layer_of(object)->kind == LAYER_SEQUENTIAL;
}

void subclass_register(Eval *eval)
{
#define INSTANCES .initialize = initialize, .call = call_instance, .attribute = instance_attribute, .set_attribute = instance_set_attribute
    static const NativeClass layer = {.name = "Layer", .help = "Layer(name=None): base of a layer of your own: build(self, shape), call(self, x).",
                                      .create = create_layer, .construct = construct_layer, INSTANCES, .is_instance = is_any_layer};
    static const NativeClass model = {
        .name = "Model", .help = "Model(inputs, outputs, name=None): the layers between input and output tensors; base of a model of your own.",
        .create = model_create, .construct = construct_model, INSTANCES, .is_instance = is_any_model};
    static const NativeClass sequential = {
        .name = "Sequential", .help = "Sequential(layers=None, name=None): layers one after the other; add() and pop() change it.",
        .create = sequential_create, .construct = construct_sequential, INSTANCES, .is_instance = is_sequential};
#undef INSTANCES
    Layers *layers = layers_of(eval);
    layers->layer_class = eval_native_class(eval, &layer);
    layers->model_class = eval_native_class(eval, &model);
    layers->sequential_class = eval_native_class(eval, &sequential);
    eval_register(eval, "tf.keras.layers.Layer", FAMILY_LAYER, layers->layer_class);
    eval_register(eval, "tf.keras.Model", FAMILY_MODEL, layers->model_class);
    eval_register(eval, "tf.keras.models.Model", FAMILY_MODEL, layers->model_class);
    eval_register(eval, "tf.keras.Sequential", FAMILY_MODEL, layers->sequential_class);
    eval_register(eval, "tf.keras.models.Sequential", FAMILY_MODEL, layers->sequential_class);
}
