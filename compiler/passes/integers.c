/* integers. In: products over float values. Out: wherever an operand takes finitely many values scale*level + offset, the product runs
 * on the levels, and scale and offset follow as a map: integer x integer is an exact integer sum, level x float a float sum in groups of
 * four. This is the definition of those products in every mode. */
#include "passes/value_sets.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

typedef struct {
    const Value *old;
    bool finite;
    int lo, hi;
    Scale scale;
    float offset;
    bool from_bytes, from_sum;
    int double_by, shift;   /* levels are double_by*level + shift: a kernel's offset drawn into its levels */
    int step;
    const SetInfo *padded;  /* the zeros around it are levels, too: the set with them */
    int before[SHAPE_MAX], after[SHAPE_MAX];
} Operand;

static Operand operand_of(const Sets *sets, const Value *old)
{
    const SetInfo *info = &sets->info[old->id];
    return (Operand){.old = old, .finite = info->finite, .lo = info->lo, .hi = info->hi, .step = info->step, .scale = info->scale,
                     .offset = info->offset, .from_bytes = info->from_bytes, .from_sum = info->from_sum, .double_by = 1};
}

/* scale*l + offset = (scale/2)*(2l + 2*offset/scale) when the second part is an integer: a set without offset. */
static void draw_offset_in(Operand *w)
{
    if (!w->finite || w->offset == 0.0f)
        return;
    float shift = scale_kind(w->scale) == SCALE_NUMBER ? 2.0f * w->offset / w->scale.number : NAN;
    float whole = nearbyintf(shift);
    if (!(fabsf(shift - whole) < 1e-3f) || fabsf(whole) > 4096.0f) {
        w->finite = false;
        return;
    }
    w->double_by = 2;
    w->shift = (int)whole;
    w->lo = 2 * w->lo + w->shift, w->hi = 2 * w->hi + w->shift, w->step *= 2;
    w->scale.number /= 2.0f;
    w->offset = 0.0f;
}

static Value *operand_level(Sets *sets, const Operand *operand)
{
    Value *level = value_set_level(sets, operand->old);
    if (operand->padded)
        return value_set_padded(sets->graph, level, &sets->info[operand->old->id], operand->padded, operand->before, operand->after, 0.0f);
    if (operand->double_by == 1)
        return level;
    return level_stretched(sets->graph, level, operand->double_by, operand->shift, operand->lo, operand->hi, operand->step);
}

static Value *operand_float(Sets *sets, const Value *old)
{
    Value *value = sets->map[old->id];
    return element_is_integer(value->element) && value->element != ELEMENT_U8 && value->element != ELEMENT_I8 ? pass_to_float(sets->graph, value)
                                                                                                             : value;
}

/* --- which operands may be levels, by role */
static bool is_scale_one(Scale scale)
{
    return !scale.value && scale.number == 1.0f;
}

static bool sum_fits(const Window *w, Role role, const Operand *a, const Operand *b)
{
    double terms = window_full(w).taps * (double)(role == ROLE_INPUT_GRADIENT ? w->out_channels : w->in_channels) / w->groups;
    double x = abs(a->lo) > abs(a->hi) ? abs(a->lo) : abs(a->hi), y = abs(b->lo) > abs(b->hi) ? abs(b->lo) : abs(b->hi);
    return terms * x * y <= INT_MAX;
}

static bool fits_levels(const Operand *operand)
{
    return operand->lo >= -32768 && operand->hi <= 32767;
}

/* Against floats, integers of many bits are floats, too, in order: bytes with a scale, integer sums. */
static bool stays_float(const Operand *operand)
{
    return operand->from_sum || (operand->from_bytes && !is_scale_one(operand->scale));
}

/* After this, finite means: runs on levels. */
static void decide(Sets *sets, const Value *old, Operand *a, Operand *b)
{
    const Window *w = &old->u.product.window;
    Role role = old->u.product.role;
    const char *why = NULL;
    if (a->finite && scale_kind(a->scale) == SCALE_LAST_AXIS)
        a->finite = false, why = "a scale per input channel";
    if (role == ROLE_KERNEL_GRADIENT) {
        Operand *both[] = {a, b};
        for (int i = 0; i < 2; i++) {
            Operand *o = both[i];
            if (o->finite && (o->offset != 0.0f || scale_kind(o->scale) == SCALE_LAST_AXIS || (o->scale.value && o->scale.value->batched)))
                o->finite = false, why = "an offset or a scale per channel or sample";
            o->finite &= !stays_float(o);
        }
        if (a->finite && b->finite)
            b->finite = false; /* a sum over samples has no bound */
    } else {
        draw_offset_in(b);
        if (role == ROLE_INPUT_GRADIENT && a->finite && b->finite && scale_kind(b->scale) == SCALE_LAST_AXIS)
            a->finite = false, why = "a scale per channel that is summed over"; /* goes to a first, b stays bits */
        if (a->finite && !b->finite && (a->offset != 0.0f || stays_float(a)))
            a->finite = false;
    }
    a->finite &= fits_levels(a);
    b->finite &= fits_levels(b);
    if (a->finite && b->finite && !sum_fits(w, role, a, b))
        a->finite = b->finite = false, why = "sums beyond 32 bits";
    if (!why && value_set_pad_is_between(sets, old->input[0]))
        why = "a pad value between the levels";
    if (why)
        pass_note(sets->graph, old, "the %sproduct runs on floats because of %s", role == ROLE_FORWARD ? "" : "gradient ", why);
}

