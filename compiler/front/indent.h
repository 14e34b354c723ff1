/* Indentation: the blocks around the token that is next, and going on after an error; for layout.c. */
#ifndef FRONT_INDENT_H
#define FRONT_INDENT_H

#include "front/parse.h"

static inline Indent *layout_top(Parse *parse)
{
    return &parse->indents[parse->level];
}

/* Of the line that the token lies on. */
Indent layout_indent(const Parse *parse, const Token *token);
/* What the line should have opened is passed over from here. */
void layout_fail(Parse *parse);
/* 64 levels: beyond, the rest of the file is not read. */
bool layout_too_nested(Parse *parse);
/* `else`, `except` and their like go on with the statement before. */
bool layout_continues_statement(int kind);
/* The indentation of the statement at parse->at. True if INDENT is to be sent; DEDENTs are counted in parse->dedents. */
bool layout_start_line(Parse *parse);

#endif
