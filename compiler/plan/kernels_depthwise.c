/* Depthwise products: each channel has taps of its own, so lanes are channels. Forward, and both gradients of one filter a channel. */
#include "plan/product.h"

static const char *refuses_geometry(const Plan *plan, const Value *value)
{
    const Window *w = &value->u.product.window;
    if (w->groups != w->in_channels || w->groups == 1)
        return "not depthwise";
    if (w->in_channels != w->out_channels)
        return "several filters a channel";
    if (w->local)
        return "weights differ from pixel to pixel";
    return w->in_channels < plan->options.target->lanes ? "fewer channels than lanes" : NULL;
}

static bool fits_int16(const Value *value)
{
    return value->lo >= -32767 && value->hi <= 32767;
}

const char *refuses_depthwise(const Plan *plan, const Value *value)
{
    if (value->u.product.role == ROLE_KERNEL_GRADIENT)
        return "another role";
    const char *why = refuses_geometry(plan, value);
    if (!why && product_integers(value) && !(fits_int16(value->input[0]) && fits_int16(value->input[1])))
        why = "integers beyond 16 bits";
    return why;
}

static double vector_macs(const Plan *plan, const Value *value)
{
    int lanes = plan->options.target->lanes, channels = value->u.product.window.in_channels;
    return (double)window_macs(&value->u.product.window) / channels * ((channels + lanes - 1) / lanes);
}

double cost_depthwise(const Plan *plan, const Value *value)
{
    const Geometry g = product_geometry(value);
    bool back = value->u.product.role == ROLE_INPUT_GRADIENT;
    return vector_macs(plan, value) * 1.6 + (double)(back ? g.in_pixels : g.out_pixels) * (g.taps * 2.0 + 10.0) + 1.0 * (double)shape_count(value->shape);
}

/* The weights in the type of the sum: as they are, a table of constants, or copied before the first pixel. */
static void bind_weights(Step *step, const Geometry *g, bool integer)
{
    Arena *arena = step->plan->arena;
    const Value *weights = step->inputs[1]->value;
    int count = g->taps * g->channels;
    const int32_t *level = step_constant_i32(step, 1);
    bool plain = weights->element == ELEMENT_F32;
    step_hole_int(step, "copied", !plain && !level);
    if (plain) {
        step_hole_text(step, "weights", "%s", step_input_name(step, 1));
        return;
    }
    if (!level) {
        step_scratch(step, "weights", integer ? "uint32_t" : "float", (size_t)count * 4);
        return;
    }
    uint32_t *halves = ARENA_ARRAY(arena, uint32_t, count);
    float *floats = ARENA_ARRAY(arena, float, count);
    for (int i = 0; i < count; i++) {
        halves[i] = (uint16_t)level[i];
        floats[i] = (float)level[i];
    }
    step_table(step, "weights", integer ? "uint32_t" : "float", integer ? (const void *)halves : floats, (size_t)count);
}

/* The operations on vectors: of floats, or of integers as the low halves of words. */
static void bind_arithmetic(Step *step, bool integer)
{
    const Value *x = step->value->input[0];
    bool halves = integer && x->element == ELEMENT_LEVEL, converted = x->element != ELEMENT_F32 && !halves;
    step_hole_text(step, "vector", integer ? "bnn_v" : "bnn_vf");
    step_hole_text(step, "zero", integer ? "bnn_splat(0)" : "bnn_splatf(0.0f)");
    step_hole_text(step, "add", integer ? "bnn_add" : "bnn_addf");
    step_hole_text(step, "multiply", integer ? "bnn_madd" : "bnn_mulf");
    step_hole_text(step, "load", integer ? "bnn_load" : "bnn_loadf");
    step_hole_text(step, "store", integer ? "bnn_store" : "bnn_storef");
    step_hole_text(step, "weight_type", integer ? "uint32_t" : "float");
    step_hole_text(step, "narrow", "%s", integer ? "(uint16_t)" : "");
    step_hole_int(step, "converted", converted);
    step_hole_text(step, "x_type", "%s", layout_c_type(x, LAYOUT_PLAIN));
    step_hole_text(step, "load_x", "%s", converted ? arena_printf(step->plan->arena, "%s_load", step->function) : halves ? "bnn_widen16" : "bnn_loadf");
}

