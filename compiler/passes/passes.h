/* Passes: rows {name, INFER|TRAIN, function} of passes.def; the graph is verified after each.
 *
 * To the canonical graph (the definition of every bit; what the reference interpreter runs):
 *   INFER: resolve-switch, lower-batchnorm (moving statistics), score (validation only), split-reductions, integers
 *   TRAIN: resolve-switch, autodiff (with batch statistics; adds loss, gradients, optimizer updates, constraints),
 *          split-reductions, integers
 * From there, keeping every bit:
 *   INFER with weights: fold-constants, whole-weights, commute-reshape, commute-pool, absorb-signs, fuse-threshold; both: merge-equal, fuse-pointwise, remove-dead
 */
#ifndef PASSES_PASSES_H
#define PASSES_PASSES_H

#include "graph/model.h"

typedef enum { MODE_INFER = 1, MODE_TRAIN = 2 } PassMode;

typedef struct {
    PassMode mode;
    const Model *model;          /* TRAIN: losses, update rules */
    bool scores;                 /* INFER: with labels, loss and metrics, in phase 1 (validation) */
    bool constants;              /* INFER: variables have data, fold them (packed inference C) */
    const char *stop_after;      /* --dump=graph:PASS, NULL: run all; "canonical": stop at the canonical graph */
    bool keep_gradients;         /* TRAIN: list every gradient in graph->gradients (tests) */
} PassOptions;

typedef struct {
    const char *name, *summary;
    PassMode modes;
    bool canonical;              /* part of the way to the canonical graph */
    void (*run)(Graph **graph, const PassOptions *options);
} PassRow;
const PassRow *passes_table(int *count);

/* Runs the passes of the mode on a copy of `semantic`; the input graph is not changed. */
Graph *passes_run(const Graph *semantic, const PassOptions *options);

/* What could not be done, for the report: "conv2: two thresholds in channel 3, float epilogue kept". */
typedef struct { const char *value_name; const char *text; Span span; } PassNote;
const PassNote *passes_notes(const Graph *graph, int *count);

#endif
