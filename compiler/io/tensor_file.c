/* Weight files: the format is told by what the file begins with, not by its name; then tensors and metadata are found by name. */
#include "io/io.h"

#include <string.h>

static bool begins(const char *bytes, size_t count, const char *magic, size_t length)
{
    return count >= length && memcmp(bytes, magic, length) == 0;
}

TensorFile *tensor_file_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error)
{
    if (begins(bytes, count, "\211HDF\r\n\032\n", 8) || text_ends_with(path, ".h5") || text_ends_with(path, ".hdf5"))
        return hdf5_parse(arena, path, bytes, count, error);
    if (begins(bytes, count, "PK\3\4", 4)) {
        *error = arena_printf(arena, "%s: a zip archive (model.keras?), no weight file: save with model.save_weights(\"w.h5\")", path);
        return NULL;
    }
    return safetensors_parse(arena, path, bytes, count, error);
}

TensorFile *tensor_file_read(Arena *arena, const char *path, const char **error)
{
    size_t count;
    const char *bytes = file_read(arena, path, &count, error);
    return bytes ? tensor_file_parse(arena, path, bytes, count, error) : NULL;
}

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
