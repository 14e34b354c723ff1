/* Suite diff: random models; the interpreter against generated code, bit for bit, inference and training.
 *
 *   diff [--count N] [--first SEED] [--every K]     libtcc checks every model, the other compilers one in K (default 10)
 *   SEED=n diff                                     replays one model with everything and prints its text
 */
#include "diff/generate.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    long comparisons, differences;
    int models, refused;
} Totals;

static void check_seed(uint64_t seed, const Toolchain *toolchains, int count, bool show, Totals *totals)
{
    Arena *arena = arena_new();
    const char *text = generate_model(arena, seed), *label = arena_printf(arena, "SEED=%llu", (unsigned long long)seed);
    Diag *diag = diag_new(arena);
    if (show)
        puts(text);
    FrontOptions options = { 0 };
    Model *model = model_from_source(arena, source_from_text(arena, label, text, strlen(text)), &options, diag);
    totals->models++;
    if (!model) {
        totals->refused++;
        printf("REFUSED %s\n", label);
        diag_print(diag, stdout);
    } else {
        CheckResult result = check_model(arena, model, seed, toolchains, count, label);
        totals->comparisons += result.comparisons;
        totals->differences += result.differences;
    }
    fflush(stdout);
    arena_free(arena);
}

int main(int argc, char **argv)
{
    long count = 100, first = 1, every = 10;
    for (int i = 1; i + 1 < argc; i += 2) {
        long value = strtol(argv[i + 1], NULL, 10);
        if (!strcmp(argv[i], "--count"))
            count = value;
        else if (!strcmp(argv[i], "--first"))
            first = value;
        else if (!strcmp(argv[i], "--every"))
            every = value;
    }
    Arena *arena = arena_new();
    Toolchain toolchains[16];
    int available = check_toolchains(arena, toolchains, 16);
    Totals totals = { 0 };
    const char *replay = getenv("SEED");
    if (replay) {
        check_seed(strtoull(replay, NULL, 10), toolchains, available, true, &totals);
    } else {
        for (long i = 0; i < count; i++)
            check_seed((uint64_t)(first + i), toolchains, i % every ? 1 : available, false, &totals);
    }
    if (replay)
        first = strtol(replay, NULL, 10);
    printf("diff: %d models from SEED=%ld, %d toolchains (all on one in %ld), %ld comparisons, %ld differences, %d refused\n", totals.models, first,
           available, every, totals.comparisons, totals.differences, totals.refused);
    int bad = totals.differences > 0 || totals.refused > 0;
    printf("diff: %d passed, %d failed\n", totals.models - (bad ? 1 : 0), bad);
    arena_free(arena);
    return bad;
}
