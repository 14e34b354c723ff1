/* Logs: the figures of an epoch by name, in the order in which they are shown: loss, metrics, val_loss, val_..., what callbacks add. Scores: sums
 * over batches that become such figures. */
#ifndef RUN_LOGS_H
#define RUN_LOGS_H

#include "run/feed.h"
#include "run/program.h"

enum { LOGS_MAX = 1024 };
typedef struct {
    int count;
    const char *name[LOGS_MAX];  /* they must outlive the logs */
    double value[LOGS_MAX];
} Logs;

/* A new name goes last. */
void logs_set(Logs *logs, const char *name, double value);
bool logs_get(const Logs *logs, const char *name, double *value);

typedef struct { double loss, part[METRIC_NUMBERS]; int samples; } Scores;

/* Loss and metrics over all rows of a feed, in inference mode, `batch` rows at a time; classes (may be NULL) receive the predicted ones of
 * output 0. */
Scores program_test(const TrainProgram *program, const float *state, void *workspace, const Feed *feed, int batch, int *classes);
/* Loss and parts of metrics, means over `count` samples as train and test give them. */
void scores_add(Scores *scores, const TrainProgram *program, float loss, const float *parts, int count);
/* names[0] for the loss, then one a metric. Values are rounded to float32, as Keras keeps them. */
void scores_log(const Scores *scores, const TrainProgram *program, const char *const *names, Logs *logs);
/* "loss", "accuracy", ... or with a prefix: "val_loss", "val_accuracy". */
const char **scores_names(Arena *arena, const TrainProgram *program, const char *prefix);
/* , "name": value; what JSON cannot say is null. */
void logs_print_json(FILE *out, const char *name, double value);

#endif
