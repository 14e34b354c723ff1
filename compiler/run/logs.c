/* See logs.h. */
#include "run/logs.h"

#include "base/bug.h"

#include <math.h>
#include <string.h>

static int find(const Logs *logs, const char *name)
{
    for (int i = 0; i < logs->count; i++)
        if (strcmp(logs->name[i], name) == 0)
            return i;
    return -1;
}

void logs_set(Logs *logs, const char *name, double value)
{
    int at = find(logs, name);
    if (at < 0) {
        BUG_IF(logs->count == LOGS_MAX);
        at = logs->count++;
    }
    logs->name[at] = name;
    logs->value[at] = value;
}

bool logs_get(const Logs *logs, const char *name, double *value)
{
    int at = find(logs, name);
    if (at >= 0)
        *value = logs->value[at];
    return at >= 0;
}

void scores_add(Scores *scores, const TrainProgram *program, float loss, const float *parts, int count)
{
    scores->loss += (double)loss * count;
    for (int i = 0; i < program->part_count; i++)
        scores->part[i] += (double)parts[i] * count;
    scores->samples += count;
}

Scores program_test(const TrainProgram *program, const float *state, void *workspace, const Feed *feed, int batch, int *classes)
{
    FeedBatch rows = feed_batch_new(feed, batch);
    Scores scores = { 0 };
    float parts[METRIC_NUMBERS] = { 0 };
    for (int first = 0; first < feed->count; first += batch) {
        int count = feed->count - first < batch ? feed->count - first : batch;
        feed_gather(feed, NULL, first, count, true, &rows);
        float loss = program->test(state, workspace, (const void *const *)rows.x, (const void *const *)rows.y, count, parts, rows.out);
        scores_add(&scores, program, loss, parts, count);
        for (int i = 0; i < count && classes; i++)
            classes[first + i] = feed_predicted(feed, 0, rows.out[0] + (size_t)i * (size_t)feed->outputs[0]);
    }
    feed_batch_free(&rows);
    return scores;
}

void scores_log(const Scores *scores, const TrainProgram *program, const char *const *names, Logs *logs)
{
    logs_set(logs, names[0], (double)(float)(scores->loss / scores->samples));
    const double *sums = scores->part;
    for (int i = 0; i < program->metric_count; i++) {
        const Metric *metric = &program->metrics[i];
        logs_set(logs, names[1 + i], (double)metric_value(metric, sums, scores->samples));
        sums += metric_numbers(metric);
    }
}

const char **scores_names(Arena *arena, const TrainProgram *program, const char *prefix)
{
    const char **names = ARENA_ARRAY(arena, const char *, program->metric_count + 1);
    names[0] = arena_printf(arena, "%sloss", prefix);
    for (int i = 0; i < program->metric_count; i++)
        names[1 + i] = arena_printf(arena, "%s%s", prefix, program->metrics[i].name);
    return names;
}

void logs_print_json(FILE *out, const char *name, double value)
{
    fprintf(out, isfinite(value) ? ", \"%s\": %.9g" : ", \"%s\": null", name, value);
}
