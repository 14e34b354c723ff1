/* Layouts of weights for the product kernels: what layout.c sizes and packs, and what the templates pack_*.c make at run time. */
#ifndef PLAN_LAYOUT_H
#define PLAN_LAYOUT_H

#include "plan/plan.h"

static inline int round_up(int n, int to) { return (n + to - 1) / to * to; }

/* A kernel as the product templates see it: row-major [tap][channel of the group][filter]. */
typedef struct { int taps, channels, filters; } KernelShape;
KernelShape kernel_shape_of(const Value *weights);

enum { NIBBLE_FILTERS = 32, CODE_BLOCK = 4 };
/* Filters (TCODES: channels) after padding to whole vectors. */
int layout_padded(const Plan *plan, const Value *weights, Layout layout);
/* Run-time KERNEL_BITS and KERNEL_NIBBLES begin with int32 sums of levels, [tap][padded filter], then one row over all taps: that many
 * words. Constants carry none: a bind function makes the tables it needs. */
int layout_sum_words(const Plan *plan, const Value *weights, Layout layout);
/* Weights as sums of signs: level = sum over planes of -coefficient/2 * (1 - 2*bit), so that xor serves a product of bits. */
bool planes_are_signs(Planes planes);
/* Bits of one level of the value's set: bit p of the result belongs to plane p. */
uint32_t layout_level_code(const Value *value, int level);
/* A constant in another layout than PLAIN; levels are its contents in PLAIN order. */
const void *layout_pack(Arena *arena, const Plan *plan, const Value *value, Layout layout);

#endif
