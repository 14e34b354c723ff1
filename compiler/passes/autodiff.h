/* Autodiff: what its three files share: the state of the reverse sweep. */
#ifndef PASSES_AUTODIFF_H
#define PASSES_AUTODIFF_H

#include "passes/support.h"

/* A batch normalization in training form: its gradient is a formula of its own. */
typedef struct {
    Value *x, *gamma, *beta, *mean, *variance, *inv; /* statistics used: of the batch, or moving when frozen */
    float epsilon;
    bool frozen;
} BatchNorm;

typedef struct {
    Graph *graph;
    const PassOptions *options;
    int forward_count;            /* values below have a gradient, those from there on are gradients */
    Value **gradient;             /* by value id */
    bool *needed;                 /* by value id: a gradient is wanted for it or for something it depends on */
    BatchNorm **batchnorm;        /* by value id of the y of a batch normalization, else NULL */
    bool *opaque;                 /* by value id: inner values of a batch normalization */
    int capacity;
} Autodiff;

/* --- gradients.c
 * Adds to the gradient of an input; ignored when nobody needs it. */
void autodiff_add(Autodiff *state, Value *input, Value *gradient);
/* Passes dy of value y on to y's inputs. */
void autodiff_rule(Autodiff *state, Value *y, Value *dy);
void autodiff_batchnorm(Autodiff *state, const BatchNorm *norm, Value *dy);

/* loss.c: labels, loss, regularizers, metrics. */
void training_loss(Graph *graph, const PassOptions *options);
/* updates.c: optimizer, constraints, moving statistics, step counter. */
void training_updates(Autodiff *state);
/* What the variable behind a weight will be as far as updates were made: a layer that is called twice moves its statistics twice. */
Value *training_current(Graph *graph, Value *weight);
/* The same for a reader in the forward pass, which then computes those updates. */
Value *training_read(Graph *graph, Value *weight);
/* m - (m - batch)*(1 - momentum), so many times. The moving value is a weight, or one in another shape. */
void training_move(Graph *graph, Value *weight, Value *batch, float momentum, int times);
void training_assign(Graph *graph, Value *weight, Value *value);
void training_moving_statistics(Graph *graph, const Value *old, Value *mean_weight, Value *variance_weight, Value *mean, Value *variance,
                                Value *values_per_channel);

/* renormalize.c; kept: moving_stddev, renorm_mean, renorm_stddev. */
Correction training_correction(Graph *graph, const Value *old, Value *const *kept, Value *mean, Value *variance);
void training_variance_of_stddev(Graph *graph, const Value *old, Value *stddev_weight, Value *variance_weight);

/* The number of values that a statistic over all axes but the channel averages: samples * pixels, float32. */
Value *training_count(Graph *graph, const Value *x);

#endif
