/* fuse-pointwise. In: chains and trees of maps. Out: a map that only one other map or quantize reads, with the same number of elements,
 * is computed inside it. Each element still goes through the same operations in the same order. */
#include "passes/support.h"

enum { INPUTS_MAX = 24 };

static bool same_extent(const Value *a, const Value *b)
{
    return a->batched == b->batched && shape_count(a->shape) == shape_count(b->shape);
}

static Value *fuse(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    if (old->op != OP_MAP && old->op != OP_QUANTIZE)
        return NULL;
    Composite whole = {.expr = old->u.expr, .count = old->input_count};
    for (int k = 0; k < old->input_count; k++)
        whole.input[k] = map[old->input[k]->id];
    for (int k = 0; k < old->input_count; k++) {
        const Value *input = old->input[k];
        if (input->op != OP_MAP || uses[input->id] != 1 || !same_extent(input, old))
            continue;
        Composite producer = composite_of(map[input->id]);
        for (int at = 0; at < whole.count; at++)
            if (whole.input[at] == map[input->id]) {
                composite_absorb(to->pool, &whole, at, &producer, INPUTS_MAX);
                break;
            }
    }
    composite_normalize(to->pool, &whole);
    graph_at(to, old->span, old->name);
    to->at_phase = old->phase;
    if (old->op == OP_MAP)
        return graph_map(to, whole.expr, whole.count, whole.input);
    return graph_quantize(to, whole.expr, old->lo, old->hi, old->step, whole.count, whole.input);
}

void pass_fuse_pointwise(Graph **graph, const PassOptions *options)
{
    (void)options;
    pass_rewrite(graph, fuse);
}
