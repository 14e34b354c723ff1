/* Operators: what the rest of graph/ knows of each operator: one row a kind, defined in graph/ops/. */
#ifndef GRAPH_OPERATORS_H
#define GRAPH_OPERATORS_H

#include "base/bug.h"
#include "graph/graph.h"

typedef struct {
    /* Sets element, lo, hi, step, shape and batched from inputs and attributes, where these follow from them; BUG when they do not fit. */
    void (*infer)(Value *value);
    /* Writes every element of `out`, whatever was there. */
    void (*eval)(const Value *value, const OpContext *context, const Tensor *in, Tensor out);
    /* The attributes, each with a space before it. */
    void (*dump)(const Value *value, Arena *arena, FILE *out);
} OpRow;

#define OP(name, text, low, high, summary) extern const OpRow op_row_##name;
#include "graph/ops.def"
#undef OP

const OpRow *op_row(OpKind op);

/* A value that is not in a graph's list yet: attributes are filled in by the caller, then value_append infers and appends. */
Value *value_new(Graph *graph, OpKind op, int count, Value *const *inputs);
Value *value_append(Graph *graph, Value *value);

/* Helpers of the evaluations. */
int64_t value_rows(const Value *value, const OpContext *context);         /* samples, or 1 when not batched */
int64_t value_elements(const Value *value, const OpContext *context);     /* rows times elements of a sample */
static inline bool element_is_integer(Element element) { return element != ELEMENT_F32; }
/* Whether the element can be this number; of 32-bit integers, those that a float tells apart. */
bool element_holds(Element element, float number);
float tensor_float(const Value *value, Tensor tensor, int64_t index);
void tensor_copy(const Value *value, Tensor out, int64_t to, Tensor in, int64_t from); /* one element of value's element type */
void value_like(Value *value, const Value *input);                        /* element, levels and batched of another value */
void dump_ints(FILE *out, const char *name, int count, const int *numbers);

/* A window with its missing dimensions filled in as single points, so that three loops serve every rank. */
typedef struct { int in[3], out[3], kernel[3], stride[3], dilation[3], before[3]; int taps, in_pixels, out_pixels; } FullWindow;
FullWindow window_full(const Window *window);
/* The input pixel that tap `tap` sees at output pixel `pixel` (both row-major), -1 when it lies outside. */
int window_input_pixel(const FullWindow *window, int pixel, int tap);
/* The output pixel that sees input pixel `pixel` through `tap`, -1 when there is none. */
int window_output_pixel(const FullWindow *window, int pixel, int tap);
void window_dump(const Window *window, FILE *out);

/* Shape of an expression that may contain reductions, over these inputs. batch_one: it had a batch axis, which has been reduced away;
 * axes of reductions above it still count that axis as axis 0. */
typedef struct { Shape shape; bool batched, batch_one; } ReducedShape;
ReducedShape expr_shape(const Expr *expr, Value *const *inputs);

/* The next index of a row-major walk over dims; false after the last. */
bool index_next(int rank, const int *dim, int *index);

#endif
