/* Preprocessing layers: scaling and normalization with given numbers, the middle of an image, another size. */
#include "layers/family.h"

#include <math.h>
#include <string.h>

/* A number, or as many as `shape` has, as an expression: ARG *used is the next free argument. */
static const Expr *constant_argument(Apply *apply, const char *name, Shape shape, Value **inputs, int *used)
{
    Object *given = apply_argument(apply, name);
    if (object_is_number(given))
        return expr_number(apply, object_number(given));
    bool list = object_is_list_or_tuple(given), array = given->kind == OBJECT_ARRAY;
    int count = list ? given->u.list.count : array ? 1 : 0, wanted = (int)shape_count(shape);
    for (int i = 0; array && i < given->u.array.rank; i++)
        count *= given->u.array.dim[i];
    float *values = ARENA_ARRAY(apply->layers->arena, float, count ? count : 1);
    bool good = count == 1 || count == wanted;
    for (int i = 0; i < count && good; i++) {
        good = array || object_is_number(given->u.list.at[i]);
        values[i] = !good ? 0 : array ? (float)given->u.array.at[i] : (float)object_number(given->u.list.at[i]);
    }
    if (!good) {
        apply_error(apply, name, "%s must be a number, or a list of %d numbers (one a channel)", name, wanted);
        return NULL;
    }
    inputs[*used] = graph_constant_f32(apply->graph, count == wanted ? shape : shape_of(1, &count), values);
    return expr_arg(apply->layers->pool, (*used)++);
}

/* The sizes along the axes of the argument, 1 along those between and behind: what statistics of theirs have. False after an error. */
static bool kept_axes(Apply *apply, Shape *shape)
{
    const Value *x = apply->input[0];
    int axes[SHAPE_MAX], dims[SHAPE_MAX] = {0}, count = 0, first = x->shape.rank;
    if (apply_ints(apply, "axis", axes, SHAPE_MAX) && !(count = family_axes(apply, "axis", x, axes)))
        return false;
    for (int i = 0; i < count; i++) {
        dims[axes[i]] = x->shape.dim[axes[i]];
        first = axes[i] < first ? axes[i] : first;
    }
    for (int i = first; i < x->shape.rank; i++)
        dims[i] = dims[i] ? dims[i] : 1;
    *shape = shape_of(x->shape.rank - first, dims + first);
    return true;
}

Value *apply_rescaling(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    Value *inputs[3] = {apply->input[0]};
    int used = 1;
    const Shape *shape = &apply->input[0]->shape;
    Shape channels = shape_of(1, &shape->dim[shape->rank - 1]);
    const Expr *scale = constant_argument(apply, "scale", channels, inputs, &used);
    const Expr *offset = scale ? constant_argument(apply, "offset", channels, inputs, &used) : NULL;
    if (!offset)
        return NULL;
    const Expr *y = expr2(apply, EX_ADD, expr2(apply, EX_MUL, expr_arg(apply->layers->pool, 0), scale), offset);
    return graph_map(apply->graph, y, used, inputs);
}

/* (x - mean) / max(sqrt(variance), 1e-7); inverted: mean + x * that. */
Value *apply_normalization(Apply *apply)
{
    if (!family_inputs(apply, 1))
        return NULL;
    if (apply_argument(apply, "mean")->kind == OBJECT_NONE || apply_argument(apply, "variance")->kind == OBJECT_NONE) {
        diag_hint(apply_error(apply, NULL, "mean and variance must be given: adapt() needs data that bnnc does not see"),
                  "Normalization(mean=..., variance=...)");
        return NULL;
    }
    Shape shape;
    if (!kept_axes(apply, &shape))
        return NULL;
    Value *inputs[3] = {apply->input[0]};
    int used = 1;
    const Expr *mean = constant_argument(apply, "mean", shape, inputs, &used);
    const Expr *variance = mean ? constant_argument(apply, "variance", shape, inputs, &used) : NULL;
    if (!variance)
        return NULL;
    const Expr *x = expr_arg(apply->layers->pool, 0);
    const Expr *deviation = expr2(apply, EX_MAX, expr1(apply, EX_SQRT, variance), expr_number(apply, 1e-7));
    const Expr *y = apply_bool(apply, "invert") ? expr2(apply, EX_ADD, mean, expr2(apply, EX_MUL, x, deviation))
                                                : expr2(apply, EX_DIV, expr2(apply, EX_SUB, x, mean), deviation);
    return graph_map(apply->graph, y, used, inputs);
}

bool family_crop_size(Apply *apply, int size[2], bool *fits)
{
    if (!family_inputs(apply, 1) || !apply_rank(apply, 4))
        return false;
    size[0] = apply_int(apply, "height");
    size[1] = apply_int(apply, "width");
    *fits = size[0] <= apply->input[0]->shape.dim[0] && size[1] <= apply->input[0]->shape.dim[1];
    return true;
}

/* A crop that is larger than the image makes it larger. */
Value *apply_centercrop(Apply *apply)
{
    int size[2];
    bool fits;
    if (!family_crop_size(apply, size, &fits))
        return NULL;
    Value *x = apply->input[0];
    for (int i = 0; i < 2 && fits; i++)
        x = family_cut(apply->graph, x, i, (x->shape.dim[i] - size[i]) / 2, size[i]);
    return fits ? x : family_smart_resize(apply, size);
}
