/* Layer: what the folder's own files share: layers, symbolic tensors, calls, and the state of one compilation.
 *
 * A layer call is recorded as a CallNode between Tensors, and checked at once by running the layer's function on a scratch graph: the
 * Value of a KerasTensor there gives its shape. When the model has been chosen its nodes are run again on the graph that is kept. */
#ifndef LAYERS_LAYER_H
#define LAYERS_LAYER_H

#include "base/bug.h"
#include "layers/layers.h"

typedef struct Layers Layers;
typedef struct Layer Layer;
typedef struct KerasTensor KerasTensor;
typedef struct CallNode CallNode;
typedef struct Network Network;
typedef struct CompileCall CompileCall;
typedef struct FitCall FitCall;

struct Environment;

enum { LAYER_MAX_OUTPUTS = 64 };

/* One application of a layer to values of a graph. */
typedef struct {
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
} Apply;

/* Checks shapes, adds nodes, returns the (first) output; NULL after an error. */
typedef Value *(*LayerFunction)(Apply *apply);

typedef struct {
    LayerRow row;
    LayerFunction apply;
} LayerType;

typedef enum { LAYER_PLAIN, LAYER_INPUT, LAYER_OPERATION, LAYER_FUNCTIONAL, LAYER_SEQUENTIAL, LAYER_COMPOSITE } LayerKind;

struct Layer {
    LayerKind kind;
    const LayerType *type;      /* NULL unless PLAIN */
    const char *class_name;     /* "QuantConv2D" */
    const char *name;           /* "quant_conv2d_1" */
    const char *path;           /* "net/block/quant_conv2d_1": with the composite layers around it */
    Span span, name_span;
    const Signature *signature;
    Bound *bound;
    LayerFunction apply;
    const void *data;           /* of the apply function: operations */
    bool trainable;
    bool called, used;          /* used: it is in a network, or wrapped, or a quantizer */
    VEC(Variable *) variables;
    Graph *variables_graph;     /* the graph they belong to */
    VEC(CallNode *) nodes;
    Object *object;             /* what the language sees: a native object or an instance */
    Layer *inner;               /* wrappers: TimeDistributed */
    VEC(Network *) recorded;    /* Lambda, and TimeDistributed around a class of the file: what its call did, for each shape of its inputs */
    /* models and composites */
    bool is_model;
    Network *network;           /* FUNCTIONAL; SEQUENTIAL once it has been built */
    VEC(Layer *) children;      /* SEQUENTIAL: without the input layer; COMPOSITE: layers stored on it or called by it */
    Layer *input_layer;         /* SEQUENTIAL */
    VEC(KerasTensor *) chain;        /* SEQUENTIAL: the input, then the output of each child */
    bool summarized, summarized_without_macs; /* the file calls its summary, last with include_macs=False */
    VEC(KerasTensor *) losses;       /* COMPOSITE, while its call is recorded: what it gave to add_loss */
    bool built, broken;         /* broken: an error in its layers was reported */
    CompileCall *compile;
    FitCall *fit;
};

struct KerasTensor {
    int id;
    CallNode *node;             /* NULL: a placeholder of a composite layer */
    int index;                  /* which output of the node */
    Value *value;               /* on the scratch graph */
    Object *object;
};

struct CallNode {
    int id;
    Layer *layer;
    Span span;
    KerasTensor **input, **output;
    int input_count, output_count;
    int training;
    Network *network;           /* COMPOSITE: what its call did */
    int depth;                  /* scratch of network_new */
    bool seen;
};

/* Tensors from inputs to outputs. */
struct Network {
    VEC(KerasTensor *) inputs, outputs;
    VEC(CallNode *) nodes;      /* parents first, in Keras' order */
    VEC(Layer *) layers;        /* in Keras' order */
    Object *structure;          /* what the caller gets: NULL for one tensor, else a list, tuple or dict shaped like the outputs */
};

/* Values of tensors while a network is run on a graph. */
typedef struct Environment {
    Value **at;                 /* by tensor id */
    int count;
    const struct Environment *outer;
    int training;
    int repeats;                /* TimeDistributed: its layers run on so many steps a sample; 0: once */
    /* Keras runs a model that TimeDistributed wraps once more, for its mask, with all that this moves and adds: */
    int wrappers;               /* how many TimeDistributed stand around what comes next, one in the other */
    int more_runs;              /* of the network that runs now; 0: none */
} Environment;

struct CompileCall {
    Span span;
    Object *optimizer, *loss, *loss_weights, *metrics;
    Object *weighted_metrics;   /* the same, as long as no sample has a weight */
    Span optimizer_span, loss_span, weights_span, metrics_span;
};

