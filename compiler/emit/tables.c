/* In: a table of numbers. Out: `BNN_CONST T name[n] = {...};`, floats exact, lines of at most 120 columns. */
#include "emit/internal.h"

#include <math.h>
#include <stdint.h>

static const char *element_text(Arena *arena, const Table *table, size_t i)
{
    const char *bytes = (const char *)table->data + i * (size_t)table->element_bytes;
    if (table->is_float) {
        float value = *(const float *)(const void *)bytes;
        if (isnan(value))
            return "0.0f / 0.0f";
        if (isinf(value))
            return value > 0 ? "1.0f / 0.0f" : "-1.0f / 0.0f";
        return text_float(arena, value);
    }
    bool is_unsigned = table->c_type[0] == 'u';
    if (table->element_bytes == 4) {
        uint32_t word = *(const uint32_t *)(const void *)bytes;
        if (is_unsigned)
            return arena_printf(arena, word < 10 ? "%u" : "0x%xu", word);
        return (int32_t)word == INT32_MIN ? "-2147483647 - 1" : arena_printf(arena, "%d", (int32_t)word);
    }
    if (table->element_bytes == 2)
        return arena_printf(arena, "%d", is_unsigned ? *(const uint16_t *)(const void *)bytes : *(const int16_t *)(const void *)bytes);
    return arena_printf(arena, "%d", is_unsigned ? *(const uint8_t *)bytes : *(const int8_t *)bytes);
}

void table_print(Text *out, const Table *table)
{
    enum { WIDTH = 112 };
    text_printf(out, "BNN_CONST %s %s[%zu] = {\n", table->c_type, table->c_name, table->count);
    size_t line = out->length;
    Arena *scratch = arena_new();
    for (size_t i = 0; i < table->count; i++) {
        const char *text = element_text(scratch, table, i);
        size_t column = out->length - line, length = 0;
        while (text[length])
            length++;
        if (column > 0 && column + length + 2 > WIDTH) {
            text_add_char(out, '\n');
            line = out->length;
        } else if (column > 0) {
            text_add_char(out, ' ');
        }
        text_add(out, text);
        text_add(out, i + 1 < table->count ? "," : "");
    }
    arena_free(scratch);
    text_add(out, "\n};\n");
}
