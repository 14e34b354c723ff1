/* In: how pixels see their source. Out: the regions of a step, rectangles of pixels that see the same taps, so that no kernel tests a tap;
 * and the holes by which a template walks them. */
#include "plan/product.h"

#include "base/bug.h"

#include <stdlib.h>

static const char *const axis_names[] = {"slice", "row", "col"};

View product_view(const Geometry *g, bool back)
{
    View view = {{1, 1, g->leading}, {1, 1, g->leading}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, {1, 1, 1}};
    for (int i = 0; i < 3 && !g->dense; i++) {
        view.targets[i] = back ? g->in[i] : g->out[i];
        view.sources[i] = back ? g->out[i] : g->in[i];
        view.kernel[i] = g->kernel[i];
        view.stride[i] = back ? 1 : g->stride[i];
        view.offset[i] = back ? g->before[i] : -g->before[i];
        view.step[i] = back ? -g->dilation[i] : g->dilation[i];
        view.apart[i] = back ? g->stride[i] : 1;
    }
    return view;
}

static bool is_inside(const View *view, int axis, int pixel, int tap)
{
    int at = pixel * view->stride[axis] + view->offset[axis] + tap * view->step[axis];
    return at >= 0 && at < view->sources[axis];
}

/* The taps inside are neighbours, because a tap's place is linear in its number. */
static void taps_of(const View *view, int axis, int pixel, int *from, int *to)
{
    *from = 0;
    while (*from < view->kernel[axis] && !is_inside(view, axis, pixel, *from))
        ++*from;
    *to = *from;
    while (*to < view->kernel[axis] && is_inside(view, axis, pixel, *to))
        ++*to;
    if (*to == *from)
        *from = *to = 0;
}

/* Pixels of one axis in a row that see the same taps. */
typedef struct { int from, to, tap_from, tap_to; } Stretch;
typedef VEC(Stretch) Spans;

static Spans spans_of(Arena *arena, const View *view, int axis)
{
    Spans spans = {0};
    for (int pixel = 0; pixel < view->targets[axis]; pixel++) {
        Stretch span = {.from = pixel, .to = pixel + 1}, *last = spans.count ? &spans.at[spans.count - 1] : NULL;
        taps_of(view, axis, pixel, &span.tap_from, &span.tap_to);
        if (last && last->tap_from == span.tap_from && last->tap_to == span.tap_to)
            last->to++;
        else
            VEC_PUSH(arena, &spans, span);
    }
    return spans;
}

static int region_pixels(const Region *region)
{
    return (region->to[0] - region->from[0]) * (region->to[1] - region->from[1]) * (region->to[2] - region->from[2]);
}

int region_taps(const Region *region)
{
    return (region->tap_to[0] - region->tap_from[0]) * (region->tap_to[1] - region->tap_from[1]) * (region->tap_to[2] - region->tap_from[2]);
}

static void set_axis(Region *region, int axis, const Stretch *span)
{
    region->from[axis] = span->from;
    region->to[axis] = span->to;
    region->tap_from[axis] = span->tap_from;
    region->tap_to[axis] = span->tap_to;
}

/* The largest region of all the taps comes first. */
static void find_regions(Step *step, const View *view)
{
    Arena *arena = step->plan->arena;
    const Spans spans[3] = {spans_of(arena, view, 0), spans_of(arena, view, 1), spans_of(arena, view, 2)};
    int best = 0, taps = view->kernel[0] * view->kernel[1] * view->kernel[2];
    for (int i = 0; i < spans[0].count * spans[1].count * spans[2].count; i++) {
        Region region = {0};
        set_axis(&region, 0, &spans[0].at[i / (spans[1].count * spans[2].count)]);
        set_axis(&region, 1, &spans[1].at[i / spans[2].count % spans[1].count]);
        set_axis(&region, 2, &spans[2].at[i % spans[2].count]);
        VEC_PUSH(arena, &step->regions, region);
        if (region_taps(&region) == taps && (best == 0 || region_pixels(&region) > region_pixels(&step->regions.at[best])))
            best = i;
    }
    const Region first = step->regions.at[0];
    step->regions.at[0] = step->regions.at[best];
    step->regions.at[best] = first;
}

