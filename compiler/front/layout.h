/* What layout.c and indent.c share: tokens by index, the innermost block, and going on after an error. */
#ifndef FRONT_LAYOUT_H
#define FRONT_LAYOUT_H

#include "front/parse.h"

static inline Indent *layout_top(Parse *parse)
{
    return &parse->indents[parse->level];
}

/* What the line should have opened is passed over from here. */
void layout_fail(Parse *parse);
/* 64 levels: beyond, the rest of the file is not read. */
bool layout_too_nested(Parse *parse);
/* `else`, `except` and their like go on with the statement before. */
bool layout_continues_statement(int kind);
/* indent.c: the indentation of the statement at parse->at. True if INDENT is to be sent; DEDENTs are counted in parse->dedents. */
bool layout_start_line(Parse *parse);

#endif
