/* Suite diff: random models; the interpreter against generated code, bit for bit, inference and training.
 *
 *   diff [--count N] [--first SEED] [--other K] [--every K]
 *       libtcc checks every model; one model in K (default 1; 0: none) another toolchain too, by the seed in turn; one in K (default: none) all
 *   SEED=n diff                  replays one model with everything and prints its text
 *   SEED=n diff --shrink         the same with as few lines as still fail
 *
 * Each model runs in a process of its own, so that one that crashes is a failure as any other. */
#include "diff/diff.h"
#include "diff/generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    long count, first, other, every;
    bool shrink;
} Options;

typedef struct {
    int models;
    long comparisons, differences;
} Row;

typedef struct {
    int models, refused, died;
    Row rows[TOOLCHAINS_MAX];
} Totals;

static Options options_of(int argc, char **argv)
{
    Options options = { .count = 100, .first = 1, .other = 1 };
    const struct { const char *name; long *at; } known[] = { { "--count", &options.count }, { "--first", &options.first }, { "--other", &options.other },
                                                             { "--every", &options.every } };
    for (int i = 1; i < argc; i++) {
        options.shrink |= !strcmp(argv[i], "--shrink");
        for (size_t k = 0; k < sizeof known / sizeof *known && i + 1 < argc; k++)
            if (!strcmp(argv[i], known[k].name))
                *known[k].at = strtol(argv[++i], NULL, 10);
    }
    return options;
}

/* Which toolchains check this model: the first, and by the seed another one or all. */
static uint32_t chosen(const Options *options, uint64_t seed, int available)
{
    if (options->every && seed % (uint64_t)options->every == 0)
        return (1u << available) - 1;
    if (available < 2 || !options->other || seed % (uint64_t)options->other)
        return 1;
    return 1u | 1u << (1 + seed / (uint64_t)options->other % (uint64_t)(available - 1));
}

static void add(Totals *totals, const Outcome *outcome, uint32_t mask)
{
    int at = 0;
    totals->models++;
    totals->refused += outcome->refused;
    totals->died += outcome->died;
    for (int i = 0; i < TOOLCHAINS_MAX; i++) {
        if (!(mask >> i & 1))
            continue;
        const Tally *tally = &outcome->result.of[at++];
        totals->rows[i].models++;
        totals->rows[i].comparisons += tally->comparisons;
        totals->rows[i].differences += tally->differences;
    }
}

static int subset(const Toolchain *all, uint32_t mask, Toolchain *out)
{
    int count = 0;
    for (int i = 0; i < TOOLCHAINS_MAX; i++)
        if (mask >> i & 1)
            out[count++] = all[i];
    return count;
}

/* One toolchain that shows the failure is enough to make the model smaller. */
static void keep_failing(Subject *subject, const Outcome *outcome, Toolchain *toolchains)
{
    for (int i = subject->count - 1; i >= 0; i--)
        if (outcome->result.of[i].differences)
            toolchains[0] = toolchains[i];
    subject->count = 1;
}

static Outcome check_seed(uint64_t seed, const Toolchain *all, uint32_t mask, const Options *options, bool show)
{
    Arena *arena = arena_new();
    Toolchain toolchains[TOOLCHAINS_MAX];
    Subject subject = { .text = generate_model(arena, seed), .label = arena_printf(arena, "SEED=%llu", (unsigned long long)seed), .seed = seed };
    subject.count = subset(all, mask, toolchains);
    subject.toolchains = toolchains;
    Outcome outcome = subject_check(&subject, true);
    if (outcome_failed(&outcome) && options->shrink) {
        keep_failing(&subject, &outcome, toolchains);
        subject.text = subject_shrink(arena, &subject);
    }
    if (show || (outcome_failed(&outcome) && options->shrink))
        puts(subject.text);
    fflush(stdout);
    arena_free(arena);
    return outcome;
}

static int print_totals(const Totals *totals, const Toolchain *toolchains, int available, unsigned long long first)
{
    long differences = 0;
    printf("%-30s %8s %12s %12s\n", "toolchain", "models", "comparisons", "differences");
    for (int i = 0; i < available; i++) {
        const Row *row = &totals->rows[i];
        differences += row->differences;
        printf("%-30s %8d %12ld %12ld\n", toolchains[i].name, row->models, row->comparisons, row->differences);
    }
    printf("diff: %d models from SEED=%llu, %ld differences, %d refused, %d died\n", totals->models, first, differences, totals->refused, totals->died);
    bool bad = differences || totals->refused || totals->died;
    printf("diff: %d passed, %d failed\n", totals->models - bad, bad);
    return bad;
}

int main(int argc, char **argv)
{
    Options options = options_of(argc, argv);
    Toolchain toolchains[TOOLCHAINS_MAX];
    int available = check_toolchains(toolchains, TOOLCHAINS_MAX);
    Totals totals = { 0 };
    const char *replay = getenv("SEED");
    uint64_t first = replay ? strtoull(replay, NULL, 10) : (uint64_t)options.first;
    for (uint64_t i = 0; i < (replay ? 1 : (uint64_t)options.count); i++) {
        uint32_t mask = replay ? (1u << available) - 1 : chosen(&options, first + i, available);
        Outcome outcome = check_seed(first + i, toolchains, mask, &options, replay != NULL);
        add(&totals, &outcome, mask);
    }
    return print_totals(&totals, toolchains, available, first);
}
