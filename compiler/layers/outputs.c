/* The outputs of a model, as losses and metrics ask for them: name, and what compile() or fit() gives to each. */
#include "layers/training.h"

#include <string.h>

const char *outputs_name(const Model *model, int index)
{
    return model->graph->output_names.at[index];
}

Object *outputs_given(const Model *model, Object *given, int index)
{
    if (!given || given->kind == OBJECT_UNKNOWN)
        return object_none();
    if (object_is_list_or_tuple(given))
        return index < given->u.list.count ? given->u.list.at[index] : object_none();
    if (given->kind == OBJECT_DICT) {
        Object *found = object_dict_get(given, outputs_name(model, index));
        return found ? found : object_none();
    }
    return given;
}

const char *outputs_name_after(const Graph *graph, const CallNode *node)
{
    const char *layer = node ? node->layer->name : "output", *name = layer;
    for (int i = 0, copies = 0; i < graph->output_names.count; i++)
        if (!strcmp(graph->output_names.at[i], name)) {
            name = arena_printf(graph->arena, "%s_%d", layer, ++copies);
            i = -1;
        }
    return name;
}
