/* Value sets of graph values, through maps, movers, pads and maximum pools. */
#include "passes/value_sets.h"

#include <math.h>
#include <stdlib.h>

enum { LEVELS_MAX = 256, INPUTS_MAX = 20 };

ScaleKind scale_kind(Scale scale)
{
    if (!scale.value)
        return SCALE_NUMBER;
    return scale.value->shape.rank == 0 ? SCALE_ONE_VALUE : SCALE_LAST_AXIS;
}

/* --- maps */

/* The set of an input that is finite but whose level is not an expression of anything: the level is found again from the value. */
static ValueSet recovered_set(ExprPool *pool, const SetInfo *info, int argument)
{
    ValueSet set = value_set_levels(pool, info->lo, info->hi, info->step);
    const Expr *x = expr_arg(pool, argument);
    set.level = x;
    if (info->scale.number == 1.0f && info->offset == 0.0f)
        return set;
    const Expr *scale = expr_const(pool, info->scale.number);
    const Expr *off = expr_make(pool, EX_SUB, x, expr_const(pool, info->offset), NULL);
    set.level = expr_make(pool, EX_ROUND, expr_make(pool, EX_DIV, off, scale, NULL), NULL, NULL);
    set.scale = scale;
    set.offset = info->offset;
    float a = (float)info->lo * info->scale.number + info->offset, b = (float)info->hi * info->scale.number + info->offset;
    set.lower = a < b ? a : b;
    set.upper = a < b ? b : a;
    return set;
}

static ValueSet element_set(ExprPool *pool, const Value *value, int argument)
{
    if (value->element != ELEMENT_U8 && value->element != ELEMENT_I8 && value->element != ELEMENT_LEVEL)
        return value_set_real();
    ValueSet set = value_set_levels(pool, value->lo, value->hi, value->step);
    set.level = expr_arg(pool, argument);
    return set;
}

/* The old value behind an input of the new graph is found by position: old inputs are listed beside the composite's. */
static const SetInfo *input_info(const Sets *sets, const Value *input)
{
    for (int i = sets->old->values.count - 1; i >= 0; i--)
        if (sets->map[i] == input && sets->info[i].finite)
            return &sets->info[i];
    return NULL;
}

/* The map over inputs none of which is itself a map with a finite set. */
static Composite whole_of(const Sets *sets, const Value *value)
{
    Composite whole = composite_of(value);
    for (int k = 0; k < whole.count;) {
        const SetInfo *info = whole.input[k]->op == OP_MAP ? input_info(sets, whole.input[k]) : NULL;
        if (!info || !composite_absorb(sets->graph->pool, &whole, k, &info->whole, INPUTS_MAX))
            k++;
        else
            k = 0;
    }
    return whole;
}

/* A statistic, or any number shared along an axis, may be a scale. */
static bool may_be_scale(const Value *input, const Value *map)
{
    if (input->batched && map->batched && shape_count(input->shape) == shape_count(map->shape) && input->op != OP_REDUCE)
        return false;
    return input->op == OP_REDUCE || shape_count(input->shape) < shape_count(map->shape) || (map->batched && !input->batched);
}

/* As a scalar, or one number per index of the last axis. False when it is neither. */
static bool normal_scale(Graph *graph, Value *value, Scale *scale)
{
    int last = value->shape.rank ? value->shape.dim[value->shape.rank - 1] : 1;
    int64_t count = shape_count(value->shape);
    if (value->element != ELEMENT_F32)
        return false;
    if (count == 1)
        scale->value = value->shape.rank ? graph_reshape(graph, value, shape_scalar()) : value;
    else if (count == last && !value->batched)
        scale->value = value->shape.rank > 1 ? graph_reshape(graph, value, shape_of(1, &last)) : value;
    else
        return false;
    return true;
}

static bool set_scale(Sets *sets, const Composite *whole, const Expr *scale, SetInfo *info)
{
    info->scale = (Scale){.number = 1.0f};
    if (!scale)
        return true;
    if (scale->op == EX_CONST) {
        info->scale.number = scale->value;
        return isfinite(scale->value) && scale->value != 0.0f;
    }
    if (!scale->pure)
        return false;
    return normal_scale(sets->graph, pass_map(sets->graph, scale, whole->count, whole->input), &info->scale);
}

