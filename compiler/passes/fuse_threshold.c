/* fuse-threshold. In: an integer (a product, or a maximum of one), then maps with constants per channel, then a two-valued quantize. Out:
 * a threshold per channel, found by searching the feasible integers with the very expression. Where a channel falls instead of
 * rising, its filter is negated (exact), so one form serves. Chains that no threshold can replace stay as they are, with a note. */
#include "passes/chain.h"

enum { SCAN_MAX = 1 << 24 };

typedef struct { bool found, falls; int at; } Threshold; /* level hi from `at` on; or, falling, up to and including `at` */

/* The first integer in [low, high] whose level is not that of low; high + 1 when there is none. The level changes at most once. */
static int bisect(const Chain *chain, int channel, int64_t low, int64_t high)
{
    int first = chain_level(chain, channel, (float)low);
    if (chain_level(chain, channel, (float)high) == first)
        return (int)high + 1;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (chain_level(chain, channel, (float)middle) == first)
            low = middle;
        else
            high = middle;
    }
    return (int)high;
}

/* The same by trying every integer; -1 in *changes counts more than one change as not found. */
static int scan(const Chain *chain, int channel, int low, int high, int *changes)
{
    int before = chain_level(chain, channel, (float)low), at = high + 1;
    *changes = 0;
    for (int x = low + 1; x <= high; x++) {
        int level = chain_level(chain, channel, (float)x);
        if (level != before) {
            at = x;
            ++*changes;
        }
        before = level;
    }
    return at;
}

static Threshold search(const Chain *chain, int channel, bool monotone)
{
    int low = chain->base->lo, high = chain->base->hi, changes = 1;
    int change = monotone ? bisect(chain, channel, low, high) : scan(chain, channel, low, high, &changes);
    bool starts_high = chain_level(chain, channel, (float)low) == chain->end->hi;
    if (changes > 1)
        return (Threshold){.found = false};
    if (change > high) /* never changes */
        return (Threshold){.found = true, .at = starts_high ? low : high + 1};
    return (Threshold){.found = true, .falls = starts_high, .at = starts_high ? change - 1 : change};
}

/* A product whose filters can be negated one by one. */
static bool can_negate(const Value *base, const int *uses)
{
    if (base->op != OP_PRODUCT || base->u.product.role != ROLE_FORWARD || uses[base->id] != 1)
        return false;
    const Value *kernel = base->input[1];
    return kernel->op == OP_CONSTANT && kernel->element == ELEMENT_LEVEL && kernel->lo == -kernel->hi;
}

static Value *negated(Graph *to, const Value *base, Value *const *map, const Threshold *thresholds, int channels)
{
    const Value *kernel = base->input[1];
    int64_t count = shape_count(kernel->shape);
    int32_t *levels = ARENA_ARRAY(to->arena, int32_t, count);
    for (int64_t i = 0; i < count; i++) /* the filter is the fastest index, depthwise kernels included */
        levels[i] = thresholds[i % channels].falls ? -kernel->u.data.i32[i] : kernel->u.data.i32[i];
    graph_at(to, kernel->span, kernel->name);
    Value *inputs[] = {map[base->input[0]->id], graph_constant_level(to, kernel->shape, levels, kernel->lo, kernel->hi, kernel->step)};
    return graph_copy_updated(to, base, inputs);
}

static const char *find_thresholds(const Chain *chain, const int *uses, Threshold *thresholds, bool *any_falls)
{
    bool monotone = expr_monotone(chain->whole.expr, chain->argument) != MONOTONE_NO;
    if (!chain->per_channel)
        return "constants differ from pixel to pixel (zero padding of an input with an offset)";
    int64_t range = (int64_t)chain->base->hi - chain->base->lo;
    if (!monotone && range * chain->channels > SCAN_MAX)
        return "the maps are not monotone and there are too many integers to try";
    for (int c = 0; c < chain->channels; c++) {
        thresholds[c] = search(chain, c, monotone);
        if (!thresholds[c].found)
            return "a channel changes its level more than once";
        *any_falls |= thresholds[c].falls;
    }
    if (*any_falls && !can_negate(chain->base, uses))
        return chain->base->op == OP_POOL ? "a channel falls behind its maximum pool" : "a channel falls and its filter is used elsewhere";
    return NULL;
}

static Value *fuse(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    Chain chain;
    bool any_falls = false;
    if (old->op != OP_QUANTIZE || old->hi - old->lo != old->step || !chain_find(to->pool, old, uses, &chain))
        return NULL;
    if (chain.base->element != ELEMENT_I32 || (chain.base->op != OP_PRODUCT && chain.base->op != OP_POOL))
        return NULL;
    Threshold *thresholds = ARENA_ARRAY(to->arena, Threshold, chain.channels);
    const char *why_not = find_thresholds(&chain, uses, thresholds, &any_falls);
    if (why_not) {
        pass_note(to, old, "%s: float epilogue kept", why_not);
        return NULL;
    }
    int32_t *table = ARENA_ARRAY(to->arena, int32_t, chain.channels);
    for (int c = 0; c < chain.channels; c++)
        table[c] = thresholds[c].falls ? -thresholds[c].at : thresholds[c].at; /* x <= t is -x >= -t */
    Value *base = any_falls ? negated(to, chain.base, map, thresholds, chain.channels) : map[chain.base->id];
    graph_at(to, old->span, old->name);
    return graph_threshold_levels(to, base, graph_constant_i32(to, shape_of(1, &chain.channels), table), old->lo, old->hi);
}

void pass_fuse_threshold(Graph **graph, const PassOptions *options)
{
    (void)options;
    pass_rewrite(graph, fuse);
}
