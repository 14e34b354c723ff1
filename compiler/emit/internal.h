/* What the files of emit/ share. */
#ifndef EMIT_INTERNAL_H
#define EMIT_INTERNAL_H

#include "emit/draft.h"
#include "emit/emit.h"
#include "emit/names.h"

/* A step as C: its tables, its helpers and function, and the parameters its body uses, in order ("in0", "out", "count"). */
typedef struct {
    const Step *step;
    const char *text;
    VEC(Table) tables;
    size_t table_bytes;
    int parameter_count;
    const char *parameter[40];
} Function;

/* function.c */
/* All steps of a plan; adds their tables and the largest stack to `emitted`. */
Function *functions_of(Arena *arena, const Plan *plan, Emitted *emitted);
void functions_print(Draft *draft, const Function *functions, int count);

/* reuse.c. Barriers where workspace takes values of another type. */
typedef struct { size_t begin, end; const char *c_type; } Access;
typedef struct { Arena *arena; bool mixed, fresh; VEC(Access) seen; } Reuse;
Reuse reuse_begin(Arena *arena, const Plan *plan);
void reuse_barrier(Reuse *reuse, Text *calls, const Step *step);  /* in front of the call of the step, if it needs one */
void barrier_print(Text *out, const Names *used);                 /* the macro, where the code uses it */

/* call.c. The call: pointers to what the step reads and writes. `pointer` gives the text of a storage. */
typedef struct {
    const Plan *plan;
    const char *workspace;                 /* "workspace->" */
    const char *packed;                    /* "block->", and what lies before the packed block there */
    size_t packed_offset;
    const char *(*leaf)(void *context, const Storage *storage); /* inputs, outputs, state */
    void *context;
} Places;
const char *storage_pointer(Arena *arena, const Places *places, const Storage *storage);
void call_print(Text *out, Arena *arena, const Function *function, const Places *places);
/* "word" for uint32_t, "real" for float, ...: members of the workspace union. */
const char *workspace_member(const char *c_type);

/* runtime.c: the parts of the runtime that `used` holds, transitively; or #include lines. training: random numbers and initializers. */
void runtime_print(Text *out, Arena *arena, const Plan *plan, Names *used);
const char *runtime_text(const char *path);

/* header.c */
typedef struct { const Model *model; const EmitOptions *options; const Plan *plan; const Function *functions; int count; } Unit;
/* What a file is, was made from and holds. */
void comment_header(Text *out, Arena *arena, const Unit *unit, const Emitted *sizes);
/* How a C file begins: that comment, what it asks of the compiler, its macros, its own header. */
void opening_print(Text *out, Arena *arena, const Unit *unit, const Emitted *sizes, bool tables, bool training);
/* "FASHION" from "fashion". */
const char *upper_case(Arena *arena, const char *text);
/* typedef of the workspace union with every member that the plans use. */
void workspace_typedef(Text *out, const char *prefix, const Plan *const *plans, int count);
/* Names of the parameters of inputs and outputs: "input", or the layers' names when there are several. */
const char *input_name(Arena *arena, const Graph *graph, int index);
const char *output_name(Arena *arena, const Graph *graph, int index);
const char *input_type(const Value *value);
/* The .bnn line that caused a step, as a comment; nothing when it is unknown. */
void source_comment(Text *out, Arena *arena, Span span);
/* stack.c: bytes of stack that a step's functions take at most, compiled with optimization and without. lanes: of a vector. */
typedef struct { size_t optimized, plain; } StackBound;
StackBound stack_bound(const char *text, int lanes);
double step_macs(const Step *step);

#endif
