/* Value sets of graph values: which finite set of numbers scale*level + offset a value takes, found by following it back to where the
 * set begins; and the level itself as a value, made on demand. */
#ifndef PASSES_VALUE_SETS_H
#define PASSES_VALUE_SETS_H

#include "passes/value_sets_move.h"

/* Fills sets->info for one value of the old graph, after map has its new value. */
void value_set_find(Sets *sets, const Value *old);
/* The set of a product that is scale * sum, of an integer sum. */
void value_set_of_sum(Sets *sets, const Value *old, Value *sum, Scale scale);
/* The level of a finite value. */
Value *value_set_level(Sets *sets, const Value *old);

#endif
