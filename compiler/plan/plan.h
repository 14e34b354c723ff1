/* Plan: the optimised graph as a list of steps: which kernel computes each value, in which layout its operands lie, where
 * every buffer is. What comes in: a Graph after its passes. What goes out: steps with all holes bound, ready for emit.
 *
 * Layouts (a value may exist in several; conversions are steps):
 *   PLAIN   row-major, channels last: float, int32_t, uint8_t, int8_t; a LEVEL is int16_t
 *   PACKED  bits of the channels: uint32_t [sample][pixel][plane][word], word = channel/32, least significant bit first,
 *           padding bits 0. Planes of a level set: level = base + sum over p of coefficient[p] * bit[p] (see Planes)
 *   KERNEL_BITS, KERNEL_CODES, KERNEL_TCODES: weight layouts of the product kernels, defined in plan/layout.c
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "passes/passes.h"

typedef enum {
#define LAYOUT(name, text) LAYOUT_##name,
#include "plan/layouts.def"
#undef LAYOUT
    LAYOUT_COUNT
} Layout;

/* {-1,+1}: base 1, one plane -2 (set bit means -1). {0,1}: base 0, +1. {-1,0,+1}: base 0, planes nonzero +1, negative -2.
 * lo..hi step s otherwise: base lo, plane p: s << p. */
enum { PLANES_MAX = 9 };
typedef struct { int count, base, coefficient[PLANES_MAX]; } Planes;
Planes planes_of(int lo, int hi, int step);

typedef struct Target Target;
struct Target {
    const char *name;           /* "generic", "avx2" */
    const char *summary;
    const char *header;         /* runtime/isa header: "isa/generic.h" */
    int lanes;                  /* u32 or float lanes of a vector (generic: 1 in strict C99, 4 under __GNUC__) */
    const char *compiler_flags; /* what the C compiler needs: "-mavx2" */
    bool gnu_only;
};
const Target *target_find(const char *name);   /* "native" probes the CPU; NULL: unknown */
const Target *targets_table(int *count);

typedef enum { UNROLL_AUTO, UNROLL_FULL, UNROLL_NONE } Unroll;

typedef struct {
    const char *prefix;         /* public prefix, a valid identifier */
    const Target *target;
    Unroll unroll;
    int max_code;               /* bytes of code a function may reach by unrolling; 0: default 16384 */
    int batch;                  /* TRAIN: largest batch; INFER: 1 */
    bool training;              /* emit batch loops and OpenMP pragmas */
    bool link_runtime;          /* --runtime=link */
} PlanOptions;

typedef struct Plan Plan;
typedef struct Step Step;
typedef struct Kernel Kernel;

/* Where a value in one layout lives. */
typedef enum {
    PLACE_INPUT, PLACE_OUTPUT, PLACE_WORKSPACE, PLACE_STATE, PLACE_CONSTANT,
    PLACE_PACKED /* evaluation in training C: made by _pack from the variables alone, read for every batch */
} Place;
/* Parts of a plan, run in this order. Training has FORWARD, BACKWARD, UPDATE; evaluation in training C has PACK, FORWARD (the outputs),
 * TEST (loss and metrics); inference has FORWARD alone. */
enum { PHASE_PACK = -1, PHASE_FORWARD = 0, PHASE_BACKWARD = 1, PHASE_TEST = 1, PHASE_UPDATE = 2 };

typedef struct {
    const Value *value;
    Layout layout;
    Place place;
    size_t bytes_per_sample, bytes; /* bytes = whole buffer, batch included */
    size_t offset;                  /* in workspace, state or the packed block */
    const void *data;               /* PLACE_CONSTANT: contents in this layout */
    const char *c_type;             /* "float", "uint32_t", ... */
    const char *c_name;             /* the C identifier or expression that points to it inside a step function's caller */
    int first_step, last_step;      /* lifetime */
} Storage;

/* One row of kernels.def. Rows with op COUNT_OF_KINDS are conversions of a value between layouts: chosen by input_layout(plan, value, 0)
 * and output_layout(plan, value); step->value is the value converted, step->inputs[0] its old storage. */
struct Kernel {
    const char *name;           /* "bb_popcount" */
    OpKind op;
    const char *template_name;  /* "bb_popcount.c" in templates/ */
    const char *summary;
    const char *(*refuses)(const Plan *plan, const Value *value);   /* NULL: applies; else why not, for the report */
    double (*cost)(const Plan *plan, const Value *value);           /* predicted cycles per sample */
    Layout (*input_layout)(const Plan *plan, const Value *value, int input);
    Layout (*output_layout)(const Plan *plan, const Value *value);
    void (*bind)(Step *step);   /* binds the template's holes, adds tables and scratch through the functions below */
};
const Kernel *kernels_table(int *count);

typedef struct { const char *name, *text; } Hole;
typedef struct { const char *c_name, *c_type; const void *data; size_t count; int element_bytes; bool is_float; } Table;

/* A rectangle of the pixels that a product of windows computes, all of which see the same taps inside the source: slices, rows, cols.
 * The regions of a step tile its output; the first is the interior, where there is one. */
typedef struct { int from[3], to[3], tap_from[3], tap_to[3]; } Region;
/* How a computed pixel sees its source, by axis: tap k lies at source (pixel * stride + offset + k * step) / apart, where that is whole. */
typedef struct { int targets[3], sources[3], kernel[3], stride[3], offset[3], step[3], apart[3]; } View;

