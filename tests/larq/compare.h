/* Compare: a case's results against its goldens, and which elements lie too near a tie to be compared. */
#ifndef LARQ_COMPARE_H
#define LARQ_COMPARE_H

#include "support/golden.h"

#include <stdbool.h>

/* One tensor that was compared: the elements that the golden has. */
typedef struct { const char *key; const NamedTensor *want; float *got, *spread; double tolerance; size_t stride; } Record;

typedef struct {
    Arena *arena;
    const char *name;
    Golden golden;
    double tol_forward, tol_loss, tol_grad, tol_step1, tol_step5;
    const char *noise;
    VEC(Record) records;
    bool measuring;     /* a run with other rounding: compare notes how far elements move */
    int failures;
    long elements, ties;
    double worst;       /* error as a share of the tolerance */
} Case;

/* Prints one line and counts it; says nothing while measuring. */
void case_fail(Case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
double largest(const float *values, size_t count);

/* got has `count` elements; the golden holds all of them, or every s-th under KEY#s. Nothing happens when it has none. */
void compare(Case *c, const char *key, const float *got, size_t count, double tolerance);
bool compare_disagrees(const Case *c);
/* Counts what agrees and what is a tie, fails the rest. */
void compare_judge(Case *c);

#endif
