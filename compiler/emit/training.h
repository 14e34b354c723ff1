/* What the files that print training C share: the two plans, names of parameters, pointers, bodies of entry points. */
#ifndef EMIT_TRAINING_H
#define EMIT_TRAINING_H

#include "emit/internal.h"

typedef struct {
    Arena *arena;
    const Plan *train, *evaluate;
    const EmitOptions *options;
    const char *prefix, *PREFIX;
    Function *functions, *evaluate_functions;
} Training;
/* Where the values of one plan lie: state, inputs, labels and outputs under their names, the workspace under `buffer`. */
typedef struct { const Training *training; const Plan *plan; } Context;
Places places_of(Context *context);

/* training.c */
const char *state_pointer(const Training *training, const Variable *variable);
const char *label_name(const Training *training, int index);
/* "const float *input, " and "const int32_t *label, " with their types, or the names alone. */
void add_inputs(const Training *training, Text *text, bool types);
void add_labels(const Training *training, Text *text, bool types);
enum { BODY_NAMES = 64 };
/* Appends the names of inputs (and labels) to the list of a function's parameters, which print_body wants: returns the new count. */
int input_names(const Training *training, const char **names, int count, bool labels);
/* A body in braces; parameters that it does not use are mentioned, so that no compiler warns. */
void print_body(Text *out, const Training *training, const char *body, const char *const *names, int count);
/* The calls of one phase of a plan. */
void add_calls(Text *body, const Plan *plan, const Function *functions, const Places *places, int phase);
const char *result_pointer(const Plan *plan, const Places *places, const Value *value);
void add_metric_means(Text *body, const Plan *plan, const Places *places);

/* evaluate.c: pack, predict, evaluate, test_batch, and their prototypes; bytes of the workspace that they need. */
void evaluation_print(Text *out, const Training *training);
void evaluation_print_prototypes(Text *out, const Training *training);
size_t evaluation_workspace_bytes(const Plan *evaluate);

/* variables.c: the table of variables, and init. */
void variables_print(Text *out, const Training *training);
void init_print(Draft *draft, const Training *training);

#endif
