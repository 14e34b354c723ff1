/* What the rows of products share: the geometry of a window in three dimensions, and bindings that every product template has. */
#ifndef PLAN_PRODUCT_H
#define PLAN_PRODUCT_H

#include "plan/kernels.h"
#include "plan/layout.h"

/* slices, rows, cols; missing dimensions are single points in front. Dense: one point; `leading` rows a sample. */
typedef struct {
    int in[3], out[3], kernel[3], stride[3], dilation[3], before[3];
    int taps, in_pixels, out_pixels, channels, filters, leading;
    bool dense, padded;      /* padded: some output pixel sees a tap outside */
} Geometry;
Geometry product_geometry(const Value *value);

/* A reason, or NULL. */
const char *product_refuses(const Value *value, Role role, bool integers);  /* role, one group, shared weights, integer or not */
bool product_integers(const Value *value);
bool product_grouped(const Value *value);                                    /* one level operand: sums in groups of four */
bool target_has_nibbles(const Plan *plan);

void bind_window(Step *step, const Geometry *g);
/* Thresholds as a comparison of sums, or the epilogue. `padded` channels have a threshold that sets no bit. */
void bind_sums_out(Step *step, int padded);
/* Output pixels that share one load of weights. */
int product_tile(const Step *step, const Geometry *g, int most, int window_bytes);

#endif
