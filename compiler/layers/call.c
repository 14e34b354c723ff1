/* Calls: in: a layer and the objects it is called on. out: tensors, and the recorded CallNode; errors where shapes do not fit. */
#include "layers/apply.h"
#include "layers/network.h"

#include <string.h>

KerasTensor *tensor_new(Layers *layers, CallNode *node, int index, Value *value)
{
    KerasTensor *tensor = ARENA_NEW(layers->arena, KerasTensor);
    tensor->id = layers->tensors.count;
    tensor->node = node;
    tensor->index = index;
    tensor->value = value;
    VEC_PUSH(layers->arena, &layers->tensors, tensor);
    return tensor;
}

KerasTensor *tensor_placeholder(Layers *layers, const Value *like)
{
    Value *value = graph_input(layers->scratch, like->element, like->shape, false);
    value->batched = like->batched; /* a weight has none */
    return tensor_new(layers, NULL, 0, value);
}

Object *tensor_object(Layers *layers, KerasTensor *tensor)
{
    if (!tensor->object)
        tensor->object = object_native(layers->arena, &tensor_native, tensor, tensor->node ? tensor->node->span : (Span){0});
    return tensor->object;
}

KerasTensor *tensor_of(const Object *object)
{
    return object && object_is_native(object, &tensor_native) ? object->u.native.at : NULL;
}

static KerasTensor *input_of(Layers *layers, Layer *layer, Element element, Shape shape)
{
    CallNode *node = ARENA_NEW(layers->arena, CallNode);
    node->id = layers->node_count++;
    node->layer = layer;
    node->span = layer->span;
    graph_at(layers->scratch, layer->span, layer->name);
    KerasTensor *tensor = tensor_new(layers, node, 0, graph_input(layers->scratch, element, shape, false));
    node->output = ARENA_NEW(layers->arena, KerasTensor *);
    node->output[0] = tensor;
    node->output_count = 1;
    VEC_PUSH(layers->arena, &layer->nodes, node);
    return tensor;
}

KerasTensor *input_tensor(Layers *layers, const char *name, Element element, Shape shape, Span span)
{
    Layer *layer = layer_new(layers, LAYER_INPUT, "InputLayer", span);
    layer->name = name ? name : layers_unique_name(layers, "input", false);
    layer->called = layer->used = true;
    layer->apply = apply_input;
    return input_of(layers, layer, element, shape);
}

/* The layer whose call is running; NULL: none, or a Sequential is built there. */
static Layer *innermost(const Layers *layers)
{
    return layers->inside.count ? layers->inside.at[layers->inside.count - 1] : NULL;
}

/* Layers called while a composite runs belong to it: their weights carry its name. */
static void adopt(Layers *layers, Layer *layer)
{
    if (layer->path)
        return;
    Layer *parent = innermost(layers);
    const char *above = parent ? parent->path ? parent->path : parent->name : NULL;
    layer->path = above ? arena_printf(layers->arena, "%s/%s", above, layer->name) : layer->name;
    for (int i = 0; parent && i < parent->children.count; i++)
        if (parent->children.at[i] == layer)
            return;
    if (parent && layer->kind != LAYER_INPUT)
        VEC_PUSH(layers->arena, &parent->children, layer);
}

static CallNode *node_new(Layers *layers, Layer *layer, int count, KerasTensor *const *inputs, int training, Span span)
{
    CallNode *node = ARENA_NEW(layers->arena, CallNode);
    node->layer = layer;
    node->span = span;
    node->training = training;
    node->input_count = count;
    node->input = ARENA_ARRAY(layers->arena, KerasTensor *, count ? count : 1);
    for (int i = 0; i < count; i++)
        node->input[i] = inputs[i];
    return node;
}

static void node_finish(Layers *layers, CallNode *node, int count, Value *const *values)
{
    node->id = layers->node_count++;
    node->output_count = count;
    node->output = ARENA_ARRAY(layers->arena, KerasTensor *, count);
    for (int i = 0; i < count; i++)
        node->output[i] = tensor_new(layers, node, i, values[i]);
    node->layer->called = true;
    VEC_PUSH(layers->arena, &node->layer->nodes, node);
}

