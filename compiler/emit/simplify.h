/* Simplify: emitted C without the constants that a template leaves behind. Values do not change. */
#ifndef EMIT_SIMPLIFY_H
#define EMIT_SIMPLIFY_H

#include "base/arena.h"

const char *simplify_c(Arena *arena, const char *text);

/* Functions with every parameter that a body does not use mentioned at its start (emit/unused.c). */
const char *unused_mentioned(Arena *arena, const char *text);

#endif
