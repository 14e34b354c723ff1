/* Feed: rows of a data set in the form that generated code takes: inputs as float, uint8 or int8, labels as classes, one-hot or +-1. */
#ifndef RUN_FEED_H
#define RUN_FEED_H

#include "graph/model.h"
#include "io/io.h"

typedef enum { LABEL_CLASS, LABEL_ONE_HOT, LABEL_PLUS_MINUS, LABEL_SINGLE, LABEL_SINGLE_PLUS_MINUS } LabelForm;

typedef struct {
    const uint8_t *images, *labels;
    int count;                 /* rows */
    size_t features;           /* bytes of a row, elements of an input */
    Element element;           /* of the model's input */
    float value_of_byte[256];  /* F32: the scaling, as a table */
    LabelForm label_form;
    int label_width;           /* floats of a row's label; LABEL_CLASS: 1 int32 */
    int outputs;               /* elements of the model's output */
} Feed;

/* How images scale for a float input: value = byte * scale + offset. known false: nobody said, an error for such models. */
typedef struct { bool known; double scale, offset; } ImageScale;

/* Checks that the data fits the model (one image input, one output). NULL with *error when it does not. */
Feed *feed_new(Arena *arena, const Model *model, const DataSet *data, ImageScale scale, const char **error);
/* The rows first..first+count-1 of a feed, as a feed. */
Feed feed_part(const Feed *feed, int first, int count);

size_t feed_input_bytes(const Feed *feed);  /* of one row */
size_t feed_label_bytes(const Feed *feed);
/* Copies rows[0..count-1] into x, and their labels into y (may be NULL). */
void feed_gather(const Feed *feed, const int *rows, int count, void *x, void *y);
/* The same for neighbours: no list of rows needed. */
void feed_copy(const Feed *feed, int first, int count, void *x);

/* Class that an output row means: the largest element (the first of equals); a single output: above the middle of its label's two values. */
int feed_predicted(const Feed *feed, const float *output);

#endif
