/* bnn.h: what generated code may rely on. Permissive licence, no dependencies beyond <stdint.h>.
 * ABI number: a generated file refuses a runtime of another one. */
#ifndef BNN_H
#define BNN_H

#include <stddef.h>
#include <stdint.h>

#define BNN_ABI 1

/* How a variable starts (same order as the compiler's InitKind). */
typedef enum {
    BNN_INIT_CONSTANT, BNN_INIT_UNIFORM, BNN_INIT_NORMAL, BNN_INIT_TRUNCATED_NORMAL, BNN_INIT_ORTHOGONAL, BNN_INIT_IDENTITY, BNN_INIT_ARRAY
} bnn_init_kind;

/* One row of the table that describes the state block of generated training code. */
typedef struct {
    const char *name;        /* "quant_dense/kernel", "quant_dense/kernel/m" */
    int rank;
    int dim[6];
    size_t offset, count;    /* in floats */
    int kind;                /* 0 parameter, 1 layer state (moving statistics), 2 optimizer state */
    int trainable;
    bnn_init_kind init;
    float a, b;
} bnn_variable;

#endif
