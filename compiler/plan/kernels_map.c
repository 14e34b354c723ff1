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

/* Lines of a map: before all loops, before the inner loop, in it; value is a float variable or expression for MAP and QUANTIZE, an int for
 * THRESHOLD. */
typedef struct { Text fixed, row, inner; const char *value; const Expr *expr; } Body;

/* "const float x0 = (float)in0[row * 32 + i];" */
static void add_load(Step *step, Text *lines, int k, const char *at)
{
    bool integer = step->value->op == OP_THRESHOLD, convert = !integer && step->value->input[k]->element != ELEMENT_F32;
    text_printf(lines, "const %s x%d = %s%s[%s];\n", integer ? "int32_t" : "float", k, convert ? "(float)" : "", step_input_name(step, k), at);
}

/* Moves the parts that depend on the arguments of `mask` alone into `lines`; they get names of their own. */
static void add_parts(Step *step, Body *body, Text *lines, uint32_t mask, const char **arguments, int *count)
{
    Arena *arena = step->plan->arena;
    Hoisted hoisted = expression_hoist(step->plan->graph->pool, body->expr, mask, *count);
    for (int i = 0; i < hoisted.count; i++) {
        Text part = text_new(arena);
        const char *value = expression_text(arena, hoisted.part[i], arguments, &part);
        const char *name = arena_printf(arena, "p%d", *count);
        if (part.length)
            text_printf(lines, "float %s;\n{\n%s%s = %s;\n}\n", name, part.at, name, value);
        else
            text_printf(lines, "const float %s = %s;\n", name, value);
        arguments[(*count)++] = name;
    }
    body->expr = hoisted.rest;
}

/* at[k]: offset of input k in the inner loop. Inputs that stay at one element, or at one element a row, are loaded outside. */
static Body body_of(Step *step, const Nest *nest, bool flat, const char *const *at)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value;
    const char *arguments[EXPR_MAX_ARGS] = {0};
    Body body = {.fixed = text_new(arena), .row = text_new(arena), .inner = text_new(arena), .expr = value->op == OP_THRESHOLD ? NULL : value->u.expr};
    uint32_t fixed = 0, rows = 0;
    int count = value->input_count;
    for (int k = 0; k < value->input_count; k++) {
        bool one = at[k][0] == '0' && at[k][1] == '\0', row = nest->axis[nest->rank - 1].stride[1 + k] == 0;
        arguments[k] = arena_printf(arena, "x%d", k);
        if (body.expr && !(body.expr->uses >> k & 1))
            continue;
        fixed |= (uint32_t)one << k;
        rows |= (uint32_t)(!one && row && !flat) << k;
        add_load(step, one ? &body.fixed : row && !flat ? &body.row : &body.inner, k, at[k]);
    }
    if (value->op == OP_THRESHOLD) {
        body.value = arena_printf(arena, "x0 < x1 ? %d : %d", value->lo, value->hi);
        return body;
    }
    add_parts(step, &body, &body.fixed, fixed, arguments, &count);
    for (int k = value->input_count; k < count; k++)
        fixed |= 1u << k;
    if (!flat && rows)
        add_parts(step, &body, &body.row, fixed | rows, arguments, &count);
    bool sign = value->op == OP_QUANTIZE && body.expr->op == EX_SIGN && value->lo == -1 && value->step == 2; /* the sign of a sign */
    body.value = expression_text(arena, sign ? body.expr->child[0] : body.expr, arguments, &body.inner);
    if (value->op == OP_QUANTIZE) {
        text_printf(&body.inner, "const float level = %s;\n", body.value);
        body.value = "level";
    }
    return body;
}

static const char *trimmed(Text *text)
{
    while (text->length && text->at[text->length - 1] == '\n')
        text->at[--text->length] = '\0';
    return text->at;
}

static const char *stored_text(const Step *step, const Body *body)
{
    Arena *arena = step->plan->arena;
    const Value *value = step->value;
    if (value->op == OP_THRESHOLD)
        return arena_printf(arena, "(int16_t)(%s)", body->value);
    if (value->op == OP_QUANTIZE && value_is_signs(value))
        return arena_printf(arena, "(int16_t)(%s >= 0.0f ? 1 : -1)", body->value);
    return value->op == OP_QUANTIZE ? level_int16(arena, value, body->value) : body->value;
}

void bind_map(Step *step)
{
    Arena *arena = step->plan->arena;
    Nest nest = nest_broadcast(step->plan, step->value, false);
    bool flat = nest_flat(&nest);
    const char *at[NEST_OPERANDS];
    for (int k = 0; k < nest.operands; k++)
        at[k] = flat ? nest_offset(arena, &nest, k, 0, nest.rank, "i") : nest_at(arena, &nest, k);
    Body body = body_of(step, &nest, flat, at + 1);
    step_hole_int(step, "flat", flat);
    step_hole_text(step, "rows", "%s", nest_extent(arena, &nest, 0, nest.rank - 1));
    step_hole_text(step, "inner", "%s", nest_extent(arena, &nest, flat ? 0 : nest.rank - 1, nest.rank));
    step_hole_text(step, "fixed", "%s", trimmed(&body.fixed));
    step_hole_text(step, "row_lines", "%s", trimmed(&body.row));
    step_hole_text(step, "lines", "%s", trimmed(&body.inner));
    step_hole_text(step, "at", "%s", at[0]);
    step_hole_text(step, "value", "%s", stored_text(step, &body));
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
    Body body = body_of(step, &nest, false, at + 1);
    bool integer = value->op == OP_THRESHOLD;
    const char *lines = arena_printf(arena, "%s%s%s", body.fixed.at, body.row.at, trimmed(&body.inner));
    if (integer)
        lines = arena_printf(arena, "%s\nconst int level = %s;", lines, body.value);
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
