/* See tmpl_scan.h. */
#include "emit/tmpl_scan.h"

#include "base/bug.h"

#include <ctype.h>
#include <string.h>

void scan_fail(const Engine *engine, const char *at, const char *what)
{
    int line = 1;
    for (const char *p = engine->text; p < at && *p; p++)
        line += *p == '\n';
    BUG("%s:%d: %s near '%.24s'", engine->name, line, what, at);
}

bool scan_is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

const char *scan_name_end(const char *p)
{
    while (scan_is_name(*p))
        p++;
    return p;
}

const char *scan_spaces_end(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

const char *scan_line_end(const char *p)
{
    const char *newline = strchr(p, '\n');
    return newline ? newline + 1 : p + strlen(p);
}

bool scan_same(const char *p, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(p, word, n) == 0;
}

const char *scan_skip(const Engine *engine, const char *p)
{
    if (p[0] == '/' && p[1] == '*') {
        const char *close = strstr(p + 2, "*/");
        if (!close)
            scan_fail(engine, p, "open comment");
        return close + 2;
    }
    if (*p != '"' && *p != '\'')
        return p + 1;
    for (const char *q = p + 1; *q && *q != '\n'; q += q[0] == '\\' ? 2 : 1)
        if (*q == *p)
            return q + 1;
    scan_fail(engine, p, "open string");
}

const char *scan_closing(const Engine *engine, const char *p)
{
    const char *open = p;
    char close = *p == '(' ? ')' : *p == '[' ? ']' : '}';
    for (int depth = 0; *p; p = scan_skip(engine, p)) {
        if (*p == *open)
            depth++;
        else if (*p == close && --depth == 0)
            return p;
    }
    scan_fail(engine, open, "unbalanced bracket");
}

bool scan_declares(const Engine *engine, const char *p, const char *end)
{
    bool start = true;
    while (p < end) {
        const char *q = scan_is_name(*p) ? scan_name_end(p) : scan_skip(engine, p);
        if (start && scan_is_name(*p)) {
            size_t n = (size_t)(q - p);
            const char *next = q + strspn(q, " *\n");
            if (scan_is_name(*next) && next > q && !scan_same(p, n, "return") && !scan_same(p, n, "else") && !scan_same(p, n, "BNN_PARALLEL_FOR"))
                return true;
        }
        if (*p == '{')
            q = scan_closing(engine, p) + 1;
        start = *p == ';' || *p == '{' || *p == '\n' || (start && (isspace((unsigned char)*p) || (*p == '/' && p[1] == '*')));
        p = q;
    }
    return false;
}

bool scan_wants_one_statement(const Text *out)
{
    size_t n = out->length;
    while (n && isspace((unsigned char)out->at[n - 1]))
        n--;
    return n && (out->at[n - 1] == ')' || (n >= 4 && !memcmp(out->at + n - 4, "else", 4)));
}
