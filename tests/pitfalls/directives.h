/* Directives: what a pitfall's file says about itself, in the comments at its top (README.md has the list).
 *
 *   # weights c/kernel = all 1         key "weights", name "c/kernel", value "all 1"
 *   #     more numbers                 goes on with the line above
 *   # Prose begins with a capital letter.
 */
#ifndef PITFALLS_DIRECTIVES_H
#define PITFALLS_DIRECTIVES_H

#include "base/arena.h"

#include <stdbool.h>

typedef struct { const char *key, *name, *value; } Directive; /* name "": none was written */
typedef VEC(Directive) Directives;

/* Reads the comment lines that `text` begins with. False with *error when one of them cannot be read. */
bool directives_read(Arena *arena, const char *text, Directives *out, const char **error);
const Directive *directive_find(const Directives *directives, const char *key); /* the first, or NULL */
int directive_int(const Directives *directives, const char *key, int otherwise);

/* `count` numbers: a list of just so many; "all V"; "from A by B"; "pattern A B" (+1 where (i*i*A + i*B + i/5) mod 7 < 4, else -1). A number
 * may be written V*NAME where `vary` is in force: V times the value it has now. NULL when the text says something else. */
const float *directive_values(Arena *arena, const char *text, size_t count, double vary);

#endif
