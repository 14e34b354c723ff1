/* The formula for weights, inputs and labels of the goldens (tests/larq/README.md): splitmix64 over a hash of the tensor's name. */
#ifndef SUPPORT_FORMULA_H
#define SUPPORT_FORMULA_H

#include "graph/graph.h"

uint64_t formula_raw(uint64_t seed, const char *name, uint64_t index);
/* A weight by the role in its name: kernel (quantized or not), gamma, moving_mean, moving_variance, alpha, else. */
void formula_weight(const Variable *variable, uint64_t seed, float *out);
/* Float input: v * 2 with special values 0, -0, 1, -1; integers: u8, i8. */
void formula_input_f32(uint64_t seed, const char *name, int64_t count, float *out);
void formula_input_i32(uint64_t seed, const char *name, Element element, int64_t count, int32_t *out);

#endif
