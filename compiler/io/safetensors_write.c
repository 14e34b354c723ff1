/* Safetensors on writing: tensors in the order given, float32, header padded with spaces to a multiple of 8. Same tensors, same bytes. */
#include "io/io.h"

#include "base/bug.h"

#include <cjson/cJSON.h>

#include <stdlib.h>
#include <string.h>

static void add_tensor(cJSON *root, const NamedTensor *tensor, double offset)
{
    cJSON *entry = cJSON_AddObjectToObject(root, tensor->name);
    cJSON_AddStringToObject(entry, "dtype", "F32");
    cJSON *shape = cJSON_AddArrayToObject(entry, "shape");
    for (int i = 0; i < tensor->rank; i++)
        cJSON_AddItemToArray(shape, cJSON_CreateNumber(tensor->dim[i]));
    cJSON *offsets = cJSON_AddArrayToObject(entry, "data_offsets");
    cJSON_AddItemToArray(offsets, cJSON_CreateNumber(offset));
    cJSON_AddItemToArray(offsets, cJSON_CreateNumber(offset + (double)(tensor->count * 4)));
}

static char *header_text(const TensorFile *file, size_t *data_bytes)
{
    cJSON *root = cJSON_CreateObject();
    if (file->metadata_keys.count) {
        cJSON *metadata = cJSON_AddObjectToObject(root, "__metadata__");
        for (int i = 0; i < file->metadata_keys.count; i++)
            cJSON_AddStringToObject(metadata, file->metadata_keys.at[i], file->metadata_values.at[i]);
    }
    size_t offset = 0;
    for (int i = 0; i < file->tensors.count; i++) {
        add_tensor(root, &file->tensors.at[i], (double)offset);
        offset += file->tensors.at[i].count * 4;
    }
    char *text = cJSON_PrintUnformatted(root);
    BUG_IF(!text);
    cJSON_Delete(root);
    *data_bytes = offset;
    return text;
}

static void put_little(unsigned char *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static void put_tensor(unsigned char *at, const NamedTensor *tensor)
{
    for (size_t i = 0; i < tensor->count; i++) {
        uint32_t bits;
        memcpy(&bits, &tensor->data[i], sizeof bits);
        put_little(at + 4 * i, bits, 4);
    }
}

const char *safetensors_bytes(Arena *arena, const TensorFile *file, size_t *count)
{
    size_t data_bytes;
    char *header = header_text(file, &data_bytes);
    size_t length = strlen(header), padded = (length + 7) / 8 * 8;
    unsigned char *bytes = arena_alloc(arena, 8 + padded + data_bytes + 1);
    put_little(bytes, padded, 8);
    memset(bytes + 8, ' ', padded);
    memcpy(bytes + 8, header, length);
    free(header);
    *count = 8 + padded;
    for (int i = 0; i < file->tensors.count; i++) {
        put_tensor(bytes + *count, &file->tensors.at[i]);
        *count += file->tensors.at[i].count * 4;
    }
    return (const char *)bytes;
}

bool safetensors_write(Arena *arena, const char *path, const TensorFile *file, const char **error)
{
    size_t count;
    const char *bytes = safetensors_bytes(arena, file, &count);
    return file_write(arena, path, bytes, count, error);
}
