/* Flips: Larq's metric flip_ratio: which share of a kernel's quantized values changes from one training batch to the next, as the mean over the
 * batches of an epoch; the first of an epoch counts nothing. Values are compared as int8, rounded toward zero. */
#ifndef RUN_FLIPS_H
#define RUN_FLIPS_H

#include "run/logs.h"

typedef struct {
    const char *name;            /* "flip_ratio/quant_dense" */
    const Expr *quantizer;       /* of ARG 0, pure */
    size_t offset, count;        /* of the kernel in the state, in floats */
    int8_t *previous;
    float *values;
    double total;
    int64_t updates;             /* batches of this epoch */
} FlipRatio;
typedef struct { FlipRatio *at; int count; } Flips;

Flips flips_new(Arena *arena, const TrainProgram *program);
void flips_begin(Flips *flips);                            /* an epoch */
void flips_update(Flips *flips, const float *state);       /* before each batch */
void flips_log(const Flips *flips, Logs *logs);

#endif
