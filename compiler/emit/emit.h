/* Emit: C text from plans. Same plan, same bytes. */
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H

#include "base/text.h"
#include "plan/plan.h"

typedef struct {
    const char *file_stem;       /* "fashion": fashion.c includes "fashion.h" */
    const char *source_hash;     /* SHA-256, hexadecimal */
    const char *weights_origin;  /* "sha256 ...", or "initial, ..."; NULL for training C */
    const char *options_text;    /* the options that matter, as typed, without paths */
    bool selftest;               /* add vectors: computed by the caller through the reference interpreter */
    int selftest_count;
    const void *selftest_inputs; const float *selftest_outputs;
} EmitOptions;

/* A C file that is done but for its tables, which may be a hundred megabytes: they become text as it is handed on. */
typedef struct CFile CFile;
void c_file_print(const CFile *file, TextPut *put, void *to);
Text c_file_text(Arena *arena, const CFile *file);

/* stack_bytes: a bound for the entry points; stack_bytes_plain: compiled without optimization. */
typedef struct { const CFile *c; const char *h_text; size_t weight_bytes, workspace_bytes, stack_bytes, stack_bytes_plain; } Emitted;

/* Packed (or float) inference C from an INFER plan with constants. API: DESIGN section 6, see runtime/README.md. */
Emitted emit_inference(Arena *arena, const Plan *plan, const Model *model, const EmitOptions *options);
/* Training C from a TRAIN plan and an INFER plan without constants over the same variables (for _evaluate). */
Emitted emit_training(Arena *arena, const Plan *train, const Plan *evaluate, const Model *model, const EmitOptions *options);
/* The table of layers, kernel rows, costs and reasons: for people, or one JSON object a line. */
void report_print(const Plan *plan, FILE *out, bool json);

/* A template's text ("bb_popcount.c"), with the templates that it includes in place of its #include lines. */
const char *template_text(Arena *arena, const char *name);
/* The template engine (emit/tmpl.c), five constructs, templates/README.md. Returns the expansion; BUG with template:line on a fault,
 * on an unbound hole, and on a binding no hole used. */
const char *template_expand(Arena *arena, const char *name, const char *text, const Hole *holes, int count);

#endif
