/* Network: models, and classes whose call is recorded: tensors from inputs to outputs, run again on any graph. */
#ifndef LAYERS_NETWORK_H
#define LAYERS_NETWORK_H

#include "layers/layer.h"

/* Tensors from inputs to outputs. */
struct Network {
    VEC(KerasTensor *) inputs, outputs;
    VEC(KerasTensor *) losses;  /* FUNCTIONAL: what model.add_loss was given */
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
/* The regularizer that the argument names; NULL after an error. */
const Bound *own_loss_activity(Eval *eval, const CallArgument *argument);
/* Adds to the outputs of a call what its losses and its activity regularizer want. False after an error. */
bool own_losses_join(Layers *layers, Layer *layer, int count, KerasTensor **outputs, Span span);
/* phase.c: what the layer's callable returns, recorded once, or once for each phase where it asks for `training` and its caller leaves that open;
 * outputs: its tensors, those of both phases behind a switch. NULL after an error. */
Object *phases_record(Layers *layers, Layer *layer, Object *callable, const Call *call, KerasTensor **outputs, int *count);
/* own_weight.c: self.add_weight(...) of the owner, a layer: the weight as a tensor. */
Object *own_weight_create(Eval *eval, void *owner, const Call *call);
bool is_own_weight(const Layer *layer);
bool composite_call(Layers *layers, Layer *layer, CallNode *node, const Call *call);
bool model_build(Layers *layers, Layer *layer, Element element, Shape shape, Span span);
const char *model_describe(Arena *arena, const Object *self);

#endif
