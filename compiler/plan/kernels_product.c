/* Products: geometry and bindings that the rows share, and the row for everything: product_direct. */
#include "plan/product.h"

#include "base/bug.h"
#include "graph/operators.h"

#include <limits.h>
#include <string.h>

/* Moves the dimensions of a window to the back: 2-D is rows and columns of one slice. */
static void move_back(int spatial, const int *from, int *to, int missing)
{
    for (int i = 0; i < 3; i++)
        to[i] = i < 3 - spatial ? missing : from[i - (3 - spatial)];
}

static bool sees_outside(const Geometry *g)
{
    for (int i = 0; i < 3; i++)
        if (g->before[i] > 0 || (g->out[i] - 1) * g->stride[i] - g->before[i] + (g->kernel[i] - 1) * g->dilation[i] >= g->in[i])
            return true;
    return false;
}

Geometry product_geometry(const Value *value)
{
    const Window *w = &value->u.product.window;
    const FullWindow full = window_full(w);
    Geometry g = {.taps = full.taps, .in_pixels = full.in_pixels, .out_pixels = full.out_pixels, .channels = w->in_channels,
                  .filters = w->out_channels, .groups = w->groups, .leading = 1, .dense = w->spatial == 0};
    move_back(w->spatial, full.in, g.in, 1);
    move_back(w->spatial, full.out, g.out, 1);
    move_back(w->spatial, full.kernel, g.kernel, 1);
    move_back(w->spatial, full.stride, g.stride, 1);
    move_back(w->spatial, full.dilation, g.dilation, 1);
    move_back(w->spatial, full.before, g.before, 0);
    const Shape rows = value->input[0]->shape;
    for (int i = 0; g.dense && i + 1 < rows.rank; i++)
        g.leading *= rows.dim[i];
    g.padded = sees_outside(&g);
    return g;
}

bool product_integers(const Value *value)
{
    return element_is_integer(value->input[0]->element) && element_is_integer(value->input[1]->element);
}

bool product_grouped(const Value *value)
{
    return !product_integers(value) && (value->input[0]->element == ELEMENT_LEVEL || value->input[1]->element == ELEMENT_LEVEL);
}

const char *product_refuses_kind(const Value *value, Role role, bool integers)
{
    const Window *w = &value->u.product.window;
    if (value->u.product.role != role)
        return "another role";
    if (product_integers(value) != integers)
        return integers ? "an operand is no set of levels" : "both operands are integers";
    return w->local ? "weights differ from pixel to pixel" : NULL;
}

const char *product_refuses(const Value *value, Role role, bool integers)
{
    const char *why = product_refuses_kind(value, role, integers);
    return why || value->u.product.window.groups == 1 ? why : "groups of channels";
}

const char *product_refuses_groups(const Value *value, int unit)
{
    enum { BLOCK = 32 }; /* filters that are stored together */
    const Window *w = &value->u.product.window;
    bool fit = w->in_channels / w->groups % unit == 0 && w->out_channels / w->groups % BLOCK == 0;
    return w->groups == 1 || fit ? NULL : "groups of channels that fill no words";
}

const char *product_refuses_two_levels(const Value *value, Role role, int bits)
{
    const Value *operand = value->input[bits];
    const char *why = product_refuses_kind(value, role, false);
    if (why)
        return why;
    if (value->input[1 - bits]->element != ELEMENT_F32)
        return "the other operand is not float";
    if (operand->element == ELEMENT_LEVEL && planes_of(operand->lo, operand->hi, operand->step).count == 1)
        return NULL;
    return bits ? "weights have more than two levels" : "activations have more than two levels";
}

double product_macs(const Value *value)
{
    return (double)window_macs(&value->u.product.window) * product_geometry(value).leading;
}

bool target_has_nibbles(const Plan *plan)
{
    return strcmp(plan->options.target->header, "isa/avx2.h") == 0;
}

