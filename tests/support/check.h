/* Checks one model in every way there is: the reference interpreter against generated C, inference and training, bit for bit. */
#ifndef SUPPORT_CHECK_H
#define SUPPORT_CHECK_H

#include "layers/layers.h"
#include "run/jit.h"

enum { TOOLCHAINS_MAX = 16 };

typedef struct {
    const char *name;      /* "gcc -O3, avx2" */
    JitKind kind;
    const char *compiler, *flags, *target;
} Toolchain;

/* All toolchains this machine has, libtcc first: gcc and clang at several levels, with threads, generic and (where the CPU can) avx2. */
int check_toolchains(Toolchain *out, int room);

typedef struct { int comparisons, differences; } Tally;
typedef struct {
    int comparisons, differences;
    Tally of[TOOLCHAINS_MAX]; /* the same by toolchain, in the caller's order */
} CheckResult;

/* weights_seed fills variables by formula, and chooses sizes of batches and how loops unroll. Prints what differs, with `label`. */
CheckResult check_model(Arena *arena, Model *model, uint64_t weights_seed, const Toolchain *toolchains, int count, const char *label);

/* The same on the caller's own values: weights are in the variables' data; inputs and labels as interp_run takes them (labels: when steps > 0; the
 * first of them NULL: some are made). */
typedef struct { int batch, steps; const void *const *inputs, *const *labels; } CheckData;
CheckResult check_data(Arena *arena, Model *model, const CheckData *data, const Toolchain *toolchains, int count, const char *label);

#endif
