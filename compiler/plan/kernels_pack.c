/* Conversions at run time: plain weight levels to the layouts of the product kernels. The same words as layout_pack makes of constants. */
#include "plan/kernels.h"
#include "plan/layout.h"
#include "plan/planning.h"

const char *refuses_pack_kernel(const Plan *plan, const Value *value)
{
    (void)plan;
    if (value->element != ELEMENT_LEVEL || value->shape.rank < 2 || value->batched)
        return "not the levels of a kernel";
    return planes_of(value->lo, value->hi, value->step).count == 0 ? "more levels than planes" : NULL;
}

const char *refuses_pack_pairs(const Plan *plan, const Value *value)
{
    (void)plan;
    return value->element != ELEMENT_LEVEL || value->shape.rank < 2 || value->batched ? "not the levels of a kernel" : NULL;
}

double cost_pack_kernel(const Plan *plan, const Value *value)
{
    return 2.0 * (double)shape_count(value->shape) / plan->options.batch;
}

Layout layout_out_kernel_bits(const Plan *plan, const Value *value)
{
    (void)plan, (void)value;
    return LAYOUT_KERNEL_BITS;
}

Layout layout_out_kernel_nibbles(const Plan *plan, const Value *value)
{
    (void)plan, (void)value;
    return LAYOUT_KERNEL_NIBBLES;
}

Layout layout_out_kernel_pairs(const Plan *plan, const Value *value)
{
    (void)plan, (void)value;
    return LAYOUT_KERNEL_PAIRS;
}

Layout layout_out_kernel_codes(const Plan *plan, const Value *value)
{
    (void)plan, (void)value;
    return LAYOUT_KERNEL_CODES;
}

Layout layout_out_kernel_tcodes(const Plan *plan, const Value *value)
{
    (void)plan, (void)value;
    return LAYOUT_KERNEL_TCODES;
}

static KernelShape bind_kernel_shape(Step *step)
{
    KernelShape k = kernel_shape_of(step->value);
    step_hole_int(step, "taps", k.taps);
    step_hole_int(step, "channels", k.channels);
    step_hole_int(step, "filters", k.filters);
    step_hole_int(step, "padded", layout_padded(step->plan, step->value, step->output->layout));
    return k;
}

static void bind_code(Step *step)
{
    step_hole_text(step, "code", "%s", level_code_from_int(step->plan->arena, step->value, "level"));
}

static void bind_planes(Step *step)
{
    step_hole_int(step, "planes", planes_of(step->value->lo, step->value->hi, step->value->step).count);
}

static void bind_lanes(Step *step)
{
    step_hole_int(step, "lanes", step->plan->options.target->lanes);
}

void bind_pack_bits(Step *step)
{
    KernelShape k = bind_kernel_shape(step);
    step_hole_int(step, "words", (k.channels + 31) / 32);
    bind_code(step);
    bind_planes(step);
    bind_lanes(step);
}

void bind_pack_nibbles(Step *step)
{
    bind_kernel_shape(step);
    bind_code(step);
    bind_planes(step);
}

void bind_pack_pairs(Step *step)
{
    bind_kernel_shape(step);
    bind_lanes(step);
}

void bind_pack_codes(Step *step)
{
    bind_kernel_shape(step);
    bind_code(step);
    bind_lanes(step);
}
