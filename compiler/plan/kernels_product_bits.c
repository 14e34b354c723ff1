/* Products of levels: by popcount of planes, by byte tables, by int16 pairs. */
#include "plan/product.h"

#include "base/bug.h"

/* The sum as counts. Weights w = base_w + sum of c_q W_q, activations x = base_x + sum of a_p X_p, S = sum of w over all taps, n terms.
 * Weights that are sums of signs: sum of x*w = base_x S + sum over p,q of a_p (-c_q/2) popcount(X_p ^ W_q) + A (S - n base_w)/2 with
 * A = sum of a_p. Else (base_w = 0): base_x S + sum of a_p c_q popcount(X_p & W_q). Bits outside the input are 0 in X_p; S then loses the
 * sums of the taps that lie outside. */
typedef struct {
    Planes x, w;
    bool signs;
    int half, all_base;
} Counting;

static Counting counting(const Value *value)
{
    const Value *x = value->input[0], *w = value->input[1];
    Counting c = {planes_of(x->lo, x->hi, x->step), planes_of(w->lo, w->hi, w->step), false, 0, 0};
    const Geometry g = group_geometry(value);
    c.signs = planes_are_signs(c.w);
    for (int p = 0; c.signs && p < c.x.count; p++)
        c.half += c.x.coefficient[p];
    c.all_base = g.taps * g.channels * c.w.base;
    return c;
}

static const char *refuses_bits(const Value *value)
{
    const char *why = product_refuses_kind(value, ROLE_FORWARD, true);
    if (why)
        return why;
    if (value->input[0]->element == ELEMENT_I32 || value->input[1]->element != ELEMENT_LEVEL)
        return "an operand is not made of levels";
    const Counting c = counting(value);
    if (c.x.count == 0 || c.w.count == 0)
        return "more levels than planes";
    if (!c.signs && c.w.base != 0)
        return "weights are neither signs nor start at zero";
    return value->input[0]->shape.rank == 0 ? "no channels" : NULL;
}

const char *refuses_bb_popcount(const Plan *plan, const Value *value)
{
    (void)plan;
    const char *why = refuses_bits(value);
    return why ? why : product_refuses_groups(value, 32);
}

const char *refuses_bb_nibble(const Plan *plan, const Value *value)
{
    const char *why = refuses_bits(value);
    if (why || !target_has_nibbles(plan))
        return why ? why : "the target has no byte tables";
    if ((why = product_refuses_groups(value, 4)))
        return why;
    const Geometry g = group_geometry(value);
    return g.taps * ((g.channels + 3) / 4) > 16000 ? "sums beyond 16 bits" : NULL;
}

const char *refuses_int_pairs(const Plan *plan, const Value *value)
{
    (void)plan;
    const char *why = product_refuses_kind(value, ROLE_FORWARD, true);
    for (int k = 0; !why && k < 2; k++)
        if (value->input[k]->lo < -32767 || value->input[k]->hi > 32767)
            why = "integers beyond 16 bits";
    why = why ? why : product_refuses_groups(value, 1);
    return why || value->input[1]->element == ELEMENT_LEVEL ? why : "weights are not levels";
}

/* Cycles for a sample: steps of the inner loop, each one vector; what follows the steps of a vector; and finding the window of a pixel.
 * Fitted to `make bench`. */
static double inner_cost(const Value *value, int lanes, double steps, double step, double vector)
{
    const Geometry g = group_geometry(value);
    double vectors = (g.filters + lanes - 1) / lanes;
    return (double)g.out_pixels * g.leading * (vectors * (steps * step + vector) + 15.0 + 0.1 * steps);
}

double cost_bb_popcount(const Plan *plan, const Value *value)
{
    const Geometry g = group_geometry(value);
    const Counting c = counting(value);
    double pairs = (double)c.x.count * c.w.count, words = g.taps * ((g.channels + 31) / 32);
    int lanes = plan->options.target->lanes;
    return inner_cost(value, lanes, pairs * words, lanes >= 8 ? 2.4 : 3.8, (lanes >= 8 ? 12.0 : 6.0) * pairs);
}

