/* Weights of a class's own: in: self.add_weight(...) in a subclass of Layer. out: a tensor that is the weight's value, in every graph.
 *
 * The weight is a layer without inputs, child of the instance: networks that use its tensor run it as any other node. */
#include "layers/apply.h"
#include "layers/network.h"

#include <string.h>

static const char *const signature_text_of_weight =
    "name: any = None, shape: any = None, dtype: ignored = None, initializer: initializer = 'glorot_uniform', regularizer: regularizer = None, "
    "trainable: bool = True, constraint: constraint = None, use_resource: ignored = None, synchronization: ignored = None, "
    "aggregation: ignored = None, experimental_autocast: ignored = None";

typedef struct { const Layer *owner; const char *role; Shape shape; } OwnWeight;

static Value *apply_own_weight(Apply *apply)
{
    const OwnWeight *weight = apply->layer->data;
    apply->layer->path = weight->owner->path ? weight->owner->path : weight->owner->name;
    return apply_weight(apply, weight->role, "", weight->shape);
}

bool is_own_weight(const Layer *layer)
{
    return layer->apply == apply_own_weight;
}

static const char *free_role(Layers *layers, const Layer *owner, const char *wanted)
{
    const char *role = wanted;
    for (int i = 0, number = 0; i < owner->children.count; i++) {
        const Layer *child = owner->children.at[i];
        if (is_own_weight(child) && !strcmp(((const OwnWeight *)child->data)->role, role)) {
            role = arena_printf(layers->arena, "%s_%d", wanted, ++number);
            i = -1;
        }
    }
    return role;
}

static Layer *weight_layer(Layers *layers, Layer *owner, const Signature *signature, Bound *bound, Span span)
{
    Object *name = bound[signature_index(signature, "name")].value, *shape = bound[signature_index(signature, "shape")].value;
    OwnWeight *weight = ARENA_NEW(layers->arena, OwnWeight);
    weight->owner = owner;
    weight->role = free_role(layers, owner, name->kind == OBJECT_STRING ? name->u.string.at : "weight");
    if (shape->kind != OBJECT_NONE &&
        !shape_from_object(layers->eval, shape, false, bound[signature_index(signature, "shape")].span, "add_weight", &weight->shape))
        return NULL;
    Layer *layer = layer_new(layers, LAYER_OPERATION, "Weight", span);
    layer->path = owner->path ? owner->path : owner->name;
    layer->name = arena_printf(layers->arena, "%s/%s", layer->path, weight->role);
    layer->apply = apply_own_weight;
    layer->data = weight;
    layer->used = true;
    layer->signature = signature;
    layer->bound = bound;
    layer->trainable = owner->trainable && bound[signature_index(signature, "trainable")].value->u.boolean;
    VEC_PUSH(layers->arena, &owner->children, layer);
    return layer;
}

Object *own_weight_create(Eval *eval, void *owner, const Call *call)
{
    Layers *layers = layers_of(eval);
    const Signature *signature = signature_parse(layers->arena, signature_text_of_weight);
    Bound *bound = signature_bind(eval, signature, "add_weight", call);
    Layer *layer = bound ? weight_layer(layers, owner, signature, bound, call->span) : NULL;
    CallNode *node;
    if (!layer || !layer_call_tensors(layers, layer, 0, NULL, -1, call->span, &node))
        return eval_poison(eval);
    return tensor_object(layers, node->output[0]);
}
