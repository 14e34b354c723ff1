/* In: a table of numbers. Out: `BNN_CONST T name[n] = {...};`, floats exact, lines of at most 120 columns. */
#include "emit/internal.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Millions of numbers pass here: digits are written by hand. */
typedef struct { char at[40]; size_t length; } Digits;

static void digits_of(Digits *out, uint64_t number, unsigned base)
{
    char reversed[24];
    size_t count = 0;
    do
        reversed[count++] = "0123456789abcdef"[number % base];
    while (number /= base);
    while (count)
        out->at[out->length++] = reversed[--count];
}

static void digits_signed(Digits *out, int64_t number)
{
    if (number < 0)
        out->at[out->length++] = '-';
    digits_of(out, (uint64_t)(number < 0 ? -number : number), 10);
}

static void digits_word(Digits *out, uint32_t word)
{
    if (word >= 10) {
        out->at[out->length++] = '0';
        out->at[out->length++] = 'x';
    }
    digits_of(out, word, word < 10 ? 10 : 16);
    out->at[out->length++] = 'u';
}

static void digits_text(Digits *out, const char *text)
{
    out->length = strlen(text);
    memcpy(out->at, text, out->length);
}

static void digits_float(Digits *out, float value)
{
    if (isnan(value))
        digits_text(out, "0.0f / 0.0f");
    else if (isinf(value))
        digits_text(out, value > 0 ? "1.0f / 0.0f" : "-1.0f / 0.0f");
    else
        out->length = text_float_into(out->at, value);
}

static void element_digits(Digits *out, const Table *table, size_t i)
{
    const char *bytes = (const char *)table->data + i * (size_t)table->element_bytes;
    bool is_unsigned = table->c_type[0] == 'u';
    out->length = 0;
    if (table->is_float)
        digits_float(out, *(const float *)(const void *)bytes);
    else if (table->element_bytes == 4 && is_unsigned)
        digits_word(out, *(const uint32_t *)(const void *)bytes);
    else if (table->element_bytes == 4 && *(const int32_t *)(const void *)bytes == INT32_MIN)
        digits_text(out, "-2147483647 - 1");
    else if (table->element_bytes == 4)
        digits_signed(out, *(const int32_t *)(const void *)bytes);
    else if (table->element_bytes == 2)
        digits_signed(out, is_unsigned ? *(const uint16_t *)(const void *)bytes : *(const int16_t *)(const void *)bytes);
    else
        digits_signed(out, is_unsigned ? *(const uint8_t *)bytes : *(const int8_t *)bytes);
}

void table_print(Text *out, const Table *table)
{
    enum { WIDTH = 112 };
    text_printf(out, "BNN_CONST %s %s[%zu] = {\n", table->c_type, table->c_name, table->count);
    size_t line = out->length;
    for (size_t i = 0; i < table->count; i++) {
        Digits digits;
        element_digits(&digits, table, i);
        size_t column = out->length - line;
        if (column > 0 && column + digits.length + 2 > WIDTH) {
            text_add_char(out, '\n');
            line = out->length;
        } else if (column > 0) {
            text_add_char(out, ' ');
        }
        if (i + 1 < table->count)
            digits.at[digits.length++] = ',';
        text_add_bytes(out, digits.at, digits.length);
    }
    text_add(out, "\n};\n");
}
