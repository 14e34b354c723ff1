/* Shapes: flatten, reshape, permute, repeat, pad, crop: movers only, no arithmetic. */
#include "layers/family.h"

#include "base/clamp.h"

#include <string.h>

Value *apply_flatten(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Value *x = apply->input[0];
    if (x->shape.rank > 1)
        x = family_channels_last(apply, x);
    int count = (int)shape_count(x->shape);
    return x->shape.rank == 1 ? x : graph_reshape(apply->graph, x, shape_of(1, &count));
}

Value *apply_reshape(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    int dims[SHAPE_MAX], rank = apply_ints(apply, "target_shape", dims, SHAPE_MAX), open = -1;
    int64_t count = shape_count(apply->input[0]->shape), known = 1;
    if (rank > SHAPE_MAX) {
        apply_error(apply, "target_shape", "at most %d dimensions", SHAPE_MAX);
        return NULL;
    }
    for (int i = 0; i < rank; i++) {
        if (dims[i] == -1 && open < 0)
            open = i;
        else if (dims[i] < 1)
            known = 0;
        else
            known = clamp_product(known, dims[i]);
    }
    if (open >= 0 && known > 0 && count % known == 0)
        dims[open] = (int)(count / known);
    else if (open >= 0 || known != count) {
        apply_error(apply, "target_shape", "an input of shape %s (%lld values) cannot become %s", apply_shape_text(apply, apply->input[0]),
                    (long long)count, family_sizes(apply, dims, rank));
        return NULL;
    }
    return graph_reshape(apply->graph, apply->input[0], shape_of(rank, dims));
}

Value *apply_permute(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Value *x = apply->input[0];
    int dims[SHAPE_MAX], rank = apply_ints(apply, "dims", dims, SHAPE_MAX);
    bool seen[SHAPE_MAX + 1] = {false}, good = rank == x->shape.rank;
    for (int i = 0; i < rank && good; i++) {
        good = dims[i] >= 1 && dims[i] <= rank && !seen[dims[i]];
        if (good)
            seen[dims[i]--] = true;
    }
    if (good)
        return family_transpose(apply->graph, x, dims);
    apply_error(apply, "dims", "dims must hold each of 1..%d once, for an input of shape %s", x->shape.rank, apply_shape_text(apply, x));
    return NULL;
}

Value *apply_repeatvector(Apply *apply)
{
    if (!family_inputs(apply, 1) || !apply_rank(apply, 2))
        return NULL;
    Value *x = apply->input[0], *row = graph_reshape(apply->graph, x, shape_of(2, (int[]){1, x->shape.dim[0]}));
    return graph_repeat(apply->graph, row, (int[]){apply_int(apply, "n"), 1});
}

/* n, (a, b) or ((a0, a1), (b0, b1)) for each spatial axis; one axis: n or (before, after). */
static bool borders(Apply *apply, const char *argument, int spatial, int before[3], int after[3])
{
    Object *given = apply_argument(apply, argument);
    bool list = object_is_list_or_tuple(given), good = object_is_number(given) || list;
    if (list && (spatial > 1 ? given->u.list.count != spatial : given->u.list.count != 2 && given->u.list.count != 1))
        good = false;
    for (int i = 0; i < spatial && good; i++) {
        Object *item = !list || spatial == 1 ? given : given->u.list.at[i];
        bool pair = object_is_list_or_tuple(item);
        Object *first = pair && item->u.list.count ? item->u.list.at[0] : item;
        Object *second = pair && item->u.list.count ? item->u.list.at[item->u.list.count - 1] : item;
        good = object_is_number(first) && object_is_number(second) && object_number(first) >= 0 && object_number(second) >= 0;
        before[i] = good ? object_size(first) : 0;
        after[i] = good ? object_size(second) : 0;
    }
    if (!good)
        apply_error(apply, argument, spatial == 1 ? "%s must be an int or (before, after)" : "%s must be an int, one int an axis, or pairs (before, after)",
                    argument);
    return good;
}

static Value *zeropad(Apply *apply, int spatial, Value *x)
{
    int before[SHAPE_MAX] = {0}, after[SHAPE_MAX] = {0};
    if (!borders(apply, "padding", spatial, before, after))
        return NULL;
    return graph_pad(apply->graph, x, before, after, 0);
}

static Value *cropping(Apply *apply, int spatial, Value *x)
{
    int before[SHAPE_MAX] = {0}, after[SHAPE_MAX] = {0}, stride[SHAPE_MAX] = {1, 1, 1, 1, 1, 1};
    if (!borders(apply, "cropping", spatial, before, after))
        return NULL;
    Shape out = x->shape;
    for (int i = 0; i < spatial; i++) {
        out.dim[i] = clamp_int((int64_t)out.dim[i] - before[i] - after[i]);
        if (out.dim[i] < 1) {
            apply_error(apply, "cropping", "nothing is left of an input of shape %s", apply_shape_text(apply, apply->input[0]));
            return NULL;
        }
    }
    return graph_slice(apply->graph, x, before, stride, out);
}

Value *apply_zeropad1d(Apply *apply) { return family_either_format(apply, zeropad, 1); }
Value *apply_zeropad2d(Apply *apply) { return family_either_format(apply, zeropad, 2); }
Value *apply_zeropad3d(Apply *apply) { return family_either_format(apply, zeropad, 3); }
Value *apply_cropping1d(Apply *apply) { return family_either_format(apply, cropping, 1); }
Value *apply_cropping2d(Apply *apply) { return family_either_format(apply, cropping, 2); }
Value *apply_cropping3d(Apply *apply) { return family_either_format(apply, cropping, 3); }
