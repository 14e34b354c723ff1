/* Reports a bug of the compiler on stderr and aborts, so that a core or a sanitizer shows the stack. */
#include "base/bug.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void bug_at(const char *file, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "bnnc: internal error at %s:%d: ", file, line);
    vfprintf(stderr, format, arguments);
    fputs("\nThis is a bug in bnnc, please report it with the input file.\n", stderr);
    va_end(arguments);
    abort();
}
