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
    const Geometry g = product_geometry(value);
    c.signs = planes_are_signs(c.w);
    for (int p = 0; c.signs && p < c.x.count; p++)
        c.half += c.x.coefficient[p];
    c.all_base = g.taps * g.channels * c.w.base;
    return c;
}

static const char *refuses_bits(const Value *value)
{
    const char *why = product_refuses(value, ROLE_FORWARD, true);
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
    return refuses_bits(value);
}

const char *refuses_bb_nibble(const Plan *plan, const Value *value)
{
    const char *why = refuses_bits(value);
    if (why || !target_has_nibbles(plan))
        return why ? why : "the target has no byte tables";
    const Geometry g = product_geometry(value);
    return g.taps * ((g.channels + 3) / 4) > 16000 ? "sums beyond 16 bits" : NULL;
}

const char *refuses_int_pairs(const Plan *plan, const Value *value)
{
    (void)plan;
    const char *why = product_refuses(value, ROLE_FORWARD, true);
    for (int k = 0; !why && k < 2; k++)
        if (value->input[k]->lo < -32767 || value->input[k]->hi > 32767)
            why = "integers beyond 16 bits";
    return why || value->input[1]->element == ELEMENT_LEVEL ? why : "weights are not levels";
}

/* Cycles for a sample: steps of the inner loop, each one vector. */
static double inner_cost(const Value *value, int lanes, double reduction, double cycles)
{
    const Geometry g = product_geometry(value);
    double vectors = (g.filters + lanes - 1) / lanes;
    return (double)g.out_pixels * g.leading * (vectors * reduction * cycles + 10.0 + reduction);
}

double cost_bb_popcount(const Plan *plan, const Value *value)
{
    const Geometry g = product_geometry(value);
    const Counting c = counting(value);
    int lanes = plan->options.target->lanes;
    return inner_cost(value, lanes, (double)c.x.count * c.w.count * g.taps * ((g.channels + 31) / 32), lanes >= 8 ? 2.5 : 4.5);
}

double cost_bb_nibble(const Plan *plan, const Value *value)
{
    (void)plan;
    const Geometry g = product_geometry(value);
    const Counting c = counting(value);
    return inner_cost(value, NIBBLE_FILTERS, (double)c.x.count * c.w.count * g.taps * ((g.channels + 3) / 4), 1.0);
}

