/* Rows for MAP, QUANTIZE, THRESHOLD and the conversions between PLAIN and PACKED. */
#include "plan/kernels.h"
#include "plan/nest.h"
#include "plan/planning.h"

#include "base/bug.h"

double cost_elements(const Plan *plan, const Value *value)
{
    (void)plan;
    return (double)shape_count(value->shape);
}

double cost_map(const Plan *plan, const Value *value)
{
    double operations = value->op == OP_THRESHOLD ? 1 : 1 + expr_size(value->u.expr);
    return cost_elements(plan, value) * operations / plan->options.target->lanes;
}

static double map_work(const Step *step, const Nest *nest)
{
    const Value *value = step->value;
    return nest_size(nest) * (value->op == OP_MAP || value->op == OP_QUANTIZE ? 1 + expr_size(value->u.expr) : 1);
}

/* Loads of the inputs that the expression uses: "const float x0 = (float)in0[row * 32 + i];". */
static void add_loads(const Step *step, const char *const *at, Text *lines, const char **arguments)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value;
    for (int k = 0; k < value->input_count; k++) {
        if (value->op != OP_THRESHOLD && !(value->u.expr->uses >> k & 1))
            continue;
        bool integer = value->op == OP_THRESHOLD, convert = !integer && value->input[k]->element != ELEMENT_F32;
        text_printf(lines, "const %s x%d = %s$in%d$[%s];\n", integer ? "int32_t" : "float", k, convert ? "(float)" : "", k, at[k]);
        arguments[k] = arena_printf(arena, "x%d", k);
    }
}

/* Texts of holes may name inputs: a constant is a table, anything else a parameter. */
static const char *input_names(Step *step, const char *text)
{
    Text out = text_new(step->plan->arena);
    for (; *text; text++) {
        if (*text != '$') {
            text_add_char(&out, *text);
            continue;
        }
        int k = 0;
        for (text += 3; *text != '$'; text++)
            k = k * 10 + (*text - '0');
        text_add(&out, step_input_name(step, k));
    }
    while (out.length && out.at[out.length - 1] == '\n')
        out.at[--out.length] = '\0';
    return out.at;
}

typedef struct { const char *lines, *value; } Body;

/* The loads and the expression; value is a float variable or expression for MAP and QUANTIZE, an int for THRESHOLD. */
static Body body_of(Step *step, const char *const *at)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value;
    const char *arguments[EXPR_MAX_ARGS] = {0};
    Text lines = text_new(arena);
    add_loads(step, at, &lines, arguments);
    Body body = {.value = arena_printf(arena, "x0 < x1 ? %d : %d", value->lo, value->hi)};
    if (value->op != OP_THRESHOLD)
        body.value = expression_text(arena, value, arguments, &lines);
    if (value->op == OP_QUANTIZE) {
        text_printf(&lines, "const float level = %s;\n", body.value);
        body.value = "level";
    }
    body.lines = input_names(step, lines.at);
    return body;
}

void bind_map(Step *step)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value;
    Nest nest = nest_broadcast(step->plan, value, false);
    bool flat = nest_flat(&nest);
    const char *at[NEST_OPERANDS];
    for (int k = 0; k < nest.operands; k++)
        at[k] = flat ? nest_offset(arena, &nest, k, 0, nest.rank, "i") : nest_at(arena, &nest, k);
    Body body = body_of(step, at + 1);
    const char *stored = value->op == OP_QUANTIZE ? level_int16(arena, value, body.value)
                       : value->op == OP_THRESHOLD ? arena_printf(arena, "(int16_t)(%s)", body.value) : body.value;
    step_hole_int(step, "flat", flat);
    step_hole_text(step, "rows", "%s", nest_extent(arena, &nest, 0, nest.rank - 1));
    step_hole_text(step, "inner", "%s", nest_extent(arena, &nest, flat ? 0 : nest.rank - 1, nest.rank));
    step_hole_text(step, "lines", "%s", body.lines);
    step_hole_text(step, "at", "%s", at[0]);
    step_hole_text(step, "value", "%s", stored);
    step_parallel(step, map_work(step, &nest));
}

/* --- to bits: rows are pixels, i is the channel */
static void bind_bits(Step *step, const Value *levels, const Nest *nest, const char *lines, const char *code)
{
    Arena *arena = step->plan->arena;
    int channels = levels->shape.dim[levels->shape.rank - 1];
    step_hole_text(step, "rows", "%s", nest_extent(arena, nest, 0, nest->rank - 1));
    step_hole_int(step, "channels", channels);
    step_hole_int(step, "words", (channels + 31) / 32);
    step_hole_int(step, "planes", planes_of(levels->lo, levels->hi, levels->step).count);
    step_hole_int(step, "whole", channels % 32 == 0);
    step_hole_text(step, "lines", "%s", lines);
    step_hole_text(step, "code", "%s", code);
    step_parallel(step, nest_size(nest) * 8);
}

void bind_quantize(Step *step)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value;
    Nest nest = nest_broadcast(step->plan, value, true);
    const char *at[NEST_OPERANDS];
    for (int k = 0; k < nest.operands; k++)
        at[k] = nest_at(arena, &nest, k);
    Body body = body_of(step, at + 1);
    bool integer = value->op == OP_THRESHOLD;
    const char *lines = integer ? arena_printf(arena, "%s\nconst int level = %s;", body.lines, body.value) : body.lines;
    bind_bits(step, value, &nest, lines, integer ? level_code_from_int(arena, value, "level") : level_code_from_float(arena, value, "level"));
}

/* A nest over one value as it is: operand 0 and 1. */
static Nest nest_of(const Step *step)
{
    Value same = *step->value;
    Value *input = &same;
    same.input = &input;
    same.input_count = 1;
    return nest_broadcast(step->plan, &same, true);
}

void bind_pack(Step *step)
{
    Arena *arena = step->plan->arena;
    Nest nest = nest_of(step);
    const char *lines = arena_printf(arena, "const int level = %s[%s];", step_input_name(step, 0), nest_at(arena, &nest, 1));
    bind_bits(step, step->value, &nest, lines, level_code_from_int(arena, step->value, "level"));
}

void bind_unpack(Step *step)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value;
    Nest nest = nest_of(step);
    Planes planes = planes_of(value->lo, value->hi, value->step);
    int channels = value->shape.dim[value->shape.rank - 1], words = (channels + 31) / 32;
    const char *bits[PLANES_MAX];
    for (int p = 0; p < planes.count; p++)
        bits[p] = arena_printf(arena, "(word[%d] >> (i & 31) & 1u)", p * words);
    step_hole_text(step, "rows", "%s", nest_extent(arena, &nest, 0, nest.rank - 1));
    step_hole_int(step, "channels", channels);
    step_hole_int(step, "pitch", planes.count * words);
    step_hole_text(step, "type", "%s", layout_c_type(value, LAYOUT_PLAIN));
    step_hole_text(step, "value", "%s", level_from_bits(arena, value, bits));
    step_parallel(step, nest_size(&nest) * 4);
}
