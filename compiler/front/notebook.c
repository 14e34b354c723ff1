/* Jupyter notebooks: JSON in, one text of all code cells out, with the cell and line that each line came from. */
#include "front/notebook.h"

#include "base/text.h"

#include <cjson/cJSON.h>
#include <string.h>

typedef struct {
    Arena *arena;
    Text text;
    VEC(int) cells;
    VEC(int) lines;
    int cell;
} Notebook;

/* Magics that hand the rest of the cell to something that is not Python. */
static bool is_foreign_cell(const char *line)
{
    static const char *const names[] = { "bash", "sh",  "script",    "html", "HTML", "javascript", "js",  "latex", "markdown",
                                         "svg",  "SVG", "writefile", "file", "perl", "ruby",       "cmd", "R" };
    size_t length = strcspn(line + 2, " \t\r\n");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && memcmp(names[i], line + 2, length) == 0)
            return true;
    return false;
}

static bool is_magic(const char *line, size_t length)
{
    size_t at = strspn(line, " \t");
    if (at >= length)
        return false;
    if (line[at] == '!' && line[at + 1] != '=')
        return true;
    if (line[at] == '?')
        return true;
    if (line[at] == '%') {
        char c = line[at + 1] == '%' ? line[at + 2] : line[at + 1];
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    return line[length - 1] == '?' && !memchr(line, '#', length) && !memchr(line, '\'', length) && !memchr(line, '"', length);
}

static void add_line(Notebook *book, const char *line, size_t length, int number, bool comment)
{
    size_t blanks = strspn(line, " \t");
    if (comment && blanks < length) {
        text_add_bytes(&book->text, line, blanks);
        text_add_char(&book->text, '#');
        text_add_bytes(&book->text, line + blanks + 1, length - blanks - 1);
    } else {
        text_add_bytes(&book->text, line, length);
    }
    text_add_char(&book->text, '\n');
    VEC_PUSH(book->arena, &book->cells, book->cell);
    VEC_PUSH(book->arena, &book->lines, number);
}

/* One cell's text, its lines of shell and magics as comments. */
static void add_cell(Notebook *book, const char *text)
{
    const char *begin = text + strspn(text, " \t\r\n");
    bool foreign = begin[0] == '%' && begin[1] == '%' && is_foreign_cell(begin);
    bool joined = false;
    int number = 1;
    book->cell++;
    while (*text) {
        size_t length = strcspn(text, "\r\n");
        bool magic = foreign || joined || is_magic(text, length);
        joined = magic && !foreign && length > 0 && text[length - 1] == '\\';
        add_line(book, text, length, number++, magic);
        text += length;
        text += text[0] == '\r' && text[1] == '\n' ? 2 : *text != '\0';
    }
    add_line(book, "", 0, number, false); /* the last line of a cell never runs on into the next */
}

static const char *cell_text(Arena *arena, const cJSON *cell)
{
    const cJSON *source = cJSON_GetObjectItemCaseSensitive(cell, "source");
    if (!source)
        source = cJSON_GetObjectItemCaseSensitive(cell, "input"); /* version 3 */
    if (cJSON_IsString(source))
        return source->valuestring;
    Text text = text_new(arena);
    const cJSON *line;
    cJSON_ArrayForEach(line, source) if (cJSON_IsString(line)) text_add(&text, line->valuestring);
    return text.at;
}

static bool add_cells(Notebook *book, const cJSON *holder)
{
    const cJSON *cells = cJSON_GetObjectItemCaseSensitive(holder, "cells"), *cell;
    if (!cJSON_IsArray(cells))
        return false;
    cJSON_ArrayForEach(cell, cells)
    {
        const cJSON *type = cJSON_GetObjectItemCaseSensitive(cell, "cell_type");
        if (cJSON_IsString(type) && strcmp(type->valuestring, "code") == 0)
            add_cell(book, cell_text(book->arena, cell));
    }
    return true;
}

Source *source_from_notebook(Arena *arena, const char *name, const char *json, size_t length, const char **error)
{
    Notebook book = { .arena = arena, .text = text_new(arena) };
    cJSON *root = cJSON_ParseWithLength(json, length);
    const cJSON *sheet = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(root, "worksheets"), 0); /* version 3 */
    bool found = add_cells(&book, root) || add_cells(&book, sheet);
    cJSON_Delete(root);
    if (!found) {
        *error = arena_printf(arena, "'%s' is not a Jupyter notebook", name);
        return NULL;
    }
    VEC_PUSH(arena, &book.cells, book.cell); /* the end of the text is a position too */
    VEC_PUSH(arena, &book.lines, 1);
    Source *source = source_from_text(arena, name, book.text.at, book.text.length);
    source->cell_of_line = book.cells.at;
    source->line_in_cell = book.lines.at;
    return source;
}
