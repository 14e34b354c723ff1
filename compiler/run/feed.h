/* Feed: rows of a data set in the form that generated code takes: each input as float, uint8 or int8, each label as classes, one-hot or reals. */
#ifndef RUN_FEED_H
#define RUN_FEED_H

#include "graph/model.h"
#include "io/io.h"

enum { FEED_MAX = 16 };

typedef enum { FORM_PLAIN, FORM_CLASS, FORM_ONE_HOT } FeedForm;

/* One input or label. */
typedef struct {
    const char *name;
    const Array *array;
    Element element;            /* what generated code takes: F32, U8, I8, LEVEL (bits); labels F32, I32 */
    FeedForm form;              /* FORM_ONE_HOT: a class number becomes `width` floats */
    size_t from, width;         /* elements of a row in the array, and for generated code */
    const Value *input;         /* LEVEL: how the bits lie */
    int32_t *levels;            /* LEVEL: room for a row */
    float value_of_byte[256];   /* bytes for a float input: the scaling, as a table */
} FeedColumn;

typedef struct {
    int first, count;           /* rows of the arrays */
    int input_count, label_count, output_count;
    FeedColumn *inputs, *labels;
    int outputs[FEED_MAX];      /* elements of each output's row */
    const char *output_names[FEED_MAX];
    bool classes;               /* one output, whose label is one class a row: predictions can be right */
    float middle;               /* a single output: above it is class 1 */
} Feed;

/* How images scale for a float input: value = byte * scale + offset. known false: nobody said, an error for such models. */
typedef struct { bool known; double scale, offset; } ImageScale;

/* Finds the model's inputs and outputs among the data's arrays, by name; a single input is "x", a single output "y". labels false: inputs alone.
 * NULL with *error when something is missing or does not fit. */
Feed *feed_new(Arena *arena, const Model *model, const DataSet *data, ImageScale scale, bool labels, const char **error);
/* The rows first..first+count-1 of a feed, as a feed. */
Feed feed_part(const Feed *feed, int first, int count);

/* Memory for `rows` rows of a feed's inputs and labels and of a model's outputs. */
typedef struct { void *x[FEED_MAX], *y[FEED_MAX]; float *out[FEED_MAX]; } FeedBatch;
FeedBatch feed_batch_new(const Feed *feed, int rows);
void feed_batch_free(FeedBatch *batch);
/* Copies rows[0..count-1], or with rows NULL `first` and its neighbours, into the batch's x and y (labels false: x alone). */
void feed_gather(const Feed *feed, const int *rows, int first, int count, bool labels, FeedBatch *batch);

/* The class of a row's label; only where feed->classes. */
int feed_class(const Feed *feed, int row);
/* Class that a row of an output means: the largest element (the first of equals); a single output: whether it is above feed->middle. */
int feed_predicted(const Feed *feed, int output, const float *row);

#endif