/* The axes of a window; `taps`, and pixels. The number of slices made and of slices of taps is left to those that need it. */
static void bind_axes(Step *step, const Geometry *g)
{
    static const char *const axis[] = {"slices", "rows", "cols"};
    Arena *arena = step->plan->arena;
    for (int i = 0; i < 3; i++) {
        step_hole_int(step, arena_printf(arena, "in_%s", axis[i]), g->in[i]);
        step_hole_int(step, arena_printf(arena, "stride_%s", axis[i]), g->stride[i]);
        step_hole_int(step, arena_printf(arena, "dilation_%s", axis[i]), g->dilation[i]);
        step_hole_int(step, arena_printf(arena, "before_%s", axis[i]), g->before[i]);
        if (i == 0)
            continue;
        step_hole_int(step, arena_printf(arena, "out_%s", axis[i]), g->out[i]);
        step_hole_int(step, arena_printf(arena, "kernel_%s", axis[i]), g->kernel[i]);
    }
    step_hole_int(step, "taps", g->taps);
    step_hole_int(step, "in_pixels", g->in_pixels);
}

void bind_window(Step *step, const Geometry *g)
{
    bind_axes(step, g);
    step_hole_int(step, "kernel_slices", g->kernel[0]);
    step_hole_int(step, "volume", g->in[0] > 1 || g->kernel[0] > 1 || g->out[0] > 1);
    step_hole_int(step, "dense", g->dense);
    step_hole_int(step, "outside", g->padded);
    step_hole_int(step, "out_pixels", g->dense ? g->leading : g->out_pixels);
}

void bind_pixels(Step *step, const Geometry *g)
{
    bind_axes(step, g);
    step_hole_int(step, "out_slices", g->out[0]);
    step_hole_int(step, "out_pixels", g->out_pixels);
}

void bind_points(Step *step, const Geometry *g)
{
    bind_window(step, g);
    step_hole_int(step, "by_samples", g->dense || g->out_pixels == 1);
    step_hole_int(step, "leading", g->leading);
    step_hole_int(step, "channels", g->channels);
    step_hole_int(step, "filters", g->filters);
}

/* {-1,+1} by thresholds of constants: sums are compared with a table. */
static bool bind_thresholds(Step *step, int padded)
{
    const int32_t *thresholds = step->output->layout == LAYOUT_PACKED ? step_thresholds(step) : NULL;
    const Value *stored = step->stored;
    if (!thresholds || !value_is_signs(stored))
        return false;
    int channels = stored->shape.dim[stored->shape.rank - 1];
    bool one = shape_count(step->inputs[step->value->input_count]->value->shape) == 1;
    int32_t *table = ARENA_ARRAY(step->plan->arena, int32_t, padded);
    for (int f = 0; f < padded; f++)
        table[f] = f < channels ? thresholds[one ? 0 : f] : INT_MIN;
    step_table(step, "thresholds", "int32_t", table, (size_t)padded);
    step_hole_int(step, "out_words", (channels + 31) / 32);
    step_hole_text(step, "out_type", "uint32_t");
    step_hole_text(step, "extra", "%s", "");
    step_hole_text(step, "extra_parameters", "%s", "");
    return true;
}

void bind_store(Step *step, int padded)
{
    bool thresholded = product_integers(step->value) && bind_thresholds(step, padded);
    step_hole_int(step, "thresholded", thresholded);
    step_hole_text(step, "sum_type", product_integers(step->value) ? "int32_t" : "float");
    if (!thresholded)
        step_epilogue(step, "epilogue");
}

const char *weights_parameter(const Step *step, bool argument)
{
    const Storage *weights = step->inputs[1];
    if (weights->place == PLACE_CONSTANT)
        return "";
    return argument ? ", in1" : arena_printf(step->plan->arena, ", const %s *restrict in1", weights->c_type);
}

void bind_operands(Step *step, const char *prepare, const char *parameters, const char *arguments)
{
    step_hole_text(step, "prepare", "%s", prepare);
    step_hole_text(step, "tile_parameters", "%s", parameters);
    step_hole_text(step, "tile_arguments", "%s", arguments);
}

