/* Jit: generated C becomes callable functions: system C compiler + dlopen, or libtcc in-process. */
#ifndef RUN_JIT_H
#define RUN_JIT_H

#include "base/arena.h"

#include <stdbool.h>

typedef struct Jit Jit;
typedef enum { JIT_AUTO, JIT_CC, JIT_TCC } JitKind;
typedef struct {
    JitKind kind;
    const char *compiler;      /* "gcc", "clang"; NULL: $CC, else cc */
    const char *flags;         /* "-O3 -mavx2 -fopenmp" */
} JitOptions;
/* h_text is made available as "STEM.h". Returns NULL and sets *error (the compiler's own first lines) on failure. */
Jit *jit_compile(Arena *arena, const char *stem, const char *c_text, const char *h_text, const JitOptions *options, const char **error);
void *jit_symbol(Jit *jit, const char *name);   /* NULL: no such symbol */
void jit_free(Jit *jit);
bool jit_available(JitKind kind, const char **why_not);

#endif
