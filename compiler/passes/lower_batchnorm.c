/* lower-batchnorm. In: whole batch normalizations. Out: x*inv + (beta - mean*inv) with inv = gamma / sqrt(variance + epsilon), from
 * the moving statistics. (In training, autodiff does the same with batch statistics.) */
#include "passes/support.h"

static Value *lower(Graph *to, const Value *old, Value *const *map)
{
    int at = 1;
    Value *gamma = old->u.batchnorm.scale ? map[old->input[at++]->id] : NULL;
    Value *beta = old->u.batchnorm.center ? map[old->input[at++]->id] : NULL;
    Value *mean = map[old->input[at++]->id], *variance = map[old->input[at]->id], *inv;
    graph_at(to, old->span, old->name);
    return pass_normalize(to, map[old->input[0]->id], gamma, beta, mean, variance, old->u.batchnorm.epsilon, &inv);
}

void pass_lower_batchnorm(Graph **graph, const PassOptions *options)
{
    (void)options;
    const Graph *old = *graph;
    Value **map;
    Graph *to = graph_rewrite_begin(old, &map);
    for (int i = 0; i < old->values.count; i++) {
        const Value *value = old->values.at[i];
        map[i] = value->op == OP_BATCHNORM ? lower(to, value, map) : graph_copy_value(to, value, map);
    }
    graph_rewrite_finish(to, old, map);
    *graph = to;
}