double cost_int_pairs(const Plan *plan, const Value *value)
{
    const Geometry g = product_geometry(value);
    int lanes = plan->options.target->lanes;
    return inner_cost(value, lanes, (g.taps * g.channels + 1) / 2, lanes >= 8 ? 1.2 : 6.0);
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

/* Start values of constant weights; the sums of single taps only where pixels of the border need them. */
static void bind_constant_start(Step *step, const Geometry *g, const Counting *c, int padded)
{
    const int32_t *level = step_constant_i32(step, 1);
    int32_t *start = ARENA_ARRAY(step->plan->arena, int32_t, padded), *tap_sum = ARENA_ARRAY(step->plan->arena, int32_t, padded * g->taps);
    for (int k = 0; k < g->taps * g->channels; k++) /* in the order in which they lie */
        for (int f = 0, tap = k / g->channels; f < g->filters; f++)
            tap_sum[tap * padded + f] += level[k * g->filters + f];
    for (int f = 0; f < g->filters; f++) {
        int sum = 0;
        for (int tap = 0; tap < g->taps; tap++)
            sum += tap_sum[tap * padded + f];
        start[f] = c->x.base * sum + c->half * ((sum - c->all_base) / 2);
    }
    step_table(step, "start", "int32_t", start, (size_t)padded);
    if (g->padded && c->x.base != 0)
        step_table(step, "tap_sums", "int32_t", tap_sum, (size_t)padded * (size_t)g->taps);
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

static void bind_counts(Step *step, const Geometry *g, const Counting *c, Layout layout)
{
    const Value *weights = step->inputs[1]->value;
    int padded = layout_padded(step->plan, weights, layout), words = (g->channels + 31) / 32;
    bool constant = weights->op == OP_CONSTANT;
    bind_window(step, g);
    step_hole_int(step, "planes", c->x.count);
    step_hole_int(step, "weight_planes", c->w.count);
    step_hole_int(step, "words", words);
    step_hole_int(step, "filters", g->filters);
    step_hole_int(step, "padded", padded);
    step_hole_int(step, "sums", !constant);
    step_hole_int(step, "sum_words", layout_sum_words(step->plan, weights, layout));
    step_hole_int(step, "x_base", c->x.base);
    step_hole_int(step, "half", c->half);
    step_hole_int(step, "all_base", c->all_base);
    step_hole_int(step, "edges", g->padded && c->x.base != 0);
    step_hole_text(step, "factor", "%s", factor_text(step, c));
    if (constant) {
        bind_constant_start(step, g, c, padded);
    } else {
        step_scratch(step, "start", "int32_t", (size_t)padded * 4);
        step_hole_text(step, "tap_sums", "sums");
    }
    bind_sums_out(step, padded);
}

/* The reduction is unrolled as the policy says; --unroll=full unrolls the blocks of 32 filters around it, too, while the code stays small. */
static void bind_unrolling(Step *step, const char *reduction, const Geometry *g, int copies, int statements)
{
    int inner = step_unrolls(step, copies, statements), blocks = (g->filters + 31) / 32;
    step_hole_int(step, reduction, inner);
    step_hole_int(step, "blocks", blocks);
    step_hole_int(step, "loop_blocks", step_unrolls_around(step, blocks, (inner ? copies * statements : statements) + 20));
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
    const Geometry g = product_geometry(step->value);
    const Counting c = counting(step->value);
    bind_counts(step, &g, &c, LAYOUT_KERNEL_BITS);
    step_hole_text(step, "op", c.signs ? "bnn_xor" : "bnn_and");
    step_hole_int(step, "lanes", step->plan->options.target->lanes);
    int words = g.taps * ((g.channels + 31) / 32), tile = product_tile(step, &g, 2, c.x.count * words * 4);
    step_hole_int(step, "tile", tile);
    bind_unrolling(step, "loop_words", &g, bind_chunks(step, words), tile);
}

/* Bytes of a plane of a sample, one a nibble, with the border that the window reaches. */
static int bind_image(Step *step, const Geometry *g, int nibbles)
{
    int size[3], words = (g->channels + 31) / 32;
    for (int i = 0; i < 3; i++) {
        int reach = (g->out[i] - 1) * g->stride[i] + (g->kernel[i] - 1) * g->dilation[i] + 1;
        size[i] = reach > g->in[i] + g->before[i] ? reach : g->in[i] + g->before[i];
    }
    int bytes = size[0] * size[1] * size[2] * nibbles + words * 8 - nibbles; /* the last word may hang over */
    step_hole_int(step, "image_rows", size[1]);
    step_hole_int(step, "image_cols", size[2]);
    step_hole_int(step, "image_bytes", bytes);
    return bytes;
}

void bind_bb_nibble(Step *step)
{
    const Geometry g = product_geometry(step->value);
    const Counting c = counting(step->value);
    int nibbles = (g.channels + 3) / 4, run_cols = g.dilation[2] == 1 ? 1 : g.kernel[2];
    int vectors = layout_padded(step->plan, step->inputs[1]->value, LAYOUT_KERNEL_NIBBLES) / NIBBLE_FILTERS;
    bind_counts(step, &g, &c, LAYOUT_KERNEL_NIBBLES);
    step_hole_text(step, "table", c.signs ? "BNN_XOR_TABLE" : "BNN_AND_TABLE");
    step_hole_int(step, "nibbles", nibbles);
    step_hole_int(step, "run_cols", run_cols);
    step_hole_int(step, "run", g.kernel[2] / run_cols * nibbles);
    step_hole_int(step, "vectors", vectors % 2 ? 1 : 2);
    int bytes = bind_image(step, &g, nibbles);
    step_hole_int(step, "tile", product_tile(step, &g, 4, g.dense ? c.x.count * bytes : 1));
    if (!g.dense)
        step_scratch(step, "spread", "uint8_t", (size_t)bytes * (size_t)c.x.count * (size_t)step->plan->options.batch);
}

void bind_int_pairs(Step *step)
{
    const Geometry g = product_geometry(step->value);
    const Value *weights = step->inputs[1]->value;
    int padded = layout_padded(step->plan, weights, LAYOUT_KERNEL_PAIRS);
    bind_window(step, &g);
    step_hole_text(step, "x_type", "%s", layout_c_type(step->inputs[0]->value, LAYOUT_PLAIN));
    step_hole_int(step, "channels", g.channels);
    step_hole_int(step, "filters", g.filters);
    step_hole_int(step, "padded", padded);
    step_hole_int(step, "lanes", step->plan->options.target->lanes);
    int tile = product_tile(step, &g, 4, g.taps * g.channels * 4), pairs = (g.taps * g.channels + 1) / 2;
    step_hole_int(step, "tile", tile);
    step_hole_int(step, "pairs", pairs);
    bind_unrolling(step, "loop_pairs", &g, pairs, tile);
    bind_sums_out(step, padded);
}
