/* In: C of one step as its template made it. Out: the same program as one would write it: "1 * x" is x, a loop that runs once is its body.
 * Strings, comments, directives and float constants stay as they are. Passes over the tokens until nothing changes. */
#include "emit/simplify.h"

#include "emit/indent.h"
#include "emit/tokens.h"

const char *simplify_c(Arena *arena, const char *text)
{
    enum { PASSES_MAX = 50 };
    Arena *own = arena_new(); /* many tokens, of which the text alone stays */
    CTokens t = tokens_read(own, text);
    t.changed = true;
    for (int pass = 0; t.changed && pass < PASSES_MAX; pass++) {
        t.changed = false;
        fold_expressions(&t);
        tokens_compact(&t);
        fold_statements(&t);
        tokens_compact(&t);
    }
    const char *simple = indent_c(arena, tokens_text(&t));
    arena_free(own);
    return simple;
}
