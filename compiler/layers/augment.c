/* Augmentation: in training images are cropped, flipped and moved by chance, each sample by itself; in inference nothing happens, but for the
 * crop, which resizes. */
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
    bool fits;
    if (!family_crop_size(apply, size, &fits))
        return NULL;
    Value *whole = family_smart_resize(apply, size);
    if (!whole || !fits || apply->training == 0)
        return whole;
    Value *x = family_float(apply, apply->input[0]);
    for (int i = 0; i < 2; i++)
        x = random_window(apply, x, i, size[i]);
    return family_training_only(apply, whole, x);
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
    bool pair = object_is_list_or_tuple(given) && given->u.list.count == 2 && object_is_number(given->u.list.at[0])
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

/* `count` cells that continue the image before its first (or behind its last) cell, as fill_mode says, which is no wrap. */
static Value *border(Apply *apply, const char *mode, Value *x, int axis, int count, bool before)
{
    int length = x->shape.dim[axis], edge = before ? 0 : length - 1;
    if (count > length)
        return graph_concat(apply->graph, axis, 2, before ? (Value *[]){family_repeat_cell(apply->graph, x, axis, edge, count - length), border(apply, mode, x, axis, length, before)}
                                                          : (Value *[]){border(apply, mode, x, axis, length, before), family_repeat_cell(apply->graph, x, axis, edge, count - length)});
    if (strcmp(mode, "reflect"))
        return family_repeat_cell(apply->graph, x, axis, edge, count);
    return family_flip(apply->graph, family_cut(apply->graph, x, axis, before ? 0 : length - count, count), axis);
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

/* x[cells[0]], x[cells[1]], ... along the axis. */
static Value *gathered(Apply *apply, Value *x, int axis, const int *cells, int count)
{
    Value **parts = ARENA_ARRAY(apply->layers->arena, Value *, count);
    int used = 0;
    for (int i = 0, run; i < count; i += run) {
        int step = i + 1 < count && cells[i + 1] == cells[i] ? 0 : 1;
        for (run = 1; i + run < count && cells[i + run] == cells[i] + step * run; run++)
            ;
        parts[used++] = step ? family_cut(apply->graph, x, axis, cells[i], run) : family_repeat_cell(apply->graph, x, axis, cells[i], run);
    }
    return graph_concat(apply->graph, axis, used, parts);
}

/* How far TensorFlow moves what lies at `at`, outside the image, to wrap it. What is still outside then becomes the nearest cell. */
static int wrapping(double at, int length)
{
    if (at >= 0 && at <= length - 1)
        return 0;
    return at < 0 ? length * ((int)(-at / (length - 1)) + 1) : -length * (int)(at / (length - 1));
}

static int held(int cell, int length)
{
    return cell < 0 ? 0 : cell < length ? cell : length - 1;
}

/* Where the translated image lies in one extended by `before` and `after` cells: at cell `whole`, and by `share` towards the next. */
typedef struct { int before, after; const Expr *whole, *share; Value *random; } Place;

/* fill_mode="wrap": what lies between two cells has neighbours of its own, and so has what lies on one. */
static Value *wrapped(Apply *apply, Value *x, int axis, const Place *place)
{
    Graph *graph = apply->graph;
    ExprPool *pool = apply->layers->pool;
    int length = x->shape.dim[axis], range = length + place->before + place->after;
    bool mixed = !strcmp(apply_text(apply, "interpolation"), "bilinear");
    int *cells[3];
    Value *inputs[4] = {place->random};
    for (int k = 0; k < 3; k++) { /* left of a place between cells, right of it, on a cell */
        cells[k] = ARENA_ARRAY(apply->layers->arena, int, range);
        for (int i = 0; i < range; i++) {
            int cell = i - place->before;
            cells[k][i] = held(cell + (k == 1) + wrapping(k == 2 ? cell : cell + 0.5, length), length);
        }
        inputs[1 + k] = window_at(apply, gathered(apply, x, axis, cells[k], range), axis, length, place->whole, place->random);
    }
    const Expr *here = expr_arg(pool, 1), *next = expr_arg(pool, 2);
    const Expr *between = mixed ? expr2(apply, EX_ADD, here, expr2(apply, EX_MUL, place->share, expr2(apply, EX_SUB, next, here)))
                                : expr_make(pool, EX_SELECT, expr2(apply, EX_LT, place->share, expr_number(apply, 0.5)), here, next);
    const Expr *on_a_cell = expr2(apply, EX_EQ, place->share, expr_number(apply, 0));
    return graph_map(graph, expr_make(pool, EX_SELECT, on_a_cell, expr_arg(pool, 3), between), 4, inputs);
}

/* Output cell i is input cell i - t, t = low + u (high - low): a window of the extended image at start = before - t. Between two cells
 * (bilinear) the window has one cell more, and neighbours are mixed by the fraction of start. */
static Value *translate(Apply *apply, Value *x, int axis, double low, double high)
{
    int length = x->shape.dim[axis], before = high > 0 ? (int)ceil(high * length) : 0, after = low < 0 ? (int)ceil(-low * length) : 0;
    bool mixed = !strcmp(apply_text(apply, "interpolation"), "bilinear"), wraps = !strcmp(apply_text(apply, "fill_mode"), "wrap");
    Value *random = apply_random(apply, one_per_sample(x));
    const Expr *u = expr_arg(apply->layers->pool, 0);
    const Expr *start = expr2(apply, EX_SUB, expr_number(apply, before - low * length), expr2(apply, EX_MUL, u, expr_number(apply, (high - low) * length)));
    start = expr2(apply, EX_MAX, start, expr_number(apply, 0));
    if (!mixed && !wraps)
        start = expr2(apply, EX_ADD, start, expr_number(apply, 0.5));
    const Expr *whole = expr2(apply, EX_MIN, expr1(apply, EX_FLOOR, start), expr_number(apply, before + after));
    if (wraps && length > 1)
        return wrapped(apply, x, axis, &(Place){before, after, whole, expr2(apply, EX_SUB, start, whole), random});
    Value *wide = extended(apply, x, axis, before, after + 1), *window = window_at(apply, wide, axis, length + mixed, whole, random);
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
