/* What all families use: random numbers, shapes, writing a layer. */
#include "diff/draw.h"

#include <string.h>

static uint64_t next(Draw *d)
{
    uint64_t z = d->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

int draw_below(Draw *d, int n)
{
    return (int)(next(d) % (uint64_t)n);
}

int draw_between(Draw *d, int low, int high)
{
    return low + draw_below(d, high - low + 1);
}

bool draw_chance(Draw *d, int percent)
{
    return draw_below(d, 100) < percent;
}

const char *draw_pick(Draw *d, const char *const *choices, int count)
{
    return choices[draw_below(d, count)];
}

const char *draw_number(Draw *d, int low, int high)
{
    int twentieths = draw_between(d, low, high);
    return arena_printf(d->arena, "%s%d.%02d", twentieths < 0 ? "-" : "", (twentieths < 0 ? -twentieths : twentieths) / 20,
                        (twentieths < 0 ? -twentieths : twentieths) % 20 * 5);
}

const char *draw_name(Draw *d, const char *stem)
{
    return arena_printf(d->arena, "%s_%d", stem, ++d->names);
}

int64_t dims_count(Dims shape)
{
    int64_t count = 1;
    for (int i = 0; i < shape.rank; i++)
        count *= shape.dim[i];
    return count;
}

int dims_channels(Dims shape)
{
    return shape.dim[shape.rank - 1];
}

Dims dims_with_channels(Dims shape, int channels)
{
    shape.dim[shape.rank - 1] = channels;
    return shape;
}

bool dims_equal(Dims a, Dims b)
{
    return a.rank == b.rank && memcmp(a.dim, b.dim, sizeof(int) * (size_t)a.rank) == 0;
}

const char *dims_text(Arena *arena, const int *dim, int count)
{
    Text text = text_new(arena);
    for (int i = 0; i < count; i++)
        text_printf(&text, "%s%d", i ? ", " : "(", dim[i]);
    text_add(&text, count == 1 ? ",)" : ")");
    return text.at;
}

int draw_channels(Draw *d)
{
    static const int usual[] = { 1, 2, 3, 4, 5, 8, 16, 31, 32, 33, 40, 64, 65, 96 };
    if (d->keep == KEEP_SHAPE)
        return dims_channels(d->shape);
    return draw_chance(d, 60) ? usual[draw_below(d, 14)] : draw_between(d, 1, 24);
}

/* The layer with one more argument: its text ends with the bracket that closes the others. */
static const char *with_argument(Draw *d, const char *layer, const char *argument)
{
    int length = (int)strlen(layer) - 1;
    return arena_printf(d->arena, "%.*s%s%s)", length, layer, layer[length - 1] == '(' ? "" : ", ", argument);
}

static void write_layer(Draw *d, const char *layer)
{
    if (d->channels_first)
        layer = with_argument(d, layer, "data_format='channels_first'");
    if (d->wrapper)
        layer = arena_printf(d->arena, "%s(%s)", d->wrapper, layer);
    if (d->style == WRITE_LIST)
        text_printf(&d->text, "    %s,\n", layer);
    else if (d->style == WRITE_CALL)
        text_printf(&d->text, "x = %s(x)\n", layer);
    else
        text_printf(&d->text, "%s = %s\n", d->name, layer);
}

bool draw_layer(Draw *d, Dims out, int64_t work, const char *format, ...)
{
    if ((out.rank && dims_count(out) > d->cells) || work > d->work)
        return false;
    va_list arguments;
    va_start(arguments, format);
    write_layer(d, arena_vprintf(d->arena, format, arguments));
    va_end(arguments);
    d->work -= work;
    d->shape = out;
    return true;
}

void draw_statement(Draw *d, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(&d->text, format, arguments);
    va_end(arguments);
    text_add_char(&d->text, '\n');
}
