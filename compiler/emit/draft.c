/* See draft.h. */
#include "emit/draft.h"

#include "emit/indent.h"
#include "emit/tables.h"

#include <string.h>

Draft draft_new(Arena *arena)
{
    return (Draft){.code = text_new(arena)};
}

void draft_add_table(Draft *draft, const Table *table)
{
    PlacedTable placed = {draft->code.length, *table};
    VEC_PUSH(draft->code.arena, &draft->tables, placed);
}

void draft_append(Draft *draft, const Draft *more)
{
    for (int i = 0; i < more->tables.count; i++) {
        PlacedTable placed = {draft->code.length + more->tables.at[i].before, more->tables.at[i].table};
        VEC_PUSH(draft->code.arena, &draft->tables, placed);
    }
    text_add_bytes(&draft->code, more->code.at, more->code.length);
}

struct CFile {
    const char **code; /* count + 1 pieces, a table between two of them */
    const PlacedTable *tables;
    int count;
};

const CFile *draft_finish(const Draft *draft)
{
    Arena *arena = draft->code.arena;
    CFile *file = ARENA_NEW(arena, CFile);
    *file = (CFile){ARENA_ARRAY(arena, const char *, draft->tables.count + 1), draft->tables.at, draft->tables.count};
    size_t from = 0;
    for (int i = 0; i <= file->count; i++) {
        size_t to = i < file->count ? file->tables[i].before : draft->code.length;
        file->code[i] = to > from ? indent_c(arena, arena_strndup(arena, draft->code.at + from, to - from)) : "";
        from = to;
    }
    return file;
}

void c_file_print(const CFile *file, TextPut *put, void *to)
{
    for (int i = 0; i <= file->count; i++) {
        if (i > 0 && *file->code[i])
            put(to, "\n", 1);
        put(to, file->code[i], strlen(file->code[i]));
        if (i < file->count)
            table_print(&file->tables[i].table, put, to);
    }
}

static void put_text(void *to, const char *piece, size_t length)
{
    text_add_bytes(to, piece, length);
}

Text c_file_text(Arena *arena, const CFile *file)
{
    Text text = text_new(arena);
    c_file_print(file, put_text, &text);
    return text;
}
