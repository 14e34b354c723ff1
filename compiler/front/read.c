/* Reading a file whole: text as it stands, of a notebook the code of its cells. */
#include "front/source.h"

#include "base/text.h"
#include "front/notebook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LARGEST (64u << 20) /* a model is text that somebody wrote; more is a mistake */

static bool read_all(Arena *arena, FILE *file, Text *text, const char **error)
{
    char chunk[16384];
    size_t count;
    *text = text_new(arena);
    while ((count = fread(chunk, 1, sizeof chunk, file)) > 0) {
        text_add_bytes(text, chunk, count);
        if (text->length > LARGEST) {
            *error = "the file is larger than 64 MiB";
            return false;
        }
    }
    if (ferror(file))
        *error = strerror(errno);
    return !ferror(file);
}

Source *source_read(Arena *arena, const char *path, const char **error)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "rb");
    Text text;
    *error = NULL;
    if (!file) {
        *error = arena_printf(arena, "cannot open '%s': %s", path, strerror(errno));
        return NULL;
    }
    bool done = read_all(arena, file, &text, error);
    if (!standard)
        fclose(file);
    if (!done) {
        *error = arena_printf(arena, "cannot read '%s': %s", path, *error);
        return NULL;
    }
    if (text_ends_with(path, ".ipynb"))
        return source_from_notebook(arena, path, text.at, text.length, error);
    return source_from_text(arena, standard ? "<stdin>" : path, text.at, text.length);
}
