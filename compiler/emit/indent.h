/* Indent: C text laid out afresh: four spaces a level, continuation lines one level more, at most one blank line in a row. */
#ifndef EMIT_INDENT_H
#define EMIT_INDENT_H

#include "base/text.h"

const char *indent_c(Arena *arena, const char *text);

#endif
