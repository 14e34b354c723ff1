/* Support: what several passes need. Composites: an expression over values, grown by absorbing the maps it reads. */
#ifndef PASSES_SUPPORT_H
#define PASSES_SUPPORT_H

#include "base/bug.h"
#include "graph/operators.h"
#include "passes/passes.h"

#define PASS(function, name, modes, canonical, summary) void pass_##function(Graph **graph, const PassOptions *options);
#include "passes/passes.def"
#undef PASS

void pass_note(Graph *graph, const Value *about, const char *format, ...) __attribute__((format(printf, 3, 4)));

typedef struct {
    const Expr *expr;
    Value *input[EXPR_MAX_ARGS];
    int count;
} Composite;

Composite composite_of(const Value *map_or_quantize);
/* Replaces input k, a map, by its expression over its own inputs. False, and nothing changed, when that would pass `limit` inputs. */
bool composite_absorb(ExprPool *pool, Composite *composite, int k, const Composite *producer, int limit);

/* Every input once. */
void composite_normalize(ExprPool *pool, Composite *composite);

/* A map of expr over those inputs that it uses, each once. The value itself when expr is a float argument; a scalar constant when it
 * uses none. */
Value *pass_map(Graph *graph, const Expr *expr, int count, Value *const *inputs);
/* The same with a result of the given shape: inputs that expr does not use are kept when only they give the shape. */
Value *pass_map_shaped(Graph *graph, const Expr *expr, int count, Value *const *inputs, Shape shape, bool batched);
Value *pass_quantize(Graph *graph, const Expr *level, int lo, int hi, int step, int count, Value *const *inputs, Shape shape, bool batched);
Value *pass_to_float(Graph *graph, Value *value);
/* Sum over the axes along which `value` is larger than an input of this shape, then reshaped to it. */
Value *pass_sum_to(Graph *graph, Value *value, Shape shape, bool batched);

/* Rewrites the graph value by value: what `rule` returns takes the place of a value, NULL copies it. Dead values are removed.
 * uses: pass_use_counts of the old graph. Returns whether the rule changed anything. */
typedef Value *(*PassRule)(Graph *to, const Value *old, Value *const *map, const int *uses);
bool pass_rewrite(Graph **graph, PassRule rule);
int *pass_use_counts(const Graph *graph);          /* by value id; results of the graph count as uses */
/* Channels of a constant that is one number or one per channel (last axis) of a value with that many channels; 0: neither. */
bool pass_is_per_channel(const Value *constant, int channels);

int pass_greatest_divisor(int a, int b);            /* not negative */

/* Mean and biased variance of each channel (the last axis) over all the rest, samples included. */
void pass_batch_statistics(Graph *graph, Value *x, Value **mean, Value **variance);

/* renormalize.c: what corrects gamma (r) and beta (d) of a renormalization towards the statistics that it keeps; stddev: the batch's. */
typedef struct { Value *r, *d, *stddev; } Correction;
Correction pass_correction(Graph *graph, const Value *old, Value *mean, Value *variance, Value *kept_mean, Value *kept_stddev);
/* gamma' = r*gamma, beta' = d*gamma + beta, in their place. */
void pass_correct(Graph *graph, const Correction *correction, Value **gamma, Value **beta);

/* y = x*inv + shift from statistics; *inv is gamma / sqrt(variance + epsilon). gamma, beta may be NULL. */
Value *pass_normalize(Graph *graph, Value *x, Value *gamma, Value *beta, Value *mean, Value *variance, float epsilon, Value **inv);

#endif
