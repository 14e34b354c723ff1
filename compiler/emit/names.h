/* Names: the identifiers of C text as a set, for "is this used?". The text must outlive the set. */
#ifndef EMIT_NAMES_H
#define EMIT_NAMES_H

#include "base/arena.h"

#include <stdbool.h>

typedef struct { const char *at; size_t length; } Name;
typedef struct { Arena *arena; Name *slot; size_t count, capacity; } Names; /* open addressing, capacity 0 or a power of two */

/* Adds every identifier of text; words of comments count, too. */
void names_add(Names *names, const char *text);
bool names_have(const Names *names, const char *name);
/* The same for a text that is searched once. */
bool text_names(const char *text, const char *name);

#endif
