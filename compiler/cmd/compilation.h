/* Compilation: the steps from a command line to C, in order; main.c is the list of them, other commands use the first ones.
 * Each step returns true when the next one should run; false when something ended it: an error (status) or a dump that was asked for. */
#ifndef CMD_COMPILATION_H
#define CMD_COMPILATION_H

#include "cmd/options.h"
#include "emit/emit.h"
#include "io/io.h"
#include "layers/layers.h"

typedef struct {
    Arena *arena;
    const Options *options;
    Diag *diag, *late;                      /* of the model, printed by compilation_model; of what comes after that */
    int status;
    const Source *source;
    Model *model;
    const char *source_hash, *weights_origin; /* weights_origin, in words: NULL when there are none */
    const char *stem, *prefix;                /* of the output */
    PlanOptions plan_options;
    Plan *plan, *evaluate;                    /* evaluate: training C only */
    Emitted text;
} Compilation;

Compilation compilation_begin(Arena *arena, const Options *options);

bool compilation_read(Compilation *c);     /* the model file's text */
bool compilation_model(Compilation *c);    /* parse, evaluate, choose the model; messages are printed here */
bool compilation_weights(Compilation *c);  /* latent weights and statistics into the graph's variables */
bool compilation_plan(Compilation *c);     /* passes, then kernels, layouts and memory */
bool compilation_emit(Compilation *c);     /* C text */
bool compilation_write(Compilation *c);    /* both files or none */

/* An error of the command line or of a file: message on stderr, status 2, false. */
bool compilation_refuse(Compilation *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An error of the model itself, at its text: status 1, false. Printed at once. */
bool compilation_reject(Compilation *c, Span span, const char *hint, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* There is no plan or program: an error of the model that planning found, or what the compiler of generated code said. Printed at once; false. */
bool compilation_no_program(Compilation *c, const char *error);
/* --seed, 0 when absent. */
uint64_t compilation_seed(const Compilation *c);
/* --target, or `otherwise`; refuses unknown names. */
bool compilation_target(Compilation *c, const char *otherwise, const Target **out);
bool compilation_plan_options(Compilation *c, const char *default_target);

/* selftest.c: inputs by a formula and what the reference interpreter makes of them. */
bool selftest_vectors(Compilation *c, EmitOptions *emit);
/* prefix.c: NULL when the name may be a public prefix, else why not. */
const char *prefix_refusal(Arena *arena, const char *prefix);
const char *prefix_from_stem(Arena *arena, const char *stem);

#endif
