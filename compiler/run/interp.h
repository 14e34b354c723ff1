/* Interp: the reference interpreter: runs a graph (canonical or later) value by value through op_eval. Slow, simple, and the oracle:
 * generated code must give the same bits. */
#ifndef RUN_INTERP_H
#define RUN_INTERP_H

#include "graph/graph.h"

typedef struct Interp Interp;
/* State arrays for every variable of the graph, initialised (runtime's bnn_initialize with `seed`) or as variable_values says. */
Interp *interp_new(const Graph *graph, uint64_t seed);
void interp_free(Interp *interp);
float *interp_variable(Interp *interp, const Variable *variable);
/* inputs[i], labels[i]: batch samples of graph->inputs[i] / labels[i]: float for F32, int32_t for integer elements. */
void interp_run(Interp *interp, int batch, const void *const *inputs, const void *const *labels);
/* Result of any value after a run. */
Tensor interp_result(const Interp *interp, const Value *value);
/* From now on called with every value that an operator computed, which it may change: tests look at rounding and ties this way. */
typedef void InterpWatch(void *context, const Value *value, int batch, const Tensor *in, Tensor out);
void interp_watch(Interp *interp, InterpWatch *watch, void *context);
/* After a run: assigns graph->updates. */
void interp_update(Interp *interp);

#endif
