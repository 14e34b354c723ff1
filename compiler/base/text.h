/* Text: a growing string in an arena, and small helpers on strings. Always zero-terminated. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    Arena *arena;
    char *at;
    size_t length, capacity;
} Text;

Text text_new(Arena *arena);
void text_add(Text *text, const char *piece);
void text_add_bytes(Text *text, const char *piece, size_t length);
void text_add_char(Text *text, char c);
/* Room for `room` characters more and the zero after them; where they go. Whoever writes there moves text->length on. */
char *text_reserve(Text *text, size_t room);
void text_printf(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(Text *text, const char *format, va_list arguments);

/* Whoever takes a long text, piece by piece. */
typedef void TextPut(void *to, const char *piece, size_t length);

/* A float as a C99 constant with suffix f: hexadecimal, at most 14 digits, exact, independent of the locale ("0x1.8p+1f").
 * Integers of magnitude below 2^24 print as "3.0f". Negative values keep their sign in front. NaN and infinity: BUG. */
const char *text_float(Arena *arena, float value);
/* The same into a buffer; its length. */
enum { TEXT_FLOAT_ROOM = 32 };
size_t text_float_into(char *out, float value);
/* Decimal digits, at most 20, without a zero after them; their number. */
size_t text_decimal_into(char *out, uint64_t number);
/* Edit distance with swaps of neighbours, for "did you mean". */
int text_distance(const char *a, const char *b);
/* The candidate nearest to name within 1 + length/4 edits, or NULL. */
const char *text_nearest(const char *name, const char *const *candidates, int count);
/* Keras' to_snake_case: "QuantConv2D" quant_conv2d, "PReLU" p_re_lu, "MaxPooling2D" max_pooling2d, "SteSign" ste_sign. */
const char *text_snake_case(Arena *arena, const char *class_name);
bool text_ends_with(const char *text, const char *tail);

#endif