/* The reduction behind a value, through reshapes that leave every number facing the same elements; NULL: none. */
static const Value *reduction_behind(const Value *value)
{
    for (; value->op == OP_RESHAPE; value = value->input[0]) {
        const Shape *to = &value->shape, *from = &value->input[0]->shape;
        for (int i = 1; i <= to->rank || i <= from->rank; i++)
            if ((i <= to->rank ? to->dim[to->rank - i] : 1) != (i <= from->rank ? from->dim[from->rank - i] : 1))
                return NULL;
    }
    return value->op == OP_REDUCE && value->u.reduce.keep_dims ? value : NULL;
}

static int input_of(const Composite *whole, const Value *value)
{
    for (int i = 0; i < whole->count; i++)
        if (whole->input[i] == value)
            return i;
    return -1;
}

/* What a maximum is taken over, as an expression of the arguments of `whole`; NULL when input k is no maximum, or one over something
 * else. The input is nowhere below it: x / reduce_max(abs(x)) is known to lie in [-1, 1]. */
static const Expr *maximum_over(const Sets *sets, const Composite *whole, int k)
{
    ExprPool *pool = sets->graph->pool;
    const Value *reduce = reduction_behind(whole->input[k]);
    if (!reduce || reduce->u.reduce.kind != REDUCE_MAX)
        return NULL;
    Composite under = {.expr = expr_arg(pool, 0), .input = {reduce->input[0]}, .count = 1};
    const Expr *argument[EXPR_MAX_ARGS];
    for (int i = 0; i < under.count;) {
        int at = input_of(whole, under.input[i]);
        if (at >= 0) {
            argument[i++] = expr_arg(pool, at);
            continue;
        }
        if (under.input[i]->op != OP_MAP)
            return NULL;
        Composite producer = composite_of(under.input[i]);
        if (!composite_absorb(pool, &under, i, &producer, INPUTS_MAX))
            return NULL;
        i = 0;
    }
    return expr_substitute(pool, under.expr, argument, under.count);
}

static void map_set(Sets *sets, const Value *value, SetInfo *info)
{
    ExprPool *pool = sets->graph->pool;
    ValueSet arguments[EXPR_MAX_ARGS];
    bool reduced[EXPR_MAX_ARGS];
    Composite whole = whole_of(sets, value);
    for (int k = 0; k < whole.count; k++) {
        const SetInfo *known = input_info(sets, whole.input[k]);
        bool usable = known && !known->scale.value && whole.input[k]->element == ELEMENT_F32;
        arguments[k] = usable ? recovered_set(pool, known, k) : element_set(pool, whole.input[k], k);
        arguments[k].at_least = maximum_over(sets, &whole, k);
        reduced[k] = may_be_scale(whole.input[k], value);
        info->from_bytes |= whole.input[k]->element == ELEMENT_U8 || whole.input[k]->element == ELEMENT_I8;
    }
    ValueSet set = expr_value_set(pool, whole.expr, arguments, reduced, whole.count);
    if (!set.finite || set.hi <= set.lo || set.step < 1 || (set.hi - set.lo) / set.step >= LEVELS_MAX)
        return;
    if (abs(set.lo) > 32767 || abs(set.hi) > 32767)
        return;
    if (!set_scale(sets, &whole, set.scale, info))
        return;
    info->finite = true;
    info->lo = set.lo, info->hi = set.hi, info->step = set.step;
    info->offset = set.offset;
    info->whole = whole;
    info->level_expr = whole;
    info->level_expr.expr = set.level;
    info->from_bytes &= set.level->op == EX_ARG;
}

/* --- the other operators */
static int greatest_divisor(int a, int b)
{
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return abs(a);
}

static void widen(SetInfo *info, int lo, int hi, int step)
{
    info->step = greatest_divisor(greatest_divisor(info->step, step), lo - info->lo);
    info->lo = lo < info->lo ? lo : info->lo;
    info->hi = hi > info->hi ? hi : info->hi;
}

