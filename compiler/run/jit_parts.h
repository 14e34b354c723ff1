/* What the two ways of running generated C have in common: jit.c (system compiler), jit_tcc.c (libtcc), jit_source.c (its sources). */
#ifndef RUN_JIT_PARTS_H
#define RUN_JIT_PARTS_H

#include "run/jit.h"

struct Jit {
    void *library;             /* jit.c: handle of dlopen */
    void *tcc;                 /* jit_tcc.c: TCCState, kept for its symbols */
    void *code;                /* jit_tcc.c: read+execute memory */
    size_t code_bytes;
};

Jit *jit_tcc_compile(Arena *arena, const char *stem, const char *c_text, const char *h_text, const char **error);
void *jit_tcc_symbol(Jit *jit, const char *name);
void jit_tcc_free(Jit *jit);
bool jit_tcc_available(const char **why_not);

/* c_text with every #include that can be served from memory replaced by its text: "STEM.h", the embedded runtime, and the few standard
 * headers that generated code uses. Others stay as they are. #line keeps messages true. */
const char *jit_source_flatten(Arena *arena, const char *stem, const char *c_text, const char *h_text);

#endif