struct FitCall {
    FitInfo info;
    Object *callbacks;          /* a callback, or a list of them */
    Span callbacks_span;
    Shape input_shape;          /* of the array given to fit; rank 0: unknown */
};

typedef struct { const char *prefix; int count; } NameCount;

/* A number of an optimizer that a callback sets. */
typedef struct { const Object *optimizer; const char *parameter; Hyperparameter state; } HyperBinding;

struct Layers {
    Arena *arena;
    ExprPool *pool;
    Diag *diag;
    Eval *eval;
    ModelOptions options;
    Graph *scratch;
    Signature **signatures;     /* by row */
    VEC(NameCount) names;
    VEC(Layer *) all;
    VEC(Layer *) models;
    VEC(KerasTensor *) tensors;
    Object *metrics;            /* what lq.context.metrics_scope adds to quantizers made now: a LIST, or NULL */
    VEC(HyperBinding) hypers;
    VEC(Object *) callbacks;    /* of the command line */
    VEC(Layer *) inside;        /* whose call is running, a composite or Lambda each; NULL: a Sequential is built, which stands for itself */
    int node_count;
    bool channels_first;        /* what the session's layers take for data_format=None */
    int streams;                /* of random numbers, counted anew for each graph */
    Object *layer_class, *model_class, *sequential_class;
};

Layers *layers_of(Eval *eval);
extern const NativeType layer_native, model_native, tensor_native, variable_native, callback_native;

/* --- layer.c */
Layer *layer_new(Layers *layers, LayerKind kind, const char *class_name, Span span);
/* Keras' automatic name of a class: "quant_conv2d", then "quant_conv2d_1". */
const char *layers_unique_name(Layers *layers, const char *prefix, bool zero_based);
void layer_set_name(Layers *layers, Layer *layer, Object *name, Span span);
/* The layer behind a native object or an instance of a class of the file; NULL: it is none. */
Layer *layer_of(const Object *object);
/* Whether it is Keras' or Larq's layer of that name: a class of the file may have the same one. */
bool layer_is(const Layer *layer, const char *class_name);
Object *layer_create(Eval *eval, void *type, const Call *call);
/* The layer that an instance of a class of the file extends, from the arguments of super().__init__, named after that class; NULL after an error. */
Layer *layer_create_for(Eval *eval, Object *instance, const Call *call);
extern const NativeClass extended_layer; /* extended.c: the root of classes of the file over a layer */
/* Checks of the arguments that need no input shape, at the call that made the layer. */
bool layer_checked(Eval *eval, Layer *layer);
Value *apply_input(Apply *apply); /* an error: input layers are not called */
Object *input_layer_create(Eval *eval, const Signature *signature, Bound *bound, const Call *call);
/* Runs the layer on values; fills apply->output and output_count. false after errors. */
bool layer_run(Apply *apply);
void layer_set_trainable(Layer *layer, bool trainable);
Object *layer_weights_attribute(Layers *layers, Layer *layer, const char *name);
const char *layer_names(Arena *arena, const Object *self);
Object *layer_attribute(Eval *eval, Object *self, const char *name, Span span);
bool layer_set_attribute(Eval *eval, Object *self, const char *name, Object *value, Span span);
/* What lies in a layer that is not trainable is not, either, whatever it says of itself: model.trainable = False; model.layers[-1].trainable = True. */
void layer_freeze_containers(const Layer *layer);
void layer_variables(const Layer *layer, void (*visit)(void *context, Variable *variable), void *context);

