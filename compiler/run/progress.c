/* The bar and the lines: see progress.h. */
#include "run/progress.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double progress_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

Progress progress_new(FILE *terminal, FILE *lines, int epochs)
{
    bool is_terminal = terminal && isatty(fileno(terminal));
    return (Progress){ .bar = is_terminal ? terminal : NULL, .lines = lines, .epochs = epochs };
}

void progress_epoch_begin(Progress *progress)
{
    progress->epoch_start = progress_seconds();
    progress->last_drawn = progress->trained = 0;
}

static void print_figures(FILE *out, const Logs *logs)
{
    for (int i = 0; i < logs->count; i++)
        fprintf(out, fabs(logs->value[i]) >= 1e-3 || logs->value[i] == 0 ? "%s%s %.4f" : "%s%s %.4g", i ? "  " : "", logs->name[i], logs->value[i]);
}

static double rate(const Progress *progress, const EpochFigures *figures)
{
    double end = progress->trained > 0 ? progress->trained : progress_seconds(), elapsed = end - progress->epoch_start;
    return elapsed > 0 ? figures->done / elapsed : 0;
}

/* Samples at the rate of this epoch, validations at the cost of the last one. */
static int seconds_left(const Progress *progress, const EpochFigures *figures)
{
    double per_second = rate(progress, figures), epochs = progress->epochs - figures->epoch - 1;
    double samples = figures->total - figures->done + epochs * figures->total;
    double validated = progress->trained > 0 ? progress_seconds() - progress->trained : 0;
    double validation = (epochs + 1) * progress->after - (validated < progress->after ? validated : progress->after);
    return per_second > 0 ? (int)(samples / per_second + validation + 0.5) : 0;
}

static void draw(Progress *progress, const EpochFigures *figures, const char *what)
{
    enum { WIDTH = 24 };
    static const char full[WIDTH + 1] = "========================", empty[WIDTH + 1] = "                        ";
    int filled = figures->total ? (int)((long long)figures->done * WIDTH / figures->total) : WIDTH, left = seconds_left(progress, figures);
    fprintf(progress->bar, "\r\033[Kepoch %d/%d [%.*s%.*s] ", figures->epoch + 1, progress->epochs, filled, full, WIDTH - filled, empty);
    print_figures(progress->bar, figures->logs);
    fprintf(progress->bar, "  %.0f samples/s  %d:%02d left%s", rate(progress, figures), left / 60, left % 60, what);
    fflush(progress->bar);
}

void progress_update(Progress *progress, const EpochFigures *figures)
{
    double now = progress_seconds();
    if (!progress->bar || now - progress->last_drawn < 0.1)
        return;
    progress->last_drawn = now;
    draw(progress, figures, "");
}

void progress_trained(Progress *progress, const EpochFigures *figures)
{
    progress->trained = progress_seconds();
    if (progress->bar)
        draw(progress, figures, "  validating");
}

static void clear_bar(Progress *progress)
{
    if (!progress->bar)
        return;
    fputs("\r\033[K", progress->bar);
    fflush(progress->bar);
}

static void print_json(const Progress *progress, const EpochFigures *figures, double seconds)
{
    fprintf(progress->lines, "{\"epoch\": %d, \"epochs\": %d", figures->epoch + 1, progress->epochs);
    for (int i = 0; i < figures->logs->count; i++)
        logs_print_json(progress->lines, figures->logs->name[i], figures->logs->value[i]);
    fprintf(progress->lines, ", \"samples_per_second\": %.1f, \"seconds\": %.3f}\n", rate(progress, figures), seconds);
}

static void print_line(const Progress *progress, const EpochFigures *figures, double seconds)
{
    fprintf(progress->lines, "epoch %d/%d  ", figures->epoch + 1, progress->epochs);
    print_figures(progress->lines, figures->logs);
    fprintf(progress->lines, "  %.0f samples/s  %.1f s\n", rate(progress, figures), seconds);
}

void progress_epoch_end(Progress *progress, const EpochFigures *figures)
{
    double now = progress_seconds();
    clear_bar(progress);
    progress->after = now - progress->trained;
    if (progress->lines)
        (progress->json ? print_json : print_line)(progress, figures, now - progress->epoch_start);
    for (int i = 0; i < progress->note_count && progress->lines; i++)
        fprintf(progress->lines, progress->json ? "{\"note\": \"%s\"}\n" : "%s\n", progress->notes[i]);
    progress->note_count = 0;
    if (progress->lines)
        fflush(progress->lines);
}

void progress_say(Progress *progress, const char *text)
{
    if (progress->note_count < PROGRESS_NOTES)
        progress->notes[progress->note_count++] = text;
}