/* The level of a pad value: of a set with a scale per channel it is 0. */
static float pad_level(float fill, const SetInfo *info)
{
    return scale_kind(info->scale) == SCALE_NUMBER ? nearbyintf((fill - info->offset) / info->scale.number) : 0.0f;
}

static void pad_set(const Value *old, SetInfo *info)
{
    float fill = old->u.pad.value;
    if (scale_kind(info->scale) != SCALE_NUMBER) {
        info->finite = fill == 0.0f && info->offset == 0.0f;
        if (info->finite)
            widen(info, 0, 0, info->step);
        return;
    }
    float level = pad_level(fill, info);
    info->finite = fabsf(level) <= 255.0f && level * info->scale.number + info->offset == fill;
    if (info->finite)
        widen(info, (int)level, (int)level, info->step);
    info->from_bytes = false;
}

static void concat_set(const Sets *sets, const Value *old, SetInfo *info)
{
    for (int k = 1; k < old->input_count && info->finite; k++) {
        const SetInfo *other = &sets->info[old->input[k]->id];
        info->finite = other->finite && other->scale.value == info->scale.value && other->scale.number == info->scale.number
                       && other->offset == info->offset && other->from_bytes == info->from_bytes;
        if (info->finite)
            widen(info, other->lo, other->hi, other->step);
    }
    info->finite &= (info->hi - info->lo) / info->step < LEVELS_MAX;
}

void value_set_find(Sets *sets, const Value *old)
{
    SetInfo *info = &sets->info[old->id];
    const SetInfo *from = old->input_count ? &sets->info[old->input[0]->id] : NULL;
    *info = (SetInfo){.scale = {.number = 1.0f}};
    if (old->op == OP_INPUT && (old->element == ELEMENT_U8 || old->element == ELEMENT_I8)) {
        *info = (SetInfo){.finite = true, .lo = old->lo, .hi = old->hi, .step = 1, .scale = {.number = 1.0f}, .from_bytes = true};
        info->level = sets->map[old->id];
    } else if (old->op == OP_MAP) {
        Value *value = sets->map[old->id];
        if (value->op == OP_MAP)
            map_set(sets, value, info);
        else if (input_info(sets, value)) /* the pass before made nothing of it: the same value again */
            *info = *input_info(sets, value);
    } else if (from && from->finite) {
        bool moves = old->op == OP_RESHAPE || old->op == OP_TRANSPOSE || old->op == OP_SLICE || old->op == OP_REPEAT;
        bool pools = old->op == OP_POOL && old->u.pool.kind == POOL_MAX && !from->scale.value && from->scale.number > 0.0f;
        if (!(moves || pools || old->op == OP_PAD || old->op == OP_CONCAT))
            return;
        *info = *from;
        info->level = NULL;
        info->finite = scale_kind(from->scale) != SCALE_LAST_AXIS;
        if (info->finite && old->op == OP_PAD)
            pad_set(old, info);
        if (info->finite && old->op == OP_CONCAT)
            concat_set(sets, old, info);
    }
}

Value *value_set_level(Sets *sets, const Value *old)
{
    SetInfo *info = &sets->info[old->id];
    Graph *graph = sets->graph;
    BUG_IF(!info->finite);
    if (info->level)
        return info->level;
    if (old->op == OP_MAP) {
        graph_at(graph, old->span, old->name);
        graph->at_phase = old->phase;
        const Value *value = sets->map[old->id];
        const Composite *level = &info->level_expr;
        return info->level = pass_quantize(graph, level->expr, info->lo, info->hi, info->step, level->count, (Value *const *)level->input,
                                           value->shape, value->batched);
    }
    Value *inputs[64];
    for (int k = 0; k < old->input_count; k++)
        inputs[k] = value_set_level(sets, old->input[k]);
    if (old->op != OP_PAD)
        return info->level = graph_copy_updated(graph, old, inputs);
    graph_at(graph, old->span, old->name);
    graph->at_phase = old->phase;
    return info->level = graph_pad(graph, inputs[0], old->u.pad.before, old->u.pad.after, pad_level(old->u.pad.value, info));
}