/* Zero padding of activations with an offset: where 0 is a level, or on a finer grid of levels, the zeros become pixels like all others, and
 * what the offset adds is one number per filter instead of one per filter and pixel. */
static void draw_padding_in(Sets *sets, Operand *a, const Operand *b, Window *w)
{
    SetInfo *padded = ARENA_NEW(sets->graph->arena, SetInfo);
    Operand with = *a;
    Window larger = *w;
    bool any = false;
    for (int i = 0; i < w->spatial; i++) {
        int reach = (w->out[i] - 1) * w->stride[i] + window_extent(w, i), past = reach - w->in[i] - w->before[i];
        with.before[i] = w->before[i];
        with.after[i] = past > 0 ? past : 0;
        larger.in[i] += with.before[i] + with.after[i];
        larger.before[i] = larger.after[i] = 0;
        any |= with.before[i] > 0 || with.after[i] > 0;
    }
    if (!any || w->local || !value_set_pad(&sets->info[a->old->id], 0.0f, padded))
        return;
    with.lo = padded->lo, with.hi = padded->hi, with.step = padded->step, with.scale = padded->scale, with.padded = padded;
    if (!fits_levels(&with) || !sum_fits(&larger, ROLE_FORWARD, &with, b))
        return;
    *a = with;
    *w = larger;
}

/* --- what follows the sum */

/* A scale per index of a kernel's last axis, as one number per channel of the window's output: depthwise kernels repeat it. */
static Value *per_filter(Graph *graph, const Window *w, Value *scale)
{
    if (scale->shape.rank == 0 || !w->depthwise || w->in_channels == 1)
        return scale;
    int multiplier = w->out_channels / w->in_channels;
    float *ones = ARENA_ARRAY(graph->arena, float, w->in_channels);
    for (int i = 0; i < w->in_channels; i++)
        ones[i] = 1.0f;
    Value *column = graph_constant_f32(graph, shape_of(2, (int[]){w->in_channels, 1}), ones);
    Value *wide = pass_map_shaped(graph, expr_arg(graph->pool, 0), 2, (Value *[]){scale, column},
                                  shape_of(2, (int[]){w->in_channels, multiplier}), false);
    return graph_reshape(graph, wide, shape_of(1, &w->out_channels));
}

static const Expr *scale_expr(ExprPool *pool, Scale scale, Value **inputs, int *count)
{
    if (!scale.value)
        return expr_const(pool, scale.number);
    inputs[*count] = scale.value;
    return expr_arg(pool, (*count)++);
}

/* Sum of the kernel's levels over the taps that lie inside, for every output element: float or integer, not batched. */
static Value *valid_kernel_sum(Graph *graph, Role role, const Window *w, const Value *x, Value *kernel)
{
    bool padded = role != ROLE_FORWARD || w->local;
    for (int i = 0; i < w->spatial; i++)
        padded |= w->before[i] > 0 || w->after[i] > 0;
    if (!padded) {
        uint32_t axes = (1u << (kernel->shape.rank - (w->depthwise ? 2 : 1))) - 1;
        Value *sum = graph_reduce(graph, REDUCE_SUM, kernel, axes, false);
        return w->depthwise ? graph_reshape(graph, sum, shape_of(1, &w->out_channels)) : sum;
    }
    Shape shape = x->shape;
    int32_t *ones = ARENA_ARRAY(graph->arena, int32_t, shape_count(shape));
    for (int64_t i = 0; i < shape_count(shape); i++)
        ones[i] = 1;
    return graph_product(graph, role, w, graph_constant_level(graph, shape, ones, 1, 1, 1), kernel);
}

/* sum*(sa*sb) [+ (offset*sb)*valid], the part in brackets when a has an offset. */
static Value *rescaled(Graph *graph, Value *sum, const Operand *a, const Operand *b, Value *valid)
{
    ExprPool *pool = graph->pool;
    Value *inputs[4] = {sum};
    int count = 1;
    const Expr *sa = scale_expr(pool, a->scale, inputs, &count), *sb = scale_expr(pool, b->scale, inputs, &count);
    const Expr *result = expr_make(pool, EX_MUL, expr_arg(pool, 0), expr_make(pool, EX_MUL, sa, sb, NULL), NULL);
    if (valid) {
        inputs[count] = valid;
        const Expr *each = expr_make(pool, EX_MUL, expr_const(pool, a->offset), sb, NULL);
        result = expr_make(pool, EX_ADD, result, expr_make(pool, EX_MUL, each, expr_arg(pool, count), NULL), NULL);
        count++;
    }
    if (result->op == EX_ARG)
        return sum;
    return pass_map_shaped(graph, result, count, inputs, sum->shape, sum->batched);
}

