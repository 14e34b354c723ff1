/* Floats: which products of a plan run on floats although their operands only ever take a few values, by the report's own words. */
#ifndef PACKED_FLOATS_H
#define PACKED_FLOATS_H

#include "plan/plan.h"
#include "support/golden.h"

typedef struct {
    int products, integers, halves; /* in the plan: all, integers x integers, floats x levels */
    int excused, failures;
} FloatsCount;

/* Weights are in the model. Prints what should be integers and is not, unless floats.c lists why. */
void floats_check(Golden *golden, const Plan *plan, FloatsCount *count);
/* After all cases: how many of the listed excuses no case needed. Prints them. */
int floats_unused_excuses(void);

#endif
