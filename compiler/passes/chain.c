/* Chains of maps that end in a quantizer: found, and evaluated for one number and channel with the very expression they stand for. */
#include "passes/chain.h"

enum { INPUTS_MAX = 24 };

/* Index of the only input that is not a constant; -1: none or several. */
static int variable_input(const Composite *whole)
{
    int found = -1;
    for (int i = 0; i < whole->count; i++) {
        if (whole->input[i]->op == OP_CONSTANT)
            continue;
        if (found >= 0)
            return -1;
        found = i;
    }
    return found;
}

bool chain_find(ExprPool *pool, const Value *quantize, const int *uses, Chain *chain)
{
    *chain = (Chain){.end = quantize, .whole = composite_of(quantize)};
    if (quantize->shape.rank < 1)
        return false;
    chain->channels = quantize->shape.dim[quantize->shape.rank - 1];
    while ((chain->argument = variable_input(&chain->whole)) >= 0) {
        const Value *input = chain->whole.input[chain->argument];
        if (input->op != OP_MAP || uses[input->id] != 1 || shape_count(input->shape) != shape_count(quantize->shape))
            break;
        Composite producer = composite_of(input);
        if (!composite_absorb(pool, &chain->whole, chain->argument, &producer, INPUTS_MAX))
            break;
    }
    if (chain->argument < 0)
        return false;
    chain->base = chain->whole.input[chain->argument];
    if (!shape_equal(chain->base->shape, quantize->shape) || !chain->base->batched)
        return false;
    chain->per_channel = true;
    for (int i = 0; i < chain->whole.count; i++)
        chain->per_channel &= i == chain->argument || pass_is_per_channel(chain->whole.input[i], chain->channels);
    return true;
}

int chain_level(const Chain *chain, int channel, float number)
{
    float arguments[EXPR_MAX_ARGS];
    for (int i = 0; i < chain->whole.count; i++) {
        const Value *input = chain->whole.input[i];
        int64_t at = i == chain->argument || shape_count(input->shape) == 1 ? 0 : channel;
        if (i == chain->argument)
            arguments[i] = number;
        else
            arguments[i] = input->element == ELEMENT_F32 ? input->u.data.f32[at] : (float)input->u.data.i32[at];
    }
    float level = expr_eval(chain->whole.expr, arguments);
    bool inside = level >= (float)chain->end->lo && level <= (float)chain->end->hi;
    return inside ? (int)level : chain->end->lo; /* as the quantize operator has it */
}

bool chain_rises(const Chain *chain, int channel, float low, float high)
{
    return chain_level(chain, channel, low) <= chain_level(chain, channel, high);
}
