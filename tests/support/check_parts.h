/* What the parts of the check share: one model with its inputs, and how generated code is compiled, called and compared. */
#ifndef SUPPORT_CHECK_PARTS_H
#define SUPPORT_CHECK_PARTS_H

#include "emit/emit.h"
#include "support/check.h"

enum { POINTERS_MAX = 16, STEPS_MAX = 16 };

typedef struct {
    Arena *arena;
    Model *model;
    uint64_t seed;
    int batch, steps;
    PlanOptions plan;                 /* prefix, unrolling; target and batch are the part's own */
    const char *label;
    const void *inputs[POINTERS_MAX]; /* float or int32, as the interpreter wants them */
    void *packed[POINTERS_MAX];       /* the same as generated code wants them: float, uint8_t, int8_t */
    const void *labels[POINTERS_MAX];
    float **outputs;                  /* of the interpreter in inference, the whole batch */
    const Toolchain *toolchain;       /* the one being checked */
    Tally *tally;
} Check;

/* Compares bit for bit; NaNs equal each other. Prints the first difference. */
void check_compare(Check *check, const char *what, const float *want, const float *got, size_t count);
void check_complain(Check *check, const char *what, const char *why);
/* The code, and `more` after it, through the toolchain. NULL after a complaint. */
Jit *check_compile(Check *check, const Emitted *code, const char *more, const char *what);

/* Memory for generated code: full of ones bits, so that nothing may be read before it is written, and with a margin behind it. */
void *check_block(Arena *arena, size_t bytes);
void check_margin(Check *check, const char *what, const void *block, size_t bytes);

float **check_reference(Check *check);
void check_inference(Check *check);
typedef struct TrainingReference TrainingReference;
TrainingReference *check_training_reference(Check *check);
void check_training_reference_free(TrainingReference *reference);
void check_training(Check *check, const TrainingReference *want);

#endif
