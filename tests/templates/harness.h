/* One kernel row alone: binds its template for a value, prints it as C, compiles it and runs it beside the operator's definition. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include "emit/emit.h"
#include "plan/kernels.h"
#include "plan/layout.h"

typedef struct {
    const Value *value;
    const Kernel *kernel;
    Step *step;
    Plan *plan;
    int batch;
    void *in[2];             /* operands in the kernel's layouts */
    void *out;
    size_t out_bytes;
    void *scratch[8];
    const char *path;        /* the C file, kept when a case fails */
    void *library;
    void (*run)(void *const *pointers, int count);
} Case;

/* rows of input 0 (and input 1 of a kernel gradient) are `batch` samples, integers as int32. */
/* `stored`: a threshold or quantize of value whose bits the kernel stores itself (layout PACKED), or NULL. */
Case case_new(Arena *arena, const Value *value, const Value *stored, const Kernel *kernel, const char *target, int batch, bool training);
void case_fill(Case *c, const Tensor *in);              /* converts the operands into the layouts */
/* A whole C file with one public function, run: by the template engine, or by #defines and #include, the engine's reference. */
const char *case_text(Case *c, bool preprocessor);
const char *case_sample(Case *c);                        /* templates/samples/NAME.h */
/* False: the compiler failed. flags beside those of the target. */
bool case_compile(Case *c, const char *cc, const char *flags, const char *directory, int number, bool preprocessor);
void case_run(Case *c);
void case_free(Case *c);

#endif
