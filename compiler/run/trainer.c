/* The loop over epochs and batches: see trainer.h. checkpoint.c writes and reads its files, interrupt.c hears Ctrl-C. */
#include "run/trainer.h"

#include "base/bug.h"
#include "run/interrupt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static uint64_t mix(uint64_t z)
{
    z += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* Fisher-Yates with counter-based numbers: the order depends on nothing but seed and epoch. */
void trainer_shuffle(int *order, int count, uint64_t seed, int epoch)
{
    uint64_t key = mix(mix(seed) ^ (uint64_t)epoch);
    for (int i = 0; i < count; i++)
        order[i] = i;
    for (int i = count - 1; i > 0; i--) {
        int j = (int)(((mix(key + (uint64_t)i) >> 32) * (uint64_t)(i + 1)) >> 32);
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

static void *buffer(size_t bytes)
{
    void *at = aligned_alloc(ALIGNMENT, (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT);
    BUG_IF(!at);
    memset(at, 0, bytes);
    return at;
}

/* A feed of its own for validation; else the last share, as Keras splits. */
static void split_data(Trainer *trainer, const Feed *data, const Feed *validation)
{
    double split = validation ? 0 : trainer->settings.validation_split;
    int kept = split > 0 ? (int)floor(data->count * (1.0 - split)) : data->count;
    trainer->train = feed_part(data, 0, kept);
    trainer->validation = validation ? *validation : feed_part(data, kept, data->count - kept);
}

Trainer *trainer_new(Arena *arena, const TrainProgram *program, const Feed *data, const Feed *validation, const TrainSettings *settings)
{
    Trainer *trainer = ARENA_NEW(arena, Trainer);
    *trainer = (Trainer){ .arena = arena, .program = program, .settings = *settings };
    BUG_IF(settings->batch_size > program->batch || program->part_count > METRIC_NUMBERS);
    split_data(trainer, data, validation);
    trainer->epoch = settings->initial_epoch;
    trainer->callbacks = callbacks_new(arena, settings->fit);
    trainer->flips = flips_new(arena, program);
    trainer->names = scores_names(arena, program, "");
    trainer->validation_names = scores_names(arena, program, "val_");
    trainer->state = buffer(program->state_bytes);
    trainer->workspace = buffer(program->workspace_bytes);
    trainer->batch = feed_batch_new(data, program->batch);
    trainer->order = buffer((size_t)data->count * sizeof(int));
    program->init(trainer->state, settings->seed);
    return trainer;
}

void trainer_free(Trainer *trainer)
{
    free(trainer->state);
    free(trainer->workspace);
    feed_batch_free(&trainer->batch);
    free(trainer->order);
    for (int i = 0; i < trainer->callbacks.count; i++)
        free(trainer->callbacks.at[i].kept);
}

Scores trainer_test(const Trainer *trainer, const Feed *feed, int *classes)
{
    return program_test(trainer->program, trainer->state, trainer->workspace, feed, trainer->settings.batch_size, classes);
}

static void train_one(Trainer *trainer, const int *rows, int count, Scores *scores)
{
    FeedBatch *batch = &trainer->batch;
    float parts[METRIC_NUMBERS]; /* as many as the program has are written */
    feed_gather(&trainer->train, rows, 0, count, true, batch);
    float loss = trainer->program->train(trainer->state, trainer->workspace, (const void *const *)batch->x, (const void *const *)batch->y, count,
                                         trainer->settings.seed, 1.0f, parts);
    scores_add(scores, trainer->program, loss, parts, count);
}

/* Batches follow one another through passes over the data, each in an order of its own; an epoch takes the next steps_per_epoch of them, as in
 * Keras, or a whole pass. */
typedef struct { int per_pass, steps; int64_t first; } Steps;

static Steps steps_of(const Trainer *trainer)
{
    const TrainSettings *settings = &trainer->settings;
    int per_pass = (trainer->train.count + settings->batch_size - 1) / settings->batch_size;
    bool fewer = settings->steps_per_epoch > 0 && settings->steps_per_epoch < per_pass;
    Steps steps = { .per_pass = per_pass, .steps = fewer ? settings->steps_per_epoch : per_pass };
    steps.first = (int64_t)(trainer->epoch - settings->initial_epoch) * steps.steps;
    return steps;
}

static int batch_rows(const Trainer *trainer, const Steps *steps, int step, int *first)
{
    int batch = trainer->settings.batch_size;
    *first = (int)((steps->first + step) % steps->per_pass) * batch;
    return trainer->train.count - *first < batch ? trainer->train.count - *first : batch;
}

static void set_order(Trainer *trainer, int pass)
{
    if (trainer->settings.shuffle)
        trainer_shuffle(trainer->order, trainer->train.count, trainer->settings.seed, pass);
    else
        for (int i = 0; i < trainer->train.count; i++)
            trainer->order[i] = i;
}

/* Samples of `steps` batches, all when that is 0. */
static int samples_of(const Trainer *trainer, int steps, int all)
{
    int64_t wanted = (int64_t)steps * trainer->settings.batch_size;
    return steps > 0 && wanted < all ? (int)wanted : all;
}

/* The batches of an epoch; leaves their loss and metrics in the logs. */
static void train_batches(Trainer *trainer, const Steps *steps, Moment *moment, EpochFigures *figures)
{
    Scores scores = { 0 };
    for (moment->batch = 0; moment->batch < steps->steps && !moment->stop && !moment->error; moment->batch++) {
        int first, count = batch_rows(trainer, steps, moment->batch, &first);
        if (moment->batch == 0 || first == 0)
            set_order(trainer, trainer->settings.initial_epoch + (int)((steps->first + moment->batch) / steps->per_pass));
        callbacks_call(&trainer->callbacks, moment, CALLBACK_HOOK(batch_begin));
        flips_update(&trainer->flips, trainer->state);
        train_one(trainer, trainer->order + first, count, &scores);
        figures->done += count;
        scores_log(&scores, trainer->program, trainer->names, &trainer->logs);
        flips_log(&trainer->flips, false, &trainer->logs);
        callbacks_call(&trainer->callbacks, moment, CALLBACK_HOOK(batch_end));
        progress_update(moment->progress, figures);
    }
}

/* fit(validation_freq=...): whether validation follows the epoch that runs. */
static bool validates(const Trainer *trainer)
{
    const FitInfo *fit = trainer->settings.fit;
    int epoch = trainer->epoch + 1;
    if (!fit->validation_epochs)
        return fit->validation_freq < 2 || epoch % fit->validation_freq == 0;
    for (int i = 0; i < fit->validation_epoch_count; i++)
        if (fit->validation_epochs[i] == epoch)
            return true;
    return false;
}

static void validate(Trainer *trainer)
{
    int count = samples_of(trainer, trainer->settings.validation_steps, trainer->validation.count);
    if (!count || !validates(trainer))
        return;
    Feed part = feed_part(&trainer->validation, 0, count);
    Scores scores = trainer_test(trainer, &part, NULL);
    scores_log(&scores, trainer->program, trainer->validation_names, &trainer->logs);
    flips_begin(&trainer->flips);
    for (int first = 0; first < count; first += trainer->settings.batch_size)
        flips_update(&trainer->flips, trainer->state);
    flips_log(&trainer->flips, true, &trainer->logs);
}

static void run_epoch(Trainer *trainer, Moment *moment)
{
    EpochFigures figures = { .epoch = trainer->epoch, .logs = &trainer->logs };
    Steps steps = steps_of(trainer);
    for (int step = 0, first; step < steps.steps; step++)
        figures.total += batch_rows(trainer, &steps, step, &first);
    trainer->logs.count = 0;
    moment->epoch = trainer->epoch;
    flips_begin(&trainer->flips);
    progress_epoch_begin(moment->progress);
    callbacks_call(&trainer->callbacks, moment, CALLBACK_HOOK(epoch_begin));
    train_batches(trainer, &steps, moment, &figures);
    progress_trained(moment->progress, &figures);
    validate(trainer);
    callbacks_call(&trainer->callbacks, moment, CALLBACK_HOOK(epoch_end));
    progress_epoch_end(moment->progress, &figures);
}

/* use_ema: what was trained takes its average, as Keras does when fit ends. */
static void take_averages(const Trainer *trainer)
{
    const TrainProgram *program = trainer->program;
    const Graph *graph = program->graph;
    for (int i = 0; program->rules && i < graph->variables.count; i++) {
        const UpdateRule *rule = program->rules[i];
        if (!rule || !rule->averages)
            continue;
        const char *name = graph->variables.at[i]->name;
        const bnn_variable *variable = program_variable(program, name);
        const bnn_variable *average = program_variable(program, arena_printf(trainer->arena, "%s/%s", name, rule->slot_name[rule->slot_count - 1]));
        if (average) /* none where the loss does not reach the weight */
            memcpy(trainer->state + variable->offset, trainer->state + average->offset, variable->count * sizeof(float));
    }
}

bool trainer_run(Trainer *trainer, const char **error)
{
    bool quiet = trainer->settings.quiet;
    Progress progress = progress_new(quiet ? NULL : stderr, quiet ? NULL : stdout, trainer->settings.epochs);
    progress.json = trainer->settings.json;
    Moment moment = { .arena = trainer->arena, .program = trainer->program, .state = trainer->state, .logs = &trainer->logs, .progress = &progress };
    bool good = true;
    interrupt_listen();
    if (!trainer->resumed)
        callbacks_call(&trainer->callbacks, &moment, CALLBACK_HOOK(begin));
    while (good && !moment.error && !trainer->interrupted && !trainer->stopped && trainer->epoch < trainer->settings.epochs) {
        run_epoch(trainer, &moment);
        trainer->epoch++;
        trainer->interrupted = interrupt_came();
        trainer->stopped = moment.stop;
        if (trainer->settings.checkpoint && !moment.error)
            good = trainer_save(trainer, trainer->settings.checkpoint, error);
    }
    interrupt_ignore();
    if (!trainer->interrupted && trainer->settings.epochs > 0)
        take_averages(trainer);
    if (moment.error)
        *error = moment.error;
    return good && !moment.error;
}
