/* Summary: in: a model's rows. out: the two tables that larq.models.summary prints, character for character: bits, memory, MACs. */
#include "layers/figures.h"
#include "layers/layers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Arena *arena;
    int columns, rows, capacity;
    const char **cell;         /* [row][column] */
} Table;

/* --- text of numbers */

static const char *count_text(Arena *arena, double number)
{
    static const char *const suffixes[] = {"", " k", " M", " B", " T"};
    char digits[32];
    int step = 0;
    snprintf(digits, sizeof digits, "%.3g", number);
    number = strtod(digits, NULL);
    if (number >= 1e15)
        return arena_printf(arena, "%.2E", number);
    for (; number >= 1000 && step < 4; step++)
        number /= 1000;
    return arena_printf(arena, "%g%s", number, suffixes[step]);
}

static const char *memory_text(Arena *arena, int64_t bits)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    double bytes = (double)bits / 8;
    int unit = 0;
    for (; bytes >= 1024 && unit < 3; unit++)
        bytes /= 1024;
    if (bytes < 999.995)
        return arena_printf(arena, "%.2f %s", bytes, units[unit]);
    int64_t cents = (int64_t)(bytes * 100 + 0.5), whole = cents / 100;
    Text text = text_new(arena);
    const char *digits = arena_printf(arena, "%lld", (long long)whole);
    for (size_t i = 0, length = strlen(digits); i < length; i++) {
        if (i && (length - i) % 3 == 0)
            text_add(&text, ",");
        text_add_char(&text, digits[i]);
    }
    text_printf(&text, ".%02d %s", (int)(cents % 100), units[unit]);
    return text.at;
}

static const char *integer_text(Arena *arena, int64_t number)
{
    return arena_printf(arena, "%lld", (long long)number);
}

static const char *kilobytes_text(Arena *arena, const Widths *widths)
{
    int64_t bits = widths_memory(widths, 0);
    return bits ? arena_printf(arena, "%.2f", (double)bits / 8192) : "0";
}

static const char *outputs_text(Arena *arena, const LayerInfo *info)
{
    if (info->outputs_text)
        return info->outputs_text;
    Text text = text_new(arena);
    text_add(&text, info->output_shape.rank ? "(-1" : "(-1,");
    for (int i = 0; i < info->output_shape.rank; i++)
        text_printf(&text, ", %d", info->output_shape.dim[i]);
    text_add(&text, ")");
    return text.at;
}

/* --- tables as terminaltables draws them */

static const char **table_row(Table *table)
{
    if (table->rows == table->capacity) {
        int capacity = table->capacity ? 2 * table->capacity : 16;
        const char **cell = ARENA_ARRAY(table->arena, const char *, capacity * table->columns);
        for (int i = 0; i < table->rows * table->columns; i++)
            cell[i] = table->cell[i];
        table->cell = cell;
        table->capacity = capacity;
    }
    const char **row = table->cell + table->rows++ * table->columns;
    for (int i = 0; i < table->columns; i++)
        row[i] = "";
    return row;
}

static int column_width(const Table *table, int column)
{
    int width = 0;
    for (int row = 0; row < table->rows; row++) {
        int length = (int)strlen(table->cell[row * table->columns + column]);
        width = length > width ? length : width;
    }
    return width;
}

static int table_width(const Table *table)
{
    int width = 0;
    for (int i = 0; i < table->columns; i++)
        width += column_width(table, i) + 2;
    return width;
}

static void add_border(Text *text, int width, const char *title)
{
    int length = title && (int)strlen(title) <= width ? (int)strlen(title) : 0;
    text_add(text, "+");
    text_add_bytes(text, title ? title : "", (size_t)length);
    for (int i = length; i < width; i++)
        text_add(text, "-");
    text_add(text, "+\n");
}

static void add_rows(Text *text, const Table *table, int from, int to, bool right)
{
    for (int row = from; row < to; row++) {
        text_add(text, "|");
        for (int i = 0; i < table->columns; i++) {
            int width = column_width(table, i);
            text_printf(text, right && i ? " %*s " : " %-*s ", width, table->cell[row * table->columns + i]);
        }
        text_add(text, "|\n");
    }
}

/* --- the two tables */

static void add_numbers(const char **row, Arena *arena, const Profile *profile, const Profile *total)
{
    int column = 3;
    for (int i = 0; i < total->parameters.used; i++)
        row[column++] = integer_text(arena, widths_count(&profile->parameters, total->parameters.bits[i]));
    row[column++] = kilobytes_text(arena, &profile->parameters);
    for (int i = 0; i < total->macs.used; i++)
        row[column++] = profile->has_macs ? integer_text(arena, widths_count(&profile->macs, total->macs.bits[i])) : "?";
}

