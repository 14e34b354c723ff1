/* Callbacks that change numbers of the optimizer, which are float32 scalars of the state: LearningRateScheduler, HyperparameterScheduler,
 * ReduceLROnPlateau. */
#include "run/callback.h"

#include <math.h>
#include <string.h>

static void schedule(CallbackRun *run, Moment *moment, int64_t t)
{
    float *at = callback_variable(moment, run->callback->variable);
    double value;
    if (run->callback->schedule(run->callback->context, t, (double)*at, &value))
        *at = (float)value;
    else
        moment->error = arena_printf(moment->arena, "%s: the schedule gave no number for %s %lld", callback_name(run->callback->kind),
                                     run->callback->kind == CALLBACK_LearningRateScheduler ? "epoch" : "step or epoch", (long long)t);
}

/* --- LearningRateScheduler */
static void rate_epoch_begin(CallbackRun *run, Moment *moment)
{
    schedule(run, moment, moment->epoch);
}

static void rate_epoch_end(CallbackRun *run, Moment *moment)
{
    logs_set(moment->logs, "lr", (double)*callback_variable(moment, run->callback->variable));
}

const CallbackType callback_LearningRateScheduler = { .epoch_begin = rate_epoch_begin, .epoch_end = rate_epoch_end };

/* --- HyperparameterScheduler */
static bool each_step(const CallbackRun *run)
{
    return strcmp(callback_text(run, "update_freq"), "step") == 0;
}

static void hyper_epoch_begin(CallbackRun *run, Moment *moment)
{
    if (!each_step(run))
        schedule(run, moment, moment->epoch);
}

/* The optimizer's own count of steps, over all epochs. */
static void hyper_batch_begin(CallbackRun *run, Moment *moment)
{
    if (each_step(run))
        schedule(run, moment, (int64_t)*callback_variable(moment, "iterations"));
}

static void hyper_epoch_end(CallbackRun *run, Moment *moment)
{
    const char *name = callback_text(run, "log_name");
    logs_set(moment->logs, name ? name : callback_text(run, "hyperparameter"), (double)*callback_variable(moment, run->callback->variable));
}

const CallbackType callback_HyperparameterScheduler = { .epoch_begin = hyper_epoch_begin, .batch_begin = hyper_batch_begin, .epoch_end = hyper_epoch_end };

/* --- ReduceLROnPlateau */
enum { PLATEAU_WAIT, PLATEAU_BEST, PLATEAU_COOLDOWN };

/* "auto" looks for "acc" anywhere in the name. */
static bool larger_is_better(const CallbackRun *run)
{
    const char *mode = callback_text(run, "mode");
    return strcmp(mode, "max") == 0 || (strcmp(mode, "auto") == 0 && strstr(callback_text(run, "monitor"), "acc"));
}

static void plateau_begin(CallbackRun *run, Moment *moment)
{
    (void)moment;
    run->number[PLATEAU_WAIT] = run->number[PLATEAU_COOLDOWN] = 0;
    run->number[PLATEAU_BEST] = larger_is_better(run) ? -INFINITY : INFINITY;
}

static bool is_better(const CallbackRun *run, double value)
{
    double epsilon = callback_number(run, "epsilon"), least = isnan(epsilon) ? callback_number(run, "min_delta") : epsilon, best = run->number[PLATEAU_BEST];
    return larger_is_better(run) ? value > best + least : value < best - least;
}

static void reduce(CallbackRun *run, Moment *moment)
{
    float *rate = callback_variable(moment, run->callback->variable);
    double least = callback_number(run, "min_lr"), lower = (double)*rate * callback_number(run, "factor");
    if (!(*rate > (float)least))
        return;
    *rate = (float)(lower > least ? lower : least);
    callback_say(moment, "ReduceLROnPlateau: learning rate %.6g from epoch %d on", (double)*rate, moment->epoch + 2);
    run->number[PLATEAU_COOLDOWN] = callback_number(run, "cooldown");
    run->number[PLATEAU_WAIT] = 0;
}

static void plateau_epoch_end(CallbackRun *run, Moment *moment)
{
    double value;
    logs_set(moment->logs, "lr", (double)*callback_variable(moment, run->callback->variable));
    if (!callback_watched(run, moment, &value))
        return;
    if (run->number[PLATEAU_COOLDOWN] > 0) {
        run->number[PLATEAU_COOLDOWN]--;
        run->number[PLATEAU_WAIT] = 0;
    }
    if (is_better(run, value)) {
        run->number[PLATEAU_BEST] = value;
        run->number[PLATEAU_WAIT] = 0;
    } else if (run->number[PLATEAU_COOLDOWN] <= 0) {
        run->number[PLATEAU_WAIT]++;
        if (run->number[PLATEAU_WAIT] >= callback_number(run, "patience"))
            reduce(run, moment);
    }
}

const CallbackType callback_ReduceLROnPlateau = { .begin = plateau_begin, .epoch_end = plateau_epoch_end };
