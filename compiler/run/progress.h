/* Progress: what a person sees of a running training. On a terminal a bar with loss, metrics, samples/s and the time left, redrawn at
 * most ten times a second; elsewhere nothing until the epoch's line. */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include "run/logs.h"

#include <stdio.h>

enum { PROGRESS_NOTES = 16 };
typedef struct {
    FILE *bar;                 /* NULL: no bar */
    FILE *lines;               /* NULL: quiet */
    int epochs;
    bool json;                 /* lines are JSON, one object an epoch */
    const char *notes[PROGRESS_NOTES];
    int note_count;
    double epoch_start, last_drawn;
    double after;              /* seconds that the last epoch spent after its training: validation, callbacks */
    double trained;            /* when this epoch's training ended; 0: it has not */
} Progress;

/* One epoch so far. The time left counts samples that are only evaluated as what they cost in the epochs before. */
typedef struct {
    int epoch;                 /* from 0 */
    int done, total;           /* samples trained on */
    const Logs *logs;
} EpochFigures;

Progress progress_new(FILE *terminal, FILE *lines, int epochs);
void progress_epoch_begin(Progress *progress);
void progress_update(Progress *progress, const EpochFigures *figures);
/* Training is done, validation follows. */
void progress_trained(Progress *progress, const EpochFigures *figures);
void progress_epoch_end(Progress *progress, const EpochFigures *figures);
/* A line of a callback's, below that of the epoch; the text must live until then. */
void progress_say(Progress *progress, const char *text);
double progress_seconds(void); /* monotonic */

#endif
