/* The outputs of a model, as losses and metrics ask for them: name, and what compile() or fit() gives to each. */
#include "layers/training.h"

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
