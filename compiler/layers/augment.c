/* Augmentation: in training images are cropped, flipped and moved by chance, each sample by itself; in inference nothing happens, but for the
 * crop, which takes the middle. */
#include "layers/family.h"

#include <math.h>
#include <string.h>

/* where(test of the sample, yes, no) */
static Value *by_chance(Apply *apply, const Expr *test, Value *random, Value *yes, Value *no)
{
    ExprPool *pool = apply->layers->pool;
    const Expr *chosen = expr_make(pool, EX_SELECT, test, expr_arg(pool, 1), expr_arg(pool, 2));
    return graph_map(apply->graph, chosen, 3, (Value *[]){random, yes, no});
}

static Shape one_per_sample(const Value *x)
{
    Shape shape = {.rank = x->shape.rank};
    for (int i = 0; i < shape.rank; i++)
        shape.dim[i] = 1;
    return shape;
}

static Value *pad_end(Graph *graph, Value *x, int axis, int count)
{
    int before[SHAPE_MAX] = {0}, after[SHAPE_MAX] = {0};
    after[axis] = count;
    return count ? graph_pad(graph, x, before, after, 0) : x;
}

/* A window of `size` along the axis that begins at start, an expression of the sample's random number with values 0..length - size: it is
 * taken apart into powers of two, each a shift or none. */
static Value *window_at(Apply *apply, Value *x, int axis, int size, const Expr *start, Value *random)
{
    int range = x->shape.dim[axis] - size, top = 1;
    while (top * 2 <= range)
        top *= 2;
    for (int bit = range ? top : 0; bit; bit /= 2) {
        const Expr *shifted = expr1(apply, EX_FLOOR, expr2(apply, EX_DIV, start, expr_number(apply, bit)));
        const Expr *half = expr1(apply, EX_FLOOR, expr2(apply, EX_DIV, shifted, expr_number(apply, 2)));
        const Expr *odd = expr2(apply, EX_SUB, shifted, expr2(apply, EX_MUL, expr_number(apply, 2), half));
        int length = x->shape.dim[axis], keep = size + bit - 1 < length ? size + bit - 1 : length; /* what smaller shifts may still reach */
        int there = length - bit < keep ? length - bit : keep;
        Value *moved = pad_end(apply->graph, family_cut(apply->graph, x, axis, bit, there), axis, keep - there);
        x = by_chance(apply, odd, random, moved, family_cut(apply->graph, x, axis, 0, keep));
    }
    return family_cut(apply->graph, x, axis, 0, size);
}

static Value *random_window(Apply *apply, Value *x, int axis, int size)
{
    const Expr *range = expr_number(apply, x->shape.dim[axis] - size + 1);
    const Expr *start = expr1(apply, EX_FLOOR, expr2(apply, EX_MUL, expr_arg(apply->layers->pool, 0), range));
    return window_at(apply, x, axis, size, start, apply_random(apply, one_per_sample(x)));
}

Value *apply_randomcrop(Apply *apply)
{
    int size[2];
    Value *center = family_center_crop(apply, size);
    if (!center || apply->training == 0)
        return center;
    Value *x = family_float(apply, apply->input[0]);
    for (int i = 0; i < 2; i++)
        x = random_window(apply, x, i, size[i]);
    return family_training_only(apply, family_float(apply, center), x);
}

Value *apply_randomflip(Apply *apply)
{
    if (!family_inputs(apply, 1) || !apply_rank(apply, 4))
        return NULL;
    const char *mode = apply_text(apply, "mode");
    Value *x = family_float(apply, apply->input[0]), *y = x;
    if (apply->training == 0)
        return x;
    const Expr *test = expr2(apply, EX_LT, expr_arg(apply->layers->pool, 0), expr_number(apply, 0.5));
    if (strstr(mode, "horizontal"))
        y = by_chance(apply, test, apply_random(apply, one_per_sample(x)), family_flip(apply->graph, y, 1), y);
    if (strstr(mode, "vertical"))
        y = by_chance(apply, test, apply_random(apply, one_per_sample(x)), family_flip(apply->graph, y, 0), y);
    return family_training_only(apply, x, y);
}

/* --- translation */

/* The fractions of the axis by which the image may move: f means -f..f. */
static bool translation_range(Apply *apply, const char *name, double *low, double *high)
{
    const Object *given = apply_argument(apply, name);
    bool pair = (given->kind == OBJECT_TUPLE || given->kind == OBJECT_LIST) && given->u.list.count == 2 && object_is_number(given->u.list.at[0])
                && object_is_number(given->u.list.at[1]);
    if (!pair && !object_is_number(given)) {
        apply_error(apply, name, "%s must be a number or (lowest, highest)", name);
        return false;
    }
    *high = object_number(pair ? given->u.list.at[1] : given);
    *low = pair ? object_number(given->u.list.at[0]) : -*high;
    bool good = *low <= *high && *low >= -1 && *high <= 1;
    if (!good)
        apply_error(apply, name, "%s must lie between -1 and 1, the lowest first", name);
    return good;
}

