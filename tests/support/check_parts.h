/* What the parts of the check share: one model with its inputs, and how generated code is called and compared. */
#ifndef SUPPORT_CHECK_PARTS_H
#define SUPPORT_CHECK_PARTS_H

#include "run/program.h"
#include "support/check.h"

enum { POINTERS_MAX = 16, STEPS_MAX = 16 };

typedef struct {
    Arena *arena;
    Model *model;
    uint64_t seed;
    int batch, steps;
    Unroll unroll;
    const char *label;
    const void *inputs[POINTERS_MAX]; /* float or int32, as the interpreter wants them */
    void *packed[POINTERS_MAX];       /* the same as generated code wants them: float, uint8_t, int8_t */
    const void *labels[POINTERS_MAX];
    const Toolchain *toolchain;       /* the one being checked */
    Tally *tally;
} Check;

/* Compares bit for bit; NaNs equal each other. Prints the first difference. */
void check_compare(Check *check, const char *what, const float *want, const float *got, size_t count);
void check_complain(Check *check, const char *what, const char *why);
ProgramOptions check_options(const Check *check);

/* Memory for generated code: full of ones bits, so that nothing may be read before it is written, and with a margin behind it. */
void *check_block(Arena *arena, size_t bytes);
void check_margin(Check *check, const char *what, const void *block, size_t bytes);

/* The outputs of the interpreter in inference, all samples of the batch, run `together` at a time. */
float **check_reference(Check *check, int together);
float **check_outputs_new(Check *check);
void check_outputs(Check *check, const char *what, float *const *want, float *const *got);

void check_inference(Check *check, float *const *want);
typedef struct TrainingReference TrainingReference;
TrainingReference *check_training_reference(Check *check);
void check_training_reference_free(TrainingReference *reference);
void check_training(Check *check, const TrainingReference *want);

#endif
