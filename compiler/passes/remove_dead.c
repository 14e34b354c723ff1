/* remove-dead. In: any graph. Out: only what inputs, outputs, updates, loss and metrics need. */
#include "passes/support.h"

void pass_remove_dead(Graph **graph, const PassOptions *options)
{
    (void)options;
    graph_remove_dead(graph);
}
