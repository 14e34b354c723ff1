/* Data sets: the path tells the format. MNIST's layout is here: four IDX files in a folder, training and test images and labels. A name without
 * a slash that is nothing here is looked up where Debian's dataset-* packages put theirs. */
#include "io/io.h"

#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static const char *find_path(Arena *arena, const char *name, const char **error)
{
    struct stat status;
    if (stat(name, &status) == 0 && (S_ISDIR(status.st_mode) || text_ends_with(name, ".npz")))
        return name;
    const char *installed = arena_printf(arena, "/usr/share/datasets/%s", name);
    if (!strchr(name, '/') && is_folder(installed))
        return installed;
    if (strcmp(name, "fashion-mnist") == 0)
        *error = "fashion-mnist is not installed: `apt-get install dataset-fashion-mnist`, or give the folder of its four IDX files to --data";
    else
        *error = arena_printf(arena, "data set '%s': no such folder or .npz file, nor a folder under /usr/share/datasets", name);
    return NULL;
}

static const char *find_file(Arena *arena, const char *folder, const char *part, const char *kind, const char **error)
{
    static const char *const endings[] = { "", ".gz" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct stat status;
        const char *path = arena_printf(arena, "%s/%s-%s-ubyte%s", folder, part, kind, endings[i]);
        if (stat(path, &status) == 0)
            return path;
    }
    *error = arena_printf(arena, "%s: no %s-%s-ubyte, with or without .gz", folder, part, kind);
    return NULL;
}

static IdxFile *read_part(Arena *arena, const char *folder, const char *part, const char *kind, const char **error)
{
    const char *path = find_file(arena, folder, part, kind, error);
    return path ? idx_read(arena, path, error) : NULL;
}

static bool join(Arena *arena, const char *folder, const char *part, const IdxFile *images, const IdxFile *labels, DataSet *out,
                 const char **error)
{
    if (images->rank < 2 || labels->rank != 1 || images->dim[0] != labels->dim[0] || images->dim[0] == 0) {
        *error = arena_printf(arena, "%s: %s images and labels do not belong together (%d images of rank %d, %d labels of rank %d)", folder,
                              part, images->dim[0], images->rank, labels->dim[0], labels->rank);
        return false;
    }
    Array *x = ARENA_NEW(arena, Array), *y = ARENA_NEW(arena, Array);
    *x = (Array){ .rank = images->rank, .count = images->count, .bytes = images->data };
    memcpy(x->dim, images->dim, sizeof images->dim);
    *y = (Array){ .rank = 1, .dim = { labels->dim[0] }, .count = labels->count, .bytes = labels->data };
    *out = (DataSet){ .count = images->dim[0] };
    VEC_PUSH(arena, &out->columns, ((Column){ "x", x }));
    VEC_PUSH(arena, &out->columns, ((Column){ "y", y }));
    return true;
}

static bool load_half(Arena *arena, const char *folder, const char *part, DataSet *out, const char **error)
{
    IdxFile *images = read_part(arena, folder, part, "images-idx3", error);
    IdxFile *labels = images ? read_part(arena, folder, part, "labels-idx1", error) : NULL;
    return labels && join(arena, folder, part, images, labels, out, error);
}

/* The last to be asked, and so the one that says what is missing. */
static bool data_mnist(Arena *arena, DataRequest *request, bool *found, const char **error)
{
    *found = true;
    return (!request->want_train || load_half(arena, request->path, "train", &request->train, error)) &&
           (!request->want_test || load_half(arena, request->path, "t10k", &request->test, error));
}

const Array *data_column(const DataSet *set, const char *name)
{
    for (int i = 0; i < set->columns.count; i++)
        if (strcmp(set->columns.at[i].name, name) == 0)
            return set->columns.at[i].array;
    return NULL;
}

bool data_load(Arena *arena, const char *name, DataSet *train, DataSet *test, bool *one, const char **error)
{
    static bool (*const formats[])(Arena *, DataRequest *, bool *, const char **) = { data_cifar, data_arrays, data_mnist };
    DataRequest request = { .path = find_path(arena, name, error), .want_train = train, .want_test = test };
    bool found = false, good = false;
    for (size_t i = 0; request.path && !found && i < sizeof formats / sizeof *formats; i++)
        good = formats[i](arena, &request, &found, error);
    if (!good)
        return false;
    if (train)
        *train = request.train;
    if (test)
        *test = request.test;
    *one = request.one;
    return true;
}
