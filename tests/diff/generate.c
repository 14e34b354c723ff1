/* The frame: seed in, text of a model out. Draws an input, a few layers by the weights of families.def, a head, and model.compile. */
#include "diff/generate.h"

#include "base/bug.h"
#include "diff/draw.h"

typedef struct {
    int weight, where;
    bool single;
    bool (*draw)(Draw *d);
} Family;

static const Family families[] = {
#define FAMILY(name, weight, where) { weight, where, !((where) & CALLS), draws_##name },
#include "diff/families.def"
#undef FAMILY
};

static bool suits(const Draw *d, const Family *family, bool single)
{
    if (!(family->where & (1 << (d->shape.rank - 1))) || (single && !family->single))
        return false;
    if ((family->where & CALLS) && (d->style != WRITE_CALL || d->wrapper))
        return false;
    return !(family->where & CHANGES) || d->keep == FREE;
}

static bool draw_from(Draw *d, bool single)
{
    enum { TRIES = 8 };
    int total = 0, count = (int)(sizeof families / sizeof *families);
    for (int i = 0; i < count; i++)
        total += suits(d, &families[i], single) ? families[i].weight : 0;
    BUG_IF(total == 0);
    for (int try = 0; try < TRIES; try++) {
        int at = draw_below(d, total), i = 0;
        while (!suits(d, &families[i], single) || (at -= families[i].weight) >= 0)
            i++;
        if (families[i].draw(d))
            return true;
    }
    return false;
}

bool draw_family(Draw *d)
{
    return draw_from(d, false);
}

bool draw_simple(Draw *d)
{
    return draw_from(d, true);
}

/* Small models mostly: their compilation is what a check costs. */
static void draw_size(Draw *d)
{
    static const struct { int percent; int64_t work, cells; } sizes[] = { { 70, 30000, 1500 }, { 25, 150000, 4000 }, { 5, 1000000, 12000 } };
    int at = draw_below(d, 100), i = 0;
    while ((at -= sizes[i].percent) >= 0)
        i++;
    d->work = sizes[i].work;
    d->cells = sizes[i].cells;
}

static Dims input_shape(Draw *d)
{
    static const int ranks[] = { 1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 4 }, largest[] = { 0, 0, 16, 10, 5 };
    Dims shape = { .rank = ranks[draw_below(d, 12)] };
    for (int i = 0; i + 1 < shape.rank; i++)
        shape.dim[i] = i && draw_chance(d, 60) ? shape.dim[i - 1] : draw_between(d, 1, largest[shape.rank]);
    do
        shape.dim[shape.rank - 1] = draw_channels(d);
    while (dims_count(shape) > d->cells);
    return shape;
}

static void draw_input(Draw *d)
{
    const char *dtype = DRAW_PICK(d, "", "", "", ", dtype='uint8'", ", dtype='uint8'", ", dtype='int8'");
    const char *shape = dims_text(d->arena, d->shape.dim, d->shape.rank);
    bool calls = d->style == WRITE_CALL;
    text_printf(&d->text, "%sInput(%s%s)%s", calls ? "inputs = " : "model = Sequential([\n    ", shape, dtype, calls ? "\nx = inputs\n" : ",\n");
    if (*dtype && draw_chance(d, 70))
        draw_layer(d, d->shape, 0, "%s", DRAW_PICK(d, "Rescaling(1 / 127.5, offset=-1)", "Rescaling(1 / 255)", "Rescaling(1 / 64)", "Rescaling(0.5, offset=0.25)"));
}

const char *generate_model(Arena *arena, uint64_t seed)
{
    Draw d = { .arena = arena, .text = text_new(arena), .inputs = text_new(arena), .outputs = text_new(arena), .state = seed * 0x2545F4914F6CDD1Du + 1 };
    d.style = draw_chance(&d, 60) ? WRITE_CALL : WRITE_LIST;
    draw_size(&d);
    d.shape = input_shape(&d);
    draw_input(&d);
    for (int i = draw_between(&d, 1, 5); i > 0; i--)
        draw_family(&d);
    draw_head(&d);
    draw_compile(&d);
    Text file = text_new(arena);
    text_printf(&file, "# diff suite, seed %llu\n", (unsigned long long)seed);
    values_define(&file, d.text.at);
    text_add(&file, d.text.at);
    return file.at;
}