double cost_bb_nibble(const Plan *plan, const Value *value)
{
    (void)plan;
    const Geometry g = group_geometry(value);
    const Counting c = counting(value);
    double pairs = (double)c.x.count * c.w.count, nibbles = g.taps * ((g.channels + 3) / 4);
    return inner_cost(value, NIBBLE_FILTERS, pairs * nibbles, 0.72, 15.0 * pairs);
}

double cost_int_pairs(const Plan *plan, const Value *value)
{
    const Geometry g = group_geometry(value);
    int lanes = plan->options.target->lanes; /* a generic target may have no instruction that multiplies pairs */
    return inner_cost(value, lanes, (g.taps * g.channels + 1) / 2, lanes >= 8 ? 0.85 : 6.0, 4.0);
}

Layout layout_in_bb_popcount(const Plan *plan, const Value *value, int input)
{
    (void)plan, (void)value;
    return input == 0 ? LAYOUT_PACKED : LAYOUT_KERNEL_BITS;
}

Layout layout_in_bb_nibble(const Plan *plan, const Value *value, int input)
{
    (void)plan, (void)value;
    return input == 0 ? LAYOUT_PACKED : LAYOUT_KERNEL_NIBBLES;
}

Layout layout_in_int_pairs(const Plan *plan, const Value *value, int input)
{
    (void)plan, (void)value;
    return input == 0 ? LAYOUT_PLAIN : LAYOUT_KERNEL_PAIRS;
}

/* Start value of a filter in a region: from the sum of the weights that its pixels see, and from the sum and number of those counted. */
static int start_value(const Counting *c, int seen, int counted, int terms)
{
    return c->x.base * seen + c->half * ((counted - terms * c->w.base) / 2);
}

/* Sums of each filter's weights, [tap][padded filter], read in the order in which they lie. */
static const int32_t *tap_sums(const Step *step, const Geometry *g, int padded)
{
    const int32_t *level = step_constant_i32(step, 1);
    int32_t *sums = ARENA_ARRAY(step->plan->arena, int32_t, padded * g->taps);
    for (int k = 0; k < g->taps * g->channels; k++, level += g->filters) {
        int32_t *restrict sum = sums + k / g->channels * padded;
        for (int f = 0; f < g->filters; f++)
            sum[f] += level[f];
    }
    return sums;
}

static bool region_sees(const Geometry *g, const Region *region, int tap)
{
    const int at[3] = {tap / (g->kernel[1] * g->kernel[2]), tap / g->kernel[2] % g->kernel[1], tap % g->kernel[2]};
    for (int i = 0; i < 3; i++)
        if (at[i] < region->tap_from[i] || at[i] >= region->tap_to[i])
            return false;
    return true;
}

static const char *constant_starts(Step *step, const Geometry *g, const Counting *c, int padded, int rows, bool exact)
{
    const int32_t *sums = tap_sums(step, g, padded);
    int32_t *start = ARENA_ARRAY(step->plan->arena, int32_t, padded * rows);
    for (int i = 0; i < rows; i++) {
        const Region *region = &step->regions.at[i];
        int terms = (exact ? region_taps(region) : g->taps) * g->channels;
        for (int f = 0; f < g->filters; f++) {
            int seen = 0, all = 0;
            for (int tap = 0; tap < g->taps; tap++) {
                all += sums[tap * padded + f];
                seen += region_sees(g, region, tap) ? sums[tap * padded + f] : 0;
            }
            start[i * padded + f] = start_value(c, seen, exact ? seen : all, terms);
        }
    }
    return step_data(step, "start", "int32_t", start, (size_t)(padded * rows));
}

/* Rows of start values: one a region, unless all are equal. exact: taps outside are left out of the counts, not counted as words of 0. */
static int start_rows(const Step *step, const Counting *c, bool exact)
{
    return c->x.base != 0 || (exact && c->half != 0) ? step->regions.count : 1;
}

/* "pair == 0 ? 1 : -2": what each pair of planes counts for. */
static const char *factor_text(const Step *step, const Counting *c)
{
    Arena *arena = step->plan->arena;
    const char *text = NULL;
    for (int pair = c->x.count * c->w.count; pair-- > 0;) {
        int w = c->w.coefficient[pair % c->w.count], factor = c->x.coefficient[pair / c->w.count] * (c->signs ? -w / 2 : w);
        text = text ? arena_printf(arena, "pair == %d ? %d : %s", pair, factor, text) : arena_printf(arena, "%d", factor);
    }
    return arena_printf(arena, "(%s)", text);
}

