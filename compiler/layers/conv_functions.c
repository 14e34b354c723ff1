/* Convolutions as functions: tf.nn.conv1d, conv2d, depthwise_conv2d, tf.keras.backend.conv2d. In: a tensor and a kernel, which is another tensor
 * without a batch or an array. Out: the product that the layers make of a kernel of their own. */
#include "layers/family.h"

#include <string.h>

typedef struct {
    const char *owner;
    int spatial, stride[3], dilation[3];
    bool same, depthwise;
    const Object *array; /* in place of the second tensor */
} ConvData;

static bool window_of(const ConvData *data, const Value *x, const Value *kernel, Window *window)
{
    int spatial = data->spatial, channels = x->shape.dim[spatial], in = kernel->shape.dim[spatial], out = kernel->shape.dim[spatial + 1];
    if (!x->batched || kernel->batched || x->shape.rank != spatial + 1 || kernel->shape.rank != spatial + 2 || in < 1 || channels % in ||
        (data->depthwise && channels != in))
        return false;
    *window = (Window){.spatial = spatial, .groups = data->depthwise ? channels : channels / in, .depthwise = data->depthwise, .in_channels = channels,
                       .out_channels = data->depthwise ? in * out : out};
    for (int i = 0; i < spatial; i++) {
        window->in[i] = x->shape.dim[i];
        window->kernel[i] = kernel->shape.dim[i];
        window->stride[i] = data->stride[i];
        window->dilation[i] = data->dilation[i];
        if (window_extent(window, i) > VALUE_NUMBERS_MAX)
            return false;
    }
    if (window->out_channels % window->groups)
        return false;
    if (data->same)
        window_same(window);
    else
        window_valid(window);
    for (int i = 0; i < spatial; i++)
        if (window->out[i] < 1)
            return false;
    return true;
}

static Value *apply_conv_function(Apply *apply)
{
    const ConvData *data = apply->layer->data;
    Value *x = apply->input[0], *kernel = data->array ? family_array_constant(apply, data->array) : apply->input[1];
    Window window;
    if (window_of(data, x, kernel, &window))
        return graph_product(apply->graph, ROLE_FORWARD, &window, x, kernel);
    diag_error(apply->layers->diag, apply->span, "%s: no kernel %s can be moved over an input %s like this", data->owner,
               shape_text(apply->layers->arena, kernel->shape, kernel->batched), apply_shape_text(apply, x));
    return NULL;
}

/* Strides or dilations: a number, one an axis, or those of all four axes. */
static bool take_sizes(Eval *eval, const CallArgument *given, const char *owner, int spatial, int *out)
{
    const Object *value = given ? given->value : NULL;
    bool list = value && object_is_list_or_tuple(value), good = true;
    int count = list ? value->u.list.count : 1, first = list && count == spatial + 2;
    good = !list || count == 1 || count == spatial || count == spatial + 2;
    for (int i = 0; i < spatial; i++) {
        const Object *item = list ? (good ? value->u.list.at[count == 1 ? 0 : first + i] : NULL) : value;
        bool none = !value || value->kind == OBJECT_NONE;
        good &= none || (item && item->kind == OBJECT_INT && object_size(item) >= 1);
        out[i] = none || !good ? 1 : object_size(item);
    }
    if (!good)
        eval_error(eval, given->span, "%s: expected one positive int, or one for each axis, not %s", owner, object_text(eval_arena(eval), value));
    return good;
}

static bool is_text(const CallArgument *given, const char *a, const char *b)
{
    return given && given->value->kind == OBJECT_STRING && (!strcmp(given->value->u.string.at, a) || !strcmp(given->value->u.string.at, b));
}

typedef struct { const char *path; int spatial; bool depthwise, keras; const char *kernel, *stride, *help; } ConvRow;

static Object *conv_function(Eval *eval, void *data, const Call *call)
{
    const ConvRow *row = data;
    const CallArgument *x = function_argument(call, 0, row->keras ? "x" : "input", "value"), *kernel = function_argument(call, 1, row->kernel, "filters"),
                       *strides = function_argument(call, 2, row->stride, "strides"), *padding = function_argument(call, 3, "padding", NULL),
                       *format = function_argument(call, 4, "data_format", NULL), *dilations = function_argument(call, 5, "dilations", "dilation_rate");
    KerasTensor *tensors[2] = {x ? tensor_of(x->value) : NULL, kernel ? tensor_of(kernel->value) : NULL};
    bool array = kernel && kernel->value->kind == OBJECT_ARRAY && kernel->value->u.array.rank <= SHAPE_MAX;
    if (!tensors[0] || (!tensors[1] && !array))
        return function_without_tensors(eval, 0, call, row->path);
    ConvData *conv = ARENA_NEW(eval_arena(eval), ConvData);
    *conv = (ConvData){.owner = row->path, .spatial = row->spatial, .depthwise = row->depthwise, .same = is_text(padding, "SAME", "same"),
                       .array = array ? kernel->value : NULL};
    if (!take_sizes(eval, strides, row->path, row->spatial, conv->stride) || !take_sizes(eval, dilations, row->path, row->spatial, conv->dilation))
        return eval_poison(eval);
    if (!conv->same && !is_text(padding, "VALID", "valid") && (padding || !row->keras)) {
        eval_error(eval, padding ? padding->span : call->span, "%s: padding must be \"SAME\" or \"VALID\"", row->path);
        return eval_poison(eval);
    }
    bool session = row->keras && (!format || format->value->kind == OBJECT_NONE) && layers_of(eval)->channels_first;
    if (session || is_text(format, row->spatial == 1 ? "NCW" : "NCHW", "channels_first")) {
        eval_error(eval, format ? format->span : call->span, "%s: only channels last are supported", row->path);
        return eval_poison(eval);
    }
    return operation_call(eval, row->path, apply_conv_function, conv, array ? 1 : 2, tensors, call->span);
}

void conv_functions_register(Eval *eval)
{
    static const ConvRow rows[] = {
        {"tf.nn.conv1d", 1, false, false, "filters", "stride", "conv1d(input, filters, stride, padding): a convolution with a kernel of tensors."},
        {"tf.nn.conv2d", 2, false, false, "filters", "strides", "conv2d(input, filters, strides, padding, data_format='NHWC', dilations=None): a convolution with a kernel of tensors."},
        {"tf.nn.depthwise_conv2d", 2, true, false, "filter", "strides", "depthwise_conv2d(input, filter, strides, padding): each channel with its own kernels."},
        {"tf.keras.backend.conv2d", 2, false, true, "kernel", "strides", "conv2d(x, kernel, strides=(1, 1), padding='valid'): a convolution with a kernel of tensors."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        eval_register(eval, rows[i].path, FAMILY_FUNCTION, object_builtin(eval_arena(eval), rows[i].path, conv_function, (void *)&rows[i], rows[i].help));
}