/* `count` cells that continue the image before its first (or behind its last) cell, as fill_mode says. */
static Value *border(Apply *apply, const char *mode, Value *x, int axis, int count, bool before)
{
    int length = x->shape.dim[axis], edge = before ? 0 : length - 1;
    if (count > length)
        return graph_concat(apply->graph, axis, 2, before ? (Value *[]){family_repeat_cell(apply->graph, x, axis, edge, count - length), border(apply, mode, x, axis, length, before)}
                                                          : (Value *[]){border(apply, mode, x, axis, length, before), family_repeat_cell(apply->graph, x, axis, edge, count - length)});
    if (!strcmp(mode, "nearest"))
        return family_repeat_cell(apply->graph, x, axis, edge, count);
    bool from_start = before == !strcmp(mode, "reflect");
    Value *part = family_cut(apply->graph, x, axis, from_start ? 0 : length - count, count);
    return strcmp(mode, "reflect") ? part : family_flip(apply->graph, part, axis);
}

static Value *extended(Apply *apply, Value *x, int axis, int before, int after)
{
    const char *mode = apply_text(apply, "fill_mode");
    if (!strcmp(mode, "constant")) {
        int begin[SHAPE_MAX] = {0}, end[SHAPE_MAX] = {0};
        begin[axis] = before, end[axis] = after;
        return graph_pad(apply->graph, x, begin, end, (float)apply_number(apply, "fill_value"));
    }
    Value *parts[3];
    int count = 0;
    if (before)
        parts[count++] = border(apply, mode, x, axis, before, true);
    parts[count++] = x;
    if (after)
        parts[count++] = border(apply, mode, x, axis, after, false);
    return graph_concat(apply->graph, axis, count, parts);
}

/* Output cell i is input cell i - t, t = low + u (high - low): a window of the extended image at start = before - t. Between two cells
 * (bilinear) the window has one cell more, and neighbours are mixed by the fraction of start. */
static Value *translate(Apply *apply, Value *x, int axis, double low, double high)
{
    int length = x->shape.dim[axis], before = high > 0 ? (int)ceil(high * length) : 0, after = low < 0 ? (int)ceil(-low * length) : 0;
    bool mixed = !strcmp(apply_text(apply, "interpolation"), "bilinear");
    Value *wide = extended(apply, x, axis, before, after + 1), *random = apply_random(apply, one_per_sample(x));
    const Expr *u = expr_arg(apply->layers->pool, 0);
    const Expr *start = expr2(apply, EX_SUB, expr_number(apply, before - low * length), expr2(apply, EX_MUL, u, expr_number(apply, (high - low) * length)));
    start = expr2(apply, EX_MAX, start, expr_number(apply, 0));
    if (!mixed)
        start = expr2(apply, EX_ADD, start, expr_number(apply, 0.5));
    const Expr *whole = expr2(apply, EX_MIN, expr1(apply, EX_FLOOR, start), expr_number(apply, before + after));
    Value *window = window_at(apply, wide, axis, length + mixed, whole, random);
    if (!mixed)
        return window;
    ExprPool *pool = apply->layers->pool;
    const Expr *share = expr2(apply, EX_SUB, start, whole), *here = expr_arg(pool, 1), *next = expr_arg(pool, 2);
    const Expr *mix = expr2(apply, EX_ADD, here, expr2(apply, EX_MUL, share, expr2(apply, EX_SUB, next, here)));
    Value *inputs[] = {random, family_cut(apply->graph, window, axis, 0, length), family_cut(apply->graph, window, axis, 1, length)};
    return graph_map(apply->graph, mix, 3, inputs);
}

Value *apply_randomtranslation(Apply *apply)
{
    static const char *const names[] = {"height_factor", "width_factor"};
    if (!family_inputs(apply, 1) || !apply_rank(apply, 4))
        return NULL;
    Value *x = family_float(apply, apply->input[0]), *y = x;
    for (int i = 0; i < 2; i++) {
        double low, high;
        if (!translation_range(apply, names[i], &low, &high))
            return NULL;
        if (apply->training != 0 && (low != 0 || high != 0))
            y = translate(apply, y, i, low, high);
    }
    return y == x ? x : family_training_only(apply, x, y);
}
