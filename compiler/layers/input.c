/* Inputs: in: Input(...), InputLayer(...), shapes and types as a file writes them. out: input layers and their tensors. */
#include "layers/apply.h"
#include "layers/network.h"

#include <string.h>

static bool bad_dimension(Eval *eval, Object *object, Object *item, Span span, const char *owner)
{
    if (item->kind == OBJECT_UNKNOWN) {
        if (!eval_is_poison(item))
            eval_unknown_error(eval, item, span, "%s: the shape is not known here", owner);
    } else if (item->kind == OBJECT_NONE)
        diag_hint(eval_error(eval, span, "%s: every dimension but the batch must be known, not %s", owner, object_text(eval_arena(eval), object)),
                  "generated code has fixed shapes");
    else
        eval_error(eval, span, "%s: a dimension must be a positive int, not %s", owner, object_text(eval_arena(eval), item));
    return false;
}

bool shape_from_object(Eval *eval, Object *object, bool batched, Span span, const char *owner, Shape *out)
{
    *out = (Shape){.rank = 0};
    bool list = object_is_list_or_tuple(object);
    if (!list && !object_is_number(object))
        return bad_dimension(eval, object, object, span, owner);
    int count = list ? object->u.list.count : 1;
    if (count - batched > SHAPE_MAX - 1) {
        eval_error(eval, span, "%s: at most %d dimensions, found %d", owner, SHAPE_MAX - 1, count - batched);
        return false;
    }
    for (int i = list && batched ? 1 : 0; i < count; i++) {
        Object *item = list ? object->u.list.at[i] : object;
        if (!object_is_number(item) || object_number(item) < 1 || object_number(item) > 1 << 24)
            return bad_dimension(eval, object, item, span, owner);
        out->dim[out->rank++] = object_size(item);
    }
    if (!shape_fits(*out))
        eval_error(eval, span, "%s: %s would be more than %d numbers", owner, shape_text(eval_arena(eval), *out, false), VALUE_NUMBERS_MAX);
    return shape_fits(*out);
}

bool element_from_text(Eval *eval, const char *dtype, Span span, const char *owner, Element *out)
{
    static const struct { const char *name; Element element; } names[] = {
        {"float32", ELEMENT_F32}, {"uint8", ELEMENT_U8}, {"int8", ELEMENT_I8}, {"float", ELEMENT_F32}, {"float64", ELEMENT_F32}, {"float16", ELEMENT_F32},
        {"bits", ELEMENT_LEVEL},
    };
    const char *dot = strrchr(dtype, '.');
    dtype = dot ? dot + 1 : dtype;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i].name, dtype)) {
            *out = names[i].element;
            if (strstr(dtype, "64") || strstr(dtype, "16"))
                diag_warning(eval_diag(eval), span, "%s: inputs of type %s are taken as float32", owner, dtype);
            return true;
        }
    const char *candidates[] = {"float32", "uint8", "int8", "bits"}, *nearest = text_nearest(dtype, candidates, 4);
    Message *message = eval_error(eval, span, "%s: inputs of type '%s' are not supported", owner, dtype);
    if (nearest)
        diag_hint(message, "did you mean '%s'?", nearest);
    else
        diag_hint(message, "float32, uint8, int8 or bits");
    return false;
}

static bool element_from_object(Eval *eval, const Bound *dtype, const char *owner, Element *out)
{
    Object *value = dtype->value;
    *out = ELEMENT_F32;
    if (value->kind == OBJECT_STRING)
        return element_from_text(eval, value->u.string.at, dtype->span, owner, out);
    if (value->kind == OBJECT_MODULE)
        return element_from_text(eval, value->u.module.path, dtype->span, owner, out);
    if (value->kind == OBJECT_BUILTIN)
        return element_from_text(eval, value->u.builtin.name, dtype->span, owner, out);
    if (value->kind == OBJECT_NONE)
        return true;
    eval_error(eval, dtype->span, "%s: dtype must be a str, not %s", owner, object_kind_name(value));
    return false;
}

/* input_shape and batch_input_shape of an Input call; false after errors. */
static bool input_shape(Eval *eval, const Signature *signature, const Bound *bound, const char *owner, Span span, Shape *shape)
{
    static const char *const names[] = {"shape", "input_shape", "batch_shape", "batch_input_shape"};
    for (int i = 0; i < 4; i++) {
        int index = signature_index(signature, names[i]);
        if (index >= 0 && bound[index].value->kind != OBJECT_NONE)
            return shape_from_object(eval, bound[index].value, i >= 2, bound[index].span, owner, shape);
    }
    Layers *layers = layers_of(eval);
    *shape = layers->options.input_shape;
    if (shape->rank)
        return true;
    diag_hint(eval_error(eval, span, "%s: the shape is missing", owner), "%s((28, 28, 1)), or --input 28,28,1", owner);
    return false;
}

Object *input_layer_create(Eval *eval, const Signature *signature, Bound *bound, const Call *call)
{
    Layers *layers = layers_of(eval);
    Shape shape;
    Element element;
    if (!input_shape(eval, signature, bound, "InputLayer", call->span, &shape) ||
        !element_from_object(eval, &bound[signature_index(signature, "dtype")], "InputLayer", &element))
        return eval_poison(eval);
    const Object *name = bound[signature_index(signature, "name")].value;
    KerasTensor *tensor = input_tensor(layers, name->kind == OBJECT_STRING ? name->u.string.at : NULL, element, shape, call->span);
    return tensor->node->layer->object;
}

static Object *input_create(Eval *eval, void *signature, const Call *call)
{
    Bound *bound = signature_bind(eval, signature, "Input", call);
    Shape shape;
    Element element;
    if (!bound)
        return eval_poison(eval);
    const Bound *tensor = &bound[signature_index(signature, "tensor")];
    if (tensor->given && tensor_of(tensor->value))
        return tensor->value;
    if (!input_shape(eval, signature, bound, "Input", call->span, &shape) ||
        !element_from_object(eval, &bound[signature_index(signature, "dtype")], "Input", &element))
        return eval_poison(eval);
    Layers *layers = layers_of(eval);
    const Object *name = bound[signature_index(signature, "name")].value;
    return tensor_object(layers, input_tensor(layers, name->kind == OBJECT_STRING ? name->u.string.at : NULL, element, shape, call->span));
}

void inputs_register(Eval *eval)
{
    static const char *const paths[] = {"tf.keras.Input", "tf.keras.layers.Input"};
    Arena *arena = eval_arena(eval);
    Signature *signature = signature_parse(arena, "shape: shape = None, batch_size: ignored = None, name: any = None, dtype: any = None, sparse: ignored = None, "
                                                  "tensor: object = None, ragged: ignored = None, type_spec: ignored = None, batch_shape: shape = None, "
                                                  "batch_input_shape: shape = None");
    Object *maker = object_builtin(arena, "Input", input_create, signature, "The entry of a model: Input((28, 28, 1), dtype=\"uint8\").");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        eval_register(eval, paths[i], FAMILY_LAYER, maker);
}

Value *apply_input(Apply *apply)
{
    diag_error(apply->layers->diag, apply->span, "%s: it is not called: its tensor is its output", apply->layer->class_name);
    return NULL;
}
