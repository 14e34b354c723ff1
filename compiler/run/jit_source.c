/* One source text without files behind it, for libtcc, which cannot take headers from memory: see jit_parts.h. */
#include "run/jit_parts.h"

#include "base/embedded.h"
#include "base/text.h"

#include <string.h>

enum { INCLUDE_DEPTH = 16 };

typedef struct { const char *name, *text; } Header;

/* Hand-written, since libtcc runs without any include directory. The sizes are those of every host that Debian's libtcc knows. */
static const Header standard_headers[] = {
    { "stdint.h",
      "#ifndef JIT_STDINT\n#define JIT_STDINT\n"
      "typedef signed char int8_t; typedef unsigned char uint8_t; typedef short int16_t; typedef unsigned short uint16_t;\n"
      "typedef int int32_t; typedef unsigned int uint32_t;\n"
      "#if __SIZEOF_LONG__ == 8\ntypedef long int64_t; typedef unsigned long uint64_t;\n"
      "#define INT64_C(c) c##L\n#define UINT64_C(c) c##UL\n"
      "#else\ntypedef long long int64_t; typedef unsigned long long uint64_t;\n"
      "#define INT64_C(c) c##LL\n#define UINT64_C(c) c##ULL\n#endif\n"
      "typedef __SIZE_TYPE__ uintptr_t; typedef __PTRDIFF_TYPE__ intptr_t;\n"
      "#define INT32_C(c) c\n#define UINT32_C(c) c##U\n"
      "#define INT8_MAX 127\n#define INT8_MIN (-128)\n#define UINT8_MAX 255\n#define INT16_MAX 32767\n#define INT16_MIN (-32768)\n"
      "#define UINT16_MAX 65535\n#define INT32_MAX 2147483647\n#define INT32_MIN (-2147483647-1)\n#define UINT32_MAX 4294967295U\n"
      "#define INT64_MAX INT64_C(9223372036854775807)\n#define INT64_MIN (-INT64_MAX-1)\n#define UINT64_MAX UINT64_C(18446744073709551615)\n"
      "#define SIZE_MAX ((__SIZE_TYPE__)-1)\n#endif\n" },
    { "stddef.h",
      "#ifndef JIT_STDDEF\n#define JIT_STDDEF\ntypedef __SIZE_TYPE__ size_t; typedef __PTRDIFF_TYPE__ ptrdiff_t;\n"
      "#ifndef NULL\n#define NULL ((void *)0)\n#endif\n#define offsetof(type, member) ((size_t)&((type *)0)->member)\n#endif\n" },
    { "stdbool.h", "#ifndef JIT_STDBOOL\n#define JIT_STDBOOL\n#define bool _Bool\n#define true 1\n#define false 0\n#endif\n" },
    { "string.h",
      "#ifndef JIT_STRING\n#define JIT_STRING\nvoid *memcpy(void *, const void *, __SIZE_TYPE__); void *memmove(void *, const void *, __SIZE_TYPE__);\n"
      "void *memset(void *, int, __SIZE_TYPE__); int memcmp(const void *, const void *, __SIZE_TYPE__);\n#endif\n" },
    { "math.h", "#ifndef JIT_MATH\n#define JIT_MATH\nfloat sqrtf(float); double sqrt(double);\n#endif\n" },
    { "float.h",
      "#ifndef JIT_FLOAT\n#define JIT_FLOAT\n#define FLT_MAX 0x1.fffffep127f\n#define FLT_MIN 0x1p-126f\n#define FLT_EPSILON 0x1p-23f\n#endif\n" },
    { "limits.h", "#ifndef JIT_LIMITS\n#define JIT_LIMITS\n#define CHAR_BIT 8\n#define INT_MAX 2147483647\n#define INT_MIN (-2147483647-1)\n#endif\n" },
};

typedef struct {
    Arena *arena;
    const char *header_name, *header_text;
    Text out;
} Flatten;

static const char *find_header(const Flatten *flatten, const char *name)
{
    if (strcmp(name, flatten->header_name) == 0)
        return flatten->header_text;
    for (size_t i = 0; i < sizeof standard_headers / sizeof *standard_headers; i++)
        if (strcmp(name, standard_headers[i].name) == 0)
            return standard_headers[i].text;
    const char *path = arena_printf(flatten->arena, "runtime/%s", name);
    for (const Embedded *file = embedded_templates; file->path; file++)
        if (strcmp(file->path, path) == 0)
            return file->text;
    return NULL;
}

/* The name in `#include <name>` or `#include "name"`, else NULL. */
static const char *include_name(Arena *arena, const char *line, size_t length)
{
    const char *at = line, *end = line + length;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (at == end || *at++ != '#')
        return NULL;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if ((size_t)(end - at) < 8 || strncmp(at, "include", 7) != 0)
        return NULL;
    at += 7;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (at == end || (*at != '<' && *at != '"'))
        return NULL;
    char close = *at == '<' ? '>' : '"';
    const char *last = memchr(at + 1, close, (size_t)(end - at - 1));
    return last ? arena_strndup(arena, at + 1, (size_t)(last - at - 1)) : NULL;
}

static void add_file(Flatten *flatten, const char *name, const char *text, int depth)
{
    text_printf(&flatten->out, "#line 1 \"%s\"\n", name);
    int number = 1;
    while (*text) {
        size_t length = strcspn(text, "\n");
        const char *included = include_name(flatten->arena, text, length);
        const char *header = included && depth < INCLUDE_DEPTH ? find_header(flatten, included) : NULL;
        if (header) {
            add_file(flatten, included, header, depth + 1);
            text_printf(&flatten->out, "#line %d \"%s\"\n", number + 1, name);
        } else {
            text_add_bytes(&flatten->out, text, length);
            text_add_char(&flatten->out, '\n');
        }
        text += length;
        if (*text == '\n')
            text++;
        number++;
    }
}

const char *jit_source_flatten(Arena *arena, const char *stem, const char *c_text, const char *h_text)
{
    Flatten flatten = { .arena = arena, .header_name = arena_printf(arena, "%s.h", stem), .header_text = h_text, .out = text_new(arena) };
    add_file(&flatten, arena_printf(arena, "%s.c", stem), c_text, 0);
    return flatten.out.at;
}
