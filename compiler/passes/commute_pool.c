/* commute-pool. In: integer -> (maps) -> maximum pool -> maps -> quantize. Out: the pool stands behind the quantize, where it works on
 * levels and the maps before it can become thresholds. Channels in which the maps fall are negated before and after the pool. */
#include "passes/chain.h"

/* Whether a value is an integer sum, or maps of one that only this chain reads. */
static bool comes_from_integers(const Value *value, const int *uses)
{
    while (value->op == OP_MAP && uses[value->id] == 1) {
        const Value *next = NULL;
        for (int i = 0; i < value->input_count; i++) {
            if (value->input[i]->op == OP_CONSTANT)
                continue;
            if (next)
                return false;
            next = value->input[i];
        }
        if (!next)
            return false;
        value = next;
    }
    return value->element == ELEMENT_I32 && value->op == OP_PRODUCT;
}

/* The signs that make the level rise in every channel: NULL when the chain is not monotone, or falls and its levels have no opposite. */
static const float *rising_signs(Graph *graph, const Chain *chain, bool *falls)
{
    const Value *pool = chain->base;
    bool integer = pool->element == ELEMENT_I32;
    float low = integer ? (float)pool->lo : -1e9f, high = integer ? (float)pool->hi : 1e9f;
    Monotone monotone = expr_monotone(chain->whole.expr, chain->argument);
    if (monotone == MONOTONE_NO)
        return NULL;
    float *signs = ARENA_ARRAY(graph->arena, float, chain->channels);
    *falls = false;
    for (int c = 0; c < chain->channels; c++) {
        bool rises = monotone == MONOTONE_UP || monotone == MONOTONE_CONSTANT || chain_rises(chain, c, low, high);
        signs[c] = rises ? 1.0f : -1.0f;
        *falls |= !rises;
        if (!rises && chain->end->lo != -chain->end->hi) {
            pass_note(graph, pool, "channel %d falls behind its maximum pool (gamma below 0): the pool stays before the quantizer", c);
            return NULL;
        }
    }
    return signs;
}

/* The quantizer before the pool. A maximum before a falling channel is a minimum of its levels, the opposite of the maximum of their opposites. */
static Value *level_of_input(Graph *to, const Value *old, const Chain *chain, Value *const *map, Value *signs)
{
    Value *inputs[EXPR_MAX_ARGS];
    const Expr *level = chain->whole.expr;
    int count = chain->whole.count;
    for (int i = 0; i < count; i++)
        inputs[i] = map[i == chain->argument ? chain->base->input[0]->id : chain->whole.input[i]->id];
    if (signs) {
        inputs[count] = signs;
        level = expr_make(to->pool, EX_MUL, level, expr_arg(to->pool, count++), NULL);
    }
    graph_at(to, old->span, old->name);
    return graph_quantize(to, level, old->lo, old->hi, old->step, count, inputs);
}

static Value *commute(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    Chain chain;
    bool falls;
    if (old->op != OP_QUANTIZE || !chain_find(to->pool, old, uses, &chain) || !chain.per_channel || chain.whole.count == EXPR_MAX_ARGS)
        return NULL;
    const Value *pool = chain.base;
    if (pool->op != OP_POOL || pool->u.pool.kind != POOL_MAX || uses[pool->id] != 1 || !comes_from_integers(pool->input[0], uses))
        return NULL;
    const float *rising = rising_signs(to, &chain, &falls);
    if (!rising)
        return NULL;
    graph_at(to, old->span, old->name);
    Value *signs = falls ? graph_constant_f32(to, shape_of(1, &chain.channels), rising) : NULL;
    Value *level = level_of_input(to, old, &chain, map, signs);
    graph_at(to, pool->span, pool->name);
    Value *pooled = graph_pool(to, POOL_MAX, &pool->u.pool.window, level);
    if (!falls)
        return pooled;
    const Expr *opposite = expr_make(to->pool, EX_MUL, expr_arg(to->pool, 0), expr_arg(to->pool, 1), NULL);
    return graph_quantize(to, opposite, old->lo, old->hi, old->step, 2, (Value *[]){pooled, signs});
}

void pass_commute_pool(Graph **graph, const PassOptions *options)
{
    (void)options;
    while (pass_rewrite(graph, commute))
        ; /* two pools in a row take two rounds */
}
