/* Suite packed: every case of tests/larq, with its golden's weights and input, as packed inference C: bit for bit the interpreter's output; and
 * no product of two sets of levels runs on floats (floats.c).
 *
 *   packed [--only PREFIX] [--all] [--every K] [--turn N] DIRECTORY
 *
 * libtcc compiles every case for generic, gcc -O1 every case for avx2; gcc and clang at all levels one in K (default 40): case
 * N, N + K, ... (--turn N, default 0); --all: every one. libtcc also compiles the training C of the cases that have an
 * optimizer and no more than a million weights, whose reference takes the interpreter minutes. */
#include "packed/floats.h"
#include "run/program.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEPS = 2, TRAINED_WEIGHTS_MAX = 1000000 };

typedef struct {
    const char *directory, *only, *folder; /* folder: for the precompiled header */
    long every, turn;
    Toolchain tcc, avx2, rest[TOOLCHAINS_MAX];
    bool has_tcc, has_avx2;
    int rest_count;
} Suite;

typedef struct {
    long comparisons;
    int passed, failed, trained;
    FloatsCount floats;
} Totals;

/* ---- compilers */

/* gcc reads immintrin.h, most of its work on a small model, once. The options are the JIT's own; were they others, gcc would read the header itself. */
static void precompile(Suite *suite, Arena *arena)
{
    char *folder = arena_strdup(arena, "/tmp/bnnc-packed-XXXXXX");
    if (!mkdtemp(folder))
        return;
    suite->folder = folder;
    suite->avx2.flags = arena_printf(arena, "-O1 -mavx2 -include %s/avx2.h", folder);
    const char *command = arena_printf(arena,
                                       "echo '#include <immintrin.h>' > %s/avx2.h && gcc -std=gnu99 -O2 -fPIC -shared -ffp-contract=off "
                                       "-fno-math-errno -w -O1 -mavx2 -x c-header %s/avx2.h -o %s/avx2.h.gch",
                                       folder, folder, folder);
    if (system(command) != 0)
        suite->has_avx2 = false;
}

static void remove_precompiled(const Suite *suite, Arena *arena)
{
    if (!suite->folder)
        return;
    unlink(arena_printf(arena, "%s/avx2.h", suite->folder));
    unlink(arena_printf(arena, "%s/avx2.h.gch", suite->folder));
    rmdir(suite->folder);
}

/* -O1: what every case tests is that intrinsics mean what the portable code means; the optimizer has its turn in the rest. */
static void choose_toolchains(Suite *suite, Arena *arena)
{
    Toolchain all[TOOLCHAINS_MAX];
    int count = check_toolchains(all, TOOLCHAINS_MAX);
    for (int i = 0; i < count; i++)
        if (all[i].kind == JIT_TCC)
            suite->tcc = all[i], suite->has_tcc = true;
        else
            suite->rest[suite->rest_count++] = all[i];
    suite->avx2 = (Toolchain){ "gcc -O1, avx2", JIT_CC, "gcc", "-O1 -mavx2", "avx2" };
    suite->has_avx2 = __builtin_cpu_supports("avx2");
    if (suite->has_avx2)
        precompile(suite, arena);
}

/* ---- one case */

static void check(Golden *golden, int steps, const Toolchain *toolchains, int count, CheckResult *result)
{
    const void *no_labels[] = { NULL }; /* the check makes some */
    CheckData data = { .batch = golden->batch, .steps = steps, .inputs = golden_inputs(golden, golden->model->graph), .labels = no_labels };
    CheckResult one = check_data(golden->arena, golden->model, &data, toolchains, count, golden->name);
    result->comparisons += one.comparisons;
    result->differences += one.differences;
}

static int training_steps(const Model *model)
{
    int64_t weights = 0;
    for (int i = 0; i < model->graph->variables.count; i++)
        weights += shape_count(model->graph->variables.at[i]->shape);
    return model->compile.present && weights <= TRAINED_WEIGHTS_MAX ? STEPS : 0;
}

static void count_floats(Golden *golden, FloatsCount *count)
{
    PlanOptions options = { .prefix = "model", .target = target_find("generic"), .batch = 1 };
    floats_check(golden, program_plan_packed(golden->arena, golden->model, &options), count);
}

static bool run_case(const Suite *suite, Golden *golden, bool with_rest, Totals *totals)
{
    CheckResult result = { 0 };
    int before = totals->floats.failures;
    if (!golden_set_weights(golden)) {
        printf("FAIL %s: the golden has no weight named %s\n", golden->name, golden->missing);
        return false;
    }
    int steps = training_steps(golden->model);
    totals->trained += steps > 0;
    if (suite->has_tcc)
        check(golden, steps, &suite->tcc, 1, &result);
    if (suite->has_avx2)
        check(golden, 0, &suite->avx2, 1, &result);
    if (with_rest)
        check(golden, 0, suite->rest, suite->rest_count, &result);
    count_floats(golden, &totals->floats);
    totals->comparisons += result.comparisons;
    return result.differences == 0 && result.comparisons > 0 && totals->floats.failures == before;
}

/* ---- the suite */

static void run_suite(const Suite *suite, const char *const *names, int count, Totals *totals)
{
    for (int i = 0; i < count; i++) {
        Arena *arena = arena_new();
        Golden golden;
        bool good = golden_open(&golden, arena, suite->directory, names[i]) && run_case(suite, &golden, i % suite->every == suite->turn, totals);
        totals->passed += good;
        totals->failed += !good;
        fflush(stdout);
        arena_free(arena);
    }
    if (!*suite->only)
        totals->failed += floats_unused_excuses();
}

static Suite read_arguments(int argc, char **argv)
{
    Suite suite = { .directory = "tests/larq", .only = "", .every = 40, .turn = 0 };
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--only") && i + 1 < argc)
            suite.only = argv[++i];
        else if (!strcmp(argv[i], "--every") && i + 1 < argc)
            suite.every = strtol(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--turn") && i + 1 < argc)
            suite.turn = strtol(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--all"))
            suite.every = 1;
        else
            suite.directory = argv[i];
    suite.every = suite.every < 1 ? 1 : suite.every;
    suite.turn = labs(suite.turn) % suite.every;
    return suite;
}

int main(int argc, char **argv)
{
    Suite suite = read_arguments(argc, argv);
    Totals totals = { 0 };
    Arena *arena = arena_new();
    int count = 0;
    const char **names = golden_names(arena, suite.directory, suite.only, &count);
    choose_toolchains(&suite, arena);
    if (names)
        run_suite(&suite, names, count, &totals);
    if (count == 0) {
        printf("packed: no case begins with '%s'\n", suite.only);
        totals.failed++;
    }
    remove_precompiled(&suite, arena);
    const FloatsCount *f = &totals.floats;
    printf("packed: %ld comparisons (--every %ld --turn %ld), training in %d cases; %d products: %d of integers, %d of floats and levels, %d of floats; excused in %d layers\n", totals.comparisons,
           suite.every, suite.turn, totals.trained, f->products, f->integers, f->halves, f->products - f->integers - f->halves, f->excused);
    printf("packed: %d passed, %d failed\n", totals.passed, totals.failed);
    arena_free(arena);
    return totals.failed > 0;
}