typedef struct { const char *name, *c_type; size_t bytes, offset; } Scratch; /* offset from the step's scratch_offset */

struct Step {
    Plan *plan;
    const Kernel *kernel;
    const Value *value;         /* what the kernel computes ... */
    const Value *stored;        /* ... and what is stored: value, or the end of the epilogue chain that only value feeds */
    const char *function;       /* C name of the static function: "quant_conv2d_1" */
    Storage *inputs[32];
    int input_count;
    Storage *output;
    VEC(Hole) holes;
    VEC(Table) tables;          /* static const arrays of this step */
    size_t scratch_bytes, scratch_offset; /* in the workspace, this step only */
    VEC(Scratch) scratches;
    View view;                  /* a product of windows: what its regions are made from */
    VEC(Region) regions;        /* none: the kernel finds the taps of a pixel itself */
    uint32_t named_inputs;      /* bit k: input k is named in a hole's text */
    const char *helpers;        /* C functions before the step's own: its epilogue */
    int part;                   /* movers that are several copies: which one */
    const char *why;            /* why no better row: for the report */
    const char *rolled;         /* loops that stayed loops because of --max-code: for the report */
    double cost;
    int phase;                  /* PHASE_... */
};

/* For bind functions. Hole names are without dollars. */
void step_hole_int(Step *step, const char *name, int64_t value);
void step_hole_text(Step *step, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Adds `static const TYPE LAYER_NAME[count]` and binds the hole to that identifier: LAYER is that of the first step with the same numbers.
 * element_bytes 1, 2, 4; floats print as hex. */
void step_table(Step *step, const char *name, const char *c_type, const void *data, size_t count);
/* The same without a hole: returns the identifier, for texts bound to holes. */
const char *step_data(Step *step, const char *name, const char *c_type, const void *data, size_t count);
/* Workspace used by this step only; binds hole `name` to a pointer expression. */
void step_scratch(Step *step, const char *name, const char *c_type, size_t bytes);
const char *step_space(Step *step, const char *name, const char *c_type, size_t bytes);
/* Epilogue of a product, reduce or pool: binds hole `name` to a static inline C function "(acc, channel)" or, when there is nothing
 * to do, to a plain conversion; sets what is stored. See plan/epilogue.c. */
void step_epilogue(Step *step, const char *name);
/* Epilogue facts for templates that have a faster form: thresholds of a stored OP_THRESHOLD, int32 per channel; else NULL. */
const int32_t *step_thresholds(const Step *step);
/* A constant input of levels: its contents in PLAIN order; NULL for any other input. */
const int32_t *step_constant_i32(const Step *step, int input);
/* A constant input as a table, under the name of the first step that has these numbers in this layout: calls of one layer share them. */
Table step_constant_table(const Step *step, int input);
/* "in1", or the table's name where input k is a constant: for texts bound to holes. */
const char *step_input_name(Step *step, int input);
/* Binds the flag `parallel`: training code whose whole work (operations, all samples) is worth a team of threads. Call it once in bind. */
void step_parallel(Step *step, double work);
/* 1: a `$loop_x$` with this many copies of this many statements is unrolled under the plan's policy. */
int step_unrolls(Step *step, int copies, int statements);
/* The same for a loop around the reduction: --unroll=full alone unrolls it. */
int step_unrolls_around(Step *step, int copies, int statements);

struct Plan {
    Arena *arena;
    const Graph *graph;
    PlanOptions options;
    VEC(Step *) steps;
    VEC(Storage *) storages;
    VEC(Table) tables;          /* constants of all steps, equal ones once */
    struct Planning *planning;  /* select.c's notes per value */
    size_t workspace_bytes, state_bytes, packed_bytes, weight_bytes;
    bool too_large;             /* an error was reported: see plan_build */
};

/* While kernels are chosen (consumers before producers). The end of the chain of maps, quantize or threshold that only `value` feeds and
 * that its step stores (value itself when there is none); whether some consumer wants `value` in `layout`. */
const Value *plan_stored(const Plan *plan, const Value *value);
bool plan_wants(const Plan *plan, const Value *value, Layout layout);
/* For rows: every input plain; output plain; output packed; what is stored packed when it is wanted so, else plain. */
Layout layout_in_plain(const Plan *plan, const Value *value, int input);
Layout layout_out_plain(const Plan *plan, const Value *value);
Layout layout_out_packed(const Plan *plan, const Value *value);
Layout layout_out_stored(const Plan *plan, const Value *value);
const char *refuses_nothing(const Plan *plan, const Value *value);

/* plan/layout.c: bytes of one sample (batched) or of the whole value in a layout; the C type of its elements. */
size_t layout_bytes(const Plan *plan, const Value *value, Layout layout);
const char *layout_c_type(const Value *value, Layout layout);

/* On a verified graph every operator has a generic row. NULL after an error of the graph's Diag: a value is larger than generated code can count. */
Plan *plan_build(Arena *arena, const Graph *graph, const PlanOptions *options);
/* Output i as it is stored (a copying map where the graph's own value cannot be), and the plain storage of a result. */
const Value *plan_output(const Plan *plan, int index);
Storage *plan_storage(const Plan *plan, const Value *value);
/* Where a variable lies in the state block, in floats. */
size_t plan_variable_offset(const Graph *graph, const Variable *variable);
void plan_verify(const Plan *plan);       /* BUG: overlapping live buffers, buffers read before they are written; holes: template_expand */
void plan_dump(const Plan *plan, FILE *out);

#endif
