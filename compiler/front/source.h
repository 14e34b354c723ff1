/* Source: the text of one input file (or of one embedded prelude file), and positions in it.
 * A Span is two byte offsets into one Source; line and column are worked out only when a message is printed. */
#ifndef FRONT_SOURCE_H
#define FRONT_SOURCE_H

#include "base/arena.h"

#include <stdbool.h>

typedef struct Source Source;
struct Source {
    const char *name;  /* as the user gave it: printed in messages */
    const char *text;  /* zero-terminated; may contain no other NUL once read */
    size_t length;
    bool prelude;      /* an embedded definition file: errors name the caller's line first */
    const int *cell_of_line; /* notebooks: cell number of each line (1-based), else NULL; see source_notebook */
    const int *line_in_cell; /* both indexed by line - 1 */
    const size_t *line_begin; /* offset of each line, found once */
    int line_count;
};

typedef struct {
    const Source *source; /* NULL: no position */
    size_t begin, end;
} Span;

Span span_join(Span a, Span b);

/* From memory; the text is copied. */
Source *source_from_text(Arena *arena, const char *name, const char *text, size_t length);
/* From a file ("-" is standard input), `.ipynb` through cJSON. Returns NULL and sets *error to a message when it cannot be read. */
Source *source_read(Arena *arena, const char *path, const char **error);

/* 1-based line, 1-based column in code points; CR, LF and CRLF end lines. */
void source_position(const Source *source, size_t offset, int *line, int *column);
/* The text of one line without its ending. */
const char *source_line(const Source *source, int line, size_t *length);

#endif
