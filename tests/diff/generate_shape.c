/* Families that move values: reshape, permute, borders, repetition, augmentation, slices. */
#include "diff/draw.h"

#include <string.h>

/* The element count in one to four factors. */
static Dims draw_factors(Draw *d, int count)
{
    Dims shape = { .rank = draw_between(d, 1, DIMS_MAX) };
    for (int i = 0; i + 1 < shape.rank; i++) {
        shape.dim[i] = 1;
        for (int factor = 2; factor <= 7; factor++)
            if (count % factor == 0 && draw_chance(d, 35)) {
                shape.dim[i] *= factor;
                count /= factor;
            }
    }
    shape.dim[shape.rank - 1] = count;
    return shape;
}

bool draws_reshape(Draw *d)
{
    if (draw_chance(d, 30))
        return draw_layer(d, (Dims){ .rank = 1, .dim = { (int)dims_count(d->shape) } }, 0, "Flatten()");
    Dims out = draw_factors(d, (int)dims_count(d->shape)), written = out;
    if (draw_chance(d, 30))
        written.dim[draw_below(d, out.rank)] = -1;
    return draw_layer(d, out, 0, "Reshape(%s)", dims_text(d->arena, written.dim, out.rank));
}

bool draws_permute(Draw *d)
{
    int order[DIMS_MAX] = { 1, 2, 3, 4 };
    Dims out = d->shape;
    for (int i = d->shape.rank - 1; i > 0; i--) {
        int other = draw_below(d, i + 1), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    for (int i = 0; i < d->shape.rank; i++)
        out.dim[i] = d->shape.dim[order[i] - 1];
    return draw_layer(d, out, 0, "Permute(%s)", dims_text(d->arena, order, d->shape.rank));
}

/* Borders before and after each axis, written as "n", or pairs. */
static const char *draw_borders(Draw *d, int before[3], int after[3])
{
    int spatial = d->shape.rank - 1, n = draw_between(d, 1, 2);
    bool plain = draw_chance(d, 30);
    Text text = text_new(d->arena);
    for (int i = 0; i < spatial; i++) {
        before[i] = after[i] = n;
        if (plain)
            continue;
        before[i] = draw_below(d, 3);
        after[i] = draw_below(d, 3);
        text_printf(&text, "%s(%d, %d)", i ? ", " : spatial > 1 ? "(" : "", before[i], after[i]);
    }
    if (plain)
        text_printf(&text, "%d", n);
    else if (spatial > 1)
        text_add_char(&text, ')');
    return text.at;
}

static bool borders(Draw *d, const char *layer, int sign)
{
    int before[3], after[3], spatial = d->shape.rank - 1;
    const char *text = draw_borders(d, before, after);
    Dims out = d->shape;
    for (int i = 0; i < spatial; i++) {
        out.dim[i] += sign * (before[i] + after[i]);
        if (out.dim[i] < 1)
            return false;
    }
    return draw_layer(d, out, 0, "%s%dD(%s)", layer, spatial, text);
}

bool draws_padding(Draw *d)
{
    return borders(d, "ZeroPadding", 1);
}

bool draws_cropping(Draw *d)
{
    return borders(d, "Cropping", -1);
}

bool draws_upsampling(Draw *d)
{
    int spatial = d->shape.rank - 1, size[3];
    bool bilinear = spatial == 2 && draw_chance(d, 30);
    Dims out = d->shape;
    for (int i = 0; i < spatial; i++) {
        size[i] = draw_between(d, 1, 3);
        out.dim[i] *= size[i];
    }
    Text text = text_new(d->arena);
    ints_print(&text, size, spatial);
    return draw_layer(d, out, 0, "UpSampling%dD(%s%s)", spatial, text.at, bilinear ? ", interpolation='bilinear'" : "");
}

bool draws_repeat(Draw *d)
{
    int n = draw_between(d, 1, 6);
    return draw_layer(d, (Dims){ .rank = 2, .dim = { n, d->shape.dim[0] } }, 0, "RepeatVector(%d)", n);
}

static bool crop(Draw *d, const char *layer)
{
    Dims out = d->shape;
    out.dim[0] = draw_between(d, 1, d->shape.dim[0]);
    out.dim[1] = draw_between(d, 1, d->shape.dim[1]);
    return draw_layer(d, out, 0, "%s(%d, %d)", layer, out.dim[0], out.dim[1]);
}

bool draws_augmentation(Draw *d)
{
    int kind = d->keep == FREE ? draw_below(d, 4) : 0;
    if (kind >= 2)
        return crop(d, kind == 2 ? "RandomCrop" : "CenterCrop");
    if (draw_chance(d, 40)) {
        const char *fill = DRAW_PICK(d, "reflect", "wrap", "constant", "nearest"), *between = DRAW_PICK(d, "bilinear", "nearest");
        return draw_layer(d, d->shape, 0, "RandomTranslation(%s, 0.3, fill_mode='%s', interpolation='%s')", draw_number(d, 0, 20), fill, between);
    }
    return draw_layer(d, d->shape, 0, "RandomFlip('%s')", DRAW_PICK(d, "horizontal", "vertical", "horizontal_and_vertical"));
}

/* Functions of tensors that no layer has. */
bool draws_slice(Draw *d)
{
    int channels = dims_channels(d->shape), part = draw_between(d, 1, channels), kind = draw_below(d, 3);
    if (kind == 0)
        draw_statement(d, "x = x[..., :%d]", part);
    else if (kind == 1 && channels % part == 0 && channels / part <= 8)
        draw_statement(d, "x = tf.split(x, %d, axis=-1)[%d]", channels / part, channels / part - 1);
    else if (kind == 2 && dims_count(d->shape) * 2 <= d->cells)
        draw_statement(d, "x = tf.concat([x, -x], axis=-1)");
    else
        return false;
    d->shape = dims_with_channels(d->shape, kind == 2 ? 2 * channels : part);
    return true;
}
