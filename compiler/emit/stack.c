/* In: the C text of one function. Out: an estimate of its stack in bytes: its local arrays (dimensions are numbers or enum constants of the
 * function) and a fixed amount for scalars and saved registers. Vectors of unrolled registers count at 32 bytes. */
#include "emit/constant.h"
#include "emit/internal.h"

#include <ctype.h>
#include <string.h>

enum { FIXED = 192, NAMES_MAX = 32 };
typedef struct { const char *name; size_t length; long value; } Named;
typedef struct { Named at[NAMES_MAX]; int count; Arena *arena; } Sizes;

/* The expression with known names replaced by numbers. */
static bool evaluate(const Sizes *names, const char *p, const char *end, long *value)
{
    Text text = text_new(names->arena);
    while (p < end) {
        const char *q = p;
        while (q < end && (isalnum((unsigned char)*q) || *q == '_'))
            q++;
        bool found = false;
        for (int i = 0; i < names->count && q > p; i++)
            if (names->at[i].length == (size_t)(q - p) && !memcmp(names->at[i].name, p, (size_t)(q - p))) {
                text_printf(&text, "%ld", names->at[i].value);
                found = true;
            }
        if (!found && q > p)
            text_add_bytes(&text, p, (size_t)(q - p));
        if (q == p)
            text_add_char(&text, *q++);
        p = q;
    }
    const char *at = text.at;
    if (!constant_parse(&at, value))
        return false;
    while (isspace((unsigned char)*at))
        at++;
    return *at == '\0';
}

/* "enum { A = 1, B = A * 2 };" */
static void read_enum(Sizes *names, const char *line, const char *end)
{
    const char *p = memchr(line, '{', (size_t)(end - line));
    while (p && p < end && *p != '}' && names->count < NAMES_MAX) {
        p++;
        while (isspace((unsigned char)*p))
            p++;
        const char *name = p, *equals = memchr(p, '=', (size_t)(end - p));
        if (!equals)
            return;
        while (isalnum((unsigned char)*p) || *p == '_')
            p++;
        size_t length = (size_t)(p - name);
        const char *stop = equals + strcspn(equals, ",}");
        long value;
        if (evaluate(names, equals + 1, stop, &value))
            names->at[names->count++] = (Named){name, length, value};
        p = stop;
    }
}

/* "float part[16][8];" or "uint32_t lane[8] = {0};" */
static long array_bytes(const Sizes *names, const char *line, const char *end)
{
    static const struct { const char *type; int bytes; } types[] = {{"float ", 4}, {"uint32_t ", 4}, {"int32_t ", 4}, {"uint8_t ", 1}, {"int8_t ", 1},
        {"int16_t ", 2}, {"uint16_t ", 2}, {"int ", 4}, {"bnn_vf ", 32}, {"bnn_v ", 32}, {"bnn_b ", 32}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t n = strlen(types[i].type);
        if (strncmp(line, types[i].type, n))
            continue;
        const char *p = line + n;
        while (p < end && (isalnum((unsigned char)*p) || *p == '_'))
            p++;
        long total = types[i].bytes, dim;
        if (*p == ',' && types[i].type[0] == 'b') { /* unrolled registers */
            for (; p < end; p++)
                total += *p == ',' ? types[i].bytes : 0;
            return total;
        }
        if (*p != '[')
            return 0;
        for (; *p == '['; p = strchr(p, ']') + 1) {
            const char *close = memchr(p, ']', (size_t)(end - p));
            if (!close || !evaluate(names, p + 1, close, &dim))
                return 0;
            total *= dim;
        }
        return total;
    }
    return 0;
}

size_t stack_bytes(Arena *arena, const char *text)
{
    Sizes names = {.arena = arena};
    long total = FIXED;
    while (*text) {
        const char *end = strchr(text, '\n');
        end = end ? end : text + strlen(text);
        while (text < end && isspace((unsigned char)*text))
            text++;
        if (!strncmp(text, "enum {", 6))
            read_enum(&names, text, end);
        total += array_bytes(&names, text, end);
        text = *end ? end + 1 : end;
    }
    return (size_t)total;
}
