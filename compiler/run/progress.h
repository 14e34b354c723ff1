/* Progress: what a person sees of a running training. On a terminal a bar with loss, metrics, samples/s and the time left, redrawn at
 * most ten times a second; elsewhere nothing until the epoch's line. */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    FILE *bar;                 /* NULL: no bar */
    FILE *lines;               /* NULL: quiet */
    int epochs;
    double epoch_start, last_drawn;
} Progress;

/* One epoch so far. Validation values are NAN when there is no validation. */
typedef struct {
    int epoch;                 /* from 0 */
    int done, total;           /* samples */
    double loss;
    int metric_count;
    const char *const *metric_names;
    const double *metrics;
    double validation_accuracy;
} EpochFigures;

Progress progress_new(FILE *terminal, FILE *lines, int epochs);
void progress_epoch_begin(Progress *progress);
void progress_update(Progress *progress, const EpochFigures *figures);
void progress_epoch_end(Progress *progress, const EpochFigures *figures);
double progress_seconds(void); /* monotonic */

#endif
