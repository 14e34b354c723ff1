/* See names.h. */
#include "emit/names.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Where a name stands, or would stand. FNV-1a. */
static Name *slot_of(const Names *names, const char *at, size_t length)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)at[i]) * 16777619u;
    size_t i = hash & (names->capacity - 1);
    while (names->slot[i].at && (names->slot[i].length != length || memcmp(names->slot[i].at, at, length)))
        i = (i + 1) & (names->capacity - 1);
    return &names->slot[i];
}

static void grow(Names *names)
{
    const Names old = *names;
    names->capacity = old.capacity ? 2 * old.capacity : 64;
    names->slot = ARENA_ARRAY(names->arena, Name, names->capacity);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slot[i].at)
            *slot_of(names, old.slot[i].at, old.slot[i].length) = old.slot[i];
}

void names_add(Names *names, const char *text)
{
    for (const char *p = text; *p;) {
        const char *end = p;
        while (is_word(*end))
            end++;
        if (end == p) {
            p++;
            continue;
        }
        if (2 * names->count >= names->capacity)
            grow(names);
        Name *slot = slot_of(names, p, (size_t)(end - p));
        names->count += !slot->at;
        *slot = (Name){p, (size_t)(end - p)};
        p = end;
    }
}

bool names_have(const Names *names, const char *name)
{
    return names->capacity && slot_of(names, name, strlen(name))->at;
}

bool text_names(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = text; (p = strstr(p, name)); p += n)
        if (!(p > text && is_word(p[-1])) && !is_word(p[n]))
            return true;
    return false;
}
