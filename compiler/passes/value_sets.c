/* Value sets of graph values: inputs, maps and integer products; value_sets_move.c has the operators that move levels. */
#include "passes/value_sets.h"

#include <math.h>
#include <stdlib.h>

enum { INPUTS_MAX = 20 };

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

/* The old value behind an input of the new graph is found by position: old inputs are listed beside the composite's. What a map makes of
 * integer sums is not followed. */
static const SetInfo *input_info(const Sets *sets, const Value *input)
{
    for (int i = sets->old->values.count - 1; i >= 0; i--)
        if (sets->map[i] == input && sets->info[i].finite)
            return sets->info[i].from_sum ? NULL : &sets->info[i];
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
    if (!set.finite || set.hi <= set.lo) /* a statistic itself is quantized: the sign of a global mean */
        set = expr_value_set(pool, whole.expr, arguments, NULL, whole.count);
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

void value_set_find(Sets *sets, const Value *old)
{
    SetInfo *info = &sets->info[old->id];
    const SetInfo *from = old->input_count ? &sets->info[old->input[0]->id] : NULL;
    if (old->op == OP_PRODUCT)
        return;
    *info = (SetInfo){.scale = {.number = 1.0f}};
    if (old->op == OP_INPUT && old->element != ELEMENT_F32) {
        *info = (SetInfo){.finite = true, .lo = old->lo, .hi = old->hi, .step = old->step, .scale = {.number = 1.0f},
                          .from_bytes = old->element != ELEMENT_LEVEL};
        info->level = sets->map[old->id];
    } else if (old->op == OP_MAP) {
        Value *value = sets->map[old->id];
        if (value->op == OP_MAP)
            map_set(sets, value, info);
        else if (input_info(sets, value)) /* the pass before made nothing of it: the same value again */
            *info = *input_info(sets, value);
    } else if (from && from->finite) {
        value_set_move(sets, old);
    }
}

void value_set_of_sum(Sets *sets, const Value *old, Value *sum, Scale scale)
{
    enum { LEVEL_BOUND = 32767 }; /* int16 */
    if (sum->lo < -LEVEL_BOUND || sum->hi > LEVEL_BOUND || sum->hi <= sum->lo)
        return;
    Composite level = {.expr = expr_arg(sets->graph->pool, 0), .input = {sum}, .count = 1};
    sets->info[old->id] = (SetInfo){.finite = true, .lo = sum->lo, .hi = sum->hi, .step = sum->step, .scale = scale, .from_sum = true,
                                    .level_expr = level};
}

/* The sign of what is -1 or +1 already, say: the levels are those of the one value that it is made of. */
static bool is_same_level(const Composite *level, const SetInfo *info, const Value *value)
{
    enum { TRIED = 256 };
    const Value *from = level->input[0];
    if (level->count != 1 || from->element != ELEMENT_LEVEL || from->lo != info->lo || from->hi != info->hi || from->step != info->step ||
        (info->hi - info->lo) / info->step >= TRIED || from->batched != value->batched || !shape_equal(from->shape, value->shape))
        return false;
    for (int i = info->lo; i <= info->hi; i += info->step) {
        float argument = (float)i;
        if (!level->expr->pure || expr_eval(level->expr, &argument) != argument)
            return false;
    }
    return true;
}

static Value *made_level(Sets *sets, const Value *old, const SetInfo *info)
{
    const Composite *level = &info->level_expr;
    const Value *value = sets->map[old->id];
    if (is_same_level(level, info, value))
        return level->input[0];
    return pass_quantize(sets->graph, level->expr, info->lo, info->hi, info->step, level->count, (Value *const *)level->input, value->shape,
                         value->batched);
}

Value *value_set_level(Sets *sets, const Value *old)
{
    SetInfo *info = &sets->info[old->id];
    Graph *graph = sets->graph;
    BUG_IF(!info->finite);
    if (info->level)
        return info->level;
    Value *inputs[64];
    bool made = old->op == OP_MAP || old->op == OP_PRODUCT;
    for (int k = 0; k < old->input_count && !made; k++)
        inputs[k] = value_set_level(sets, old->input[k]);
    graph_at(graph, old->span, old->name);
    graph->at_phase = old->phase;
    if (made)
        return info->level = made_level(sets, old, info);
    return info->level = value_set_moved_level(sets, old, inputs);
}
