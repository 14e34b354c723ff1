/* Rows for REDUCE: 16 interleaved partial sums, then pairwise; exact integer sums; maxima. Two forms: one output at a time, or one channel a
 * lane where the innermost axis is kept. */
#include "plan/kernels.h"
#include "plan/nest.h"
#include "plan/planning.h"

#include "base/bug.h"

enum { LANES = 16 }; /* channels of one block */

/* Kept axes (operand 0) and reduced axes (operand 1) of the input; strides of both are those of the input. */
static void split(const Plan *plan, const Value *value, Nest *kept, Nest *gone)
{
    const Value *x = value->input[0];
    int rank = x->shape.rank + x->batched, stride[SHAPE_MAX + 1], step = 1;
    for (int d = rank - 1; d >= 0; d--) {
        stride[d] = step;
        step *= d == 0 && x->batched ? 1 : x->shape.dim[d - x->batched];
    }
    *kept = *gone = (Nest){.operands = 1};
    for (int d = 0; d < rank; d++) {
        bool batch = d == 0 && x->batched;
        int extent = !batch ? x->shape.dim[d - x->batched] : plan->options.training ? plan->options.batch : 1;
        Axis axis = {.batch = batch && plan->options.training, .extent = extent, .stride = {stride[d]}};
        nest_axis(value->u.reduce.axes >> d & 1 ? gone : kept, axis);
    }
}

static int64_t reduced_size(const Plan *plan, const Value *value)
{
    Nest kept, gone;
    split(plan, value, &kept, &gone);
    return (int64_t)nest_size(&gone);
}

double cost_reduce(const Plan *plan, const Value *value)
{
    return (double)shape_count(value->shape) * (double)reduced_size(plan, value) * 2;
}

double cost_reduce_lanes(const Plan *plan, const Value *value)
{
    return cost_reduce(plan, value) / (4 * plan->options.target->lanes);
}

const char *refuses_reduce_lanes(const Plan *plan, const Value *value)
{
    const Value *x = value->input[0];
    int last = x->shape.rank + x->batched - 1;
    (void)plan;
    if (value->u.reduce.kind == REDUCE_MAX)
        return "a maximum";
    if (x->shape.rank == 0 || value->u.reduce.axes >> last & 1)
        return "the innermost axis is reduced";
    return x->shape.dim[x->shape.rank - 1] < 4 ? "fewer than 4 channels" : NULL;
}

static void bind_common(Step *step, const Nest *gone, const char *index)
{
    Arena *arena = step->plan->arena;
    step_hole_text(step, "length", "%s", nest_extent(arena, gone, 0, gone->rank));
    step_hole_text(step, "offset", "%s", nest_offset(arena, gone, 0, 0, gone->rank, index));
    step_hole_text(step, "type", "%s", step->inputs[0]->c_type);
    step_hole_int(step, "mean", step->value->u.reduce.kind == REDUCE_MEAN);
}

void bind_reduce(Step *step)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value, *x = value->input[0];
    Nest kept, gone;
    split(step->plan, value, &kept, &gone);
    bool maximum = value->u.reduce.kind == REDUCE_MAX, exact = !maximum && x->element != ELEMENT_F32;
    step_hole_int(step, "maximum", maximum);
    step_hole_int(step, "exact", exact);
    step_hole_text(step, "outputs", "%s", nest_extent(arena, &kept, 0, kept.rank));
    step_hole_text(step, "base", "%s", nest_offset(arena, &kept, 0, 0, kept.rank, "at"));
    bind_common(step, &gone, "r");
    step_parallel(step, nest_size(&kept) * nest_size(&gone) * 2);
}

void bind_reduce_lanes(Step *step)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value, *x = value->input[0];
    Nest kept, gone;
    split(step->plan, value, &kept, &gone);
    int channels = x->shape.dim[x->shape.rank - 1], blocks = (channels + LANES - 1) / LANES;
    int outer = kept.rank - 1;
    bool one = outer == 0;
    const char *groups = nest_extent(arena, &kept, 0, outer), *block = one ? "task" : arena_printf(arena, "task %% %d", blocks);
    step_hole_text(step, "tasks", "%s%s%d", one ? "" : groups, one ? "" : " * ", blocks);
    step_hole_int(step, "exact", x->element != ELEMENT_F32);
    step_hole_int(step, "channels", channels);
    step_hole_int(step, "lanes", channels < LANES ? channels : LANES);
    step_hole_int(step, "whole", channels % LANES == 0 || channels < LANES);
    step_hole_text(step, "first", "%s", blocks == 1 ? "0" : arena_printf(arena, "%s * %d", block, LANES));
    step_hole_text(step, "group", "%s", one ? "0" : blocks == 1 ? "task" : arena_printf(arena, "task / %d", blocks));
    step_hole_text(step, "base", "%s", nest_offset(arena, &kept, 0, 0, outer, "group"));
    bind_common(step, &gone, "r");
    step_parallel(step, nest_size(&kept) * nest_size(&gone));
}