bool layer_call_tensors(Layers *layers, Layer *layer, int count, KerasTensor *const *inputs, int training, Span span, CallNode **out)
{
    CallNode *node = node_new(layers, layer, count, inputs, training, span);
    adopt(layers, layer);
    if (layer->kind == LAYER_SEQUENTIAL && !layer->built && count == 1 &&
        !sequential_build(layers, layer, inputs[0]->value->element, inputs[0]->value->shape, span))
        return false;
    Apply apply = {.layers = layers, .graph = layers->scratch, .layer = layer, .span = span, .input_count = count, .training = training};
    Value *values[LAYER_MAX_OUTPUTS];
    BUG_IF(count > LAYER_MAX_OUTPUTS);
    for (int i = 0; i < count; i++)
        values[i] = inputs[i]->value;
    apply.input = values;
    if (!layer_run(&apply))
        return false;
    node_finish(layers, node, apply.output_count, apply.output);
    *out = node;
    return true;
}

Object *operation_call(Eval *eval, const char *name, LayerFunction function, const void *data, int count, KerasTensor *const *inputs, Span span)
{
    Layers *layers = layers_of(eval);
    const Layer *inside = innermost(layers);
    if (inside) /* no layer of the model, in Keras: it takes no number there */
        name = arena_printf(layers->arena, "%s/%s", inside->name, name);
    return operation_call_as(eval, layers_unique_name(layers, name, true), function, data, count, inputs, span);
}

Object *operation_call_as(Eval *eval, const char *name, LayerFunction function, const void *data, int count, KerasTensor *const *inputs, Span span)
{
    Layers *layers = layers_of(eval);
    bool slicing = strstr(name, "getitem") != NULL;
    Layer *layer = layer_new(layers, LAYER_OPERATION, slicing ? "SlicingOpLambda" : "TFOpLambda", span);
    layer->name = name;
    layer->apply = function;
    layer->data = data;
    layer->used = true;
    CallNode *node;
    if (!layer_call_tensors(layers, layer, count, inputs, -1, span, &node))
        return eval_poison(eval);
    return tensors_pack(layers, node->output_count, node->output, NULL);
}

Object *tensors_pack(Layers *layers, int count, KerasTensor *const *tensors, const Object *structure)
{
    Arena *arena = layers->arena;
    if (structure && structure->kind == OBJECT_DICT) {
        Object *dict = object_dict(arena);
        for (int i = 0; i < structure->u.dict.count && i < count; i++)
            object_dict_add(arena, dict, structure->u.dict.keys[i], tensor_object(layers, tensors[i]));
        return dict;
    }
    if (count == 1 && (!structure || tensor_of(structure)))
        return tensor_object(layers, tensors[0]);
    Object *list = object_list(arena, structure && structure->kind == OBJECT_TUPLE ? OBJECT_TUPLE : OBJECT_LIST, 0, NULL);
    for (int i = 0; i < count; i++)
        object_append(arena, list, tensor_object(layers, tensors[i]));
    return list;
}

static int not_a_tensor(Eval *eval, Object *object, Span span, const char *owner)
{
    if (eval_is_poison(object))
        return -1;
    if (object->kind == OBJECT_UNKNOWN) {
        eval_unknown_error(eval, object, span, "%s: this tensor is not known here", owner);
        return -1;
    }
    Message *message = eval_error(eval, span, "%s: expected a tensor, not %s", owner, object_kind_name(object));
    if (layer_of(object))
        diag_hint(message, "call the layer on a tensor first: %s(...)(x)", layer_of(object)->class_name);
    else
        diag_hint(message, "tensors come from Input(...) and from layers called on tensors");
    return -1;
}

bool nests_shallow(Eval *eval, const Object *object, Span span, const char *owner)
{
    enum { DEEPEST = 16 };
    bool shallow = object_nests_within(object, DEEPEST);
    if (!shallow)
        diag_hint(eval_error(eval, span, "%s: too many lists within lists", owner), "at most %d, one in the other", DEEPEST);
    return shallow;
}