/* --- call.c */
Object *layer_call(Eval *eval, Object *self, const Call *call);
/* Records the call; the outputs as tensors. false after errors. */
bool layer_call_tensors(Layers *layers, Layer *layer, int count, KerasTensor *const *inputs, int training, Span span, CallNode **node);
/* A layer called on a traced expression, inside a quantizer or a loss: its pointwise function. */
Object *layer_call_expression(Eval *eval, Layer *layer, Object *x, Span span);
/* An operation such as `+`: a layer of its own in Keras' eyes. */
Object *operation_call(Eval *eval, const char *name, LayerFunction apply, const void *data, int count, KerasTensor *const *inputs, Span span);
/* The same under a whole name. */
Object *operation_call_as(Eval *eval, const char *name, LayerFunction apply, const void *data, int count, KerasTensor *const *inputs, Span span);
/* Keras' name of the operation that a function makes of tensors; a quantizer is a layer and is named as one. */
const char *operation_name(Layers *layers, const Object *callable);
bool is_quantizer_object(const Object *callable);
KerasTensor *tensor_new(Layers *layers, CallNode *node, int index, Value *value);
Object *tensor_object(Layers *layers, KerasTensor *tensor);
KerasTensor *tensor_of(const Object *object);
/* Whether lists within lists (and dicts) come to an end soon, to be asked before they are walked; an error if not. */
bool nests_shallow(Eval *eval, const Object *object, Span span, const char *owner);
/* The tensors in an object (a tensor, a list, tuple or dict of tensors), in order; -1 and an error when there is something else. */
int tensors_in(Eval *eval, Object *object, Span span, const char *owner, KerasTensor **out, int limit);
Object *tensors_pack(Layers *layers, int count, KerasTensor *const *tensors, const Object *structure);
KerasTensor *input_tensor(Layers *layers, const char *name, Element element, Shape shape, Span span);

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
Value *apply_activation(Apply *apply, Value *x);                             /* the activation argument, then the activity regularizer */
/* A penalty for the training loss: a sum over the batch, to be divided by its size. */
void apply_extra_loss(Apply *apply, Value *penalty);
const Expr *expr1(const Apply *apply, ExprOp op, const Expr *a);
const Expr *expr2(const Apply *apply, ExprOp op, const Expr *a, const Expr *b);
const Expr *expr_number(const Apply *apply, double value);
uint32_t axes_mask(const Value *x, int first, int count);                    /* axes of the shape without the batch, as reductions count */
Value *apply_random(Apply *apply, Shape shape);                              /* fresh uniform numbers, one set per sample */

/* --- mask.c: the output of a layer gets the mask of its inputs, if the layer passes it on */
void mask_pass(const Apply *apply);

/* --- network.c */
/* owner: for messages, NULL inside a composite layer, whose call recorded the nodes from first_node on. NULL after errors. */
Network *network_new(Layers *layers, int input_count, KerasTensor *const *inputs, int output_count, KerasTensor *const *outputs, Span span,
                     const char *owner, int first_node);
/* What a model sees that runs inside `outer` (NULL: nothing). */
Environment environment_of_model(const Environment *outer);
/* The value of a tensor here or further out; NULL: there is none. */
Value *environment_find(const Environment *environment, const KerasTensor *tensor);
/* Runs a network on a graph. false after errors. */
bool network_run(Layers *layers, Graph *graph, const Network *network, Value *const *inputs, Value **outputs, int training,
                 const Environment *outer, Environment *kept);

/* --- model.c, sequential.c, methods.c, subclass.c */
void inputs_register(Eval *eval);
Layer *model_layer_new(Layers *layers, LayerKind kind, Span span);
/* An instance's layer becomes a model of that kind: class Net(Sequential), super().__init__(inputs=..., outputs=...). */
void model_make(Layer *layer, LayerKind kind);
void subclass_register(Eval *eval);
void methods_register(Eval *eval);
Object *model_create(Eval *eval, const Call *call);
Object *sequential_create(Eval *eval, const Call *call);
bool sequential_fill(Eval *eval, Layer *layer, Object *list, Span span);
bool sequential_add(Eval *eval, Layer *layer, Object *item, Span span);
void sequential_pop(Layer *layer);
bool sequential_build(Layers *layers, Layer *layer, Element element, Shape shape, Span span);
/* The network of a model; NULL while its input shape is not known. */
Network *model_network(Layers *layers, Layer *layer);
/* A layer for a list of layers: a layer object, or a function or quantizer made into one; NULL and an error otherwise. */
Layer *layer_from_object(Eval *eval, Object *object, Span span, const char *owner);
Layer *operation_layer(Layers *layers, Object *callable, Span span);
bool model_fill(Eval *eval, Layer *layer, Object *inputs, Span inputs_span, Object *outputs, Span outputs_span);
Object *model_attribute(Eval *eval, Object *self, const char *name, Span span);
/* What Keras gives every class over a layer: add_weight, add_loss while the call is recorded, build; NULL: another name. */
Object *composite_member(Eval *eval, Layer *layer, const char *name);
void composite_sort_children(Layers *layers, Layer *layer);
/* own_loss.c: self.add_loss(tensor) of the owner, a layer whose call is recorded; and what it gave there, added where the output is passed on. */
Object *own_loss_add(Eval *eval, void *owner, const Call *call);
bool own_losses_join(Layers *layers, Layer *layer, KerasTensor **output, Span span);
/* phase.c: `training` of a call whose caller leaves it open. phase->training: which of the two the call is recorded for; asked: whether it depends
 * on that. phase_call gives the call as Keras makes it; phase_join puts what the two recordings return together, in place of `inference`. */
