/* Figures: what larq.models.summary counts: weights and multiply-accumulates by number of bits. */
#ifndef LAYERS_FIGURES_H
#define LAYERS_FIGURES_H

#include "graph/model.h"

enum { WIDTHS_MAX = 16 };

/* Counts by number of bits, ascending. */
typedef struct { int bits[WIDTHS_MAX]; int64_t count[WIDTHS_MAX]; int used; } Widths;

typedef struct {
    Widths parameters, macs;
    bool has_macs;             /* false: "?" in the table */
    int64_t trainable;
} Profile;

/* Adds one layer's figures. */
void figures_add_layer(const LayerInfo *info, Profile *profile);
int64_t widths_count(const Widths *widths, int bits);
int64_t widths_sum(const Widths *widths);
/* Bits of all weights; at_most: those wider than 8 bits count as this many (0: as they are). */
int64_t widths_memory(const Widths *widths, int at_most);

#endif
