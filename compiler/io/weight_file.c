/* Weight files: the format is told by what the file begins with; its name counts only where the bytes say nothing. */
#include "io/io.h"

#include <string.h>

static bool begins(const char *bytes, size_t count, const char *magic, size_t length)
{
    return count >= length && memcmp(bytes, magic, length) == 0;
}

TensorFile *tensor_file_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error)
{
    if (begins(bytes, count, "\211HDF\r\n\032\n", 8))
        return hdf5_parse(arena, path, bytes, count, error);
    if (begins(bytes, count, "PK\3\4", 4)) {
        *error = arena_printf(arena, "%s: a zip archive (model.keras?), no weight file: save with model.save_weights(\"w.h5\")", path);
        return NULL;
    }
    if (text_ends_with(path, ".h5") || text_ends_with(path, ".hdf5"))
        return hdf5_parse(arena, path, bytes, count, error);
    return safetensors_parse(arena, path, bytes, count, error);
}

TensorFile *tensor_file_read(Arena *arena, const char *path, const char **error)
{
    size_t count;
    const char *bytes = file_read(arena, path, &count, error);
    return bytes ? tensor_file_parse(arena, path, bytes, count, error) : NULL;
}
