/* Products of floats and numbers of two levels, by tables: four floats make 16 sums, and the bits of four levels pick one. */
#include "plan/product.h"

/* C text of level times `name` (a vector variable); 0 times what is not finite is a NaN, as in the contract. */
static const char *times_text(Arena *arena, int level, const char *name)
{
    if (level == 1 || level == -1)
        return level == 1 ? name : arena_printf(arena, "bnn_negf(%s)", name);
    return arena_printf(arena, "bnn_mulf(bnn_splatf(%d.0f), %s)", level, name);
}

/* sums16.c */
static void bind_levels(Step *step, const Value *bits)
{
    const Planes planes = planes_of(bits->lo, bits->hi, bits->step);
    step_hole_text(step, "low", "%s", times_text(step->plan->arena, planes.base, "d[k]"));
    step_hole_text(step, "high", "%s", times_text(step->plan->arena, planes.base + planes.coefficient[0], "d[k]"));
}

/* --- weights of two levels */
const char *refuses_fb_forward(const Plan *plan, const Value *value)
{
    (void)plan;
    const char *why = product_refuses_two_levels(value, ROLE_FORWARD, 1);
    return why ? why : product_refuses_groups(value, 1);
}

double cost_fb_forward(const Plan *plan, const Value *value)
{
    const Geometry g = group_geometry(value);
    double groups = (double)g.out_pixels * g.leading * g.taps * ((g.channels + 3) / 4);
    int vectors = (g.filters + plan->options.target->lanes - 1) / plan->options.target->lanes;
    return groups * (40.0 + vectors * (target_has_nibbles(plan) ? 4.0 : 10.0));
}

Layout layout_in_fb_forward(const Plan *plan, const Value *value, int input)
{
    (void)plan, (void)value;
    return input == 1 ? LAYOUT_KERNEL_CODES : LAYOUT_PLAIN;
}

void bind_fb_forward(Step *step)
{
    const Value *value = step->value, *weights = value->input[1];
    const Geometry g = group_geometry(value);
    const View view = product_view(&g, false);
    const Planes planes = planes_of(weights->lo, weights->hi, weights->step);
    int padded = layout_padded(step->plan, weights, LAYOUT_KERNEL_CODES);
    bind_regions(step, &view);
    bind_windows(step, &g, &(Rows){"float", "float", 1, g.channels, round_up(g.channels, 4)});
    bind_operands(step, "", weights_parameter(step, false), weights_parameter(step, true));
    step_hole_int(step, "tile", 1);
    step_hole_int(step, "filters", g.filters);
    step_hole_int(step, "padded", padded);
    step_hole_int(step, "blocks", (g.filters / g.groups + 31) / 32);
    step_hole_text(step, "level_0", "%d.0f", planes.base);
    step_hole_text(step, "level_1", "%d.0f", planes.base + planes.coefficient[0]);
    bind_store(step, padded);
}

const char *refuses_fb_scatter(const Plan *plan, const Value *value)
{
    Role role = value->u.product.role == ROLE_INPUT_GRADIENT ? ROLE_INPUT_GRADIENT : ROLE_FORWARD;
    const char *why = product_refuses(value, role, false);
    why = why ? why : product_refuses_two_levels(value, role, 1);
    if (!why && plan->options.batch * product_geometry(value).leading < plan->options.target->lanes)
        why = "fewer samples than lanes";
    return why;
}

double cost_fb_scatter(const Plan *plan, const Value *value)
{
    const Geometry g = product_geometry(value);
    bool back = value->u.product.role == ROLE_INPUT_GRADIENT;
    int from = back ? g.filters : g.channels, to = back ? g.channels : g.filters, lanes = plan->options.target->lanes;
    double groups = (double)g.out_pixels * g.leading * g.taps * ((from + 3) / 4) * round_up(to, CODE_BLOCK);
    return (groups * 1.2 + (double)g.out_pixels * g.leading * g.taps * to * 2.0) / lanes + 1.5 * (double)shape_count(value->shape) +
           (double)shape_count(value->input[0]->shape);
}

Layout layout_in_fb_scatter(const Plan *plan, const Value *value, int input)
{
    (void)plan;
    if (input != 1)
        return LAYOUT_PLAIN;
    return value->u.product.role == ROLE_INPUT_GRADIENT ? LAYOUT_KERNEL_TCODES : LAYOUT_KERNEL_CODES;
}

void bind_fb_scatter(Step *step)
{
    const Value *value = step->value, *weights = value->input[1];
    const Geometry g = product_geometry(value);
    bool back = value->u.product.role == ROLE_INPUT_GRADIENT;
    int from = back ? g.filters : g.channels, to = back ? g.channels : g.filters, lanes = step->plan->options.target->lanes;
    int padded = layout_padded(step->plan, weights, layout_in_fb_scatter(step->plan, value, 1));
    int source_pixels = back ? g.out_pixels : g.in_pixels, target_pixels = back ? g.in_pixels : g.out_pixels;
    int rows = round_up(step->plan->options.batch * g.leading, lanes);
    bind_window(step, &g);
    step_hole_int(step, "input_gradient", back);
    step_hole_int(step, "channels", from);
    step_hole_int(step, "targets", to);
    step_hole_int(step, "padded", padded);
    step_hole_int(step, "leading", g.leading);
    step_hole_int(step, "source_pixels", source_pixels);
    step_hole_int(step, "target_pixels", target_pixels);
    step_hole_int(step, "sample_stride", source_pixels * from);
    step_hole_int(step, "out_slices", g.out[0]);
    step_hole_int(step, "unit", padded % 8 ? 4 : 8);
    step_hole_int(step, "lanes", lanes);
    bind_levels(step, weights);
    step_scratch(step, "work", "float", (size_t)rows * (size_t)target_pixels * (size_t)padded * 4);
    step_epilogue(step, "epilogue");
}

