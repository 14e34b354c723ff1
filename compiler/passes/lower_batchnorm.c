/* lower-batchnorm. In: whole batch normalizations. Out: x*inv + (beta - mean*inv) with inv = gamma / sqrt(variance + epsilon), from
 * the moving statistics, or from the batch's where the call says training=True. (In training, autodiff does the same with batch statistics.) */
#include "passes/support.h"

static Value *lower(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    int at = 1;
    (void)uses;
    if (old->op != OP_BATCHNORM)
        return NULL;
    Value *gamma = old->u.batchnorm.scale ? map[old->input[at++]->id] : NULL;
    Value *beta = old->u.batchnorm.center ? map[old->input[at++]->id] : NULL;
    Value *x = map[old->input[0]->id], *mean = map[old->input[at++]->id], *variance = map[old->input[at++]->id], *inv;
    graph_at(to, old->span, old->name);
    if (old->u.batchnorm.always) {
        x = pass_to_float(to, x);
        pass_batch_statistics(to, x, &mean, &variance);
    }
    if (old->u.batchnorm.always && old->u.batchnorm.renorm.present) { /* behind moving_stddev, which training alone reads */
        Correction correction = pass_correction(to, old, mean, variance, map[old->input[at + 1]->id], map[old->input[at + 2]->id]);
        pass_correct(to, &correction, &gamma, &beta);
    }
    return pass_normalize(to, x, gamma, beta, mean, variance, old->u.batchnorm.epsilon, &inv);
}

void pass_lower_batchnorm(Graph **graph, const PassOptions *options)
{
    (void)options;
    pass_rewrite(graph, lower);
}