static const Scale one = {NULL, 1.0f};

static Scale product_of_scales(Graph *graph, const Operand *a, const Operand *b)
{
    Value *inputs[2];
    int count = 0;
    const Expr *sa = scale_expr(graph->pool, a->scale, inputs, &count), *sb = scale_expr(graph->pool, b->scale, inputs, &count);
    const Expr *both = expr_make(graph->pool, EX_MUL, sa, sb, NULL);
    return count ? (Scale){pass_map(graph, both, count, inputs), 1.0f} : (Scale){NULL, both->value};
}

static Value *integer_product(Sets *sets, const Value *old)
{
    Graph *graph = sets->graph;
    Window window = old->u.product.window, *w = &window;
    Role role = old->u.product.role;
    Operand a = operand_of(sets, old->input[0]), b = operand_of(sets, old->input[1]);
    decide(sets, old, &a, &b);
    if (role == ROLE_FORWARD && a.finite && b.finite && a.offset != 0.0f)
        draw_padding_in(sets, &a, &b, w);
    graph_at(graph, old->span, old->name);
    graph->at_phase = old->phase;
    Value *first = a.finite ? operand_level(sets, &a) : operand_float(sets, a.old);
    Value *second = b.finite ? operand_level(sets, &b) : operand_float(sets, b.old);
    graph_at(graph, old->span, old->name);
    graph->at_phase = old->phase;
    if (!a.finite)
        a.scale = one, a.offset = 0.0f;
    if (!b.finite)
        b.scale = one, b.offset = 0.0f;
    if (b.scale.value && role != ROLE_KERNEL_GRADIENT)
        b.scale.value = per_filter(graph, w, b.scale.value);
    if (role == ROLE_INPUT_GRADIENT && !a.finite && !is_scale_one(b.scale)) { /* the scale goes to dy first */
        Operand only = {.scale = one};
        first = rescaled(graph, first, &only, &b, NULL);
        b.scale = one;
    }
    Value *sum = graph_product(graph, role, w, first, second);
    Value *valid = a.offset != 0.0f ? valid_kernel_sum(graph, role, w, first, second) : NULL;
    if (!valid && sum->element == ELEMENT_I32)
        value_set_of_sum(sets, old, sum, product_of_scales(graph, &a, &b));
    return rescaled(graph, sum, &a, &b, valid);
}

/* --- everything else keeps its meaning; integers become floats where the others are */
static Value *copy_mixed(Sets *sets, const Value *old)
{
    Value *inputs[64];
    bool all_equal = true;
    for (int k = 0; k < old->input_count; k++) {
        inputs[k] = sets->map[old->input[k]->id];
        all_equal &= inputs[k]->element == inputs[0]->element;
    }
    for (int k = 0; k < old->input_count; k++)
        if (old->op == OP_CONCAT && !all_equal)
            inputs[k] = pass_to_float(sets->graph, inputs[k]);
    if (old->op == OP_POOL_GRADIENT) {
        const SetInfo *info = &sets->info[old->input[0]->id];
        if (info->finite && !info->from_sum && !info->scale.value && info->scale.number > 0.0f && old->u.pool.kind == POOL_MAX)
            inputs[0] = value_set_level(sets, old->input[0]); /* the same maxima */
        inputs[1] = pass_to_float(sets->graph, inputs[1]);
    }
    return graph_copy_updated(sets->graph, old, inputs);
}

void pass_integers(Graph **graph, const PassOptions *options)
{
    (void)options;
    const Graph *old = *graph;
    Sets sets = {.old = old, .info = ARENA_ARRAY(old->arena, SetInfo, old->values.count + 1)};
    sets.graph = graph_rewrite_begin(old, &sets.map);
    for (int i = 0; i < old->values.count; i++) {
        const Value *value = old->values.at[i];
        sets.map[i] = value->op == OP_PRODUCT ? integer_product(&sets, value) : copy_mixed(&sets, value);
        value_set_find(&sets, value);
    }
    graph_rewrite_finish(sets.graph, old, sets.map);
    sets.graph->at_phase = 0;
    for (int i = 0; i < old->outputs.count; i++) /* an output may be an input of integers, which stays one */
        sets.graph->outputs.at[i] = pass_to_float(sets.graph, sets.graph->outputs.at[i]);
    *graph = sets.graph;
    graph_remove_dead(graph);
}
