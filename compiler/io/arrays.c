/* Data sets of arrays: an .npz, or the .npy files of a folder. NAME_train and NAME_test are the halves of NAME; a NAME without an ending is all
 * there is of it, for training and for testing. */
#include "io/io.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static bool read_folder(Arena *arena, const char *path, DataSet *out, const char **error)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    bool good = true;
    *out = (DataSet){ 0 };
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name, *file = arena_printf(arena, "%s/%s", path, name);
        size_t bytes;
        if (good && text_ends_with(name, ".npy")) {
            const char *at = file_read(arena, file, &bytes, error);
            const Array *array = at ? npy_parse(arena, file, at, bytes, error) : NULL;
            good = array != NULL;
            VEC_PUSH(arena, &out->columns, ((Column){ arena_strndup(arena, name, strlen(name) - 4), array }));
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return good;
}

static bool has_ending(const DataSet *all)
{
    for (int i = 0; i < all->columns.count; i++)
        if (text_ends_with(all->columns.at[i].name, "_train") || text_ends_with(all->columns.at[i].name, "_test"))
            return true;
    return false;
}

/* The columns of a half: those with the ending; when no array has one, all. */
static bool choose(Arena *arena, const char *path, const DataSet *all, const char *ending, DataSet *out, const char **error)
{
    bool endings = has_ending(all);
    *out = (DataSet){ .count = -1 };
    for (int i = 0; i < all->columns.count; i++) {
        Column column = all->columns.at[i];
        if (endings && !text_ends_with(column.name, ending))
            continue;
        if (endings)
            column.name = arena_strndup(arena, column.name, strlen(column.name) - strlen(ending));
        int count = column.array->rank ? column.array->dim[0] : 0;
        if (count == 0 || (out->count >= 0 && count != out->count)) {
            *error = arena_printf(arena, "%s: %s%s has %d samples, %s has %d", path, column.name, endings ? ending : "", count,
                                  out->columns.count ? out->columns.at[0].name : "a data set", out->count < 0 ? 1 : out->count);
            return false;
        }
        out->count = count;
        VEC_PUSH(arena, &out->columns, column);
    }
    if (out->count < 0)
        *error = arena_printf(arena, "%s: no array is called NAME%s", path, ending);
    return out->count >= 0;
}

bool data_arrays(Arena *arena, DataRequest *request, bool *found, const char **error)
{
    DataSet all;
    *found = text_ends_with(request->path, ".npz");
    if (*found ? !npz_read(arena, request->path, &all, error) : !read_folder(arena, request->path, &all, error))
        return *found = true, false;
    *found = *found || all.columns.count > 0;
    if (!*found)
        return false;
    request->one = !has_ending(&all);
    return (!request->want_train || choose(arena, request->path, &all, "_train", &request->train, error)) &&
           (!request->want_test || choose(arena, request->path, &all, "_test", &request->test, error));
}