/* Start values: a table, or scratch that starts.c fills. The tile function takes those of its region. */
static void bind_starts(Step *step, const Geometry *g, const Counting *c, int padded, bool exact)
{
    Arena *arena = step->plan->arena;
    int rows = start_rows(step, c, exact);
    bool constant = step->inputs[1]->value->op == OP_CONSTANT;
    const char *name = constant ? constant_starts(step, g, c, padded, rows, exact) : step_space(step, "start", "int32_t", (size_t)(padded * rows) * 4);
    const char *prepare = constant ? "" : arena_printf(arena, "%s_starts((const int32_t *)in1, %s);", step->function, name);
    step_hole_int(step, "start_rows", rows);
    const char *region = rows == 1 ? "" : arena_printf(arena, " + region * %d", padded);
    bind_operands(step, prepare, arena_printf(arena, "%s, const int32_t *restrict start", weights_parameter(step, false)),
                  arena_printf(arena, "%s, %s%s", weights_parameter(step, true), name, region));
}

/* What the products of bits share. Follows bind_regions. */
static void bind_counts(Step *step, const Geometry *g, const Counting *c, Layout layout, bool exact)
{
    const Value *weights = step->inputs[1]->value;
    int padded = layout_padded(step->plan, weights, layout);
    step_hole_int(step, "weight_planes", c->w.count);
    step_hole_int(step, "filters", g->filters);
    step_hole_int(step, "padded", padded);
    step_hole_int(step, "sums", weights->op != OP_CONSTANT);
    step_hole_int(step, "sum_words", layout_sum_words(step->plan, weights, layout));
    step_hole_int(step, "exact", exact);
    step_hole_int(step, "tap_base", g->channels * c->w.base);
    step_hole_int(step, "x_base", c->x.base);
    step_hole_int(step, "half", c->half);
    step_hole_text(step, "factor", "%s", factor_text(step, c));
    bind_starts(step, g, c, padded, exact);
    bind_store(step, padded);
}

/* The reduction is unrolled as the policy says; --unroll=full unrolls the blocks of 32 filters around it, too, while the function stays small:
 * there BNN_KEEP_VECTOR, which is no code, counts as the second statement of each term. */
static void bind_unrolling(Step *step, const char *reduction, const Geometry *g, int copies, int statements)
{
    int inner = step_unrolls(step, copies, statements), blocks = (g->filters / g->groups + 31) / 32;
    step_hole_int(step, reduction, inner);
    step_hole_int(step, "blocks", blocks);
    step_hole_int(step, "loop_blocks", step_unrolls_around(step, blocks, 2 * statements * (inner ? copies : 1) + 20));
}

/* A byte counts 31 words at most: equal chunks of them, and the rest. */
static int bind_chunks(Step *step, int words)
{
    int chunks = (words + 30) / 31, chunk = (words + chunks - 1) / chunks;
    step_hole_int(step, "chunks", words / chunk);
    step_hole_int(step, "chunk", chunk);
    step_hole_int(step, "rest", words % chunk);
    return chunk + words % chunk;
}

void bind_bb_popcount(Step *step)
{
    const Geometry g = group_geometry(step->value);
    const Counting c = counting(step->value);
    const View view = product_view(&g, false);
    int words = (g.channels + 31) / 32;
    bind_regions(step, &view);
    bind_counts(step, &g, &c, LAYOUT_KERNEL_BITS, false);
    bind_windows(step, &g, &(Rows){"uint32_t", "uint32_t", c.x.count, words, words});
    step_hole_text(step, "op", c.signs ? "bnn_xor" : "bnn_and");
    step_hole_int(step, "lanes", step->plan->options.target->lanes);
    int tile = product_tile(step, &g, 2, c.x.count * g.taps * words * 4);
    step_hole_int(step, "tile", tile);
    bind_unrolling(step, "loop_words", &g, bind_chunks(step, g.taps * words), tile);
}

