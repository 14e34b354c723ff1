/* Chains: the maps between one value and a quantizer, as one expression of that value and of constants per channel. */
#ifndef PASSES_CHAIN_H
#define PASSES_CHAIN_H

#include "passes/support.h"

typedef struct {
    const Value *end;       /* the quantize */
    Value *base;            /* the one input that is no constant */
    int argument;           /* which ARG it is */
    int channels;
    Composite whole;
    bool per_channel;       /* all constants are one number, or one per channel */
} Chain;

/* Follows single-use maps up from a quantize. False when it reads more than one value that is no constant. */
bool chain_find(ExprPool *pool, const Value *quantize, const int *uses, Chain *chain);
/* The level of channel c for one number of the base. */
int chain_level(const Chain *chain, int channel, float number);
/* Whether the level rises (or stays) from `low` to `high` in channel c. The chain must be monotone. */
bool chain_rises(const Chain *chain, int channel, float low, float high);

#endif
