/* Weights: tensors of a file find the variables they belong to. */
#ifndef RUN_WEIGHTS_H
#define RUN_WEIGHTS_H

#include "graph/model.h"
#include "io/io.h"
#include "bnn.h"

/* One variable that wants values. */
typedef struct {
    const char *name;          /* "quant_dense_1/kernel" */
    int rank;
    const int *dim;
    float *to;
    bool optional;             /* stays as it is when the file lacks it */
} WeightSlot;

/* By name; when names are missing, layer by layer: the n-th layer of a class in the file (Keras numbers them per session) is the n-th of the
 * model, else (files of Keras) the n-th layer is the n-th, with equal variable names and shapes, and the mapping is printed to `log` (NULL: not printed). Tensors that nobody wants
 * (optimizer slots, counters) are left alone. False with *error when the file does not fit; nothing is copied then. */
bool weights_fill(Arena *arena, const TensorFile *file, const char *path, int count, const WeightSlot *slots, FILE *log, const char **error);

/* Sets variable->data of every parameter and moving statistic of the model. */
bool weights_load_model(Arena *arena, const Model *model, const char *path, FILE *log, const char **error);
/* They hold their initial values. */
void weights_initialize_model(Arena *arena, const Model *model, uint64_t seed);

/* The state block of generated training code. `everything`: optimizer slots and counters too (checkpoints). */
bool weights_load_state(Arena *arena, const bnn_variable *variables, int count, float *state, const TensorFile *file, const char *path,
                        bool everything, FILE *log, const char **error);
void weights_collect_state(Arena *arena, const bnn_variable *variables, int count, const float *state, bool everything, TensorFile *out);
/* Parameters and moving statistics alone, to a file. */
bool weights_save_state(Arena *arena, const bnn_variable *variables, int count, const float *state, const char *path, const char **error);

#endif
