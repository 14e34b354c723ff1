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
    progress->last_drawn = 0;
}

static void print_figures(FILE *out, const EpochFigures *figures)
{
    fprintf(out, "loss %.4f", figures->loss);
    for (int i = 0; i < figures->metric_count; i++)
        fprintf(out, "  %s %.4f", figures->metric_names[i], figures->metrics[i]);
}

void progress_update(Progress *progress, const EpochFigures *figures)
{
    enum { WIDTH = 24 };
    static const char full[WIDTH + 1] = "========================", empty[WIDTH + 1] = "                        ";
    double now = progress_seconds();
    if (!progress->bar || now - progress->last_drawn < 0.1)
        return;
    progress->last_drawn = now;
    double elapsed = now - progress->epoch_start, rate = elapsed > 0 ? figures->done / elapsed : 0;
    int filled = figures->total ? (int)((long long)figures->done * WIDTH / figures->total) : WIDTH;
    double left_samples = figures->total - figures->done + (double)(progress->epochs - figures->epoch - 1) * figures->total;
    int left = rate > 0 ? (int)(left_samples / rate + 0.5) : 0;
    fprintf(progress->bar, "\r\033[Kepoch %d/%d [%.*s%.*s] ", figures->epoch + 1, progress->epochs, filled, full, WIDTH - filled, empty);
    print_figures(progress->bar, figures);
    fprintf(progress->bar, "  %.0f samples/s  %d:%02d left", rate, left / 60, left % 60);
    fflush(progress->bar);
}

void progress_epoch_end(Progress *progress, const EpochFigures *figures)
{
    double elapsed = progress_seconds() - progress->epoch_start;
    if (progress->bar) {
        fputs("\r\033[K", progress->bar);
        fflush(progress->bar);
    }
    if (!progress->lines)
        return;
    fprintf(progress->lines, "epoch %d/%d  ", figures->epoch + 1, progress->epochs);
    print_figures(progress->lines, figures);
    if (!isnan(figures->validation_accuracy))
        fprintf(progress->lines, "  val_accuracy %.4f", figures->validation_accuracy);
    fprintf(progress->lines, "  %.0f samples/s  %.1f s\n", elapsed > 0 ? figures->done / elapsed : 0, elapsed);
    fflush(progress->lines);
}
