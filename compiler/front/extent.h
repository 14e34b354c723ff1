/* Extents: where a string literal and the fields of an f-string end. In: the text, a place in it and a limit. Out: places. */
#ifndef FRONT_EXTENT_H
#define FRONT_EXTENT_H

#include <stdbool.h>
#include <stddef.h>

enum { FSTRING_NESTING = 16 }; /* f-strings and specifications inside each other */

typedef struct {
    size_t open, body, end, close; /* of the quote, of the contents, of the literal; where the contents end */
    bool raw, bytes, format, triple;
    char quote;
} Literal;

/* What its prefix and quotes say; at: its prefix or quote. */
Literal literal_open(const char *text, size_t at, size_t limit);
/* Behind its quotes; *closed: there are such. */
size_t literal_end(const char *text, size_t at, size_t limit, bool *closed);
/* Where the expression of a field ends: at '!', ':', '}' outside brackets, or at limit. at: behind the '{'. */
size_t fstring_field_end(const char *text, size_t at, size_t limit, int nesting);
/* The end of a format specification: at its '}', at the quote or line end that cuts it off, or limit. */
size_t fstring_specification_end(const char *text, size_t at, size_t limit, char quote, bool triple, int nesting);

#endif
