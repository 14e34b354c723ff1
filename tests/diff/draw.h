/* A model being drawn: text so far, random state, and what the next layer sees. Families of layers (families.def) append to it.
 * The seed alone determines the text: never two draws in one expression, whose order would be the compiler's choice. */
#ifndef DIFF_DRAW_H
#define DIFF_DRAW_H

#include "base/text.h"

#include <stdint.h>

enum { DIMS_MAX = 4, EXTRA_OUTPUTS_MAX = 2 };
typedef struct { int rank, dim[DIMS_MAX]; } Dims; /* without the batch; the last one is the channels */

/* How a layer is written: "Layer,", "x = Layer(x)" or "name = Layer". */
typedef enum { WRITE_LIST, WRITE_CALL, WRITE_NAME } WriteStyle;
/* What a layer may change: its whole shape, the channels alone, nothing. */
typedef enum { FREE, KEEP_PLACES, KEEP_SHAPE } Keep;

typedef struct {
    Arena *arena;
    Text text;
    uint64_t state;
    WriteStyle style;
    const char *name;         /* of WRITE_NAME */
    const char *wrapper;      /* "TimeDistributed" or NULL: around every layer */
    bool channels_first;      /* layers get that data_format; `shape` has its channels last all the same */
    Keep keep;
    Dims shape;
    int64_t work, cells;      /* multiply-adds that are left, the most elements of a tensor */
    int names;                /* names given so far */
    Text inputs, outputs;     /* ", input_3": what Model() gets besides the first input and the last tensor */
    Dims output[EXTRA_OUTPUTS_MAX];
    int output_count;
} Draw;

int draw_below(Draw *d, int n);
int draw_between(Draw *d, int low, int high);
bool draw_chance(Draw *d, int percent);
#define DRAW_PICK(d, ...) draw_pick((d), (const char *const[]){ __VA_ARGS__ }, (int)(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)))
const char *draw_pick(Draw *d, const char *const *choices, int count);
/* 0.05 ... in steps of 0.05, as text. */
const char *draw_number(Draw *d, int low_twentieths, int high_twentieths);
const char *draw_name(Draw *d, const char *stem);

int64_t dims_count(Dims shape);
int dims_channels(Dims shape);
Dims dims_with_channels(Dims shape, int channels);
bool dims_equal(Dims a, Dims b);
const char *dims_text(Arena *arena, const int *dim, int count); /* "(4, 4, 3)", "(4,)" */

/* A usual number of channels; with KEEP_SHAPE those there are. */
int draw_channels(Draw *d);
/* Writes one layer and goes on with its output's shape. False, and nothing written, where the result or its work is too large. */
bool draw_layer(Draw *d, Dims out, int64_t work, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A statement of its own; only with WRITE_CALL. */
void draw_statement(Draw *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- windows (generate_window.c) */
enum { DILATES = 1, CAUSAL = 2, EQUAL_STRIDES = 4, VALID_ONLY = 8 };
typedef struct { int spatial, kernel[3], stride[3], dilation[3], out[3]; const char *padding; } DrawWindow;
DrawWindow draw_window(Draw *d, int options);
int window_taps(const DrawWindow *window);
int64_t window_places(const DrawWindow *window);
Dims window_dims(const DrawWindow *window, int channels);
/* "3, strides=(1, 2), padding='same'": the size first, without a name. */
void window_print(Text *out, const DrawWindow *window);
void ints_print(Text *out, const int *values, int count);

/* --- values (generate_values.c) */
const char *draw_input_quantizer(Draw *d);
const char *draw_kernel_quantizer(Draw *d);
const char *draw_activation(Draw *d);
const char *draw_constraint(Draw *d);
const char *draw_regularizer(Draw *d);
/* What every layer with weights may have: quantizers (where quantized), constraints, regularizers, bias, activation.
 * weights: "kernel", or "depthwise pointwise". */
void draw_weight_arguments(Draw *d, Text *out, bool quantized, const char *weights);
/* The custom quantizers and functions that the text names. */
void values_define(Text *out, const char *text);

/* --- training (generate_training.c): what stands before the end of the model, and model.compile */
void draw_head(Draw *d);
void draw_compile(Draw *d);

/* --- the table */
enum { RANK_1 = 1, RANK_2 = 2, RANK_3 = 4, RANK_4 = 8, SPATIAL = RANK_2 | RANK_3 | RANK_4, ANY = RANK_1 | SPATIAL, CALLS = 16, CHANGES = 32 };
#define FAMILY(name, weight, where) bool draws_##name(Draw *d);
#include "diff/families.def"
#undef FAMILY
/* One layer, or one block of several, of a family that suits. False: nothing was written. */
bool draw_family(Draw *d);
/* The same from families of single layers alone, so that blocks do not nest without end. */
bool draw_simple(Draw *d);

#endif
