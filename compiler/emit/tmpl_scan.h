/* The template engine's state, and its steps over the text of a template: names, brackets, comments. Inside emit/tmpl*.c only. */
#ifndef EMIT_TMPL_SCAN_H
#define EMIT_TMPL_SCAN_H

#include "emit/emit.h"

enum { REGISTERS_MAX = 64, DIMS_MAX = 3 };

/* The value of an unrolled variable, innermost first. */
typedef struct Variable_ { const char *name; size_t length; int value; const struct Variable_ *outer; } Unrolled;
typedef struct { const char *name; size_t length; int dims, dim[DIMS_MAX]; } Register;
typedef struct {
    Arena *arena;
    const char *name, *text;
    const Hole *holes;
    int hole_count, register_count, depth;
    Register registers[REGISTERS_MAX];
} Engine;

/* BUG with template:line. */
_Noreturn void scan_fail(const Engine *engine, const char *at, const char *what);
bool scan_is_name(char c);
const char *scan_name_end(const char *p);
const char *scan_spaces_end(const char *p);
const char *scan_line_end(const char *p); /* behind the newline */
bool scan_same(const char *p, size_t n, const char *word);
/* Over one string, character, comment or plain character. */
const char *scan_skip(const Engine *engine, const char *p);
/* p is at an opening bracket: the closing one. */
const char *scan_closing(const Engine *engine, const char *p);
/* Does a block declare something at its own level? A statement that starts with two names, or a $reg$. */
bool scan_declares(const Engine *engine, const char *p, const char *end);
/* Is the text so far waiting for one statement, as after `if (x)`? */
bool scan_wants_one_statement(const Text *out);

#endif
