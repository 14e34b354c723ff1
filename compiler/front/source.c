/* Source: reading a file whole, and the way from a byte offset to a line and column. */
#include "front/source.h"

#include "base/text.h"
#include "front/notebook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LARGEST (64u << 20) /* a model is text that somebody wrote; more is a mistake */

Span span_join(Span a, Span b)
{
    if (!a.source || !b.source || a.source != b.source)
        return a.source ? a : b;
    return (Span){a.source, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

/* A NUL becomes the control character 1, which the lexer refuses where it stands. */
Source *source_from_text(Arena *arena, const char *name, const char *text, size_t length)
{
    Source *source = ARENA_NEW(arena, Source);
    char *copy = arena_strndup(arena, "", 0);
    if (length > 0) {
        copy = arena_alloc(arena, length + 1);
        memcpy(copy, text, length);
    }
    for (size_t i = 0; i < length; i++)
        if (copy[i] == '\0')
            copy[i] = '\1';
    source->name = arena_strdup(arena, name);
    source->text = copy;
    source->length = length;
    return source;
}

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

static bool line_ends(const Source *source, size_t at)
{
    char c = source->text[at];
    return c == '\n' || (c == '\r' && source->text[at + 1] != '\n');
}

void source_position(const Source *source, size_t offset, int *line, int *column)
{
    size_t begin = 0;
    *line = 1;
    if (offset > source->length)
        offset = source->length;
    for (size_t i = 0; i < offset; i++)
        if (line_ends(source, i)) {
            ++*line;
            begin = i + 1;
        }
    if (begin == 0 && offset >= 3 && memcmp(source->text, "\xef\xbb\xbf", 3) == 0)
        begin = 3;
    *column = 1;
    for (size_t i = begin; i < offset; i++)
        *column += ((unsigned char)source->text[i] & 0xc0) != 0x80;
}

const char *source_line(const Source *source, int line, size_t *length)
{
    size_t begin = 0;
    int current = 1;
    for (size_t i = 0; i < source->length && current < line; i++)
        if (line_ends(source, i)) {
            current++;
            begin = i + 1;
        }
    if (begin == 0 && source->length >= 3 && memcmp(source->text, "\xef\xbb\xbf", 3) == 0)
        begin = 3;
    *length = current == line ? strcspn(source->text + begin, "\r\n") : 0;
    return source->text + begin;
}
