/* The loop over epochs and batches: see trainer.h. checkpoint.c writes and reads its files, interrupt.c hears Ctrl-C. */
#include "run/trainer.h"

#include "base/bug.h"
#include "run/interrupt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { METRICS_MAX = 16, ALIGNMENT = 64 };

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

static void split_data(Trainer *trainer, const Feed *data)
{
    double split = trainer->settings.validation_split;
    int kept = split > 0 ? (int)floor(data->count * (1.0 - split)) : data->count;
    trainer->train = feed_part(data, 0, kept);
    trainer->validation = feed_part(data, kept, data->count - kept);
}

Trainer *trainer_new(Arena *arena, const TrainProgram *program, const Feed *data, const TrainSettings *settings)
{
    Trainer *trainer = ARENA_NEW(arena, Trainer);
    *trainer = (Trainer){ .arena = arena, .program = program, .settings = *settings };
    BUG_IF(settings->batch_size > program->batch || program->metric_count > METRICS_MAX);
    split_data(trainer, data);
    size_t batch = (size_t)program->batch;
    trainer->state = buffer(program->state_bytes);
    trainer->workspace = buffer(program->workspace_bytes);
    trainer->x = buffer(batch * feed_input_bytes(data));
    trainer->y = buffer(batch * feed_label_bytes(data));
    trainer->out = buffer(batch * (size_t)data->outputs * sizeof(float));
    trainer->order = buffer((size_t)data->count * sizeof(int));
    program->init(trainer->state, settings->seed);
    return trainer;
}

void trainer_free(Trainer *trainer)
{
    free(trainer->state);
    free(trainer->workspace);
    free(trainer->x);
    free(trainer->y);
    free(trainer->out);
    free(trainer->order);
}

const float *trainer_outputs(Trainer *trainer, const Feed *feed, int first, int count)
{
    const void *inputs[] = { trainer->x };
    float *outputs[] = { trainer->out };
    feed_copy(feed, first, count, trainer->x);
    trainer->program->evaluate(trainer->state, trainer->workspace, inputs, count, outputs);
    return trainer->out;
}

int trainer_evaluate(Trainer *trainer, const Feed *feed, int *classes)
{
    int right = 0, batch = trainer->program->batch;
    for (int first = 0; first < feed->count; first += batch) {
        int count = feed->count - first < batch ? feed->count - first : batch;
        const float *out = trainer_outputs(trainer, feed, first, count);
        for (int i = 0; i < count; i++) {
            int class = feed_predicted(feed, out + (size_t)i * (size_t)feed->outputs);
            right += class == feed->labels[first + i];
            if (classes)
                classes[first + i] = class;
        }
    }
    return right;
}

static float rate_scale(const TrainSettings *settings, int epoch)
{
    if (!settings->epoch_rate || settings->epoch_rate_count == 0)
        return 1.0f;
    int last = settings->epoch_rate_count - 1;
    return (float)settings->epoch_rate[epoch < last ? epoch : last];
}

/* Loss and metrics of the epoch: means of the batches, weighted by their samples. */
typedef struct { double loss, metrics[METRICS_MAX]; } Sums;

static void train_one(Trainer *trainer, const int *rows, int count, float scale, Sums *sums)
{
    const void *inputs[] = { trainer->x }, *labels[] = { trainer->y };
    float metrics[METRICS_MAX] = { 0 };
    feed_gather(&trainer->train, rows, count, trainer->x, trainer->y);
    float loss = trainer->program->train(trainer->state, trainer->workspace, inputs, labels, count, trainer->settings.seed, scale, metrics);
    sums->loss += (double)loss * count;
    for (int i = 0; i < trainer->program->metric_count; i++)
        sums->metrics[i] += (double)metrics[i] * count;
}

static EpochFigures figures(const Trainer *trainer, const Sums *sums, int done, double *metrics)
{
    for (int i = 0; i < trainer->program->metric_count; i++)
        metrics[i] = sums->metrics[i] / done;
    return (EpochFigures){ .epoch = trainer->epoch, .done = done, .total = trainer->train.count, .loss = sums->loss / done,
                           .metric_count = trainer->program->metric_count, .metric_names = trainer->program->metric_names, .metrics = metrics,
                           .validation_accuracy = NAN };
}

static void set_order(Trainer *trainer)
{
    if (trainer->settings.shuffle)
        trainer_shuffle(trainer->order, trainer->train.count, trainer->settings.seed, trainer->epoch);
    else
        for (int i = 0; i < trainer->train.count; i++)
            trainer->order[i] = i;
}

static void run_epoch(Trainer *trainer, Progress *progress)
{
    Sums sums = { 0 };
    double metrics[METRICS_MAX], start = progress_seconds();
    int total = trainer->train.count, batch = trainer->settings.batch_size;
    float scale = rate_scale(&trainer->settings, trainer->epoch);
    set_order(trainer);
    progress_epoch_begin(progress);
    for (int done = 0; done < total;) {
        int count = total - done < batch ? total - done : batch;
        train_one(trainer, trainer->order + done, count, scale, &sums);
        done += count;
        EpochFigures so_far = figures(trainer, &sums, done, metrics);
        progress_update(progress, &so_far);
    }
    trainer->samples_per_second = total / (progress_seconds() - start + 1e-9);
    EpochFigures whole = figures(trainer, &sums, total, metrics);
    if (trainer->validation.count)
        whole.validation_accuracy = (double)trainer_evaluate(trainer, &trainer->validation, NULL) / trainer->validation.count;
    progress_epoch_end(progress, &whole);
}

bool trainer_run(Trainer *trainer, const char **error)
{
    Progress progress = progress_new(trainer->settings.quiet ? NULL : stderr, trainer->settings.quiet ? NULL : stdout, trainer->settings.epochs);
    bool good = true;
    interrupt_listen();
    while (good && !trainer->interrupted && trainer->epoch < trainer->settings.epochs) {
        run_epoch(trainer, &progress);
        trainer->epoch++;
        trainer->interrupted = interrupt_came();
        if (trainer->settings.checkpoint)
            good = trainer_save(trainer, trainer->settings.checkpoint, true, error);
    }
    interrupt_ignore();
    return good;
}
