/* In: functions of one step as the simplifier left them, one line a head. Out: the same; parameters that a body does not use (any more) are
 * mentioned at its start, so that no compiler warns. */
#include "emit/internal.h"
#include "emit/simplify.h"

#include <ctype.h>
#include <string.h>

static const char *line_end(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

/* The name that a declaration between `from` and `to` declares: its last word outside of brackets; "" where the only word is a type. */
static const char *declared(Arena *arena, const char *from, const char *to)
{
    const char *first = NULL, *name = NULL;
    size_t length = 0;
    for (const char *p = from; p < to && *p != '['; p += length) {
        for (length = 0; p + length < to && (isalnum((unsigned char)p[length]) || p[length] == '_'); length++)
            ;
        if (length && !first)
            first = p;
        name = length ? p : name;
        length += length == 0;
    }
    const char *end = name;
    while (end && end < to && (isalnum((unsigned char)*end) || *end == '_'))
        end++;
    return name == first ? "" : arena_strndup(arena, name, (size_t)(end - name));
}

/* Mentions each parameter of the head that the body lacks. */
static void mention(Text *out, const char *head, const char *head_end, const char *body)
{
    const char *from = memchr(head, '(', (size_t)(head_end - head));
    int depth = 0;
    for (const char *p = from; p && p < head_end; p++) {
        depth += (*p == '(') - (*p == ')');
        if ((*p != ',' || depth != 1) && depth != 0)
            continue;
        const char *name = declared(out->arena, from + 1, p);
        if (*name && !text_names(body, name))
            text_printf(out, "    (void)%s;\n", name);
        from = p;
        if (depth == 0)
            break;
    }
}

const char *unused_mentioned(Arena *arena, const char *text)
{
    Text out = text_new(arena);
    for (const char *line = text; *line;) {
        const char *next = line_end(line);
        text_add_bytes(&out, line, (size_t)(next - line));
        const char *end = strncmp(next, "{\n", 2) ? NULL : strstr(next, "\n}\n");
        if (end && !strncmp(line, "static ", 7)) {
            text_add(&out, "{\n");
            mention(&out, line, next, arena_strndup(arena, next, (size_t)(end - next)));
            next += 2;
        }
        line = next;
    }
    return out.at;
}
