/* Arena: memory of one compilation. Everything allocated lives until arena_free; nothing is freed alone.
 * Allocation never returns NULL: out of memory ends the process with a message. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *arena);

/* What has been asked for so far. */
size_t arena_bytes(const Arena *arena);
/* Zeroed memory, aligned for any type. */
void *arena_alloc(Arena *arena, size_t size);
/* Copies of text; arena_strndup needs no terminator in the source. */
char *arena_strdup(Arena *arena, const char *text);
char *arena_strndup(Arena *arena, const char *text, size_t length);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *arena, const char *format, va_list arguments);
/* The same characters give the same pointer, within one arena. */
const char *arena_intern(Arena *arena, const char *text, size_t length);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))

/* Growing arrays: a struct {T *at; int count, capacity;} declared with VEC(T). */
#define VEC(type) struct { type *at; int count, capacity; }
#define VEC_PUSH(arena, vec, item)                                                                              \
    (((vec)->count == (vec)->capacity                                                                           \
          ? (void)((vec)->at = arena_grow((arena), (vec)->at, &(vec)->capacity, (vec)->count, sizeof *(vec)->at)) \
          : (void)0),                                                                                           \
     (void)((vec)->at[(vec)->count++] = (item)))
void *arena_grow(Arena *arena, void *old, int *capacity, int count, size_t item_size);

#endif