typedef struct { bool training, asked; } Phase;
Call phase_call(Layers *layers, const Object *method, const Call *call, Phase *phase);
bool phase_join(Layers *layers, int count, KerasTensor **inference, KerasTensor *const *training, Span span);
/* own_weight.c: self.add_weight(...) of the owner, a layer: the weight as a tensor. */
Object *own_weight_create(Eval *eval, void *owner, const Call *call);
bool is_own_weight(const Layer *layer);
bool composite_call(Layers *layers, Layer *layer, CallNode *node, const Call *call);
bool model_build(Layers *layers, Layer *layer, Element element, Shape shape, Span span);
const char *model_describe(Arena *arena, const Object *self);
/* A shape object (batch first when `batched`, None allowed there) as Shape; false and an error otherwise. */
bool shape_from_object(Eval *eval, Object *object, bool batched, Span span, const char *owner, Shape *out);
bool element_from_text(Eval *eval, const char *dtype, Span span, const char *owner, Element *out);

/* --- tensor.c, functions.c, training.c, optimizer.c, fit.c */
void tensor_functions_register(Eval *eval);
void taking_register(Eval *eval);                                           /* taking.c: tf.gather, ... */
void matmul_register(Eval *eval);                                           /* matmul.c: tf.matmul, ... */
Object *matmul_of(Eval *eval, KerasTensor *a, KerasTensor *b, Span span);   /* a @ b */
void merge_functions_register(Eval *eval);                                  /* merge.c: add, concatenate, ... */
void formats_register(Eval *eval);                                          /* format.c: tf.keras.backend.set_image_data_format, ... */
void format_complete(Layers *layers, const Signature *signature, Bound *bound); /* data_format=None becomes the session's */
void callbacks_register(Eval *eval);
Object *model_compile(Eval *eval, void *layer, const Call *call);
Object *model_fit(Eval *eval, void *layer, const Call *call);
bool training_trace(Layers *layers, Layer *layer, Model *model);
/* outputs.c */
const char *outputs_name(const Model *model, int index);
/* The entry of a list, a dict by output name, or one thing for all outputs; None where there is none. */
Object *outputs_given(const Model *model, Object *given, int index);
/* metrics.c: those of compile(metrics=...), into model->compile.metrics; losses were traced before. */
bool metrics_trace(Layers *layers, const CompileCall *compile, Model *model);
/* "accuracy" or "crossentropy" when the name is short for whichever fits the output; else NULL. */
const char *metrics_stands_for(const char *name);

/* select_hints.c: errors of a file with several models, of which none is meant, and of one with none. */
void select_several(Layers *layers, Layer *const *models, int count, const Node *module);
void select_none(Layers *layers, const Node *module);

/* logits.c: whether the value is the named activation of something; the activation whose argument Keras hands to the loss or metric of that
 * name (NULL: none); the same loss with from_logits=True. */
bool logits_are_of(Layers *layers, const Value *output, const char *name, Span span);
const char *logits_activation(Layers *layers, const char *loss, const Value *output, Span span);
Object *logits_taken(Layers *layers, Object *loss, Span span);
bool optimizer_trace(Layers *layers, Object *optimizer, Span span, Graph *graph, UpdateRule **rules);
/* The settings of the last fit, and its callbacks; before training_trace. false after errors. */
bool fit_finish(Layers *layers, Layer *layer, Model *model);
/* A file without model.compile gets what most people would have written. */
void training_default(Layers *layers, Layer *layer, Model *model);
bool optimizer_is_case(const Object *optimizer);                            /* hyper.c */
/* callback.c: a callback of fit with its arguments as data; scheduler's numbers become hyperparameters of `optimizer`. false: it is left out, or an
 * error was reported. */
bool callback_finish(Layers *layers, Object *object, Object *optimizer, Span span, Callback *out);
/* hyper.c: the state variable for a number of an optimizer; NULL after an error. */
const char *hyper_bind(Layers *layers, Object *optimizer, const char *parameter, Span span, const char *owner);
/* The optimizer with those numbers taken from the state; they are listed in the rule. */
Object *hyper_optimizer(Layers *layers, Object *optimizer, UpdateRule *rule);
/* One of an object's family arguments; `otherwise` when it is no number. */
double family_number(const Object *object, const char *name, double otherwise);

const LayerType *layer_type_find(const char *name);

#endif
