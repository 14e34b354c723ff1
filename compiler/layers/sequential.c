/* Sequential: in: layers one by one. out: a chain of calls as soon as the input shape is known. */
#include "layers/network.h"

#include <string.h>

static Object *bound_value(const Layer *layer, const char *name)
{
    int index = layer->signature ? signature_index(layer->signature, name) : -1;
    return index < 0 || !layer->bound[index].value ? object_none() : layer->bound[index].value;
}

static Span bound_span(const Layer *layer, const char *name)
{
    int index = signature_index(layer->signature, name);
    return layer->bound[index].given ? layer->bound[index].span : layer->span;
}

/* The shape a first layer names: input_shape=, batch_input_shape=, input_dim=. 0: none, 1: found, -1: an error. */
static int own_input_shape(Eval *eval, const Layer *layer, Shape *shape)
{
    static const char *const names[] = {"input_shape", "batch_input_shape", "input_dim"};
    for (int i = 0; i < 3; i++) {
        Object *value = bound_value(layer, names[i]);
        if (value->kind != OBJECT_NONE)
            return shape_from_object(eval, value, i == 1, bound_span(layer, names[i]), layer->class_name, shape) ? 1 : -1;
    }
    return 0;
}

Layer *layer_from_object(Eval *eval, Object *object, Span span, const char *owner)
{
    Layers *layers = layers_of(eval);
    if (layer_of(object))
        return layer_of(object);
    KerasTensor *tensor = tensor_of(object);
    if (tensor && tensor->node && tensor->node->layer->kind == LAYER_INPUT)
        return tensor->node->layer;
    if (eval_is_poison(object))
        return NULL;
    if (object->kind == OBJECT_UNKNOWN) {
        eval_unknown_error(eval, object, span, "%s: this layer is not known here", owner);
        return NULL;
    }
    if (object->kind == OBJECT_FUNCTION || (object->kind == OBJECT_BUILTIN && object->family == FAMILY_QUANTIZER))
        return operation_layer(layers, object, span);
    bool uncalled = object->kind == OBJECT_BUILTIN && layer_type_find(object->u.builtin.name);
    const char *what = uncalled ? arena_printf(layers->arena, "the class %s", object->u.builtin.name) : object_kind_name(object);
    Message *message = eval_error(eval, span, "%s: expected a layer, not %s", owner, what);
    if (uncalled)
        diag_hint(message, "call it: %s(...)", object->u.builtin.name);
    return NULL;
}

static bool extend(Layers *layers, Layer *model, Layer *child)
{
    CallNode *node;
    KerasTensor *input = model->chain.at[model->chain.count - 1];
    if (child->kind == LAYER_COMPOSITE) {
        CallArgument argument = {NULL, tensor_object(layers, input), child->span, child->span};
        Call call = {&argument, 1, child->span, child->span};
        Object *result = layer_call(layers->eval, child->object, &call);
        if (!tensor_of(result))
            return false;
        VEC_PUSH(layers->arena, &model->chain, tensor_of(result));
        return true;
    }
    if (!layer_call_tensors(layers, child, 1, &input, -1, child->span, &node))
        return false;
    if (node->output_count != 1) {
        diag_error(layers->diag, child->span, "Sequential: %s has several outputs", child->class_name);
        return false;
    }
    VEC_PUSH(layers->arena, &model->chain, node->output[0]);
    return true;
}

static bool start(Layers *layers, Layer *model, KerasTensor *input)
{
    model->chain.count = 0;
    model->network = NULL;
    model->built = true;
    model->input_layer = input->node ? input->node->layer : NULL;
    VEC_PUSH(layers->arena, &model->chain, input);
    for (int i = 0; i < model->children.count; i++)
        if (!extend(layers, model, model->children.at[i])) {
            model->broken = true;
            return false;
        }
    return true;
}

bool sequential_build(Layers *layers, Layer *model, Element element, Shape shape, Span span)
{
    if (model->built || model->broken)
        return !model->broken;
    const char *first = model->children.count ? model->children.at[0]->name : model->name;
    VEC_PUSH(layers->arena, &layers->inside, NULL); /* a model of its own: its layers belong to no class that calls it */
    bool good = start(layers, model, input_tensor(layers, arena_printf(layers->arena, "%s_input", first), element, shape, span));
    layers->inside.count--;
    return good;
}

/* The input of a model whose first layer brings one: an Input, input_shape=, or a model that has been built. 0: none, -1: an error. */
static int first_input(Eval *eval, Layer *model, Layer *child, KerasTensor **input)
{
    Layers *layers = layers_of(eval);
    Shape shape;
    int found = own_input_shape(eval, child, &shape);
    Element element = ELEMENT_F32;
    Network *inner = found == 0 && child->is_model ? model_network(layers, child) : NULL;
    if (inner && inner->inputs.count == 1) {
        shape = inner->inputs.at[0]->value->shape;
        element = inner->inputs.at[0]->value->element;
        found = 1;
    }
    if (found == 1)
        *input = input_tensor(layers, arena_printf(layers->arena, "%s_input", child->name), element, shape, child->span);
    (void)model;
    return found;
}

static bool names_clash(Layers *layers, const Layer *model, const Layer *child)
{
    for (int i = 0; i < model->children.count; i++)
        if (!strcmp(model->children.at[i]->name, child->name)) {
            diag_note(diag_error(layers->diag, child->name_span, "%s: two layers of the model are called '%s'", child->class_name, child->name),
                      model->children.at[i]->name_span, "the other one");
            return true;
        }
    return false;
}

bool sequential_add(Eval *eval, Layer *model, Object *item, Span span)
{
    Layers *layers = layers_of(eval);
    Layer *child = layer_from_object(eval, item, span, "Sequential");
    if (!child) {
        model->broken = true;
        return false;
    }
    child->used = true;
    if (child->kind == LAYER_INPUT) {
        if (model->children.count || model->built) {
            diag_error(layers->diag, span, "Sequential: an input must come first");
            return false;
        }
        return start(layers, model, child->nodes.at[0]->output[0]);
    }
    if (model->broken || names_clash(layers, model, child))
        return false;
    VEC_PUSH(layers->arena, &model->children, child);
    model->network = NULL;
    if (model->built) {
        model->broken = !extend(layers, model, child);
        return !model->broken;
    }
    KerasTensor *input = NULL;
    int found = model->children.count == 1 ? first_input(eval, model, child, &input) : 0;
    if (found < 0)
        model->broken = true;
    return found < 0 ? false : found == 0 || start(layers, model, input);
}

void sequential_pop(Layer *model)
{
    if (!model->children.count)
        return;
    model->children.count--;
    model->network = NULL;
    if (model->chain.count > 1)
        model->chain.count--;
}

bool sequential_fill(Eval *eval, Layer *model, Object *list, Span span)
{
    if (list->kind == OBJECT_NONE)
        return true;
    if (!object_is_list_or_tuple(list))
        return sequential_add(eval, model, list, span);
    bool good = true;
    for (int i = 0; i < list->u.list.count; i++) {
        Object *item = list->u.list.at[i];
        bool spoilt = eval_is_poison(item);
        Span at = object_item_span(list, i, span);
        if (spoilt)
            model->broken = true;
        else if (!sequential_add(eval, model, item, at))
            good = false;
    }
    return good && !model->broken;
}