/* Nibbles that one unrolled piece of a run takes: a divisor of those of a pixel, about 16, at most the 63 that a byte can count. */
static int nibble_unit(int nibbles)
{
    enum { GOOD = 16, LITTLE = 8, MOST = 63 };
    int unit = 1;
    for (int n = 2; n <= MOST; n++)
        if (nibbles % n == 0 && (n <= GOOD || unit < LITTLE))
            unit = n;
    return unit;
}

void bind_bb_nibble(Step *step)
{
    const Geometry g = group_geometry(step->value);
    const Counting c = counting(step->value);
    const View view = product_view(&g, false);
    int nibbles = (g.channels + 3) / 4, pixel_nibbles = (g.channels * g.groups + 3) / 4, words = (g.channels * g.groups + 31) / 32, unit = nibble_unit(nibbles);
    int padded = layout_padded(step->plan, step->inputs[1]->value, LAYOUT_KERNEL_NIBBLES), vectors = padded / g.groups / NIBBLE_FILTERS % 2 ? 1 : 2;
    int bytes = g.in_pixels * pixel_nibbles + words * 8 - pixel_nibbles; /* of a plane of a sample; the last word may hang over */
    bind_regions(step, &view);
    bind_counts(step, &g, &c, LAYOUT_KERNEL_NIBBLES, true);
    step_hole_int(step, "planes", c.x.count);
    step_hole_int(step, "words", words);
    step_hole_int(step, "taps", g.taps);
    step_hole_int(step, "dense", g.dense);
    step_hole_text(step, "table", c.signs ? "BNN_XOR_TABLE" : "BNN_AND_TABLE");
    step_hole_int(step, "nibbles", nibbles);
    step_hole_int(step, "pixel_nibbles", pixel_nibbles);
    step_hole_text(step, "group", g.groups == 1 ? "0" : "(f0 / %d)", g.filters / g.groups);
    step_hole_int(step, "unit", unit);
    step_hole_int(step, "split", g.dilation[2] > 1 || g.groups > 1);
    step_hole_int(step, "vectors", vectors);
    step_hole_int(step, "image_bytes", bytes);
    int tile = product_tile(step, &g, 4, g.dense ? c.x.count * bytes : 1);
    step_hole_int(step, "tile", tile);
    step_hole_int(step, "loop_nibbles", step_unrolls(step, unit, vectors + tile * (1 + 2 * vectors)));
    if (!g.dense)
        step_scratch(step, "spread", "uint8_t", (size_t)bytes * (size_t)c.x.count * (size_t)step->plan->options.batch);
}

void bind_int_pairs(Step *step)
{
    enum { COPY_MOST = 64 };
    const Geometry g = group_geometry(step->value);
    const View view = product_view(&g, false);
    int padded = layout_padded(step->plan, step->inputs[1]->value, LAYOUT_KERNEL_PAIRS);
    bind_regions(step, &view);
    bind_windows(step, &g, &(Rows){layout_c_type(step->inputs[0]->value, LAYOUT_PLAIN), "int16_t", 1, g.channels, g.channels});
    bind_operands(step, "", weights_parameter(step, false), weights_parameter(step, true));
    step_hole_int(step, "filters", g.filters);
    step_hole_int(step, "padded", padded);
    step_hole_int(step, "lanes", step->plan->options.target->lanes);
    int tile = product_tile(step, &g, 4, g.taps * g.channels * 4), pairs = (g.taps * g.channels + 1) / 2;
    step_hole_int(step, "tile", tile);
    step_hole_int(step, "pairs", pairs);
    step_hole_int(step, "whole_pairs", g.taps * g.channels / 2);
    step_hole_int(step, "odd", g.taps * g.channels % 2);
    step_hole_int(step, "copied", pairs <= COPY_MOST);
    step_hole_text(step, "pair", pairs <= COPY_MOST ? "copy[i][k]" : "bnn_pair(window[i] + 2 * k)");
    step_hole_text(step, "last", pairs <= COPY_MOST ? "copy[i][%d]" : "(uint16_t)window[i][%d]", pairs <= COPY_MOST ? pairs - 1 : 2 * pairs - 2);
    bind_unrolling(step, "loop_pairs", &g, pairs, tile);
    bind_store(step, padded);
}
