/* lower-batchnorm. In: whole batch normalizations. Out: x*inv + (beta - mean*inv) with inv = gamma / sqrt(variance + epsilon), from
 * the moving statistics. (In training, autodiff does the same with batch statistics.) */
#include "passes/support.h"

static Value *lower(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    int at = 1;
    (void)uses;
    if (old->op != OP_BATCHNORM)
        return NULL;
    Value *gamma = old->u.batchnorm.scale ? map[old->input[at++]->id] : NULL;
    Value *beta = old->u.batchnorm.center ? map[old->input[at++]->id] : NULL;
    Value *mean = map[old->input[at++]->id], *variance = map[old->input[at]->id], *inv;
    graph_at(to, old->span, old->name);
    return pass_normalize(to, map[old->input[0]->id], gamma, beta, mean, variance, old->u.batchnorm.epsilon, &inv);
}

void pass_lower_batchnorm(Graph **graph, const PassOptions *options)
{
    (void)options;
    pass_rewrite(graph, lower);
}
