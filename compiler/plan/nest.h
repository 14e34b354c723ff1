/* Nest: the loops of a strided walk over several operands. In: axes, outermost first, with a stride per operand. Out: the axes merged as far
 * as every operand allows, and C texts of offsets for two loops: `row` over all axes but the last, `i` over the last. */
#ifndef PLAN_NEST_H
#define PLAN_NEST_H

#include "plan/planning.h"

enum { NEST_AXES = 2 * SHAPE_MAX + 2, NEST_OPERANDS = EXPR_MAX_ARGS + 2 };
typedef struct {
    bool batch;                 /* the extent is `count` (times nothing): always axis 0 */
    int extent;                 /* batch: the largest count, for costs only */
    int stride[NEST_OPERANDS];
} Axis;
typedef struct {
    int rank, operands;
    Axis axis[NEST_AXES];
    int start[NEST_OPERANDS];   /* offset of the first element */
} Nest;

/* Operand 0 is value itself (row-major), operand 1 + k its input k, broadcast as in MAP. The last axis of value stays the last axis
 * and unmerged when keep_last. */
Nest nest_broadcast(const Plan *plan, const Value *value, bool keep_last);
void nest_axis(Nest *nest, Axis axis);
void nest_merge(Nest *nest, bool keep_last);
/* Axes [from, to) as one index. extent: "count * 12", "12", "count". */
const char *nest_extent(Arena *arena, const Nest *nest, int from, int to);
/* Offset of an operand at index `name` over the axes [from, to): "row * 12", "row / 3 * 40 + row % 3 * 4", "0". */
const char *nest_offset(Arena *arena, const Nest *nest, int operand, int from, int to, const char *name);
/* Whole offset at (row, i), for axes [0, rank-1) and the last: "row * 12 + i". */
const char *nest_at(Arena *arena, const Nest *nest, int operand);
/* Every operand lies in one straight line over all axes, batch included: one loop over nest_extent(0, rank) serves. */
bool nest_flat(const Nest *nest);
double nest_size(const Nest *nest);

#endif
