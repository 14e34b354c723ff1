/* Registry: in: layers.def. out: the table for help, and every name a file may use for a layer, bound to its constructor. */
#include "layers/apply.h"
#include "layers/training.h"

#include <string.h>

/* Arguments that every layer takes; those that cannot matter to a compiled model are accepted and ignored. */
#define COMMON                                                                                                                 \
    ", *, name: any = None, trainable: bool = True, dtype: ignored = None, input_shape: shape = None, batch_input_shape: shape = " \
    "None, input_dim: int>0 = None, batch_size: ignored = None, dynamic: ignored = None, weights: ignored = None, autocast: ignored = None"

#define LAYER(name, aliases, module, signature, function, summary) Value *apply_##function(Apply *apply);
#include "layers/layers.def"
#undef LAYER

static const LayerType types[] = {
#define LAYER(name, aliases, module, signature, function, summary) {{#name, aliases, module, signature, summary}, apply_##function},
#include "layers/layers.def"
#undef LAYER
};
enum { TYPE_COUNT = sizeof types / sizeof *types };

static const LayerRow rows[] = {
#define LAYER(name, aliases, module, signature, function, summary) {#name, aliases, module, signature, summary},
#include "layers/layers.def"
#undef LAYER
};

const LayerRow *layers_table(int *count)
{
    *count = TYPE_COUNT;
    return rows;
}

const LayerType *layer_type_find(const char *name)
{
    for (int i = 0; i < TYPE_COUNT; i++)
        if (!strcmp(types[i].row.name, name))
            return &types[i];
    return NULL;
}

/* The signature of a row with the arguments every layer takes. */
static Signature *type_signature(Layers *layers, int index)
{
    if (!layers->signatures[index]) {
        const char *own = types[index].row.signature;
        const char *common = !strcmp(types[index].row.name, "InputLayer") ? "" : *own ? COMMON : COMMON + 2;
        const char *activity = strstr(own, "activity_regularizer") || !*common ? "" : ", activity_regularizer: regularizer = None";
        layers->signatures[index] = signature_parse(layers->arena, arena_printf(layers->arena, "%s%s%s", own, common, activity));
    }
    return layers->signatures[index];
}

/* The layer without a name yet; *name: where its signature has one. */
static Layer *layer_bound(Layers *layers, const LayerType *type, const Signature *signature, Bound *bound, const Call *call, const Bound **name)
{
    Layer *layer = layer_new(layers, LAYER_PLAIN, type->row.name, call->span);
    layer->type = type;
    layer->apply = type->apply;
    layer->signature = signature;
    layer->bound = bound;
    format_complete(layers, signature, bound);
    layer->trainable = bound[signature_index(signature, "trainable")].value->u.boolean;
    *name = &bound[signature_index(signature, "name")];
    return layer;
}

Object *layer_create(Eval *eval, void *data, const Call *call)
{
    const LayerType *type = data;
    Layers *layers = layers_of(eval);
    const Signature *signature = type_signature(layers, (int)(type - types));
    Bound *bound = signature_bind(eval, signature, type->row.name, call);
    const Bound *name;
    if (!bound)
        return eval_poison(eval);
    if (!strcmp(type->row.name, "InputLayer"))
        return input_layer_create(eval, signature, bound, call);
    Layer *layer = layer_bound(layers, type, signature, bound, call, &name);
    layer_set_name(layers, layer, name->value, name->span);
    quantizers_bind(layers, signature, bound, call);
    return layer_checked(eval, layer) ? layer->object : eval_poison(eval);
}

Layer *layer_create_for(Eval *eval, Object *instance, const Call *call)
{
    const LayerType *type = eval_class_root(instance->u.instance.class)->u.builtin.data;
    Layers *layers = layers_of(eval);
    const Signature *signature = type_signature(layers, (int)(type - types));
    Bound *bound = signature_bind(eval, signature, instance->u.instance.class->name, call);
    const Bound *name;
    Layer *layer = bound ? layer_bound(layers, type, signature, bound, call, &name) : NULL;
    if (!layer)
        return NULL;
    if (name->value->kind == OBJECT_NONE)
        layer->name = layers_unique_name(layers, text_snake_case(layers->arena, instance->u.instance.class->name), true);
    else
        layer_set_name(layers, layer, name->value, name->span);
    quantizers_bind(layers, signature, bound, call);
    return layer_checked(eval, layer) ? layer : NULL;
}

static const char *module_path(Arena *arena, const char *module, const char *name)
{
    return arena_printf(arena, "%s.layers.%s", !strcmp(module, "larq") ? "larq" : "tf.keras", name);
}

static void register_type(Eval *eval, const LayerType *type)
{
    Arena *arena = eval_arena(eval);
    const LayerRow *row = &type->row;
    Object *maker = object_builtin(arena, row->name, layer_create, (void *)type, row->summary);
    maker->u.builtin.base = strcmp(row->name, "InputLayer") ? &extended_layer : NULL;
    eval_register(eval, module_path(arena, row->module, row->name), FAMILY_LAYER, maker);
    if (*row->aliases)
        eval_register(eval, module_path(arena, row->module, row->aliases), FAMILY_LAYER, maker);
    if (!strcmp(row->module, "preprocessing"))
        eval_register(eval, arena_printf(arena, "tf.keras.layers.experimental.preprocessing.%s", row->name), FAMILY_LAYER, maker);
}

void layers_register(Eval *eval)
{
    Layers *layers = layers_of(eval);
    layers->eval = eval;
    for (int i = 0; i < TYPE_COUNT; i++)
        register_type(eval, &types[i]);
    inputs_register(eval);
    subclass_register(eval);
    methods_register(eval);
    tensor_functions_register(eval);
    merge_functions_register(eval);
    matmul_register(eval);
    conv_functions_register(eval);
    taking_register(eval);
    formats_register(eval);
    callbacks_register(eval);
    quantizers_register(eval);
}

void *layers_new(Arena *arena, ExprPool *pool, Diag *diag, const ModelOptions *options)
{
    Layers *layers = ARENA_NEW(arena, Layers);
    layers->arena = arena;
    layers->pool = pool;
    layers->diag = diag;
    layers->options = *options;
    layers->scratch = graph_new(arena, pool, diag);
    layers->signatures = ARENA_ARRAY(arena, Signature *, TYPE_COUNT);
    return layers;
}

Layers *layers_of(Eval *eval)
{
    return eval_layers(eval);
}
