/* What the files of layer families share. */
#ifndef LAYERS_FAMILY_H
#define LAYERS_FAMILY_H

#include "layers/apply.h"

/* Bias and activation, as the arguments say. y, whose channels are last, may be NULL (after an error). */
Value *family_finish(Apply *apply, Value *y, Shape bias_shape);
/* An array of the language, of at most SHAPE_MAX axes. */
Value *family_array_constant(Apply *apply, const Object *array);
/* Integer elements as float32, exactly. */
Value *family_float(Apply *apply, Value *x);
/* The number of inputs the layer takes; else an error. */
bool family_inputs(Apply *apply, int count);
/* Whether the only input has an axis of steps in front of others; else an error. */
bool family_has_steps(const Apply *apply);
typedef Object *RecordedCall(Apply *apply, Object *inputs, void *data);
/* What call(apply, inputs, NULL), a function of tensors, does to placeholders of these shapes: recorded the first time, for what it returns at `span`.
 * The layers that it calls belong to the layer. NULL after an error. */
Network *family_recorded(Apply *apply, int count, Value *const *inputs, RecordedCall *call, Span span);
/* The same, recorded anew: for a function that is not the layer's own, `data`. */
Network *family_record(Apply *apply, int count, Value *const *inputs, RecordedCall *call, void *data, Span span);
/* The only input of a convolution, quantized as it comes, with its channels last; NULL after an error. */
Value *family_conv_input(Apply *apply, int spatial);
/* Fills kernel, stride, dilation, in and channels of a window from the arguments `kernel` and `strides` (NULL strides: the kernel's). */
void family_window(const Apply *apply, const char *kernel, int spatial, const Value *x, Window *window);
/* Pads as the padding argument says: fills out, before, after; may return x with an explicit border (pad_values). NULL after an error. */
Value *family_padding(Apply *apply, const char *kernel, Window *window, Value *x);
/* From its first to its last tap a window lies within VALUE_NUMBERS_MAX pixels along each axis; else an error. */
bool family_reach(Apply *apply, const char *kernel, const Window *window);
/* The taps low..low+count-1 along axis i that see the input where the window, whose taps lie side by side, is at that position of the output. */
typedef struct { int low, count; } TapRange;
TapRange family_taps(const Window *window, int i, int position);
/* One input of `spatial` axes and channels; else an error. */
bool family_spatial(Apply *apply, int spatial);
/* Joins along an axis (without the batch); an error when the other axes differ. */
Value *family_concat(Apply *apply, int axis, int count, Value *const *inputs);
/* x[..., start:stop] along axis (without the batch), or reversed. */
Value *family_cut(Graph *graph, Value *x, int axis, int start, int size);
Value *family_repeat_cell(Graph *graph, Value *x, int axis, int at, int count); /* cell `at` of the axis, `count` times */
bool family_channels_first(const Apply *apply);                 /* what data_format says */
/* x with its channels last; y, whose channels are last, where data_format wants them. */
Value *family_channels_last(const Apply *apply, Value *x);
Value *family_own_format(const Apply *apply, Value *y);
/* run(apply, spatial, x) for the only input x with its channels last; the result as data_format says. NULL after an error. */
Value *family_either_format(Apply *apply, Value *(*run)(Apply *, int, Value *), int spatial);
/* Axis i of the result is axis order[i] of x. */
Value *family_transpose(Graph *graph, Value *x, const int *order);
/* The same with axis `from` at place `to`, the others in order. */
Value *family_move_axis(Graph *graph, Value *x, int from, int to);
Value *family_flip(Graph *graph, Value *x, int axis);
/* Whether the two broadcast. NumPy aligns shapes at their ends, the batch among the axes: a first axis of 1 where only the other one has a batch
 * stands there and is taken off. */
bool family_join(Graph *graph, Value **a, Value **b);
/* The size of image that the layer asks for, and whether the input has it; false after an error. */
bool family_crop_size(Apply *apply, int size[2], bool *fits);
/* The input's middle part of that shape, as large as can be, in that size (Keras' smart_resize, bilinear). */
Value *family_smart_resize(Apply *apply, const int size[2]);
/* The training form where the call says so, x where it says inference, else both behind a switch. */
Value *family_training_only(Apply *apply, Value *x, Value *training);
const char *family_sizes(const Apply *apply, const int *sizes, int count); /* "(3, 3)" */
/* A note at the call that made x: the shape in the message comes from there. */
void family_note_shape(const Apply *apply, Message *message, const Value *x);
/* Axis as Keras counts it (batch is 0, negative from the end), without the batch; -1 and an error when it does not exist. */
int family_axis(const Apply *apply, const char *argument, int axis, const Value *x);
/* The axes of x that the argument names, without the batch, in the order given; their number, 0 after an error: none, too many, or one twice. */
int family_axes(Apply *apply, const char *argument, const Value *x, int axes[SHAPE_MAX]);

/* functions_pad.c: tf.pad */
Object *function_pad(Eval *eval, void *unused, const Call *call);

/* --- function_arguments.c: arguments of a call of a function of tensors */
/* By position or one of two names; NULL: not given. */
const CallArgument *function_argument(const Call *call, int position, const char *name, const char *other);
/* The tensors of the first argument. 0: there are none; -1: an error. */
int function_tensors(Eval *eval, const Call *call, const char *name, const char *owner, KerasTensor **out);
/* What a call gives for which that found none: unknown, as it concerns data or traced values. */
Object *function_without_tensors(Eval *eval, int found, const Call *call, const char *owner);
bool function_integer(Eval *eval, const CallArgument *from, const char *owner, int otherwise, int *out); /* false after an error */
/* Axis of a full shape (a batch is axis 0) as an axis without the batch; -1 and an error when it is none. */
int function_axis_at(int axis, const KerasTensor *x); /* the same of x, without the error */
int function_axis(Eval *eval, int axis, int rank, bool batched, Span span, const char *owner);

/* The mean over the steps of x that count. */
Value *mask_mean(Apply *apply, Value *x, Value *mask, bool keep);

#endif
