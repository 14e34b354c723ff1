/* Apply: what the function of a layer works with: the layer's arguments, its weights, quantizers and activations on values of a graph. */
#ifndef LAYERS_APPLY_H
#define LAYERS_APPLY_H

#include "layers/layer.h"

struct Environment;

enum { LAYER_MAX_OUTPUTS = 64 };

/* One application of a layer to values of a graph. */
struct Apply {
    Layers *layers;
    Graph *graph;
    Layer *layer;
    Span span;
    Value **input;
    int input_count;
    int training;                       /* the call's training=: -1 not given, 0, 1 */
    bool has_steps;                     /* TimeDistributed: the first axis of input[0] counts steps; Keras has steps and samples in one batch */
    Value *output[LAYER_MAX_OUTPUTS];   /* filled in by layers with several outputs, which set output_count too */
    int output_count;
    const struct Environment *outer;    /* values of the surrounding network, for tensors a composite layer captured */
};

/* Runs the layer on values; fills apply->output and output_count. false after errors. */
bool layer_run(Apply *apply);
Value *apply_input(Apply *apply); /* an error: input layers are not called */

/* --- arguments of the layer being applied (arguments.c) */
Object *apply_argument(const Apply *apply, const char *name);
bool apply_has(const Apply *apply, const char *name);
Span apply_span(const Apply *apply, const char *name);
bool apply_fits(const Apply *apply, const char *what, Shape shape);     /* whether a value is of a size that can be; an error if not */
int apply_int(const Apply *apply, const char *name);
double apply_number(const Apply *apply, const char *name);
bool apply_bool(const Apply *apply, const char *name);
const char *apply_text(const Apply *apply, const char *name);                /* NULL: None */
/* An int or a tuple, of which `limit` at most are filled in, None as -1: how many it has; 0: None, -1: neither, or a tuple of something else. */
int apply_ints(const Apply *apply, const char *name, int *out, int limit);
/* "Conv2D: ..." at the argument's text (NULL or not given: at the call). */
Message *apply_error(const Apply *apply, const char *argument, const char *format, ...) __attribute__((format(printf, 3, 4)));
const char *apply_shape_text(const Apply *apply, const Value *value);        /* "(None, 28, 28, 1)" */
bool apply_rank(const Apply *apply, int rank);                               /* of input 0, batch included; else an error */

/* --- weights.c */
/* The value of a variable, made at the first call: uses ROLE_initializer, ROLE_regularizer, ROLE_constraint, ROLE_quantizer.
 * prefix is the start of the argument names ("depthwise" for "depthwise_kernel"). NULL after an error. */
Value *apply_weight(Apply *apply, const char *role, const char *prefix, Shape shape);
/* The same, for roles without arguments. */
Value *apply_state(Apply *apply, const char *role, Shape shape, double initial, const char *initializer_argument);
Value *apply_state_from(Apply *apply, const char *role, Shape shape, Initializer initializer);
bool initializer_make(Layers *layers, Object *rule, Shape shape, Span span, const char *owner, Initializer *out);

/* --- quantizer.c: Larq's quantizers are layers to Keras, with names, and with metrics of their own */
/* Tells what the file made: EvalOptions.made. */
void quantizer_made(Eval *eval, Object *object);
/* The name as Keras gives it to a quantizer when that is made; here at the latest, when it is asked for. */
const char *quantizer_name(Layers *layers, Object *quantizer);
/* The name of a layer that is this quantizer; NULL where it has none, or where a layer has it already. */
const char *quantizer_layer_name(Layers *layers, const Object *callable);
/* The quantizers among a new layer's arguments: names for those given by theirs, and the metrics of the scope for those of kernels. */
void quantizers_bind(Layers *layers, const Signature *signature, Bound *bound, const Call *call);
/* Notes that flip_ratio looks at this kernel, if its quantizer wants that. False after an error. */
bool quantizer_watch(Apply *apply, const char *argument, const Variable *kernel, const Value *quantized);
void quantizers_register(Eval *eval);

/* --- pointwise.c: callables on values */
Value *apply_callable(Apply *apply, Object *callable, int count, Value *const *inputs, Span span);
Value *apply_quantizer(Apply *apply, const char *argument, Value *x);        /* None: x */
/* The activity regularizer's penalty on an output of the layer, None: none; false after an error. */
bool apply_activity_loss(Apply *apply, Object *regularizer, Value *y, Span span);
/* A penalty for the training loss: a sum over the batch, to be divided by its size. */
void apply_extra_loss(Apply *apply, Value *penalty);
const Expr *expr1(const Apply *apply, ExprOp op, const Expr *a);
const Expr *expr2(const Apply *apply, ExprOp op, const Expr *a, const Expr *b);
const Expr *expr_number(const Apply *apply, double value);
uint32_t axes_mask(const Value *x, int first, int count);                    /* axes of the shape without the batch, as reductions count */
Value *apply_random(Apply *apply, Shape shape);                              /* fresh uniform numbers, one set per sample */

/* --- mask.c: the output of a layer gets the mask of its inputs, if the layer passes it on */
void mask_pass(const Apply *apply);

#endif