void bind_depthwise(Step *step)
{
    const Value *value = step->value;
    const Geometry g = product_geometry(value);
    const View view = product_view(&g, value->u.product.role == ROLE_INPUT_GRADIENT);
    int lanes = step->plan->options.target->lanes, padded = (g.channels + lanes - 1) / lanes * lanes;
    bind_regions(step, &view);
    bind_tests(step);
    step_hole_int(step, "taps", g.taps);
    step_hole_int(step, "filters", g.channels);
    step_hole_int(step, "padded", padded);
    bind_arithmetic(step, product_integers(value));
    bind_weights(step, &g, product_integers(value));
    bind_store(step, padded);
    step_parallel(step, (double)window_macs(&value->u.product.window) * step->plan->options.batch);
}

/* --- the kernel gradient */
const char *refuses_depthwise_gradient(const Plan *plan, const Value *value)
{
    if (value->u.product.role != ROLE_KERNEL_GRADIENT)
        return "another role";
    const char *why = refuses_geometry(plan, value);
    if (!why && value->input[1]->element != ELEMENT_F32)
        why = "the gradient of the result is not float";
    if (!why && product_grouped(value) && product_geometry(value).out_pixels == 1)
        why = "groups of four are samples";
    return why;
}

double cost_depthwise_gradient(const Plan *plan, const Value *value)
{
    const Geometry g = product_geometry(value);
    return vector_macs(plan, value) * 2.5 + (double)g.out_pixels * (g.taps * 3.0 + 10.0);
}

static void bind_axis(Step *step, const char *name, const int *sizes, int first)
{
    static const char *const axes[] = {"slices", "rows", "cols"};
    for (int i = first; i < 3; i++)
        step_hole_int(step, arena_printf(step->plan->arena, "%s_%s", name, axes[i]), sizes[i]);
}

static void bind_gradient_window(Step *step, const Geometry *g)
{
    bind_axis(step, "in", g->in, 0);
    bind_axis(step, "out", g->out, 1);
    bind_axis(step, "kernel", g->kernel, 1);
    bind_axis(step, "stride", g->stride, 0);
    bind_axis(step, "dilation", g->dilation, 0);
    bind_axis(step, "before", g->before, 0);
    step_hole_int(step, "taps", g->taps);
    step_hole_int(step, "in_pixels", g->in_pixels);
    step_hole_int(step, "out_pixels", g->out_pixels);
    step_hole_int(step, "channels", g->channels);
}

void bind_depthwise_gradient(Step *step)
{
    enum { BLOCK = 64 };
    const Value *value = step->value, *x = value->input[0];
    const Geometry g = product_geometry(value);
    bool converted = x->element != ELEMENT_F32;
    bind_gradient_window(step, &g);
    step_hole_int(step, "block", BLOCK);
    step_hole_int(step, "grouped", product_grouped(value));
    step_hole_int(step, "group", product_grouped(value) ? 4 : 1);
    step_hole_int(step, "converted", converted);
    step_hole_text(step, "x_type", "%s", layout_c_type(x, LAYOUT_PLAIN));
    step_hole_text(step, "load_x", "%s", converted ? arena_printf(step->plan->arena, "%s_load", step->function) : "bnn_loadf");
    step_hole_text(step, "last", value->shape.dim[value->shape.rank - 1] == 1 ? "0" : "c + j"); /* (taps, channels, 1), or (taps, 1, channels) */
    step_epilogue(step, "epilogue");
    step_parallel(step, (double)window_macs(&value->u.product.window) * step->plan->options.batch);
}
