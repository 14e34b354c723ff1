/* commute-pool. In: integer -> (maps) -> maximum pool -> maps -> quantize. Out: the pool stands behind the quantize, where it works on
 * levels and the maps before it can become thresholds. Only where the maps after the pool do not fall in any channel. */
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

static bool never_falls(Graph *graph, const Chain *chain)
{
    const Value *pool = chain->base;
    bool integer = pool->element == ELEMENT_I32;
    float low = integer ? (float)pool->lo : -1e9f, high = integer ? (float)pool->hi : 1e9f;
    Monotone monotone = expr_monotone(chain->whole.expr, chain->argument);
    if (monotone == MONOTONE_UP || monotone == MONOTONE_CONSTANT)
        return true;
    if (monotone == MONOTONE_NO)
        return false;
    for (int c = 0; c < chain->channels; c++)
        if (!chain_rises(chain, c, low, high)) {
            pass_note(graph, pool, "channel %d falls behind its maximum pool (gamma below 0): the pool stays before the quantizer", c);
            return false;
        }
    return true;
}

static Value *commute(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    Chain chain;
    if (old->op != OP_QUANTIZE || !chain_find(to->pool, old, uses, &chain) || !chain.per_channel)
        return NULL;
    const Value *pool = chain.base;
    if (pool->op != OP_POOL || pool->u.pool.kind != POOL_MAX || uses[pool->id] != 1 || !comes_from_integers(pool->input[0], uses)
        || !never_falls(to, &chain))
        return NULL;
    Value *inputs[EXPR_MAX_ARGS];
    for (int i = 0; i < chain.whole.count; i++)
        inputs[i] = map[i == chain.argument ? pool->input[0]->id : chain.whole.input[i]->id];
    graph_at(to, old->span, old->name);
    Value *level = graph_quantize(to, chain.whole.expr, old->lo, old->hi, old->step, chain.whole.count, inputs);
    graph_at(to, pool->span, pool->name);
    return graph_pool(to, POOL_MAX, &pool->u.pool.window, level);
}

void pass_commute_pool(Graph **graph, const PassOptions *options)
{
    (void)options;
    while (pass_rewrite(graph, commute))
        ; /* two pools in a row take two rounds */
}
