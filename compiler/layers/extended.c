/* Classes of the file over a layer: class BinaryConv(QuantConv2D). In: super().__init__(...) of an instance. Out: without methods build and call of
 * its own the instance is that layer; with them it is a composite around it, whose super().call(x) runs the layer under the composite's name. */
#include "layers/network.h"

#include <string.h>

static const char *const layer_key = "__extended__";

/* The layer inside a composite. */
static Layer *extended_of(const Object *instance)
{
    const Object *inside = object_dict_get(instance->u.instance.attributes, layer_key);
    return inside ? layer_of(inside) : layer_of(instance);
}

static void make_composite(Layers *layers, Object *instance, Layer *inside)
{
    Layer *layer = layer_new(layers, LAYER_COMPOSITE, instance->u.instance.class->name, inside->span);
    layer->name = inside->name;
    layer->name_span = inside->name_span;
    layer->trainable = inside->trainable;
    layer->object = instance;
    VEC_PUSH(layers->arena, &layer->children, inside);
    instance->u.instance.native = layer;
    object_dict_set(layers->arena, instance->u.instance.attributes, layer_key, inside->object);
}

static Object *initialize(Eval *eval, Object *instance, const Call *call)
{
    Layer *layer = layer_create_for(eval, instance, call);
    if (!layer) {
        object_dict_set(eval_arena(eval), instance->u.instance.attributes, layer_key, eval_poison(eval));
        return eval_poison(eval);
    }
    if (eval_method(eval, instance, "call") || eval_method(eval, instance, "build")) {
        make_composite(layers_of(eval), instance, layer);
        return object_none();
    }
    layer->object = instance;
    instance->u.instance.native = layer;
    return object_none();
}

static bool complete(Eval *eval, Object *instance, Span span)
{
    bool failed = object_dict_get(instance->u.instance.attributes, layer_key) && !extended_of(instance);
    if (!layer_of(instance) && !failed)
        eval_not_initialized(eval, instance, span);
    return layer_of(instance) != NULL;
}

/* super().call(x): weights are named as those of the instance. */
static Object *call_inside(Eval *eval, void *data, const Call *call)
{
    Layer *around = layer_of(data), *inside = extended_of(data);
    if (around != inside)
        inside->path = around->path ? around->path : around->name;
    return layer_call(eval, inside->object, call);
}

static Object *attribute(Eval *eval, Object *instance, const char *name, Span span)
{
    Layer *layer = layer_of(instance), *inside = layer ? extended_of(instance) : NULL;
    if (!layer)
        return NULL;
    if (!strcmp(name, "call"))
        return object_builtin(eval_arena(eval), name, call_inside, instance, "Runs the layer that the class extends.");
    Object *member = layer != inside || !strcmp(name, "build") ? composite_member(eval, layer, name) : NULL;
    if (member)
        return member;
    Object *found = layer_attribute(eval, instance, name, span);
    return found || layer == inside ? found : layer_attribute(eval, inside->object, name, span);
}

static bool set_attribute(Eval *eval, Object *instance, const char *name, Object *value, Span span)
{
    if (layer_of(instance) && (!strcmp(name, "trainable") || !strcmp(name, "_name")))
        layer_set_attribute(eval, instance, name, value, span);
    return true;
}

const NativeClass extended_layer = {.name = "extended", .initialize = initialize, .complete = complete, .call = layer_call, .attribute = attribute, .set_attribute = set_attribute};
