/* Value sets of what moves levels: reshapes, transposes, slices, pads, concatenations, maximum pools. */
#include "passes/value_sets_move.h"

#include <math.h>
#include <stdlib.h>

static void widen(SetInfo *info, int lo, int hi, int step)
{
    info->step = pass_greatest_divisor(pass_greatest_divisor(info->step, step), lo - info->lo);
    info->lo = lo < info->lo ? lo : info->lo;
    info->hi = hi > info->hi ? hi : info->hi;
}

/* The level of a pad value: of a set with a scale per channel it is 0. */
static float pad_level(float fill, const SetInfo *info)
{
    return scale_kind(info->scale) == SCALE_NUMBER ? nearbyintf((fill - info->offset) / info->scale.number) : 0.0f;
}

/* How much finer the grid of levels must be to hold the pad value: a power of two, so that scale / finer is exact. 0: too much. */
static int pad_refinement(float fill, const SetInfo *info)
{
    enum { FINER_MAX = 8, LEVEL_MAX = 4095 };
    for (int finer = 1; finer <= FINER_MAX; finer *= 2) {
        float scale = info->scale.number / (float)finer, level = nearbyintf((fill - info->offset) / scale);
        bool fits = fabsf(level) <= LEVEL_MAX && (finer == 1 || (abs(info->lo) * finer <= LEVEL_MAX && abs(info->hi) * finer <= LEVEL_MAX));
        if (fits && level * scale + info->offset == fill)
            return finer;
    }
    return 0;
}

bool value_set_pad(const SetInfo *from, float fill, SetInfo *info)
{
    *info = *from;
    info->level = NULL;
    info->finer = 1;
    if (scale_kind(info->scale) != SCALE_NUMBER) {
        info->finite = fill == 0.0f && info->offset == 0.0f;
        if (info->finite)
            widen(info, 0, 0, info->step);
        return info->finite;
    }
    info->finer = pad_refinement(fill, info);
    info->finite = info->finer > 0;
    if (!info->finite)
        return false;
    info->lo *= info->finer, info->hi *= info->finer, info->step *= info->finer;
    info->scale.number /= (float)info->finer;
    int level = (int)pad_level(fill, info);
    widen(info, level, level, info->step);
    info->from_bytes = false;
    return true;
}

bool value_set_pad_is_between(const Sets *sets, const Value *old)
{
    return old->op == OP_PAD && sets->info[old->input[0]->id].finite && !sets->info[old->id].finite;
}

static void concat_set(const Sets *sets, const Value *old, SetInfo *info)
{
    for (int k = 1; k < old->input_count && info->finite; k++) {
        const SetInfo *other = &sets->info[old->input[k]->id];
        info->finite = other->finite && other->scale.value == info->scale.value && other->scale.number == info->scale.number
                       && other->offset == info->offset && other->from_bytes == info->from_bytes;
        if (info->finite)
            widen(info, other->lo, other->hi, other->step);
        info->from_sum |= other->from_sum;
    }
    info->finite &= (info->hi - info->lo) / info->step < LEVELS_MAX;
}

void value_set_move(Sets *sets, const Value *old)
{
    const SetInfo *from = &sets->info[old->input[0]->id];
    SetInfo *info = &sets->info[old->id];
    bool moves = old->op == OP_RESHAPE || old->op == OP_TRANSPOSE || old->op == OP_SLICE || old->op == OP_REPEAT;
    bool pools = old->op == OP_POOL && old->u.pool.kind == POOL_MAX && !from->scale.value && from->scale.number > 0.0f;
    if (!(moves || pools || old->op == OP_PAD || old->op == OP_CONCAT))
        return;
    *info = *from;
    info->level = NULL;
    info->finite = scale_kind(from->scale) != SCALE_LAST_AXIS;
    if (info->finite && old->op == OP_PAD)
        value_set_pad(from, old->u.pad.value, info);
    if (info->finite && old->op == OP_CONCAT)
        concat_set(sets, old, info);
}

/* --- the same on levels */
Value *level_stretched(Graph *graph, Value *level, int factor, int shift, int lo, int hi, int step)
{
    ExprPool *pool = graph->pool;
    const Expr *times = expr_make(pool, EX_MUL, expr_arg(pool, 0), expr_const(pool, (float)factor), NULL);
    const Expr *expr = shift ? expr_make(pool, EX_ADD, times, expr_const(pool, (float)shift), NULL) : times;
    if (level->op != OP_QUANTIZE)
        return graph_quantize(graph, expr, lo, hi, step, 1, &level);
    return graph_quantize(graph, expr_substitute(pool, expr, &level->u.expr, 1), lo, hi, step, level->input_count, level->input);
}

Value *value_set_padded(Graph *graph, Value *level, const SetInfo *from, const SetInfo *padded, const int *before, const int *after, float fill)
{
    int by = padded->finer;
    if (by > 1 || !element_holds(level->element, pad_level(fill, padded)))
        level = level_stretched(graph, level, by, 0, from->lo * by, from->hi * by, from->step * by);
    return graph_pad(graph, level, before, after, pad_level(fill, padded));
}

Value *value_set_moved_level(Sets *sets, const Value *old, Value *const *levels)
{
    if (old->op == OP_PAD)
        return value_set_padded(sets->graph, levels[0], &sets->info[old->input[0]->id], &sets->info[old->id], old->u.pad.before, old->u.pad.after,
                                old->u.pad.value);
    return graph_copy_updated(sets->graph, old, levels);
}
