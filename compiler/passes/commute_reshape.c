/* commute-reshape. In: a pointwise value over a reshaped or transposed one. Out: the mover stands behind it, so that a quantizer meets
 * the integer it comes from. Only where all other inputs are single numbers. Two transpositions in a row become one, or none. */
#include "passes/support.h"

static bool is_number(const Value *value)
{
    return value->op == OP_CONSTANT && shape_count(value->shape) == 1;
}

/* The only input that is no single number; -1: several. */
static int mover_input(const Value *value)
{
    int found = -1;
    for (int i = 0; i < value->input_count; i++) {
        if (is_number(value->input[i]))
            continue;
        if (found >= 0)
            return -1;
        found = i;
    }
    return found;
}

static Value *compose(Graph *to, const Value *outer, const Value *inner, Value *const *map)
{
    int order[SHAPE_MAX];
    bool identity = true;
    for (int i = 0; i < outer->shape.rank; i++) {
        order[i] = inner->u.transpose.permutation[outer->u.transpose.permutation[i]];
        identity &= order[i] == i;
    }
    Value *from = map[inner->input[0]->id];
    graph_at(to, outer->span, outer->name);
    return identity ? from : graph_transpose(to, from, order);
}

static Value *commute(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    if (old->op == OP_TRANSPOSE && old->input[0]->op == OP_TRANSPOSE)
        return compose(to, old, old->input[0], map);
    int at = old->op == OP_QUANTIZE || old->op == OP_MAP ? mover_input(old) : -1;
    if (at < 0)
        return NULL;
    const Value *mover = old->input[at];
    bool moves = mover->op == OP_RESHAPE || mover->op == OP_TRANSPOSE;
    if (!moves || !shape_equal(mover->shape, old->shape) || (old->op == OP_MAP && uses[mover->id] != 1))
        return NULL;
    Value *inputs[EXPR_MAX_ARGS];
    for (int i = 0; i < old->input_count; i++) {
        Value *input = map[old->input[i]->id];
        inputs[i] = i == at ? map[mover->input[0]->id] : input->shape.rank ? graph_reshape(to, input, shape_scalar()) : input;
    }
    Value *value = graph_copy_updated(to, old, inputs);
    return graph_copy_updated(to, mover, &value);
}

void pass_commute_reshape(Graph **graph, const PassOptions *options)
{
    (void)options;
    while (pass_rewrite(graph, commute))
        ; /* each round moves every mover one step down */
}
