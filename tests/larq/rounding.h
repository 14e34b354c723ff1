/* Rounding: a training run in which every float sum is off by as much as another order of summation may put it off. */
#ifndef LARQ_ROUNDING_H
#define LARQ_ROUNDING_H

#include "run/interp.h"

typedef struct {
    Arena *arena;
    uint64_t random;
    Tensor *terms;  /* by value id: the sums of absolute terms of integer products */
} Rounding;

/* A watch of the interpreter, with a Rounding as its context: changes the value by up to 2 ulp of the sum of its absolute terms, so that two
 * sums which lie within 4 ulp may come out in either order. Sums alone are changed: float products, sums and means, and the rescaled sums
 * of integer products, which TensorFlow adds up as floats. */
void rounding_watch(void *context, const Value *value, int batch, const Tensor *in, Tensor out);
Rounding *rounding_new(Arena *arena, const Graph *graph, uint64_t seed);

#endif
