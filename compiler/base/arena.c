/* A list of chunks, a hash table of interned strings. Test builds shrink the chunk (BNNC_ARENA_CHUNK) so that growth runs. */
#include "base/arena.h"

#include "base/bug.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef BNNC_ARENA_CHUNK
#define BNNC_ARENA_CHUNK (64 * 1024)
#endif
#ifndef BNNC_VEC_START
#define BNNC_VEC_START 8
#endif

typedef struct Chunk Chunk;
struct Chunk {
    Chunk *next;
    size_t used, size;
    max_align_t data[];
};

struct Arena {
    Chunk *chunks;
    const char **interned; /* open addressing, capacity a power of two */
    size_t interned_count, interned_capacity;
    size_t bytes;
};

static void *checked(void *memory)
{
    if (!memory) {
        fputs("bnnc: out of memory\n", stderr);
        abort();
    }
    return memory;
}

Arena *arena_new(void)
{
    return checked(calloc(1, sizeof(Arena)));
}

void arena_free(Arena *arena)
{
    if (!arena)
        return;
    for (Chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(arena->interned);
    free(arena);
}

void *arena_alloc(Arena *arena, size_t size)
{
    const size_t align = sizeof(max_align_t);
    BUG_IF(size > SIZE_MAX / 2);
    size = (size + align - 1) / align * align;
    Chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < size) {
        size_t room = size > BNNC_ARENA_CHUNK ? size : BNNC_ARENA_CHUNK;
        chunk = checked(calloc(1, sizeof(Chunk) + room)); /* zeroed by the system, page by page as they are used */
        *chunk = (Chunk){ .next = arena->chunks, .size = room };
        arena->chunks = chunk;
    }
    void *memory = (char *)chunk->data + chunk->used;
    chunk->used += size;
    arena->bytes += size;
    return memory;
}

size_t arena_bytes(const Arena *arena)
{
    return arena->bytes;
}

char *arena_strndup(Arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *arena_strdup(Arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(Arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    BUG_IF(length < 0);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

static uint64_t hash_bytes(const char *text, size_t length)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001B3u;
    return hash;
}

static const char **intern_slot(const char **table, size_t capacity, const char *text, size_t length)
{
    size_t i = hash_bytes(text, length) & (capacity - 1);
    while (table[i] && (strlen(table[i]) != length || memcmp(table[i], text, length) != 0))
        i = (i + 1) & (capacity - 1);
    return &table[i];
}

static void intern_grow(Arena *arena)
{
    size_t capacity = arena->interned_capacity ? arena->interned_capacity * 2 : 64;
    const char **table = checked(calloc(capacity, sizeof *table));
    for (size_t i = 0; i < arena->interned_capacity; i++)
        if (arena->interned[i])
            *intern_slot(table, capacity, arena->interned[i], strlen(arena->interned[i])) = arena->interned[i];
    free(arena->interned);
    arena->interned = table;
    arena->interned_capacity = capacity;
}

const char *arena_intern(Arena *arena, const char *text, size_t length)
{
    if (arena->interned_count * 2 >= arena->interned_capacity)
        intern_grow(arena);
    const char **slot = intern_slot(arena->interned, arena->interned_capacity, text, length);
    if (!*slot) {
        *slot = arena_strndup(arena, text, length);
        arena->interned_count++;
    }
    return *slot;
}

void *arena_grow(Arena *arena, void *old, int *capacity, int count, size_t item_size)
{
    int larger = *capacity ? *capacity * 2 : BNNC_VEC_START;
    void *grown = arena_alloc(arena, (size_t)larger * item_size);
    if (count)
        memcpy(grown, old, (size_t)count * item_size);
    *capacity = larger;
    return grown;
}
