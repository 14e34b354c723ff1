/* Callbacks that end a training: EarlyStopping, TerminateOnNaN. */
#include "run/callback.h"

#include "base/bug.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- EarlyStopping */
enum { STOP_WAIT, STOP_BEST, STOP_BEST_EPOCH };

/* "auto" goes by the name's ending. */
static bool larger_is_better(const CallbackRun *run)
{
    const char *mode = callback_text(run, "mode"), *monitor = callback_text(run, "monitor");
    if (strcmp(mode, "auto") != 0)
        return strcmp(mode, "max") == 0;
    return text_ends_with(monitor, "acc") || text_ends_with(monitor, "accuracy") || text_ends_with(monitor, "auc");
}

static void stop_begin(CallbackRun *run, Moment *moment)
{
    (void)moment;
    run->number[STOP_WAIT] = run->number[STOP_BEST_EPOCH] = 0;
    run->number[STOP_BEST] = larger_is_better(run) ? -INFINITY : INFINITY;
}

static bool is_better(const CallbackRun *run, double value, double than)
{
    double least = fabs(callback_number(run, "min_delta"));
    return larger_is_better(run) ? value - least > than : value + least < than;
}

static void keep_weights(CallbackRun *run, const Moment *moment)
{
    if (callback_number(run, "restore_best_weights") == 0)
        return;
    if (!run->kept)
        run->kept = malloc(moment->program->state_bytes);
    BUG_IF(!run->kept);
    memcpy(run->kept, moment->state, moment->program->state_bytes);
}

/* What Keras calls the model's weights: parameters and moving statistics, not the optimizer's. */
static void restore_weights(const CallbackRun *run, const Moment *moment)
{
    for (int i = 0; run->kept && i < moment->program->variable_count; i++) {
        const bnn_variable *row = &moment->program->variables[i];
        if (row->kind < 2)
            memcpy(moment->state + row->offset, run->kept + row->offset, row->count * sizeof(float));
    }
}

static void stop_now(CallbackRun *run, Moment *moment)
{
    const char *monitor = callback_text(run, "monitor");
    moment->stop = true;
    restore_weights(run, moment);
    callback_say(moment, "EarlyStopping: %s was best, %.4f, in epoch %d%s", monitor, run->number[STOP_BEST], (int)run->number[STOP_BEST_EPOCH] + 1,
                 run->kept ? ", whose weights are restored" : "");
}

static void stop_epoch_end(CallbackRun *run, Moment *moment)
{
    double value, baseline = callback_number(run, "baseline");
    if (!callback_watched(run, moment, &value) || moment->epoch < (int)callback_number(run, "start_from_epoch"))
        return;
    if (!run->kept)
        keep_weights(run, moment);
    run->number[STOP_WAIT]++;
    if (is_better(run, value, run->number[STOP_BEST])) {
        run->number[STOP_BEST] = value;
        run->number[STOP_BEST_EPOCH] = moment->epoch;
        keep_weights(run, moment);
        if (isnan(baseline) || is_better(run, value, baseline))
            run->number[STOP_WAIT] = 0;
        return;
    }
    if (run->number[STOP_WAIT] >= callback_number(run, "patience") && moment->epoch > 0)
        stop_now(run, moment);
}

const CallbackType callback_EarlyStopping = { .begin = stop_begin, .epoch_end = stop_epoch_end };

/* --- TerminateOnNaN */
static void nan_batch_end(CallbackRun *run, Moment *moment)
{
    double loss;
    (void)run;
    if (!logs_get(moment->logs, "loss", &loss) || isfinite(loss))
        return;
    moment->stop = true;
    callback_say(moment, "TerminateOnNaN: the loss is %g in batch %d of epoch %d", loss, moment->batch + 1, moment->epoch + 1);
}

const CallbackType callback_TerminateOnNaN = { .batch_end = nan_batch_end };