/* --- holes: first_row, rows, first_tap_row, tap_rows, and the same of slices and columns */
typedef struct { const char *prefix, *suffix; int (*of)(const Region *region, int axis); } Field;

static int first_of(const Region *region, int axis)
{
    return region->from[axis];
}

static int count_of(const Region *region, int axis)
{
    return region->to[axis] - region->from[axis];
}

static int first_tap_of(const Region *region, int axis)
{
    return region->tap_from[axis];
}

static int taps_count_of(const Region *region, int axis)
{
    return region->tap_to[axis] - region->tap_from[axis];
}

static const Field fields[] = {{"first_", "", first_of}, {"", "s", count_of}, {"first_tap_", "", first_tap_of}, {"tap_", "s", taps_count_of}};
enum { FIELDS = sizeof fields / sizeof *fields, COLUMNS = 3 * FIELDS };

static int column_value(const Step *step, int column, int region)
{
    return fields[column % FIELDS].of(&step->regions.at[region], column / FIELDS);
}

static bool column_varies(const Step *step, int column)
{
    for (int i = 1; i < step->regions.count; i++)
        if (column_value(step, column, i) != column_value(step, column, 0))
            return true;
    return false;
}

/* Row i: what varies, of region i. As int16 where that holds it. */
static const char *areas_table(Step *step, const int *columns, int width)
{
    Arena *arena = step->plan->arena;
    int count = step->regions.count * width;
    int16_t *narrow = ARENA_ARRAY(arena, int16_t, count);
    int32_t *wide = ARENA_ARRAY(arena, int32_t, count);
    bool fits = true;
    for (int i = 0; i < count; i++) {
        wide[i] = column_value(step, columns[i % width], i / width);
        narrow[i] = (int16_t)wide[i];
        fits &= wide[i] <= INT16_MAX;
    }
    return step_data(step, "areas", fits ? "int16_t" : "int32_t", fits ? (const void *)narrow : wide, (size_t)count);
}

/* What is the same in all regions is a number; the rest lies in a table. */
static void bind_columns(Step *step)
{
    int columns[COLUMNS], width = 0;
    for (int column = 0; column < COLUMNS; column++)
        if (column_varies(step, column))
            columns[width++] = column;
    const char *areas = width ? areas_table(step, columns, width) : NULL;
    for (int column = 0, at = 0; column < COLUMNS; column++) {
        const Field *field = &fields[column % FIELDS];
        const char *name = arena_printf(step->plan->arena, "%s%s%s", field->prefix, axis_names[column / FIELDS], field->suffix);
        if (at < width && columns[at] == column)
            step_hole_text(step, name, "%s[region * %d + %d]", areas, width, at++);
        else
            step_hole_int(step, name, column_value(step, column, 0));
    }
}

static bool has_interior(const Step *step)
{
    const View *view = &step->view;
    return region_taps(&step->regions.at[0]) == view->kernel[0] * view->kernel[1] * view->kernel[2];
}

/* The interior gets code of its own, with its ranges as constants, where it is most of the work; else one piece of code walks all regions. */
static bool is_apart(const Step *step)
{
    double all = 0, interior = (double)region_pixels(&step->regions.at[0]) * region_taps(&step->regions.at[0]);
    for (int i = 0; i < step->regions.count; i++)
        all += (double)region_pixels(&step->regions.at[i]) * region_taps(&step->regions.at[i]);
    return step->regions.count > 1 && has_interior(step) && step->plan->options.unroll != UNROLL_NONE && interior > all / 2;
}

