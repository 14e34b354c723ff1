/* Layer: what all files of the folder share: layers, symbolic tensors, calls, and the state of one compilation. What a layer's function works
 * with is in apply.h, models are in network.h, compile and fit in training.h.
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
typedef struct Apply Apply;
typedef struct CompileCall CompileCall;
typedef struct FitCall FitCall;

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
    const Bound *activity;      /* COMPOSITE: the activity_regularizer that super().__init__ got; NULL: none */
    VEC(KerasTensor *) losses;       /* what it gave to add_loss; COMPOSITE: while its call is recorded */
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
    bool seen, met;
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
/* The row of layers.def of that name, or NULL. */
const LayerType *layer_type_find(const char *name);
Object *layer_create(Eval *eval, void *type, const Call *call);
/* The layer that an instance of a class of the file extends, from the arguments of super().__init__, named after that class; NULL after an error. */
Layer *layer_create_for(Eval *eval, Object *instance, const Call *call);
extern const NativeClass extended_layer; /* extended.c: the root of classes of the file over a layer */
/* Checks of the arguments that need no input shape, at the call that made the layer. */
bool layer_checked(Eval *eval, Layer *layer);
Object *input_layer_create(Eval *eval, const Signature *signature, Bound *bound, const Call *call);
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
/* What stands for such a value while a call is recorded. */
KerasTensor *tensor_placeholder(Layers *layers, const Value *like);
Object *tensor_object(Layers *layers, KerasTensor *tensor);
KerasTensor *tensor_of(const Object *object);
/* Whether lists within lists (and dicts) come to an end soon, to be asked before they are walked; an error if not. */
bool nests_shallow(Eval *eval, const Object *object, Span span, const char *owner);
/* The tensors in an object (a tensor, a list, tuple or dict of tensors), in order; -1 and an error when there is something else. */
int tensors_in(Eval *eval, Object *object, Span span, const char *owner, KerasTensor **out, int limit);
Object *tensors_pack(Layers *layers, int count, KerasTensor *const *tensors, const Object *structure);
KerasTensor *input_tensor(Layers *layers, const char *name, Element element, Shape shape, Span span);

/* A shape object (batch first when `batched`, None allowed there) as Shape; false and an error otherwise. */
bool shape_from_object(Eval *eval, Object *object, bool batched, Span span, const char *owner, Shape *out);
bool element_from_text(Eval *eval, const char *dtype, Span span, const char *owner, Element *out);

/* --- what functions of tensors a file has, each of the folder's files with its own */
void tensor_functions_register(Eval *eval);
void taking_register(Eval *eval);                                           /* taking.c: tf.gather, ... */
void conv_functions_register(Eval *eval);                                   /* conv_functions.c: tf.nn.conv2d, ... */
void matmul_register(Eval *eval);                                           /* matmul.c: tf.matmul, ... */
Object *matmul_of(Eval *eval, KerasTensor *a, KerasTensor *b, Span span);   /* a @ b */
void merge_functions_register(Eval *eval);                                  /* merge.c: add, concatenate, ... */
void formats_register(Eval *eval);                                          /* format.c: tf.keras.backend.set_image_data_format, ... */
void format_complete(Layers *layers, const Signature *signature, Bound *bound); /* data_format=None becomes the session's */

#endif
