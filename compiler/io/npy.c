/* NumPy's .npy: a header in Python's words (element type, order, shape), then the elements. In C order and little-endian only. */
#include "io/io.h"

#include <stdlib.h>
#include <string.h>

typedef enum { KIND_BYTES, KIND_SIGNED, KIND_UNSIGNED, KIND_REAL } ElementKind;
static const struct { const char *name; ElementKind kind; int width; } types[] = {
    { "|u1", KIND_BYTES, 1 },    { "|b1", KIND_BYTES, 1 },    { "|i1", KIND_SIGNED, 1 }, { "<i2", KIND_SIGNED, 2 }, { "<i4", KIND_SIGNED, 4 },
    { "<i8", KIND_SIGNED, 8 },   { "<u2", KIND_UNSIGNED, 2 }, { "<u4", KIND_UNSIGNED, 4 }, { "<u8", KIND_UNSIGNED, 8 },
    { "<f2", KIND_REAL, 2 },     { "<f4", KIND_REAL, 4 },     { "<f8", KIND_REAL, 8 },
};
enum { TYPES = sizeof types / sizeof *types };

static uint64_t little(const unsigned char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

/* The text behind 'key': in the header's dictionary. */
static const char *entry(const char *header, const char *key)
{
    const char *at = strstr(header, key);
    at = at ? strchr(at, ':') : NULL;
    return at ? at + 1 + strspn(at + 1, " ") : "";
}

static int find_type(const char *text)
{
    for (int i = 0; i < TYPES; i++)
        if ((*text == '\'' || *text == '"') && strncmp(text + 1, types[i].name, 3) == 0)
            return i;
    return -1;
}

static bool read_shape(const char *at, Array *array)
{
    if (*at != '(')
        return false;
    array->count = 1;
    for (at++; *at && *at != ')'; at++) {
        if (*at == ' ' || *at == ',')
            continue;
        char *end;
        long size = strtol(at, &end, 10);
        if (end == at || size <= 0 || size > INT32_MAX || array->rank == 8 || __builtin_mul_overflow(array->count, (size_t)size, &array->count))
            return false;
        array->dim[array->rank++] = (int)size;
        at = end - 1;
    }
    return *at == ')';
}

/* IEEE half: sign, 5 bits of exponent, 10 of mantissa. */
static float half(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31), mantissa = (int)(bits & 1023);
    float scale = 1.0f, value = exponent == 0 ? (float)mantissa * 0x1p-24f : (float)(mantissa + 1024) * 0x1p-25f;
    for (int i = 0; i < exponent; i++)
        scale *= 2.0f;
    if (exponent == 31)
        value = mantissa ? __builtin_nanf("") : __builtin_inff();
    else if (exponent)
        value *= scale;
    return bits >> 15 ? -value : value;
}

static float real(uint64_t bits, int width)
{
    if (width == 2)
        return half(bits);
    uint32_t word = (uint32_t)bits;
    float single;
    double value;
    memcpy(&single, &word, sizeof single);
    memcpy(&value, &bits, sizeof value);
    return width == 8 ? (float)value : single;
}

static bool take_whole(Arena *arena, Array *array, const unsigned char *at, int type)
{
    int width = types[type].width, unused = 64 - 8 * width;
    int32_t *whole = ARENA_ARRAY(arena, int32_t, array->count);
    for (size_t i = 0; i < array->count; i++) {
        uint64_t bits = little(at + i * (size_t)width, width);
        int64_t value = types[type].kind == KIND_SIGNED ? (int64_t)(bits << unused) >> unused : (int64_t)bits;
        if (value < INT32_MIN || value > INT32_MAX)
            return false;
        whole[i] = (int32_t)value;
    }
    array->whole = whole;
    return true;
}

static void take_reals(Arena *arena, Array *array, const unsigned char *at, int width)
{
    float *reals = ARENA_ARRAY(arena, float, array->count);
    for (size_t i = 0; i < array->count; i++)
        reals[i] = real(little(at + i * (size_t)width, width), width);
    array->reals = reals;
}

static Array *fail(Arena *arena, const char *path, const char **error, const char *what)
{
    *error = arena_printf(arena, "%s: %s", path, what);
    return NULL;
}

Array *npy_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error)
{
    const unsigned char *at = bytes;
    int size_bytes = count > 6 && at[6] == 1 ? 2 : 4;
    if (count < 12 || memcmp(at, "\x93NUMPY", 6) != 0)
        return fail(arena, path, error, "not a .npy array, or its header is damaged");
    uint64_t length = little(at + 8, size_bytes), start = 8 + (uint64_t)size_bytes + length;
    if (length > 1 << 16 || start > count)
        return fail(arena, path, error, "its .npy header is damaged");
    const char *header = arena_strndup(arena, (const char *)at + 8 + size_bytes, (size_t)length);
    int type = find_type(entry(header, "descr"));
    if (type < 0)
        return fail(arena, path, error, "only little-endian .npy arrays of bool, integers, float16, float32 and float64 are read");
    if (strncmp(entry(header, "fortran_order"), "True", 4) == 0)
        return fail(arena, path, error, "is in Fortran order: save np.ascontiguousarray(x)");
    Array *array = ARENA_NEW(arena, Array);
    if (!read_shape(entry(header, "shape"), array))
        return fail(arena, path, error, "its .npy header is damaged, or it is empty");
    if (array->count > (count - start) / (size_t)types[type].width)
        return fail(arena, path, error, "ends too early");
    if (types[type].kind == KIND_BYTES)
        array->bytes = at + start;
    else if (types[type].kind == KIND_REAL)
        take_reals(arena, array, at + start, types[type].width);
    else if (!take_whole(arena, array, at + start, type))
        return fail(arena, path, error, "holds integers beyond 32 bits");
    return array;
}
