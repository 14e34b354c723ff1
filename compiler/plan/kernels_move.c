/* Rows for values that only change place (copies with strides), for random numbers and the batch count. */
#include "plan/kernels.h"
#include "plan/nest.h"
#include "plan/planning.h"

#include "base/bug.h"

/* Row-major strides of a shape, per sample; *total: elements of a sample. */
static void strides_of(Shape shape, int *stride, int *total)
{
    int step = 1;
    for (int d = shape.rank - 1; d >= 0; d--) {
        stride[d] = step;
        step *= shape.dim[d];
    }
    *total = step;
}

static Nest batch_nest(const Step *step, int out_sample, int in_sample)
{
    Nest nest = {.operands = 2};
    if (plan_counts(step->plan, step->value))
        nest_axis(&nest, (Axis){.batch = true, .extent = step->plan->options.batch, .stride = {out_sample, in_sample}});
    return nest;
}

/* One nest for each operator: extent and strides of out and in per axis, and where both start. */
static Nest copy_nest(const Step *step)
{
    const Value *value = step->value, *x = value->input[value->op == OP_CONCAT ? step->part : 0];
    int to[SHAPE_MAX], from[SHAPE_MAX], out_sample, in_sample, start = 0;
    strides_of(value->shape, to, &out_sample);
    strides_of(x->shape, from, &in_sample);
    Nest nest = batch_nest(step, out_sample, in_sample);
    for (int d = 0; d < value->shape.rank; d++) {
        int extent = value->shape.dim[d], in_stride = d < x->shape.rank ? from[d] : 0;
        if (value->op == OP_TRANSPOSE) {
            in_stride = from[value->u.transpose.permutation[d]];
        } else if (value->op == OP_SLICE) {
            start += value->u.slice.start[d] * from[d];
            in_stride = value->u.slice.stride[d] * from[d];
        } else if (value->op == OP_REPEAT) {
            int times = value->u.repeat.repeat[d];
            nest_axis(&nest, (Axis){.extent = extent / times, .stride = {to[d] * times, from[d]}});
            extent = times;
            in_stride = 0;
        } else if (value->op == OP_CONCAT || value->op == OP_PAD) {
            extent = x->shape.dim[d];
        }
        nest_axis(&nest, (Axis){.extent = extent, .stride = {to[d], in_stride}});
    }
    nest.start[1] = start;
    return nest;
}

static void bind_nest(Step *step, Nest *nest)
{
    Arena *arena = step->plan->arena;
    nest_merge(nest, false);
    bool flat = nest_flat(nest);
    step_hole_int(step, "flat", flat);
    step_hole_text(step, "rows", "%s", nest_extent(arena, nest, 0, nest->rank - 1));
    step_hole_text(step, "inner", "%s", nest_extent(arena, nest, flat ? 0 : nest->rank - 1, nest->rank));
    step_hole_text(step, "at", "%s", flat ? nest_offset(arena, nest, 0, 0, nest->rank, "i") : nest_at(arena, nest, 0));
    step_hole_text(step, "from", "%s[%s]", step_input_name(step, step->part),
                   flat ? nest_offset(arena, nest, 1, 0, nest->rank, "i") : nest_at(arena, nest, 1));
    step_parallel(step, nest_size(nest));
}

void bind_copy(Step *step)
{
    BUG_IF(step->value->op == OP_RESHAPE);
    Nest nest = copy_nest(step);
    for (int k = 0; k < step->part; k++) {
        int axis = step->value->u.concat.axis, inner = 1;
        for (int d = axis + 1; d < step->value->shape.rank; d++)
            inner *= step->value->shape.dim[d];
        nest.start[0] += step->value->input[k]->shape.dim[axis] * inner;
    }
    bind_nest(step, &nest);
}

static const char *pad_text(const Step *step)
{
    const Value *value = step->value;
    if (value->element == ELEMENT_F32)
        return text_float(step->plan->arena, value->u.pad.value);
    return arena_printf(step->plan->arena, "%d", (int)value->u.pad.value);
}

void bind_pad(Step *step)
{
    const Value *value = step->value;
    int to[SHAPE_MAX], sample;
    strides_of(value->shape, to, &sample);
    Nest nest = copy_nest(step);
    for (int d = 0; d < value->shape.rank; d++)
        nest.start[0] += value->u.pad.before[d] * to[d];
    const char *total = plan_counts(step->plan, value) ? arena_printf(step->plan->arena, "count * %d", sample) : arena_printf(step->plan->arena, "%d", sample);
    step_hole_text(step, "total", "%s", total);
    step_hole_text(step, "fill", "%s", pad_text(step));
    bind_nest(step, &nest);
}

const char *refuses_reshape_packed(const Plan *plan, const Value *value)
{
    const Value *x = value->input[0];
    const char *reason = refuses_packed(plan, value);
    if (reason || x->shape.rank == 0)
        return reason ? reason : "no channels";
    int before = x->shape.dim[x->shape.rank - 1], after = value->shape.dim[value->shape.rank - 1];
    if (before == after || (before % 32 == 0 && after % 32 == 0 && planes_of(value->lo, value->hi, value->step).count == 1))
        return NULL;
    return "channels change and are not whole words";
}

void bind_random(Step *step)
{
    const Value *value = step->value;
    long sample = (long)shape_count(value->shape);
    step_hole_text(step, "total", plan_counts(step->plan, value) ? "count * %ld" : "%ld", sample);
    step_hole_text(step, "stream", "%du", value->u.random.stream);
    step_parallel(step, (double)sample * (value->batched ? step->plan->options.batch : 1) * 8);
}

void bind_count(Step *step)
{
    (void)step;
}