/* --- activations of two levels x floats */
enum { BF_PIXELS = 512, BF_FILTERS = 32, BF_GROUPS = 8 }; /* pixels that share the rows made of 32 filters and eight groups of weights */

/* The rows of a dense product are its pixels. */
static Geometry bf_geometry(const Value *value)
{
    Geometry g = product_geometry(value);
    if (g.dense)
        g.in[2] = g.out[2] = g.in_pixels = g.out_pixels = g.leading;
    g.dense = false;
    return g;
}

static int bf_tile(const Plan *plan, const Geometry *g)
{
    int tile = BF_PIXELS / g->out_pixels;
    return tile < 1 ? 1 : tile < plan->options.batch ? tile : plan->options.batch;
}

const char *refuses_bf_forward(const Plan *plan, const Value *value)
{
    (void)plan;
    const char *why = product_refuses(value, ROLE_FORWARD, false);
    return why ? why : product_refuses_two_levels(value, ROLE_FORWARD, 0);
}

double cost_bf_forward(const Plan *plan, const Value *value)
{
    const Geometry g = bf_geometry(value);
    int lanes = plan->options.target->lanes, blocks = (g.filters + BF_FILTERS - 1) / BF_FILTERS, tile = bf_tile(plan, &g);
    double groups = (double)g.taps * ((g.channels + 3) / 4) * blocks, vectors = (double)BF_FILTERS / lanes;
    return groups * (40.0 + 20.0 * vectors) / tile + groups * g.out_pixels * (1.0 + 0.6 * vectors) + 8.0 * (double)shape_count(value->shape);
}

Layout layout_in_bits_floats(const Plan *plan, const Value *value, int input)
{
    (void)plan, (void)value;
    return input == 0 ? LAYOUT_PACKED : LAYOUT_PLAIN;
}

void bind_bf_forward(Step *step)
{
    const Value *value = step->value;
    const Geometry g = bf_geometry(value);
    int tile = bf_tile(step->plan, &g), tiles = (step->plan->options.batch + tile - 1) / tile;
    size_t table = BF_GROUPS * 16 * BF_FILTERS, sums = (size_t)tile * (size_t)g.out_pixels * BF_FILTERS;
    bind_pixels(step, &g);
    step_hole_int(step, "channels", g.channels);
    step_hole_int(step, "filters", g.filters);
    step_hole_int(step, "padded", round_up(g.filters, BF_FILTERS));
    step_hole_int(step, "words", (g.channels + 31) / 32);
    step_hole_int(step, "tile", tile);
    bind_levels(step, value->input[0]);
    step_scratch(step, "work", "float", (size_t)tiles * (table + sums) * 4);
    bind_store(step, round_up(g.filters, BF_FILTERS));
}

/* --- kernel gradient of activations of two levels */
const char *refuses_fb_kernel_gradient(const Plan *plan, const Value *value)
{
    (void)plan;
    const char *why = product_refuses(value, ROLE_KERNEL_GRADIENT, false);
    return why ? why : product_refuses_two_levels(value, ROLE_KERNEL_GRADIENT, 0);
}

double cost_fb_kernel_gradient(const Plan *plan, const Value *value)
{
    const Geometry g = product_geometry(value);
    int lanes = plan->options.target->lanes, block = 2 * lanes;
    double groups = (double)g.out_pixels * g.leading / 4.0, blocks = round_up(g.filters, block) / block;
    return groups * blocks * (g.taps * g.channels * (g.padded ? 2.0 : 1.2) + (g.padded ? g.taps / 2.0 : 1.0) * 60.0) + groups * g.taps * ((g.channels + 31) / 32) * 20.0;
}

void bind_fb_kernel_gradient(Step *step)
{
    const Value *value = step->value;
    const Geometry g = product_geometry(value);
    int words = (g.channels + 31) / 32, rows = round_up(g.taps * g.channels, 4), block = 2 * step->plan->options.target->lanes;
    int code_bytes = round_up((g.taps - 1) * g.channels + words * 32, 4) + (g.padded ? round_up(g.taps, 4) : 0), batch = step->plan->options.batch;
    bool by_samples = g.dense || g.out_pixels == 1;
    int groups = by_samples ? (batch * g.leading + 3) / 4 : batch * ((g.out_pixels + 3) / 4);
    bind_points(step, &g);
    step_hole_int(step, "words", words);
    step_hole_int(step, "block", block);
    step_hole_int(step, "chunk", g.padded ? 8 : 16);
    step_hole_int(step, "code_bytes", code_bytes);
    bind_levels(step, value->input[0]);
    step_scratch(step, "codes", "uint8_t", (size_t)groups * (size_t)code_bytes);
    step_scratch(step, "total", "float", (size_t)rows * (size_t)round_up(g.filters, block) * 4);
    step_epilogue(step, "epilogue");
}
