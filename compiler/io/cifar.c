/* CIFAR-10 and CIFAR-100 in their binary form: records of one label byte (CIFAR-100: two, the second is the fine class), then 32x32 pixels, all red
 * before all green before all blue. Out: images with the channels last, and labels. The folder is the archive's, or holds it. */
#include "io/io.h"

#include <string.h>
#include <sys/stat.h>

enum { SIDE = 32, PIXELS = SIDE * SIDE, IMAGE = 3 * PIXELS };

typedef struct {
    const char *folder;      /* inside the one that was given, or that itself */
    int labels;              /* bytes of labels before the pixels */
    int train_count;
    const char *train[5], *test;
} Layout;
static const Layout layouts[] = {
    { "cifar-10-batches-bin", 1, 5, { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin" }, "test_batch.bin" },
    { "cifar-100-binary", 2, 1, { "train.bin" }, "test.bin" },
};

static bool exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

static const Layout *find_layout(Arena *arena, const char *path, const char **folder)
{
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const char *const folders[] = { path, arena_printf(arena, "%s/%s", path, layouts[i].folder) };
        for (int k = 0; k < 2; k++) {
            *folder = folders[k];
            if (exists(arena_printf(arena, "%s/%s", *folder, layouts[i].train[0])) || exists(arena_printf(arena, "%s/%s", *folder, layouts[i].test)))
                return &layouts[i];
        }
    }
    return NULL;
}

/* One record's planes become pixels. */
static void interleave(const uint8_t *planes, uint8_t *pixels)
{
    for (int i = 0; i < PIXELS; i++)
        for (int channel = 0; channel < 3; channel++)
            pixels[3 * i + channel] = planes[channel * PIXELS + i];
}

static bool add_file(Arena *arena, const char *path, int label_bytes, uint8_t *images, uint8_t *labels, int limit, int *count, const char **error)
{
    size_t bytes, record = (size_t)label_bytes + IMAGE;
    const uint8_t *at = (const uint8_t *)file_read(arena, path, &bytes, error);
    if (!at)
        return false;
    if (bytes == 0 || bytes % record != 0 || bytes / record > (size_t)(limit - *count)) {
        *error = arena_printf(arena, "%s: %zu bytes are no whole number of CIFAR's records of %zu, or too many", path, bytes, record);
        return false;
    }
    for (size_t i = 0; i < bytes / record; i++, (*count)++) {
        labels[*count] = at[i * record + (size_t)label_bytes - 1];
        interleave(at + i * record + label_bytes, images + (size_t)*count * IMAGE);
    }
    return true;
}

static void set_columns(Arena *arena, DataSet *out, int count, const uint8_t *images, const uint8_t *labels)
{
    Array *x = ARENA_NEW(arena, Array), *y = ARENA_NEW(arena, Array);
    *x = (Array){ .rank = 4, .dim = { count, SIDE, SIDE, 3 }, .count = (size_t)count * IMAGE, .bytes = images };
    *y = (Array){ .rank = 1, .dim = { count }, .count = (size_t)count, .bytes = labels };
    *out = (DataSet){ .count = count };
    VEC_PUSH(arena, &out->columns, ((Column){ "x", x }));
    VEC_PUSH(arena, &out->columns, ((Column){ "y", y }));
}

static bool load_half(Arena *arena, const char *folder, const Layout *layout, int file_count, const char *const *files, DataSet *out, const char **error)
{
    enum { LIMIT = 50000 };
    uint8_t *images = ARENA_ARRAY(arena, uint8_t, (size_t)LIMIT * IMAGE), *labels = ARENA_ARRAY(arena, uint8_t, LIMIT);
    int count = 0;
    for (int i = 0; i < file_count; i++)
        if (!add_file(arena, arena_printf(arena, "%s/%s", folder, files[i]), layout->labels, images, labels, LIMIT, &count, error))
            return false;
    set_columns(arena, out, count, images, labels);
    return true;
}

bool data_cifar(Arena *arena, DataRequest *request, bool *found, const char **error)
{
    const char *folder;
    const Layout *layout = find_layout(arena, request->path, &folder);
    *found = layout != NULL;
    return layout && (!request->want_train || load_half(arena, folder, layout, layout->train_count, layout->train, &request->train, error)) &&
           (!request->want_test || load_half(arena, folder, layout, 1, &layout->test, &request->test, error));
}
