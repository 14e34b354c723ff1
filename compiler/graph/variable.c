/* Variables: the numbers that they hold, and those that they begin with. */
#include "graph/graph.h"

#include "base/bug.h"

#include <bnn_train.h>
#include <string.h>

void variable_draw(const Variable *variable, uint64_t seed, float *out)
{
    const Initializer *how = &variable->initializer;
    bnn_variable row = { .name = variable->name, .rank = variable->shape.rank, .count = (size_t)shape_count(variable->shape),
                         .trainable = variable->trainable, .init = (bnn_init_kind)how->kind, .a = how->a, .b = how->b };
    memcpy(row.dim, variable->shape.dim, sizeof row.dim);
    if (how->kind == INIT_ARRAY && row.count) {
        BUG_IF(!how->array);
        memcpy(out, how->array, row.count * sizeof *out);
    } else {
        bnn_initialize(&row, seed, out);
    }
}

bool variable_values(const Variable *variable, float *out)
{
    if (variable->data)
        memcpy(out, variable->data, (size_t)shape_count(variable->shape) * sizeof *out);
    else if (variable->initial)
        variable_draw(variable, *variable->initial, out);
    return variable->data || variable->initial;
}