static void add_heading(Table *table, const Profile *total)
{
    const char **first = table_row(table);
    int column = 3;
    first[0] = "Layer", first[1] = "Input prec.", first[2] = "Outputs";
    for (int i = 0; i < total->parameters.used; i++)
        first[column++] = arena_printf(table->arena, "# %d-bit", total->parameters.bits[i]);
    first[column++] = "Memory";
    for (int i = 0; i < total->macs.used; i++)
        first[column++] = arena_printf(table->arena, "%d-bit MACs", total->macs.bits[i]);
    const char **second = table_row(table);
    second[1] = "(bit)";
    for (int i = 0; i < total->parameters.used; i++)
        second[3 + i] = "x 1";
    second[3 + total->parameters.used] = "(kB)";
}

static void add_stats(Text *text, Arena *arena, const Model *model, const Profile *each, const Profile *total)
{
    Table table = {.arena = arena, .columns = 4 + total->parameters.used + total->macs.used};
    add_heading(&table, total);
    for (int i = 0; i < model->layers.count; i++) {
        const LayerInfo *info = model->layers.at[i];
        const char **row = table_row(&table);
        row[0] = info->name;
        row[1] = info->input_precision > 0 ? integer_text(arena, info->input_precision) : "-";
        row[2] = outputs_text(arena, info);
        add_numbers(row, arena, &each[i], total);
    }
    const char **last = table_row(&table);
    last[0] = "Total";
    add_numbers(last, arena, total, total);
    int width = table_width(&table);
    add_border(text, width, arena_printf(arena, "%s stats", model->name));
    add_rows(text, &table, 0, 2, true);
    add_border(text, width, NULL);
    add_rows(text, &table, 2, table.rows - 1, true);
    add_border(text, width, NULL);
    add_rows(text, &table, table.rows - 1, table.rows, true);
    add_border(text, width, NULL);
}

static void add_fact(Table *table, const char *name, const char *value)
{
    const char **row = table_row(table);
    row[0] = name;
    row[1] = value;
}

static void add_mac_facts(Table *table, const Profile *total)
{
    Arena *arena = table->arena;
    int64_t macs = widths_sum(&total->macs), binary = widths_count(&total->macs, 1), ternary = widths_count(&total->macs, 2);
    add_fact(table, "Number of MACs", count_text(arena, (double)macs));
    if (binary)
        add_fact(table, "Ratio of MACs that are binarized", arena_printf(arena, "%.4f", (double)binary / (double)macs));
    if (ternary)
        add_fact(table, "Ratio of MACs that are ternarized", arena_printf(arena, "%.4f", (double)ternary / (double)macs));
}

static void add_facts(Text *text, Arena *arena, const Model *model, const Profile *total, bool with_macs)
{
    Table table = {.arena = arena, .columns = 2};
    int64_t count = widths_sum(&total->parameters), bits = widths_memory(&total->parameters, 0);
    add_fact(&table, "Total params", count_text(arena, (double)count));
    add_fact(&table, "Trainable params", count_text(arena, (double)total->trainable));
    add_fact(&table, "Non-trainable params", count_text(arena, (double)(count - total->trainable)));
    add_fact(&table, "Model size", memory_text(arena, bits));
    add_fact(&table, "Model size (8-bit FP weights)", memory_text(arena, widths_memory(&total->parameters, 8)));
    add_fact(&table, "Float-32 Equivalent", memory_text(arena, 32 * count));
    add_fact(&table, "Compression Ratio of Memory", arena_printf(arena, "%.2f", count ? (double)bits / (32.0 * (double)count) : 0.0));
    if (with_macs)
        add_mac_facts(&table, total);
    int width = table_width(&table);
    add_border(text, width, arena_printf(arena, "%s summary", model->name));
    add_rows(text, &table, 0, table.rows, false);
    add_border(text, width, NULL);
}

const char *layers_larq_summary(Arena *arena, const Model *model, bool macs)
{
    Text text = text_new(arena);
    Profile total = {.has_macs = true}, *each = ARENA_ARRAY(arena, Profile, model->layers.count ? model->layers.count : 1);
    for (int i = 0; i < model->layers.count; i++) {
        figures_add_layer(model->layers.at[i], &each[i]);
        figures_add_layer(model->layers.at[i], &total);
    }
    add_stats(&text, arena, model, each, &total);
    add_facts(&text, arena, model, &total, macs);
    return text.at;
}
