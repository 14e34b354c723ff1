/* bnn_train.h: random numbers and initial values, for generated training code. */
#ifndef BNN_TRAIN_H
#define BNN_TRAIN_H

#include "bnn.h"

/* Counter-based random numbers: the same (seed, step, stream, index) gives the same number everywhere. Uniform in [0, 1), 24 bits. */
float bnn_random(uint64_t seed, uint64_t step, uint32_t stream, uint64_t index);
/* Fills one variable by its initializer; `name` decides the stream, so adding a layer does not change the others. */
void bnn_initialize(const bnn_variable *variable, uint64_t seed, float *out);

#endif
