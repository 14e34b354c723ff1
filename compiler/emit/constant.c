/* Constant integer expressions of templates: + - * / % << >> and parentheses. In: text. Out: the value, or false. */
#include "emit/constant.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *after_spaces(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

static bool constant(const char **p, int level, long *value);

static bool constant_primary(const char **p, long *value)
{
    *p = after_spaces(*p);
    if (**p == '(') {
        ++*p;
        if (!constant(p, 0, value))
            return false;
        *p = after_spaces(*p);
        return *(*p)++ == ')';
    }
    if (**p == '-') {
        ++*p;
        bool good = constant_primary(p, value);
        *value = -*value;
        return good;
    }
    char *end;
    *value = strtol(*p, &end, 0);
    if (end == *p || !isdigit((unsigned char)**p))
        return false;
    *p = *end == 'u' ? end + 1 : end;
    return true;
}

static bool constant(const char **p, int level, long *value)
{
    static const char *const operators[3] = {"<>", "+-", "*/%"};
    if (level == 3)
        return constant_primary(p, value);
    if (!constant(p, level + 1, value))
        return false;
    for (;;) {
        long right;
        *p = after_spaces(*p);
        char op = **p;
        if (!op || !strchr(operators[level], op) || (level == 0 && (*p)[1] != op))
            return true;
        *p += level == 0 ? 2 : 1;
        if (!constant(p, level + 1, &right) || ((op == '/' || op == '%') && right == 0))
            return false;
        *value = op == '<' ? *value << right : op == '>' ? *value >> right : op == '+' ? *value + right : op == '-' ? *value - right
               : op == '*' ? *value * right : op == '/' ? *value / right : *value % right;
    }
}

bool constant_parse(const char **text, long *value)
{
    return constant(text, 0, value);
}
