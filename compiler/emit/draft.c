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

/* Room is made once: the text may be a hundred megabytes. */
const char *draft_finish(const Draft *draft)
{
    Arena *arena = draft->code.arena;
    const char **code = ARENA_ARRAY(arena, const char *, draft->tables.count + 1);
    size_t from = 0, room = 0;
    for (int i = 0; i <= draft->tables.count; i++) {
        size_t to = i < draft->tables.count ? draft->tables.at[i].before : draft->code.length;
        code[i] = to > from ? indent_c(arena, arena_strndup(arena, draft->code.at + from, to - from)) : "";
        room += strlen(code[i]) + 1 + (i < draft->tables.count ? table_text_bound(&draft->tables.at[i].table) : 0);
        from = to;
    }
    Text out = text_new(arena);
    text_reserve(&out, room);
    for (int i = 0; i <= draft->tables.count; i++) {
        text_add(&out, i > 0 && *code[i] ? "\n" : "");
        text_add(&out, code[i]);
        if (i < draft->tables.count)
            table_print(&out, &draft->tables.at[i].table);
    }
    return out.at;
}
