/* Source: a text, and the way from a byte offset to a line and column. */
#include "front/source.h"

#include <string.h>

Span span_join(Span a, Span b)
{
    if (!a.source || !b.source || a.source != b.source)
        return a.source ? a : b;
    return (Span){ a.source, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end };
}

#define BOM "\xef\xbb\xbf"

static void find_lines(Arena *arena, Source *source)
{
    VEC(size_t) lines = { 0 };
    VEC_PUSH(arena, &lines, source->length >= 3 && memcmp(source->text, BOM, 3) == 0 ? 3 : 0);
    for (size_t i = 0; i < source->length; i++)
        if (source->text[i] == '\n' || (source->text[i] == '\r' && source->text[i + 1] != '\n'))
            VEC_PUSH(arena, &lines, i + 1);
    source->line_begin = lines.at;
    source->line_count = lines.count;
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
    find_lines(arena, source);
    return source;
}

void source_position(const Source *source, size_t offset, int *line, int *column)
{
    int low = 0, high = source->line_count - 1;
    if (offset > source->length)
        offset = source->length;
    while (low < high) {
        int middle = low + (high - low + 1) / 2;
        if (source->line_begin[middle] <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    *line = low + 1;
    *column = 1;
    for (size_t i = source->line_begin[low]; i < offset; i++)
        *column += ((unsigned char)source->text[i] & 0xc0) != 0x80;
}

const char *source_line(const Source *source, int line, size_t *length)
{
    if (line < 1 || line > source->line_count) {
        *length = 0;
        return source->text + source->length;
    }
    const char *text = source->text + source->line_begin[line - 1];
    *length = strcspn(text, "\r\n");
    return text;
}
