/* Layers: Keras and Larq layers, models and training settings as native objects of the language.
 *
 * layers.def rows are LAYER(Name, "aliases", "module", "signature", function-suffix, "one line of help"). Creating a layer binds
 * its arguments (lang's signature_bind); calling it on tensors runs its function, which checks shapes and adds nodes to the graph.
 * Variables are made at the first call and shared by later ones. Compound layers are written in terms of others. */
#ifndef LAYERS_LAYERS_H
#define LAYERS_LAYERS_H

#include "graph/model.h"
#include "lang/eval.h"

/* Input shape from the command line (--input 28,28,1), rank 0: none. */
typedef struct {
    const char *model_expression; /* --model EXPR or NULL */
    Shape input_shape;
    const char *input_dtype;      /* NULL: as the file says */
    bool training;                /* training C is wanted: a file without model.compile gets Adam and a loss that suits its output, with a warning */
    bool callbacks;               /* fit's callbacks are wanted: `bnnc train` */
} ModelOptions;

/* State of one compilation, to be put in EvalOptions.layers; registers every layer, model class, Input, fit/compile method... */
void *layers_new(Arena *arena, ExprPool *pool, Diag *diag, const ModelOptions *options);
void layers_register(Eval *eval);

/* After eval_run: chooses the model (LANGUAGE.md section 7), finishes it, traces losses and update rules.
 * NULL after errors. */
Model *layers_select_model(Eval *eval, const Node *module);

/* The whole front half in one call: parse, evaluate, select. Used by every subcommand and test. NULL after errors in diag. */
typedef struct {
    ModelOptions model;
    const char *const *set_names, *const *set_values; /* --set */
    int set_count;
    const char *const *callbacks; /* --callback: expressions of the language, evaluated after the file */
    int callback_count;
    bool explain;
} FrontOptions;
Model *model_from_source(Arena *arena, const Source *source, const FrontOptions *options, Diag *diag);

/* The two tables of larq.models.summary, character for character; macs: its include_macs, which concerns the second table alone. */
const char *layers_larq_summary(Arena *arena, const Model *model, bool macs);
/* The same figures as one JSON object. */
const char *layers_summary_json(Arena *arena, const Model *model);

/* The table, for help. */
typedef struct { const char *name, *aliases, *module, *signature, *summary; } LayerRow;
const LayerRow *layers_table(int *count);

#endif
