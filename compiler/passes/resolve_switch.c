/* resolve-switch. In: a graph with switches (dropout, noise, augmentation). Out: each replaced by its input for the mode. */
#include "passes/support.h"

void pass_resolve_switch(Graph **graph, const PassOptions *options)
{
    const Graph *old = *graph;
    Value **map;
    Graph *to = graph_rewrite_begin(old, &map);
    for (int i = 0; i < old->values.count; i++) {
        const Value *value = old->values.at[i];
        map[i] = value->op == OP_SWITCH ? map[value->input[options->mode == MODE_TRAIN]->id] : graph_copy_value(to, value, map);
    }
    graph_rewrite_finish(to, old, map);
    *graph = to;
    graph_remove_dead(graph);
}
