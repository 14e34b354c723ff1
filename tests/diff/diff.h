/* One random model as the suite sees it: a text that is compiled and checked in a child process. */
#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H

#include "support/check.h"

typedef struct {
    const char *text, *label;
    uint64_t seed;                /* of weights and inputs */
    const Toolchain *toolchains;
    int count;
} Subject;

typedef struct {
    bool refused, died;           /* bnnc reported errors; the process ended by a signal or a bug */
    CheckResult result;
} Outcome;

bool outcome_failed(const Outcome *outcome);
/* loud: prints what is wrong. */
Outcome subject_check(const Subject *subject, bool loud);
/* The text without the lines and arguments that the failure does not need. */
const char *subject_shrink(Arena *arena, const Subject *subject);

#endif