int tensors_in(Eval *eval, Object *object, Span span, const char *owner, KerasTensor **out, int limit)
{
    if (tensor_of(object)) {
        if (limit < 1)
            BUG("too many tensors");
        out[0] = tensor_of(object);
        return 1;
    }
    bool list = object_is_list_or_tuple(object);
    if (!list && object->kind != OBJECT_DICT)
        return not_a_tensor(eval, object, span, owner);
    if (!nests_shallow(eval, object, span, owner))
        return -1;
    int count = list ? object->u.list.count : object->u.dict.count, total = 0;
    for (int i = 0; i < count; i++) {
        Object *item = list ? object->u.list.at[i] : object->u.dict.values[i];
        if (total >= limit) {
            eval_error(eval, span, "%s: more than %d tensors", owner, limit);
            return -1;
        }
        int found = tensors_in(eval, item, span, owner, out + total, limit - total);
        if (found < 0)
            return -1;
        total += found;
    }
    return total;
}

/* An array or an unknown: data, not a tensor of the model. */
static bool is_data(const Object *object)
{
    return object->kind == OBJECT_DATASET || object->kind == OBJECT_UNKNOWN || object->kind == OBJECT_ARRAY;
}

/* bn(x, training=False), bn(x, False). */
static int training_argument(const Layer *layer, const Call *call)
{
    for (int i = 0; i < call->count; i++) {
        const Object *value = call->at[i].value;
        bool training = call->at[i].name ? !strcmp(call->at[i].name, "training") : i == 1 && layer->kind != LAYER_COMPOSITE;
        if (training && (value->kind == OBJECT_BOOL || value->kind == OBJECT_INT))
            return object_truth(value);
    }
    return -1;
}

static const CallArgument *input_argument(const Call *call)
{
    for (int i = 0; i < call->count; i++)
        if (!call->at[i].name || !strcmp(call->at[i].name, "inputs") || !strcmp(call->at[i].name, "x"))
            return &call->at[i];
    return NULL;
}

/* Dense(3)(x, y): Keras takes y for something else, or stops. */
static const CallArgument *second_tensor(const Call *call, const CallArgument *first)
{
    for (int i = 0; i < call->count; i++)
        if (&call->at[i] != first && !call->at[i].name && tensor_of(call->at[i].value))
            return &call->at[i];
    return NULL;
}

static Object *call_composite(Layers *layers, Layer *layer, const Call *call, int count, KerasTensor *const *inputs, int training)
{
    CallNode *node = node_new(layers, layer, count, inputs, training, call->span);
    adopt(layers, layer);
    if (!composite_call(layers, layer, node, call))
        return eval_poison(layers->eval);
    Value *values[LAYER_MAX_OUTPUTS];
    int outputs = node->network->outputs.count;
    for (int i = 0; i < outputs; i++)
        values[i] = node->network->outputs.at[i]->value;
    node_finish(layers, node, outputs, values);
    return tensors_pack(layers, outputs, node->output, node->network->structure);
}

Object *layer_call(Eval *eval, Object *self, const Call *call)
{
    Layers *layers = layers_of(eval);
    Layer *layer = layer_of(self);
    const CallArgument *argument = input_argument(call);
    if (!argument) {
        eval_error(eval, call->span, "%s: called without a tensor", layer->class_name);
        return eval_poison(eval);
    }
    if (eval_is_poison(argument->value))
        return eval_poison(eval);
    if (is_data(argument->value))
        return object_unknown(layers->arena, call->span, "the result of running %s on data", layer->class_name);
    if (argument->value->kind == OBJECT_EXPR)
        return layer_call_expression(eval, layer, argument->value, call->span);
    KerasTensor *inputs[LAYER_MAX_OUTPUTS];
    int count = tensors_in(eval, argument->value, argument->span, layer->class_name, inputs, LAYER_MAX_OUTPUTS);
    if (count < 0)
        return eval_poison(eval);
    const CallArgument *second = layer->kind == LAYER_COMPOSITE ? NULL : second_tensor(call, argument);
    if (second) {
        diag_hint(eval_error(eval, second->span, "%s: takes its tensors as one argument", layer->class_name), "write them as a list: [a, b]");
        return eval_poison(eval);
    }
    if (layer->kind == LAYER_COMPOSITE)
        return call_composite(layers, layer, call, count, inputs, training_argument(layer, call));
    CallNode *node;
    if (!layer_call_tensors(layers, layer, count, inputs, training_argument(layer, call), call->span, &node))
        return eval_poison(eval);
    return tensors_pack(layers, node->output_count, node->output, layer->network ? layer->network->structure : NULL);
}
