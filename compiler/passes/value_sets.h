/* Value sets of graph values: which finite set of numbers scale*level + offset a value takes, found by following it back to where the
 * set begins; and the level itself as a value, made on demand. */
#ifndef PASSES_VALUE_SETS_H
#define PASSES_VALUE_SETS_H

#include "passes/support.h"

/* A factor: a value (scalar shape, or one number per index of the last axis), or a plain number. */
typedef struct { Value *value; float number; } Scale;

typedef struct {
    bool finite;
    int lo, hi, step;
    Scale scale;
    float offset;
    bool from_bytes;        /* begins at a u8 or i8 input: the levels are that input */
    Value *level;           /* element LEVEL (or U8, I8), NULL until value_set_level asks for it */
    Composite level_expr;   /* of a map: the level over its inputs */
    Composite whole;        /* of a map: the value over inputs that are not finite maps */
} SetInfo;

typedef struct {
    const Graph *old;
    Graph *graph;
    Value **map;
    SetInfo *info;          /* by id of the old value */
} Sets;

/* Fills sets->info for one value of the old graph, after map has its new value. */
void value_set_find(Sets *sets, const Value *old);
/* The level of a finite value. */
Value *value_set_level(Sets *sets, const Value *old);

typedef enum { SCALE_NUMBER, SCALE_ONE_VALUE, SCALE_LAST_AXIS } ScaleKind;
ScaleKind scale_kind(Scale scale);

#endif
