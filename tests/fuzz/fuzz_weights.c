/* Fuzzes the readers of weight files, safetensors and HDF5: any bytes end in tensors that lie inside the file, or in a message. */
#include "base/bug.h"
#include "io/io.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    const char *error = NULL;
    TensorFile *file = tensor_file_parse(arena, "fuzz.weights", data, size, &error);
    BUG_IF(!file && !error);
    double sum = 0; /* every element is read */
    for (int i = 0; file && i < file->tensors.count; i++)
        for (size_t k = 0; k < file->tensors.at[i].count; k++)
            sum += (double)file->tensors.at[i].data[k];
    BUG_IF(isinf(sum) && size == 0);
    arena_free(arena);
    return 0;
}