Geometry group_geometry(const Value *value)
{
    Geometry g = product_geometry(value);
    g.channels /= g.groups;
    return g;
}

void bind_groups(Step *step, const Geometry *g)
{
    int filters = g->filters / g->groups;
    step_hole_int(step, "groups", g->groups);
    step_hole_text(step, "group_parameter", g->groups == 1 ? "" : ", int group");
    step_hole_text(step, "group_argument", g->groups == 1 ? "" : ", group");
    step_hole_text(step, "first_filter", g->groups == 1 ? "0" : "group * %d", filters);
}

void bind_windows(Step *step, const Geometry *g, const Rows *rows)
{
    const View *view = &step->view;
    int taps = view->kernel[0] * view->kernel[1] * view->kernel[2];
    bool full = rows->depth == rows->units, interior = !view_is_apart(view) && region_taps(&step->regions.at[0]) == taps;
    bind_groups(step, g);
    bind_tests(step);
    bool in_place = taps == 1 && interior && step->regions.count == 1 && g->groups == 1 && full; /* every pixel sees one pixel of the source */
    step_hole_int(step, "gathered", !in_place || strcmp(rows->x_type, rows->row_type) != 0);
    step_hole_text(step, "x_type", "%s", rows->x_type);
    step_hole_text(step, "row_type", "%s", rows->row_type);
    step_hole_int(step, "planes", rows->planes);
    step_hole_int(step, "units", rows->units);
    step_hole_text(step, "first_unit", g->groups == 1 ? "0" : "group * %d", rows->units);
    step_hole_int(step, "depth", rows->depth);
    step_hole_int(step, "taps", taps);
    step_hole_text(step, "cleared", "%s", !full || !interior ? "1" : step->regions.count == 1 ? "0" : "region > 0");
}

int product_tile(const Step *step, const Geometry *g, int most, int window_bytes)
{
    enum { WINDOWS_MAX = 1 << 16 };
    int pixels = g->dense ? g->leading : g->out_pixels, tile = most;
    if (!step->plan->options.training && pixels < tile)
        tile = pixels;
    while (tile > 1 && tile * window_bytes > WINDOWS_MAX)
        tile /= 2;
    return tile;
}

/* --- the row for everything */
double cost_product_direct(const Plan *plan, const Value *value)
{
    (void)plan;
    return 4.0 * (double)window_macs(&value->u.product.window) * product_geometry(value).leading;
}

static void bind_direct_geometry(Step *step, const Geometry *g)
{
    const Window *w = &step->value->u.product.window;
    int kernel_rows = g->taps * g->channels / w->groups * (w->local ? g->out_pixels : 1);
    bind_pixels(step, g);
    step_hole_int(step, "dense", g->dense);
    step_hole_int(step, "leading", g->leading);
    step_hole_int(step, "in_channels", g->channels);
    step_hole_int(step, "out_channels", g->filters);
    step_hole_int(step, "groups", w->groups);
    step_hole_int(step, "local", w->local);
    step_hole_int(step, "kernel_rows_total", kernel_rows);
}

void bind_product_direct(Step *step)
{
    const Value *value = step->value;
    const Geometry g = product_geometry(value);
    Role role = value->u.product.role;
    bind_direct_geometry(step, &g);
    step_hole_int(step, "last_dim", value->shape.dim[value->shape.rank - 1]);
    step_hole_int(step, "forward", role == ROLE_FORWARD);
    step_hole_int(step, "input_gradient", role == ROLE_INPUT_GRADIENT);
    step_hole_int(step, "kernel_gradient", role == ROLE_KERNEL_GRADIENT);
    step_hole_int(step, "grouped", product_grouped(value));
    step_hole_text(step, "acc_type", product_integers(value) ? "int32_t" : "float");
    step_hole_text(step, "a_type", "%s", layout_c_type(value->input[0], LAYOUT_PLAIN));
    step_hole_text(step, "b_type", "%s", layout_c_type(value->input[1], LAYOUT_PLAIN));
    step_epilogue(step, "epilogue");
}
