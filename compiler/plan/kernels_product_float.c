/* Products with floats, multiplied: forward, input gradient, kernel gradient; lanes are channels of the result. */
#include "plan/product.h"

/* --- ff_product: any operands of which one is float, forward and input gradient */
const char *refuses_ff_product(const Plan *plan, const Value *value)
{
    (void)plan;
    bool back = value->u.product.role == ROLE_INPUT_GRADIENT;
    const char *why = back ? product_refuses(value, ROLE_INPUT_GRADIENT, false) : product_refuses_kind(value, ROLE_FORWARD, false);
    why = why ? why : product_refuses_groups(value, 1);
    if (!why && value->input[1]->op == OP_CONSTANT && !product_refuses_two_levels(value, ROLE_FORWARD, 1))
        why = "constant weights are kept as bits";
    return why;
}

double cost_ff_product(const Plan *plan, const Value *value)
{
    double weights = value->input[1]->op == OP_CONSTANT ? 0.0 : (double)shape_count(value->input[1]->shape) * 2.0 / plan->options.batch;
    return product_macs(value) / plan->options.target->lanes * (product_grouped(value) ? 1.6 : 1.3) + weights + 8.0 * (double)shape_count(value->shape);
}

/* Lines of weights, one for each tap and channel that is summed over. */
typedef struct { int taps, from, depth, to, margin; bool back; } Lines;

/* Constants are laid out by the compiler. */
static void bind_ff_table(Step *step, const Lines *lines, const float *from)
{
    size_t count = (size_t)lines->taps * (size_t)lines->depth * (size_t)lines->to, at = 0;
    float *table = ARENA_ARRAY(step->plan->arena, float, count + (size_t)lines->margin);
    for (int tap = 0; tap < lines->taps; tap++)
        for (int c = 0; c < lines->depth; c++)
            for (int f = 0; f < lines->to; f++) {
                int64_t line = lines->back ? ((int64_t)tap * lines->to + f) * lines->from + c : ((int64_t)tap * lines->from + c) * lines->to + f;
                table[at++] = c < lines->from ? from[line] : 0.0f;
            }
    step_table(step, "weights", "float", table, count + (size_t)lines->margin);
    bind_operands(step, "", "", "");
}

/* The weights as the sums read them: a table, the input as it lies, or a copy. True: a copy. */
static bool bind_ff_weights(Step *step, const Lines *lines)
{
    const Value *weights = step->value->input[1];
    bool floats = weights->element == ELEMENT_F32, whole = lines->margin == 0;
    if (floats && weights->op == OP_CONSTANT) {
        bind_ff_table(step, lines, weights->u.data.f32);
        return false;
    }
    if (floats && whole && !lines->back && lines->depth == lines->from) {
        bind_operands(step, "", weights_parameter(step, false), weights_parameter(step, true));
        step_hole_text(step, "weights", "in1");
        return false;
    }
    size_t bytes = (size_t)lines->taps * (size_t)lines->depth * (size_t)(lines->to + lines->margin) * 4;
    step_scratch(step, "weights", "float", bytes);
    bind_operands(step, arena_printf(step->plan->arena, "%s_copy(%s, weights);", step->function, step_input_name(step, 1)), ", const float *restrict weights", ", weights");
    step_hole_text(step, "w_type", "%s", step->inputs[1]->c_type);
    return true;
}

void bind_ff_product(Step *step)
{
    const Value *value = step->value;
    const Geometry g = group_geometry(value);
    bool back = value->u.product.role == ROLE_INPUT_GRADIENT, grouped = product_grouped(value);
    int from = back ? g.filters : g.channels, to = back ? g.channels : g.filters, depth = grouped ? round_up(from, 4) : from;
    int lanes = step->plan->options.target->lanes, padded = round_up(to, lanes);
    const View view = product_view(&g, back);
    bind_regions(step, &view);
    bind_windows(step, &g, &(Rows){layout_c_type(value->input[0], LAYOUT_PLAIN), "float", 1, from, depth});
    bool copied = bind_ff_weights(step, &(Lines){g.taps, from, depth, to, padded - to, back});
    step_hole_int(step, "copied", copied);
    step_hole_int(step, "stride", copied ? padded : to);
    step_hole_int(step, "input_gradient", back);
    step_hole_int(step, "grouped", grouped);
    step_hole_int(step, "filters", to);
    step_hole_int(step, "padded", padded);
    step_hole_int(step, "blocks", (to / g.groups + 31) / 32);
    step_hole_int(step, "tile", product_tile(step, &g, 4, g.taps * depth * 4));
    bind_store(step, padded);
}

/* --- ff_kernel_gradient */
const char *refuses_ff_kernel_gradient(const Plan *plan, const Value *value)
{
    (void)plan;
    return product_refuses(value, ROLE_KERNEL_GRADIENT, false);
}

double cost_ff_kernel_gradient(const Plan *plan, const Value *value)
{
    return product_macs(value) / plan->options.target->lanes * (product_grouped(value) ? 2.5 : 1.4);
}

void bind_ff_kernel_gradient(Step *step)
{
    enum { LINE_MAX = 256 };
    const Value *value = step->value;
    const Geometry g = product_geometry(value);
    bool by_samples = g.dense || g.out_pixels == 1;
    int points = by_samples ? step->plan->options.batch * g.leading : g.out_pixels, unit = by_samples ? 4 : g.out[2];
    while (unit % 4)
        unit *= 2; /* whole lines of output pixels, whole groups of four */
    int most = unit < LINE_MAX ? LINE_MAX / unit * unit : unit, length = points < most ? points : most;
    bind_points(step, &g);
    int rows = g.taps * g.channels < 9 ? g.taps * g.channels : 9;
    step_hole_int(step, "rows", rows);
    bool careful = g.padded && value->input[1]->element == ELEMENT_F32;
    step_hole_int(step, "careful", careful);
    step_hole_text(step, "rows_step", "%s", careful ? "together" : arena_printf(step->plan->arena, "%d", rows));
    step_hole_int(step, "weight_rows", g.taps * g.channels);
    step_hole_int(step, "line", round_up(length, 4));
    step_hole_int(step, "points_step", length);
    step_hole_int(step, "grouped", product_grouped(value));
    step_hole_text(step, "x_type", "%s", layout_c_type(value->input[0], LAYOUT_PLAIN));
    step_hole_text(step, "y_type", "%s", layout_c_type(value->input[1], LAYOUT_PLAIN));
    step_hole_int(step, "y_floats", value->input[1]->element == ELEMENT_F32); /* bytes where a transposed product reads the model's input */
    step_epilogue(step, "epilogue");
}
