/* Tensors and metadata of a weight file, whatever its format, by name. */
#include "io/io.h"

#include <string.h>

const NamedTensor *tensor_file_find(const TensorFile *file, const char *name)
{
    for (int i = 0; i < file->tensors.count; i++)
        if (strcmp(file->tensors.at[i].name, name) == 0)
            return &file->tensors.at[i];
    return NULL;
}

const char *tensor_file_metadata(const TensorFile *file, const char *key)
{
    for (int i = 0; i < file->metadata_keys.count; i++)
        if (strcmp(file->metadata_keys.at[i], key) == 0)
            return file->metadata_values.at[i];
    return NULL;
}
