/* Program: a model as functions that can be called now: passes, plan, C text, JIT. One uniform signature, whatever the number of inputs. */
#ifndef RUN_PROGRAM_H
#define RUN_PROGRAM_H

#include "emit/emit.h"
#include "run/jit.h"
#include "bnn.h"

typedef struct {
    JitOptions jit;
    const Target *target;
    Unroll unroll;
    int max_code;
    int batch;                 /* training: largest batch */
} ProgramOptions;

typedef struct {
    Jit *jit;
    size_t state_bytes, workspace_bytes;
    int batch, variable_count, metric_count;
    int part_count;            /* numbers that train and test put into metrics: the means of each metric's parts in turn */
    const bnn_variable *variables;
    const Metric *metrics;
    const Graph *graph;        /* the model's, for what is logged of its variables */
    UpdateRule *const *rules;  /* one per variable of `graph` (NULL: not trained); NULL: the model has no optimizer */
    void (*init)(float *state, uint64_t seed);
    float (*train)(float *state, void *workspace, const void *const *x, const void *const *y, int count, uint64_t seed, float rate_scale,
                   float *metrics);
    void (*evaluate)(const float *state, void *workspace, const void *const *x, int count, float *const *out);
    float (*test)(const float *state, void *workspace, const void *const *x, const void *const *y, int count, float *metrics, float *const *out);
} TrainProgram;

typedef struct {
    Jit *jit;
    size_t workspace_bytes, weight_bytes;
    void (*predict)(const void *const *x, float *const *out, void *workspace); /* one sample */
} PackedProgram;

/* NULL with *error when the JIT fails, or after an error of the Diag of the model's graph. The model's training settings must be present. */
TrainProgram *program_train(Arena *arena, const Model *model, const ProgramOptions *options, const char **error);
/* The state's row of that name; NULL: there is none. */
const bnn_variable *program_variable(const TrainProgram *program, const char *name);
/* Variables must have data, or hold their initial values. */
PackedProgram *program_packed(Arena *arena, const Model *model, const ProgramOptions *options, const char **error);

/* The plans that both `bnnc -o` and these use; NULL as plan_build says. */
Plan *program_plan_train(Arena *arena, const Model *model, const PlanOptions *options, const Graph **graph);
Plan *program_plan_evaluate(Arena *arena, const Model *model, const PlanOptions *options);
Plan *program_plan_packed(Arena *arena, const Model *model, const PlanOptions *options);

#endif