bool view_is_apart(const View *view)
{
    return view->apart[0] > 1 || view->apart[1] > 1 || view->apart[2] > 1;
}

static void whole_region(Step *step, const View *view)
{
    Region region = {0};
    for (int i = 0; i < 3; i++) {
        region.to[i] = view->targets[i];
        region.tap_to[i] = view->kernel[i];
    }
    VEC_PUSH(step->plan->arena, &step->regions, region);
}

void bind_regions(Step *step, const View *view)
{
    step->view = *view;
    if (view_is_apart(view))
        whole_region(step, view);
    else
        find_regions(step, view);
    bool apart = is_apart(step), same = step->regions.count == 1;
    bind_columns(step);
    step_hole_int(step, "regions", step->regions.count);
    step_hole_int(step, "parts", apart ? 2 : 1);
    step_hole_int(step, "first_part", apart ? 1 : step->regions.count);
    step_hole_text(step, "region_parameter", same ? "" : ", int region");
    step_hole_text(step, "region_argument", same ? "" : ", region");
    for (int i = 0; i < 3; i++) {
        const char *axis = axis_names[i];
        Arena *arena = step->plan->arena;
        step_hole_int(step, arena_printf(arena, "source_%ss", axis), view->sources[i]);
        step_hole_int(step, arena_printf(arena, "target_%ss", axis), view->targets[i]);
        if (i > 0) /* taps are numbered slice by slice: nobody asks how many slices there are */
            step_hole_int(step, arena_printf(arena, "kernel_%ss", axis), view->kernel[i]);
        step_hole_int(step, arena_printf(arena, "stride_%ss", axis), view->stride[i]);
        step_hole_text(step, arena_printf(arena, "offset_%ss", axis), "%s %d", view->offset[i] < 0 ? "-" : "+", abs(view->offset[i]));
        step_hole_int(step, arena_printf(arena, "step_%ss", axis), view->step[i]);
    }
}

void bind_tests(Step *step)
{
    step_hole_int(step, "tested", view_is_apart(&step->view));
    for (int i = 0; i < 3; i++)
        step_hole_int(step, arena_printf(step->plan->arena, "apart_%ss", axis_names[i]), step->view.apart[i]);
}

/* --- the proof: every pixel lies in one region, and the region's taps are those that the pixel sees */
static void verify_axis(const Step *step, const Region *region, int axis)
{
    for (int pixel = region->from[axis]; pixel < region->to[axis]; pixel++)
        for (int tap = 0; tap < step->view.kernel[axis]; tap++) {
            bool listed = tap >= region->tap_from[axis] && tap < region->tap_to[axis];
            if (listed != is_inside(&step->view, axis, pixel, tap))
                BUG("%s: tap %d of %s %d is %s", step->function, tap, axis_names[axis], pixel, listed ? "outside" : "left out");
        }
}

void regions_verify(const Step *step)
{
    if (step->regions.count == 0 || view_is_apart(&step->view))
        return;
    const int *targets = step->view.targets;
    char *seen = ARENA_ARRAY(step->plan->arena, char, targets[0] * targets[1] * targets[2]);
    int covered = 0;
    for (int i = 0; i < step->regions.count; i++) {
        const Region *r = &step->regions.at[i];
        for (int axis = 0; axis < 3; axis++)
            verify_axis(step, r, axis);
        for (int p = 0; p < region_pixels(r); p++, covered++) {
            int slice = r->from[0] + p / (count_of(r, 1) * count_of(r, 2)), row = r->from[1] + p / count_of(r, 2) % count_of(r, 1);
            char *at = &seen[(slice * targets[1] + row) * targets[2] + r->from[2] + p % count_of(r, 2)];
            if (*at)
                BUG("%s: region %d computes a pixel twice", step->function, i);
            *at = 1;
        }
    }
    if (covered != targets[0] * targets[1] * targets[2])
        BUG("%s: its regions leave out pixels", step->function);
}
