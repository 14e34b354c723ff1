/* Fuzzes the readers of data files: any bytes end in elements that lie inside the file's promise, or in a message. They read files by
 * path, so the bytes go through a file in memory (Linux: memfd_create). */
#define _GNU_SOURCE /* memfd_create */
#include "base/bug.h"
#include "io/io.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t product(const int *dim, int rank)
{
    size_t count = 1;
    for (int i = 0; i < rank; i++)
        count *= (size_t)dim[i];
    return count;
}

/* Every element is read, so that a sanitizer sees one that lies outside. */
static void read_everything(const void *elements, size_t bytes)
{
    volatile uint8_t sink = 0;
    for (size_t i = 0; elements && i < bytes; i++)
        sink ^= ((const uint8_t *)elements)[i];
}

static void check_idx(Arena *arena, const char *path)
{
    const char *error = NULL;
    const IdxFile *idx = idx_read(arena, path, &error);
    BUG_IF(!idx == !error);
    if (idx) {
        BUG_IF(idx->count != product(idx->dim, idx->rank));
        read_everything(idx->data, idx->count);
    }
}

static void check_image(Arena *arena, const char *path)
{
    const char *error = NULL;
    const Array *image = image_read(arena, path, &error);
    BUG_IF(!image == !error);
    if (image) {
        BUG_IF(image->count != product(image->dim, image->rank) || !image->bytes + !image->whole + !image->reals != 2);
        read_everything(image->bytes, image->count);
        read_everything(image->whole, image->count * sizeof(int32_t));
        read_everything(image->reals, image->count * sizeof(float));
    }
}

static void check_npz(Arena *arena, const char *path)
{
    const char *error = NULL;
    DataSet set;
    bool good = npz_read(arena, path, &set, &error);
    BUG_IF(good == (error != NULL));
    for (int i = 0; good && i < set.columns.count; i++) {
        const Array *array = set.columns.at[i].array;
        BUG_IF(array->count != product(array->dim, array->rank));
        read_everything(array->bytes, array->count);
        read_everything(array->whole, array->count * sizeof(int32_t));
        read_everything(array->reals, array->count * sizeof(float));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int file = memfd_create("fuzz", 0);
    BUG_IF(file < 0 || write(file, data, size) != (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    Arena *arena = arena_new();
    check_idx(arena, path);
    check_image(arena, path);
    check_npz(arena, path);
    arena_free(arena);
    close(file);
    return 0;
}
