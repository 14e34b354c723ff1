/* Golden: one case of tests/larq with what real Larq computed: its model, weights, inputs and labels as the interpreter takes them. */
#ifndef SUPPORT_GOLDEN_H
#define SUPPORT_GOLDEN_H

#include "io/io.h"
#include "layers/layers.h"

typedef struct {
    Arena *arena;
    const char *name;
    const TensorFile *file;
    Model *model;
    uint64_t seed;
    int batch, steps;       /* optimizer steps that the golden knows of; 1 without model.compile */
    const char *missing;    /* the first weight that golden_weights did not find */
} Golden;

/* Names of DIRECTORY/cases/NAME.bnn that begin with `prefix`, sorted. NULL and a message when the folder cannot be read. */
const char **golden_names(Arena *arena, const char *directory, const char *prefix, int *count);
/* False after printing why not. */
bool golden_open(Golden *golden, Arena *arena, const char *directory, const char *name);
double golden_number(const Golden *golden, const char *key, double otherwise);

/* What the golden calls a variable: LAYER/VARIABLE, also of a layer inside another one's class, whose name here begins with that one's. */
const char *golden_key(const Golden *golden, const Variable *variable);
/* The starting value of a variable: false when the golden has none (optimizer slots, counters). `out` is filled. */
bool golden_weight(Golden *golden, const Variable *variable, float *out);
/* Gives every variable of the model its starting value. False when one is missing that should not be. */
bool golden_set_weights(Golden *golden);
/* batch samples of each input: float, or int32_t where the model takes integers. */
const void **golden_inputs(Golden *golden, const Graph *graph);
/* Labels of graph->labels: the golden's y, or its dy when the model has no loss of its own. */
const void **golden_labels(Golden *golden, const Graph *graph, bool compiled);

#endif
