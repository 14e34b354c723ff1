/* Rows for values that only change place (copies with strides), for random numbers and the batch count. A mover that leaves the channels
 * together works on packed words as well: the last axis is then words x planes instead of channels. */
#include "plan/kernels.h"
#include "plan/layout.h"
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

static int channels_of(const Value *value)
{
    return value->shape.rank ? value->shape.dim[value->shape.rank - 1] : 1;
}

/* Words of all planes of one pixel. */
static int pixel_words(const Value *value)
{
    return planes_of(value->lo, value->hi, value->step).count * ((channels_of(value) + 31) / 32);
}

static bool step_packed(const Step *step)
{
    return step->output->layout == LAYOUT_PACKED;
}

/* Shape of the elements that are moved: words where the step moves packed bits. */
static Shape moved_shape(const Step *step, const Value *value)
{
    Shape shape = value->shape;
    if (step_packed(step))
        shape.dim[shape.rank - 1] = pixel_words(value);
    return shape;
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
    const Shape out = moved_shape(step, value), in = moved_shape(step, x);
    int to[SHAPE_MAX], from[SHAPE_MAX], out_sample, in_sample, start = 0;
    strides_of(out, to, &out_sample);
    strides_of(in, from, &in_sample);
    Nest nest = batch_nest(step, out_sample, in_sample);
    for (int d = 0; d < out.rank; d++) {
        int extent = out.dim[d], in_stride = d < in.rank ? from[d] : 0;
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
            extent = in.dim[d];
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
    const Shape out = moved_shape(step, step->value);
    for (int k = 0; k < step->part; k++) {
        int axis = step->value->u.concat.axis, inner = 1;
        for (int d = axis + 1; d < out.rank; d++)
            inner *= out.dim[d];
        nest.start[0] += moved_shape(step, step->value->input[k]).dim[axis] * inner;
    }
    bind_nest(step, &nest);
}

/* The border's bits: a word for each plane and each 32 channels; channels there are not stay 0. */
static void bind_border_words(Step *step)
{
    const Value *value = step->value;
    int planes = planes_of(value->lo, value->hi, value->step).count, count = pixel_words(value), words = count / planes;
    uint32_t code = layout_level_code(value, (int)value->u.pad.value);
    uint32_t *word = ARENA_ARRAY(step->plan->arena, uint32_t, count);
    bool same = true;
    for (int i = 0; i < count; i++) {
        int left = channels_of(value) - i % words * 32;
        word[i] = !(code >> i / words & 1u) ? 0 : left >= 32 ? UINT32_MAX : (1u << left) - 1;
        same &= word[i] == word[0];
    }
    step_hole_int(step, "bordered", !same);
    step_hole_int(step, "words", count);
    if (same)
        step_hole_text(step, "fill", word[0] ? "0x%xu" : "%u", word[0]);
    else
        step_table(step, "border", "uint32_t", word, (size_t)count);
}

static void bind_border(Step *step)
{
    const Value *value = step->value;
    if (step_packed(step)) {
        bind_border_words(step);
        return;
    }
    step_hole_int(step, "bordered", 0);
    if (value->element == ELEMENT_F32)
        step_hole_text(step, "fill", "%s", text_float(step->plan->arena, value->u.pad.value));
    else
        step_hole_int(step, "fill", (int)value->u.pad.value);
}

void bind_pad(Step *step)
{
    const Value *value = step->value;
    int to[SHAPE_MAX], sample;
    const Shape out = moved_shape(step, value);
    strides_of(out, to, &sample);
    Nest nest = copy_nest(step);
    for (int d = 0; d < out.rank; d++)
        nest.start[0] += value->u.pad.before[d] * to[d];
    const char *total = plan_counts(step->plan, value) ? arena_printf(step->plan->arena, "count * %d", sample) : arena_printf(step->plan->arena, "%d", sample);
    step_hole_text(step, "total", "%s", total);
    bind_border(step);
    bind_nest(step, &nest);
}

/* Does the operator leave the channels of input k as they are, at the end of every pixel? */
static bool keeps_channels(const Value *value, int k)
{
    const Value *x = value->input[k];
    int last = value->shape.rank - 1;
    if (last < 0 || x->shape.rank != value->shape.rank)
        return false;
    if (value->op == OP_CONCAT && value->u.concat.axis == last) /* whole words one after the other */
        return channels_of(x) % 32 == 0 && planes_of(value->lo, value->hi, value->step).count == 1;
    return channels_of(x) == channels_of(value) && (value->op != OP_TRANSPOSE || value->u.transpose.permutation[last] == last);
}

const char *refuses_mover_packed(const Plan *plan, const Value *value)
{
    const char *reason = refuses_packed(plan, value);
    if (reason)
        return reason;
    for (int k = 0; k < value->input_count; k++) {
        const Value *x = value->input[k];
        if (x->element != value->element || x->lo != value->lo || x->hi != value->hi || x->step != value->step)
            return "the bits of an input mean other levels";
        if (!keeps_channels(value, k))
            return "channels are moved";
    }
    return NULL;
}

double cost_mover_packed(const Plan *plan, const Value *value)
{
    (void)plan;
    return (double)(shape_count(value->shape) / channels_of(value)) * pixel_words(value);
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
