/* Larq's metric flip_ratio of a case: in: the graph and its weights before each step. out: comparisons with PREFIX/flip_ratio/NAME. */
#ifndef TESTS_LARQ_FLIPS_H
#define TESTS_LARQ_FLIPS_H

#include "compare.h"
#include "run/flips.h"
#include "run/interp.h"

typedef struct {
    Flips flips;
    const Graph *graph;
    float *state;                /* all variables, one behind the other */
} FlipCheck;

FlipCheck flip_check_new(Arena *arena, const Graph *graph);
void flip_check_look(FlipCheck *check, Interp *interp);
void flip_check_compare(Case *c, const FlipCheck *check, const char *prefix);
/* Whether a golden's key is such a metric of this graph. */
bool flip_check_knows(const FlipCheck *check, const char *name);

#endif
