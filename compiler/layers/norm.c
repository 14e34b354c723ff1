/* Normalization over the batch: one operator until the passes lower it. (Of each sample: norm_sample.c.) */
#include "layers/family.h"
#include "layers/network.h"

#include <math.h>
#include <string.h>

static void sort(int *numbers, int count)
{
    for (int i = 1; i < count; i++)
        for (int k = i; k > 0 && numbers[k - 1] > numbers[k]; k--) {
            int kept = numbers[k];
            numbers[k] = numbers[k - 1];
            numbers[k - 1] = kept;
        }
}

/* The normalized axes behind all others, as one axis: the channels. Where there are several, all the rest becomes one axis, too. */
static Value *channels_behind(Graph *graph, Value *x, const int *axes, int count, int order[SHAPE_MAX])
{
    int rest = 0, channels = 1, rank = x->shape.rank;
    for (int i = 0, next = 0; i < rank; i++) {
        if (next < count && axes[next] == i)
            next++;
        else
            order[rest++] = i;
    }
    for (int i = 0; i < count; i++) {
        order[rest + i] = axes[i];
        channels *= x->shape.dim[axes[i]];
    }
    Value *moved = family_transpose(graph, x, order);
    if (count == 1)
        return moved;
    if (!rest)
        return graph_reshape(graph, moved, shape_of(1, &channels));
    return graph_reshape(graph, moved, shape_of(2, (int[]){(int)shape_count(x->shape) / channels, channels}));
}

static Value *channels_back(Graph *graph, Value *y, const int order[SHAPE_MAX], Shape shape)
{
    int inverse[SHAPE_MAX];
    Shape moved = shape;
    for (int i = 0; i < shape.rank; i++) {
        moved.dim[i] = shape.dim[order[i]];
        inverse[order[i]] = i;
    }
    return family_transpose(graph, shape_equal(y->shape, moved) ? y : graph_reshape(graph, y, moved), inverse);
}

/* A statistic or weight of each channel. Over several axes Keras keeps all axes, the batch among them, with 1 for those averaged over. */
static Shape channel_shape(const Value *x, const int *axes, int count)
{
    Shape shape = {.rank = count == 1 ? 1 : x->shape.rank + 1};
    for (int i = 0; i < shape.rank; i++)
        shape.dim[i] = 1;
    for (int i = 0; i < count; i++)
        shape.dim[count == 1 ? 0 : axes[i] + 1] = x->shape.dim[axes[i]];
    return shape;
}

static Value *flat(Graph *graph, Value *weight)
{
    int count = weight ? (int)shape_count(weight->shape) : 0;
    return !weight || weight->shape.rank == 1 ? weight : graph_reshape(graph, weight, shape_of(1, &count));
}

/* What bnnc does not compute, and what would change the numbers. */
static bool plain_batchnorm(Apply *apply)
{
    static const char *const names[] = {"virtual_batch_size", "adjustment"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (apply_argument(apply, names[i])->kind == OBJECT_NONE)
            continue;
        apply_error(apply, names[i], "%s is not supported: training normalizes whole batches, by their statistics alone", names[i]);
        return false;
    }
    const Object *fused = apply_argument(apply, "fused");
    bool both = apply_bool(apply, "renorm") && fused->kind != OBJECT_NONE && object_truth(fused);
    if (both)
        apply_error(apply, "renorm", "renorm=True and fused=True exclude one another");
    return !both;
}

/* {"rmax": 3, "dmax": 5}: a bound that is absent or None is none. */
static bool read_clipping(Apply *apply, Renorm *renorm)
{
    const Object *clipping = apply_argument(apply, "renorm_clipping");
    const struct { const char *key; float *bound; } keys[] = {{"rmin", &renorm->rmin}, {"rmax", &renorm->rmax}, {"dmax", &renorm->dmax}};
    *renorm = (Renorm){.present = true, .momentum = (float)apply_number(apply, "renorm_momentum"), .rmin = -INFINITY, .rmax = INFINITY, .dmax = INFINITY};
    if (clipping->kind != OBJECT_DICT) {
        if (clipping->kind != OBJECT_NONE)
            diag_hint(apply_error(apply, "renorm_clipping", "renorm_clipping must be a dict, not %s", object_kind_name(clipping)), "dict(rmin=1 / 3, rmax=3, dmax=5)");
        return clipping->kind == OBJECT_NONE;
    }
    Arena *arena = apply->layers->arena;
    for (int i = 0; i < clipping->u.dict.count; i++) {
        const Object *key = clipping->u.dict.keys[i], *value = clipping->u.dict.values[i];
        size_t at = 0;
        while (at < 3 && !(key->kind == OBJECT_STRING && !strcmp(key->u.string.at, keys[at].key)))
            at++;
        if (at == 3) {
            diag_hint(apply_error(apply, "renorm_clipping", "renorm_clipping has no key %s", object_text(arena, key)), "it has rmin, rmax and dmax");
            return false;
        }
        if (value->kind != OBJECT_NONE && !object_is_number(value)) {
            apply_error(apply, "renorm_clipping", "renorm_clipping: %s must be a number or None, not %s", keys[at].key, object_text(arena, value));
            return false;
        }
        if (value->kind != OBJECT_NONE)
            *keys[at].bound = (float)object_number(value);
    }
    return true;
}

