/* Constant: reads an integer expression at *text and moves past it; false when it is none. */
#ifndef EMIT_CONSTANT_H
#define EMIT_CONSTANT_H

#include <stdbool.h>

bool constant_parse(const char **text, long *value);

#endif
