/* BUG(): a broken promise inside the compiler itself, never a mistake of the user's. Prints where and aborts. */
#ifndef BASE_BUG_H
#define BASE_BUG_H

#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
#define BUG_IF(condition) ((condition) ? bug_at(__FILE__, __LINE__, "%s", #condition) : (void)0)

_Noreturn void bug_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
