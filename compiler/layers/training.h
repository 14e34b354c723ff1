/* Training: what compile and fit say, traced: losses, metrics, optimizers and callbacks. */
#ifndef LAYERS_TRAINING_H
#define LAYERS_TRAINING_H

#include "layers/network.h"

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

Object *model_compile(Eval *eval, void *layer, const Call *call);
Object *model_fit(Eval *eval, void *layer, const Call *call);
bool training_trace(Layers *layers, Layer *layer, Model *model);
/* outputs.c */
/* Keras' name of the graph's next output is its layer's; of several from one layer, the second is called `name_1`. */
const char *outputs_name_after(const Graph *graph, const CallNode *node);
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
void callbacks_register(Eval *eval);
/* callback.c: a callback of fit with its arguments as data; scheduler's numbers become hyperparameters of `optimizer`. false: it is left out, or an
 * error was reported. */
bool callback_finish(Layers *layers, Object *object, Object *optimizer, Span span, Callback *out);
/* hyper.c: the state variable for a number of an optimizer; NULL after an error. */
const char *hyper_bind(Layers *layers, Object *optimizer, const char *parameter, Span span, const char *owner);
/* The optimizer with those numbers taken from the state; they are listed in the rule. */
Object *hyper_optimizer(Layers *layers, Object *optimizer, UpdateRule *rule);
/* One of an object's family arguments; `otherwise` when it is no number. */
double family_number(const Object *object, const char *name, double otherwise);

#endif
