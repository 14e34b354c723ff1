/* A doubling buffer; numbers as locale-free C constants; edit distance. */
#include "base/text.h"

#include "base/bug.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

Text text_new(Arena *arena)
{
    Text text = { .arena = arena, .capacity = 64 };
    text.at = arena_alloc(arena, text.capacity);
    return text;
}

char *text_reserve(Text *text, size_t room)
{
    if (text->length + room + 1 > text->capacity) {
        size_t capacity = text->length + room + 1;
        capacity = capacity < 2 * text->capacity ? 2 * text->capacity : capacity;
        char *grown = arena_alloc(text->arena, capacity);
        memcpy(grown, text->at, text->length);
        text->at = grown;
        text->capacity = capacity;
    }
    return text->at + text->length;
}

void text_add_bytes(Text *text, const char *piece, size_t length)
{
    char *end = text_reserve(text, length);
    memcpy(end, piece, length);
    end[length] = '\0';
    text->length += length;
}

void text_add(Text *text, const char *piece)
{
    text_add_bytes(text, piece, strlen(piece));
}

void text_add_char(Text *text, char c)
{
    text_add_bytes(text, &c, 1);
}

void text_vprintf(Text *text, const char *format, va_list arguments)
{
    char small[256];
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    BUG_IF(length < 0);
    if ((size_t)length < sizeof small)
        text_add_bytes(text, small, (size_t)length);
    else
        text_add(text, arena_vprintf(text->arena, format, again));
    va_end(again);
}

void text_printf(Text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(text, format, arguments);
    va_end(arguments);
}

static size_t put_text(char *out, const char *text)
{
    size_t length = strlen(text);
    memcpy(out, text, length + 1);
    return length;
}

size_t text_decimal_into(char *out, uint64_t number)
{
    char reversed[20];
    size_t length = 0;
    do
        reversed[length++] = (char)('0' + number % 10);
    while (number /= 10);
    for (size_t i = 0; i < length; i++)
        out[i] = reversed[length - 1 - i];
    return length;
}

/* printf would write the locale's decimal point, and be slow: a network's tables hold millions of these. The digits are the odd part of the
 * significand, so that the exponent is a power of two that needs no point. No branch on the sign: it is never to be foreseen. */
static size_t put_hexadecimal(char *out, float value)
{
    uint32_t bits, digits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 23 & 255), shift = 20;
    digits = (bits & 0x7fffff) | (exponent ? 0x800000 : 0); /* 0: subnormal */
    exponent += (exponent ? 0 : 1) + __builtin_ctz(digits) - 150;
    digits >>= __builtin_ctz(digits);
    char *at = out;
    *at = '-';
    at += bits >> 31;
    *at++ = '0';
    *at++ = 'x';
    while (!(digits >> shift))
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        *at++ = "0123456789abcdef"[digits >> shift & 15];
    *at++ = 'p';
    *at = '-';
    at += exponent < 0;
    at += text_decimal_into(at, (uint64_t)(exponent < 0 ? -exponent : exponent));
    *at++ = 'f';
    *at = '\0';
    return (size_t)(at - out);
}

size_t text_float_into(char *out, float value)
{
    BUG_IF(!isfinite(value));
    if (value == 0)
        return put_text(out, signbit(value) ? "-0.0f" : "0.0f");
    if (fabsf(value) < 16777216.0f && value == (float)(int32_t)value) {
        size_t sign = value < 0, length = sign;
        out[0] = '-';
        length += text_decimal_into(out + sign, (uint64_t)fabsf(value));
        return length + put_text(out + length, ".0f");
    }
    return put_hexadecimal(out, value);
}

const char *text_float(Arena *arena, float value)
{
    char digits[TEXT_FLOAT_ROOM];
    return arena_strndup(arena, digits, text_float_into(digits, value));
}

static int minimum(int a, int b)
{
    return a < b ? a : b;
}

int text_distance(const char *a, const char *b)
{
    enum { LIMIT = 64 };
    int n = (int)strlen(a), m = (int)strlen(b);
    if (n >= LIMIT || m >= LIMIT)
        return strcmp(a, b) ? LIMIT : 0;
    int d[LIMIT][LIMIT];
    for (int i = 0; i <= n; i++)
        d[i][0] = i;
    for (int j = 0; j <= m; j++)
        d[0][j] = j;
    for (int i = 1; i <= n; i++) {
        for (int j = 1; j <= m; j++) {
            int change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = minimum(change, minimum(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = minimum(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[n][m];
}

const char *text_nearest(const char *name, const char *const *candidates, int count)
{
    int length = (int)strlen(name), best = minimum(2 + length / 4, length); /* something of the name must be left */
    const char *nearest = NULL;
    for (int i = 0; i < count; i++) {
        int distance = strcasecmp(name, candidates[i]) ? text_distance(name, candidates[i]) : strcmp(name, candidates[i]) != 0;
        if (distance < best) {
            best = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}

bool text_ends_with(const char *text, const char *tail)
{
    size_t n = strlen(text), m = strlen(tail);
    return n >= m && strcmp(text + n - m, tail) == 0;
}

const char *text_snake_case(Arena *arena, const char *class_name)
{
    Text first = text_new(arena), second = text_new(arena);
    for (const char *c = class_name; *c;) {
        bool word = isupper((unsigned char)c[1]) && (islower((unsigned char)c[2]) || isdigit((unsigned char)c[2]));
        text_add_char(&first, *c++);
        if (!word)
            continue;
        text_add_char(&first, '_');
        do
            text_add_char(&first, *c++);
        while (islower((unsigned char)*c) || isdigit((unsigned char)*c));
    }
    for (const char *c = first.at; *c; c++) {
        if (c > first.at && islower((unsigned char)c[-1]) && isupper((unsigned char)*c))
            text_add_char(&second, '_');
        text_add_char(&second, (char)tolower((unsigned char)*c));
    }
    return second.at;
}
