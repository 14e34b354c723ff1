/* Data sets in MNIST's layout: four IDX files in a folder, training and test images and labels. A name without a slash that is no
 * folder here is looked up where Debian's dataset-* packages put theirs. */
#include "io/io.h"

#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static const char *find_folder(Arena *arena, const char *name, const char **error)
{
    if (is_folder(name))
        return name;
    const char *installed = arena_printf(arena, "/usr/share/datasets/%s", name);
    if (!strchr(name, '/') && is_folder(installed))
        return installed;
    if (strcmp(name, "fashion-mnist") == 0)
        *error = "fashion-mnist is not installed: `apt-get install dataset-fashion-mnist`, or give the folder of its four IDX files to --data";
    else
        *error = arena_printf(arena, "data set '%s': no such folder, nor one under /usr/share/datasets", name);
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
    *out = (DataSet){ .count = images->dim[0], .rank = images->rank - 1, .images = images->data, .labels = labels->data };
    for (int i = 1; i < images->rank; i++)
        out->dim[i - 1] = images->dim[i];
    for (int i = 0; i < out->count; i++)
        if (labels->data[i] >= out->classes)
            out->classes = labels->data[i] + 1;
    return true;
}

static bool load_half(Arena *arena, const char *folder, const char *part, DataSet *out, const char **error)
{
    IdxFile *images = read_part(arena, folder, part, "images-idx3", error);
    IdxFile *labels = images ? read_part(arena, folder, part, "labels-idx1", error) : NULL;
    return labels && join(arena, folder, part, images, labels, out, error);
}

bool data_load(Arena *arena, const char *name, DataSet *train, DataSet *test, const char **error)
{
    const char *folder = find_folder(arena, name, error);
    return folder && (!train || load_half(arena, folder, "train", train, error)) && (!test || load_half(arena, folder, "t10k", test, error));
}
