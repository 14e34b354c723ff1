/* What a value set is, and the sets of what moves levels. */
#ifndef PASSES_VALUE_SETS_MOVE_H
#define PASSES_VALUE_SETS_MOVE_H

#include "passes/support.h"

/* A factor: a value (scalar shape, or one number per index of the last axis), or a plain number. */
typedef struct { Value *value; float number; } Scale;

typedef struct {
    bool finite;
    int lo, hi, step;
    Scale scale;
    float offset;
    bool from_bytes;        /* begins at a u8 or i8 input: the levels are that input */
    bool from_sum;          /* begins at an integer product: the levels are its sums */
    int finer;              /* of a pad: its levels are the input's times this, so that the pad value is one, too */
    Value *level;           /* element LEVEL (or U8, I8), NULL until value_set_level asks for it */
    Composite level_expr;   /* of a map or a product: the level over its inputs */
    Composite whole;        /* of a map: the value over inputs that are not finite maps */
} SetInfo;

typedef struct {
    const Graph *old;
    Graph *graph;
    Value **map;
    SetInfo *info;          /* by id of the old value */
} Sets;

typedef enum { SCALE_NUMBER, SCALE_ONE_VALUE, SCALE_LAST_AXIS } ScaleKind;
static inline ScaleKind scale_kind(Scale scale)
{
    if (!scale.value)
        return SCALE_NUMBER;
    return scale.value->shape.rank == 0 ? SCALE_ONE_VALUE : SCALE_LAST_AXIS;
}

/* The set of an operator that moves its inputs' numbers, when input 0 is finite; and its level from theirs. */
enum { LEVELS_MAX = 256 };
void value_set_move(Sets *sets, const Value *old);
Value *value_set_moved_level(Sets *sets, const Value *old, Value *const *levels);
/* The set of `from` with pixels of the number `fill` around it; false when that lies on no grid of whole levels. Then the level, from the level
 * of what is padded. */
bool value_set_pad(const SetInfo *from, float fill, SetInfo *padded);
Value *value_set_padded(Graph *graph, Value *level, const SetInfo *from, const SetInfo *padded, const int *before, const int *after, float fill);
/* Whether a pad value lies on no grid that holds the levels of what is padded. */
bool value_set_pad_is_between(const Sets *sets, const Value *old);
/* factor*level + shift as a level; one quantizer with the one that made it. lo, hi, step: of the new level. */
Value *level_stretched(Graph *graph, Value *level, int factor, int shift, int lo, int hi, int step);

#endif
