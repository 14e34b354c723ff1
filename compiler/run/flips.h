/* Flips: Larq's metric flip_ratio: which share of a kernel's quantized values changes from one look to the next, as the mean over the looks of an
 * epoch; the first of an epoch counts nothing. A look is a call of a layer, once a batch: a quantizer that layers share has one metric, which
 * sees their kernels in turn. Values are compared as int8, rounded toward zero; sums are float32, as in Larq. */
#ifndef RUN_FLIPS_H
#define RUN_FLIPS_H

#include "run/logs.h"

typedef struct {
    const char *name, *validation_name; /* "flip_ratio/ste_sign", "val_flip_ratio/ste_sign" */
    const void *quantizer;       /* which one */
    size_t count;                /* of values */
    int8_t *previous;
    float total;
    int64_t looks;               /* of this epoch */
} FlipRatio;
typedef struct { FlipRatio *ratio; const Expr *value; size_t offset; /* of the kernel in the state, in floats */ } KernelLook;
typedef struct {
    FlipRatio *at;
    KernelLook *look;            /* in the order of a batch */
    float *values;               /* scratch: of the largest kernel */
    int count, look_count;
} Flips;

Flips flips_new(Arena *arena, const TrainProgram *program);
void flips_begin(Flips *flips);                            /* an epoch, or its validation */
void flips_update(Flips *flips, const float *state);       /* before each batch */
void flips_log(const Flips *flips, bool validation, Logs *logs);

#endif
