/* Runs a reader in a child process. See isolate.c. */
#ifndef IO_ISOLATE_H
#define IO_ISOLATE_H

#include "base/text.h"

/* Returns bytes and their count, or NULL with a message in *error. */
typedef const char *IsolatedReader(Arena *arena, const void *context, size_t *count, const char **error);

/* The reader's bytes (zero-terminated behind them); NULL: with its message in *error, or *error NULL when it did not live to give one. */
const char *isolate(Arena *arena, IsolatedReader *reader, const void *context, size_t *count, const char **error);

#endif
