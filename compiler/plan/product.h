/* What the rows of products share: the geometry of a window in three dimensions, and bindings that every product template has. */
#ifndef PLAN_PRODUCT_H
#define PLAN_PRODUCT_H

#include "plan/kernels.h"
#include "plan/layout.h"

/* slices, rows, cols; missing dimensions are single points in front. Dense: one point; `leading` rows a sample. */
typedef struct {
    int in[3], out[3], kernel[3], stride[3], dilation[3], before[3];
    int taps, in_pixels, out_pixels, channels, filters, groups, leading;
    bool dense, padded;      /* padded: some output pixel sees a tap outside */
} Geometry;
Geometry product_geometry(const Value *value);

/* A reason, or NULL. */
const char *product_refuses(const Value *value, Role role, bool integers);  /* role, one group, shared weights, integer or not */
const char *product_refuses_kind(const Value *value, Role role, bool integers);  /* role, shared weights, integer or not */
const char *product_refuses_groups(const Value *value, int unit);            /* groups must be of whole units of channels and blocks of filters */
const char *product_refuses_two_levels(const Value *value, Role role, int bits); /* input `bits` has one plane, a bit picks its level; the other is float */
double product_macs(const Value *value);                                     /* a sample */
Geometry group_geometry(const Value *value);                                 /* channels: those of a group */
bool product_integers(const Value *value);
bool product_grouped(const Value *value);                                    /* one level operand: sums in groups of four */
bool target_has_nibbles(const Plan *plan);

/* regions.c: the windows of a product, or those of its input gradient. Dense rows are pixels with one tap. */
View product_view(const Geometry *g, bool back);
/* Regions of the step's view, and the holes that describe them as functions of `region`. Where the sources lie apart (the input gradient of a
 * stride) there are no such rectangles: the holes then describe one region with every tap, and the template tests them. */
void bind_regions(Step *step, const View *view);
/* Whether, and how, the template tests the taps of that one region. */
void bind_tests(Step *step);
/* BUG unless the regions tile the output, each with exactly the taps that its pixels see. */
void regions_verify(const Step *step);
int region_taps(const Region *region);
bool view_is_apart(const View *view);

void bind_window(Step *step, const Geometry *g);    /* templates that have other code for dense rows and for volumes */
void bind_points(Step *step, const Geometry *g);    /* kernel gradients; one pixel: groups of four are samples (compiler/README.md) */
void bind_pixels(Step *step, const Geometry *g);    /* templates that have not */
/* store.c: thresholds as a comparison of sums, or the epilogue. `padded` channels have a threshold that sets no bit. */
void bind_store(Step *step, int padded);
/* windows.c. A row holds a pixel's window: [plane][tap][depth], of which `units` are copied from the source ([pixel][plane][unit]). */
typedef struct { const char *x_type, *row_type; int planes, units, depth; } Rows;
void bind_windows(Step *step, const Geometry *g, const Rows *rows);
/* Groups, one after the other: `group`, and its filters from $first_filter$ on. */
void bind_groups(Step *step, const Geometry *g);
/* A statement before the first region; parameters and arguments of the tile function for its weights. */
void bind_operands(Step *step, const char *prepare, const char *parameters, const char *arguments);
/* ", const uint32_t *restrict in1", or ", in1"; nothing where the weights are constant. */
const char *weights_parameter(const Step *step, bool argument);

/* Output pixels that share one load of weights. */
int product_tile(const Step *step, const Geometry *g, int most, int window_bytes);

#endif
