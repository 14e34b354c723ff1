/* Engine: three ways to get a model's outputs, one call: packed C, the trainer's forward pass, the reference interpreter. */
#ifndef CMD_ENGINE_H
#define CMD_ENGINE_H

#include "cmd/session.h"
#include "run/logs.h"

typedef struct Engine Engine;
/* name: packed, trainer, interp. Weights must be loaded. NULL after an error (c->status). */
Engine *engine_new(Compilation *c, const char *name);
void engine_free(Engine *engine);
enum { ENGINE_BATCH = 64 };
/* count <= ENGINE_BATCH rows of the model's inputs; out: count rows of each output. */
void engine_run(Engine *engine, const void *const *x, int count, float *const *out);
/* All rows of a feed: predicted classes of output 0; seconds spent in the engine. */
void engine_classify(Engine *engine, const Feed *feed, int *classes, double *seconds);
/* The trainer's engine alone: loss and metrics of compile() over all rows, beside what engine_classify gives. */
const TrainProgram *engine_program(const Engine *engine);
Scores engine_test(Engine *engine, const Feed *feed, int *classes);

#endif