/* Both deviations start as the root of the moving variance. */
static bool root_initializer(Apply *apply, Shape shape, Initializer *out)
{
    const char *argument = "moving_variance_initializer";
    if (!initializer_make(apply->layers, apply_argument(apply, argument), shape, apply_span(apply, argument), apply->layer->class_name, out))
        return false;
    if (out->kind != INIT_CONSTANT && out->kind != INIT_ARRAY) {
        apply_error(apply, argument, "with renorm, a moving_variance_initializer that draws random numbers is not supported");
        return false;
    }
    int count = out->kind == INIT_ARRAY ? (int)shape_count(shape) : 0;
    float *roots = ARENA_ARRAY(apply->layers->arena, float, count + 1);
    for (int i = 0; i < count; i++)
        roots[i] = sqrtf(out->array[i]);
    *out = (Initializer){.kind = out->kind, .a = sqrtf(out->a), .array = count ? roots : NULL};
    return true;
}

/* Renormalization keeps three statistics more, flat ones here. */
static bool kept_statistics(Apply *apply, Shape shape, Value *kept[3], Renorm *renorm)
{
    Initializer root;
    if (!read_clipping(apply, renorm) || !root_initializer(apply, shape, &root))
        return false;
    kept[0] = apply_state_from(apply, "moving_stddev", shape, root);
    kept[1] = apply_state(apply, "renorm_mean", shape, 0, "moving_mean_initializer");
    kept[2] = apply_state_from(apply, "renorm_stddev", shape, root);
    for (int i = 0; i < 3; i++) {
        if (!kept[i])
            return false;
        kept[i] = flat(apply->graph, kept[i]);
    }
    return true;
}

/* Whether Keras runs its fused kernel, whose unbiased variance goes to the moving one: for images normalized over the first axis or the last. */
static bool is_fused(const Apply *apply, const Value *x, const int *axes, int count)
{
    const Object *fused = apply_argument(apply, "fused");
    bool wanted = fused->kind == OBJECT_NONE ? !apply_bool(apply, "synchronized") && !apply_bool(apply, "renorm") : object_truth(fused);
    return wanted && (x->shape.rank == 3 || x->shape.rank == 4) && count == 1 && (axes[0] == 0 || axes[0] == x->shape.rank - 1);
}

Value *apply_batchnorm(Apply *apply)
{
    if (!family_inputs(apply, 1) || !plain_batchnorm(apply))
        return NULL;
    Graph *graph = apply->graph;
    Value *x = family_float(apply, apply->input[0]), step = *x; /* what the layer sees of x: one step */
    if (apply->has_steps)
        step.shape = shape_of(x->shape.rank - 1, x->shape.dim + 1);
    int axes[SHAPE_MAX], order[SHAPE_MAX], count = family_axes(apply, "axis", &step, axes);
    if (!count)
        return NULL;
    sort(axes, count);
    Shape shape = channel_shape(&step, axes, count);
    bool fused = is_fused(apply, &step, axes, count);
    for (int i = 0; i < count; i++)
        axes[i] += apply->has_steps;
    if (shape.rank > SHAPE_MAX) {
        apply_error(apply, "axis", "several axes of an input of %d dimensions are not supported", step.shape.rank + 1);
        return NULL;
    }
    bool scale = apply_bool(apply, "scale"), center = apply_bool(apply, "center");
    Value *gamma = scale ? apply_weight(apply, "gamma", "gamma", shape) : NULL;
    Value *beta = center ? apply_weight(apply, "beta", "beta", shape) : NULL;
    Value *mean = apply_state(apply, "moving_mean", shape, 0, "moving_mean_initializer");
    Value *variance = apply_state(apply, "moving_variance", shape, 1, "moving_variance_initializer");
    if ((scale && !gamma) || (center && !beta) || !mean || !variance)
        return NULL;
    Value *kept[3];
    Renorm renorm = {0};
    if (apply_bool(apply, "renorm") && !kept_statistics(apply, shape, kept, &renorm))
        return NULL;
    bool frozen = !apply->layer->trainable || apply->training == 0;
    Value *y = graph_batchnorm(graph, channels_behind(graph, x, axes, count, order), flat(graph, gamma), flat(graph, beta), flat(graph, mean),
                               flat(graph, variance), (float)apply_number(apply, "epsilon"), (float)apply_number(apply, "momentum"), frozen, renorm.present ? kept : NULL);
    y->u.batchnorm.renorm = renorm;
    y->u.batchnorm.unbiased = fused;
    y->u.batchnorm.always = apply->training == 1 && !frozen;
    y->u.batchnorm.moves = 1 + (apply->outer ? apply->outer->more_runs : 0);
    return channels_back(graph, y, order, x->shape);
}
