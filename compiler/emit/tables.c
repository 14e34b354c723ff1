/* In: a table of numbers. Out: `BNN_CONST T name[n] = {...};`, floats exact, words in hexadecimal of one width, lines of at most 120 columns.
 * Millions of numbers pass here: digits are written by hand, straight into the text. */
#include "emit/tables.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { WIDTH = 116, INDENT = 4, ELEMENT_MAX = TEXT_FLOAT_ROOM };

/* Writes one element, returns the end. digits: of the widest word of the table. */
typedef char *Write(char *out, const void *element, int digits);

static char *write_text(char *out, const char *text)
{
    size_t length = strlen(text);
    memcpy(out, text, length);
    return out + length;
}

static char *write_signed(char *out, int64_t number)
{
    if (number < 0)
        *out++ = '-';
    return out + text_decimal_into(out, (uint64_t)(number < 0 ? -number : number));
}

static char *write_word(char *out, const void *element, int digits)
{
    uint32_t word = *(const uint32_t *)element;
    if (digits == 1 && word < 10) {
        *out++ = (char)('0' + word);
    } else {
        *out++ = '0';
        *out++ = 'x';
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
            *out++ = "0123456789abcdef"[word >> shift & 15];
    }
    *out++ = 'u';
    return out;
}

static char *write_float(char *out, const void *element, int digits)
{
    float value = *(const float *)element;
    (void)digits;
    if (isnan(value))
        return write_text(out, "0.0f / 0.0f");
    if (isinf(value))
        return write_text(out, value > 0 ? "1.0f / 0.0f" : "-1.0f / 0.0f");
    return out + text_float_into(out, value);
}

static char *write_i32(char *out, const void *element, int digits)
{
    int32_t value = *(const int32_t *)element;
    (void)digits;
    return value == INT32_MIN ? write_text(out, "-2147483647 - 1") : write_signed(out, value);
}

static char *write_i16(char *out, const void *element, int digits) { (void)digits; return write_signed(out, *(const int16_t *)element); }
static char *write_u16(char *out, const void *element, int digits) { (void)digits; return write_signed(out, *(const uint16_t *)element); }
static char *write_i8(char *out, const void *element, int digits) { (void)digits; return write_signed(out, *(const int8_t *)element); }
static char *write_u8(char *out, const void *element, int digits) { (void)digits; return write_signed(out, *(const uint8_t *)element); }

static Write *writer_of(const Table *table)
{
    bool is_unsigned = table->c_type[0] == 'u';
    if (table->is_float)
        return write_float;
    if (table->element_bytes == 4)
        return is_unsigned ? write_word : write_i32;
    if (table->element_bytes == 2)
        return is_unsigned ? write_u16 : write_i16;
    return is_unsigned ? write_u8 : write_i8;
}

/* Hexadecimal digits of the largest word. */
static int digits_of(const Table *table)
{
    uint32_t all = 0;
    int digits = 1;
    for (size_t i = 0; i < table->count; i++)
        all |= ((const uint32_t *)table->data)[i];
    while (digits < 8 && all >> 4 * digits)
        digits++;
    return digits;
}

/* Lines of a table on their way: a buffer that is handed on when there may be no room for another number. */
typedef struct {
    TextPut *put;
    void *to;
    char *line, *at; /* where the line begins; the end */
    char buffer[1 << 16];
} Lines;

static void lines_flush(Lines *lines)
{
    size_t begun = (size_t)(lines->at - lines->line); /* the last line may go on */
    lines->put(lines->to, lines->buffer, (size_t)(lines->line - lines->buffer));
    memmove(lines->buffer, lines->line, begun);
    lines->line = lines->buffer;
    lines->at = lines->buffer + begun;
}

/* The number is written where it goes if the line has room; if not, it moves to the next one. */
static inline void add_number(Lines *lines, Write *write, const void *element, int digits)
{
    if ((size_t)(lines->buffer + sizeof lines->buffer - lines->at) < 2 * ELEMENT_MAX)
        lines_flush(lines);
    bool first = lines->at == lines->line;
    char *number = lines->at + (first ? INDENT : 1), *end = write(number, element, digits);
    if (!first && end + 1 - lines->line > WIDTH) {
        memmove(number + INDENT, number, (size_t)(end - number));
        end += INDENT;
        *lines->at++ = '\n';
        lines->line = lines->at;
        first = true;
    }
    if (first)
        memset(lines->at, ' ', INDENT);
    else
        *lines->at = ' ';
    *end = ',';
    lines->at = end + 1;
}

void table_print(const Table *table, TextPut *put, void *to)
{
    Write *write = writer_of(table);
    int digits = write == write_word ? digits_of(table) : 0;
    const char *element = table->data;
    Lines lines;
    lines.put = put;
    lines.to = to;
    lines.line = lines.at = lines.buffer;
    char count[24];
    const char *const head[] = {"BNN_CONST ", table->c_type, " ", table->c_name, "[", count, "] = {\n"};
    count[text_decimal_into(count, table->count)] = '\0';
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        put(to, head[i], strlen(head[i]));
    for (size_t i = 0; i < table->count; i++, element += table->element_bytes)
        add_number(&lines, write, element, digits);
    lines.at -= table->count > 0; /* the last comma */
    lines.at = write_text(lines.at, "\n};\n");
    lines.line = lines.at;
    lines_flush(&lines);
}
