/* Comments at the top of a pitfall's file become directives; their values become numbers. */
#include "pitfalls/directives.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *const keys[] = { "batch", "weights", "input", "output", "output-near", "output-first", "output-sum", "output-squares", "shape", "variable",
                                    "variables", "steps", "target", "after", "loss", "vary", "error", "warning", "note" };

static bool is_key(const char *word)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!strcmp(keys[i], word))
            return true;
    return false;
}

static const char *trimmed(Arena *arena, const char *begin, const char *end)
{
    while (begin < end && *begin == ' ')
        begin++;
    while (begin < end && (end[-1] == ' ' || end[-1] == '\r'))
        end--;
    return arena_strndup(arena, begin, (size_t)(end - begin));
}

/* begin..end is the line behind "# ". */
static bool read_line(Arena *arena, const char *begin, const char *end, Directives *out)
{
    size_t key_length = strcspn(begin, " =\n");
    const char *equals = memchr(begin, '=', (size_t)(end - begin));
    Directive directive = { .key = arena_strndup(arena, begin, key_length) };
    if (!equals || !is_key(directive.key))
        return false;
    directive.name = trimmed(arena, begin + key_length, equals);
    directive.value = trimmed(arena, equals + 1, end);
    VEC_PUSH(arena, out, directive);
    return true;
}

bool directives_read(Arena *arena, const char *text, Directives *out, const char **error)
{
    for (const char *line = text; *line == '#';) {
        const char *end = line + strcspn(line, "\n");
        if (!strncmp(line, "#   ", 4) && out->count) {
            Directive *last = &out->at[out->count - 1];
            last->value = arena_printf(arena, "%s %s", last->value, trimmed(arena, line + 4, end));
        } else if (!strncmp(line, "# ", 2) && !isupper((unsigned char)line[2]) && !read_line(arena, line + 2, end, out)) {
            *error = arena_printf(arena, "cannot read the line '%.*s'", (int)(end - line), line);
            return false;
        }
        line = *end ? end + 1 : end;
    }
    return true;
}

const Directive *directive_find(const Directives *directives, const char *key)
{
    for (int i = 0; i < directives->count; i++)
        if (!strcmp(directives->at[i].key, key))
            return &directives->at[i];
    return NULL;
}

int directive_int(const Directives *directives, const char *key, int otherwise)
{
    const Directive *found = directive_find(directives, key);
    return found ? atoi(found->value) : otherwise;
}

static bool number(const char **text, double vary, double *out)
{
    char *end;
    *out = strtof(*text, &end); /* rounded once, to float */
    if (end == *text)
        return false;
    if (*end == '*') {
        *out *= vary;
        end++;
        while (isalnum((unsigned char)*end))
            end++;
    }
    while (*end == ' ')
        end++;
    *text = end;
    return true;
}

static bool pattern(int64_t i, double a, double b)
{
    return (i * i * (int64_t)a + i * (int64_t)b + i / 5) % 7 < 4;
}

const float *directive_values(Arena *arena, const char *text, size_t count, double vary)
{
    float *values = ARENA_ARRAY(arena, float, count + 1);
    bool all = !strncmp(text, "all ", 4), from = !strncmp(text, "from ", 5), formula = !strncmp(text, "pattern ", 8);
    double a = 0, b = 0;
    text += all ? 4 : from ? 5 : formula ? 8 : 0;
    if ((all || from || formula) && !number(&text, vary, &a))
        return NULL;
    if (from && !strncmp(text, "by ", 3))
        text += 3;
    if ((from || formula) && !number(&text, vary, &b))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        double value = all ? a : from ? a + b * (double)i : pattern((int64_t)i, a, b) ? 1 : -1;
        if (!all && !from && !formula && !number(&text, vary, &value))
            return NULL;
        values[i] = (float)value;
    }
    return *text ? NULL : values;
}
