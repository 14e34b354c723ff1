/* What bind functions call: holes, tables, scratch, constants, the unroll policy. */
#include "plan/planning.h"

#include "base/bug.h"

#include <string.h>

static void add_hole(Step *step, const char *name, const char *text)
{
    Arena *arena = step->plan->arena;
    for (int i = 0; i < step->holes.count; i++)
        if (strcmp(step->holes.at[i].name, name) == 0)
            BUG("%s: $%s$ is bound twice", step->function, name);
    Hole hole = {arena_strdup(arena, name), text};
    VEC_PUSH(arena, &step->holes, hole);
}

void step_hole_int(Step *step, const char *name, int64_t value)
{
    add_hole(step, name, arena_printf(step->plan->arena, "%lld", (long long)value));
}

void step_hole_text(Step *step, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_hole(step, name, arena_vprintf(step->plan->arena, format, arguments));
    va_end(arguments);
}

void step_parallel(Step *step, double work)
{
    enum { WORTH = 32768 }; /* operations below which a team of threads costs more than it gives */
    step_hole_int(step, "parallel", step->plan->options.training && work >= WORTH);
}

static int type_bytes(const char *c_type)
{
    static const struct { const char *name; int bytes; } types[] = {
        {"float", 4}, {"uint32_t", 4}, {"int32_t", 4}, {"int", 4}, {"int16_t", 2}, {"uint16_t", 2}, {"int8_t", 1}, {"uint8_t", 1}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, c_type) == 0)
            return types[i].bytes;
    BUG("no table of %s", c_type);
}

static bool same_table(const Table *a, const Table *b)
{
    if (a->count != b->count || strcmp(a->c_type, b->c_type) != 0)
        return false;
    return a->data == b->data || memcmp(a->data, b->data, a->count * (size_t)a->element_bytes) == 0;
}

/* The table of the plan with these numbers: an earlier one, or this. */
static Table plan_table(Plan *plan, Table table)
{
    for (int i = 0; i < plan->tables.count; i++)
        if (same_table(&plan->tables.at[i], &table))
            return plan->tables.at[i];
    VEC_PUSH(plan->arena, &plan->tables, table);
    return table;
}

static void list_table(Step *step, Table table)
{
    for (int i = 0; i < step->tables.count; i++)
        if (step->tables.at[i].c_name == table.c_name)
            return;
    VEC_PUSH(step->plan->arena, &step->tables, table);
}

const char *step_data(Step *step, const char *name, const char *c_type, const void *data, size_t count)
{
    Arena *arena = step->plan->arena;
    int bytes = type_bytes(c_type);
    Table table = {.c_name = arena_printf(arena, "%s_%s", step->function, name), .c_type = arena_strdup(arena, c_type), .count = count,
                   .element_bytes = bytes, .is_float = strcmp(c_type, "float") == 0};
    table.data = memcpy(arena_alloc(arena, count * (size_t)bytes + 1), data, count * (size_t)bytes);
    table = plan_table(step->plan, table);
    list_table(step, table);
    return table.c_name;
}

void step_table(Step *step, const char *name, const char *c_type, const void *data, size_t count)
{
    add_hole(step, name, step_data(step, name, c_type, data, count));
}

Table step_constant_table(const Step *step, int input)
{
    const Storage *storage = step->inputs[input];
    BUG_IF(storage->place != PLACE_CONSTANT);
    Table table = {.c_name = arena_printf(step->plan->arena, "%s_in%d", step->function, input), .c_type = storage->c_type, .data = storage->data,
                   .element_bytes = type_bytes(storage->c_type), .is_float = strcmp(storage->c_type, "float") == 0};
    table.count = storage->bytes / (size_t)table.element_bytes;
    return plan_table(step->plan, table);
}

const char *step_list_constant(Step *step, int input)
{
    Table table = step_constant_table(step, input);
    list_table(step, table);
    return table.c_name;
}

const char *step_space(Step *step, const char *name, const char *c_type, size_t bytes)
{
    Arena *arena = step->plan->arena;
    Scratch scratch = {arena_strdup(arena, name), arena_strdup(arena, c_type), bytes, step->scratch_bytes};
    step->scratch_bytes += (bytes + 63) / 64 * 64;
    VEC_PUSH(arena, &step->scratches, scratch);
    return scratch.name;
}

void step_scratch(Step *step, const char *name, const char *c_type, size_t bytes)
{
    add_hole(step, name, step_space(step, name, c_type, bytes));
}

static const Value *input_value(const Step *step, int input)
{
    BUG_IF(input < 0 || input >= step->input_count);
    return step->inputs[input]->value;
}

const int32_t *step_constant_i32(const Step *step, int input)
{
    const Value *value = input_value(step, input);
    return value->op == OP_CONSTANT && value->element != ELEMENT_F32 ? value->u.data.i32 : NULL;
}

const char *step_input_name(Step *step, int input)
{
    Arena *arena = step->plan->arena;
    BUG_IF(input < 0 || input >= step->input_count);
    step->named_inputs |= 1u << input;
    if (step->inputs[input]->place == PLACE_CONSTANT)
        return step_constant_table(step, input).c_name;
    return arena_printf(arena, "in%d", input);
}

/* Loops that --unroll would unroll but for --max-code are told in the report. */
static bool fits(Step *step, int copies, int statements)
{
    enum { BYTES_PER_STATEMENT = 16 };
    double bytes = (double)copies * statements * BYTES_PER_STATEMENT;
    if (bytes <= (double)step->plan->options.max_code)
        return true;
    step->rolled = arena_printf(step->plan->arena, "%s%s%d copies of %d statements", step->rolled ? step->rolled : "", step->rolled ? ", " : "", copies,
                                statements);
    return false;
}

int step_unrolls(Step *step, int copies, int statements)
{
    return step->plan->options.unroll != UNROLL_NONE && fits(step, copies, statements);
}

int step_unrolls_around(Step *step, int copies, int statements)
{
    return step->plan->options.unroll == UNROLL_FULL && fits(step, copies, statements);
}
