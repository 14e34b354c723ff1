/* C texts around levels: a level as the bits of its planes, as int16, and back; the text of an Expr. The code of a level is that of
 * planes_of: {-1,+1} one bit, set for -1; {-1,0,+1} nonzero and negative; else (level - lo) / step in binary. */
#include "plan/planning.h"

#include "base/bug.h"

static bool is_ternary(const Value *value)
{
    return value->lo == -1 && value->hi == 1 && value->step == 1;
}

static const char *binary_code(Arena *arena, const Value *value, const char *integer)
{
    const char *above = value->lo == 0 ? integer
                      : value->lo > 0 ? arena_printf(arena, "(%s - %d)", integer, value->lo)
                                      : arena_printf(arena, "(%s + %d)", integer, -value->lo);
    return value->step > 1 ? arena_printf(arena, "(uint32_t)(%s / %d)", above, value->step) : arena_printf(arena, "(uint32_t)%s", above);
}

/* A level that is not a number counts as the lowest: `!(x >= 0)`, or `x == x`. (Not `x >= lowest`: clang 14 takes that for one more maximum
 * behind the quantizer's own, drops it, and converts the NaN.) */
const char *level_code_from_float(Arena *arena, const Value *value, const char *level)
{
    if (value_is_signs(value))
        return arena_printf(arena, "(uint32_t)!(%s >= 0.0f)", level);
    if (is_ternary(value))
        return arena_printf(arena, "(uint32_t)(%s != 0.0f) + 2u * (uint32_t)!(%s >= 0.0f)", level, level);
    return binary_code(arena, value, arena_printf(arena, "(%s == %s ? (int)%s : %d)", level, level, level, value->lo));
}

const char *level_code_from_int(Arena *arena, const Value *value, const char *level)
{
    if (value_is_signs(value))
        return arena_printf(arena, "(uint32_t)(%s < 0)", level);
    if (is_ternary(value))
        return arena_printf(arena, "(uint32_t)(%s != 0) + 2u * (uint32_t)(%s < 0)", level, level);
    return binary_code(arena, value, level);
}

const char *level_int16(Arena *arena, const Value *value, const char *level)
{
    return arena_printf(arena, "(int16_t)(%s == %s ? (int)%s : %d)", level, level, level, value->lo);
}

const char *level_from_bits(Arena *arena, const Value *value, const char *const *bits)
{
    Planes planes = planes_of(value->lo, value->hi, value->step);
    Text out = text_new(arena);
    text_printf(&out, "%d", planes.base);
    for (int p = 0; p < planes.count; p++)
        text_printf(&out, " %c %d * (int)%s", planes.coefficient[p] < 0 ? '-' : '+',
                    planes.coefficient[p] < 0 ? -planes.coefficient[p] : planes.coefficient[p], bits[p]);
    return out.at;
}

static void add_line(void *context, const char *text)
{
    Text *lines = context;
    text_printf(lines, "%s\n", text);
}

const char *expression_text(Arena *arena, const Expr *expr, const char *const *arguments, Text *lines)
{
    return expr_print_c(arena, expr, arguments, add_line, lines);
}
