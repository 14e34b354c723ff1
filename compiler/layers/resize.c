/* Other sizes: cells repeated (UpSampling), or a matrix along each axis that interpolates as tf.image.resize does: half-pixel centres. */
#include "layers/family.h"

#include "base/clamp.h"

#include <math.h>
#include <string.h>

typedef void (*Interpolation)(float at, int count, float *column, int stride);

static int clamped(int i, int count)
{
    return i < 0 ? 0 : i > count - 1 ? count - 1 : i;
}

static void nearest(float at, int count, float *column, int stride)
{
    column[clamped((int)floorf(at + 0.5f), count) * stride] = 1;
}

static void bilinear(float at, int count, float *column, int stride)
{
    int low = (int)floorf(at);
    float share = at - (float)low;
    column[clamped(low, count) * stride] += 1 - share;
    column[clamped(low + 1, count) * stride] += share;
}

enum { CUBIC_STEPS = 1024 }; /* TensorFlow takes the cubic from a table of so many distances between two cells */

/* Keys' cubic, a = -1/2, at that many steps from a cell. */
static float cubic(long steps)
{
    double x = (double)steps / CUBIC_STEPS;
    return (float)(x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2);
}

/* Cells outside have no weight; the others share it. */
static void bicubic(float at, int count, float *column, int stride)
{
    int low = (int)floorf(at);
    long steps = lrintf((at - (float)low) * CUBIC_STEPS);
    float weight[] = {cubic(steps + CUBIC_STEPS), cubic(steps), cubic(CUBIC_STEPS - steps), cubic(2 * CUBIC_STEPS - steps)}, sum = 0;
    for (int i = 0; i < 4; i++) {
        bool inside = low - 1 + i >= 0 && low - 1 + i < count;
        weight[i] = inside ? weight[i] : 0;
        sum += weight[i];
    }
    for (int i = 0; i < 4; i++)
        if (weight[i] != 0)
            column[(low - 1 + i) * stride] = weight[i] / sum;
}

static Interpolation interpolation_of(const Apply *apply)
{
    const char *name = apply_has(apply, "interpolation") ? apply_text(apply, "interpolation") : NULL;
    return !name || !strcmp(name, "nearest") ? nearest : !strcmp(name, "bicubic") ? bicubic : bilinear;
}

/* n points along the axis become m. */
static Value *resized(Apply *apply, Value *x, int axis, int m, Interpolation weigh)
{
    Graph *graph = apply->graph;
    int n = x->shape.dim[axis], order[SHAPE_MAX], rank = x->shape.rank;
    Shape wanted = x->shape, square = shape_of(2, (int[]){n, m});
    wanted.dim[axis] = m;
    if (n == m)
        return x;
    if (!apply_fits(apply, "output", wanted) || !apply_fits(apply, "interpolation matrix", square))
        return NULL;
    float *matrix = ARENA_ARRAY(apply->layers->arena, float, shape_count(square)), scale = (float)n / (float)m;
    for (int o = 0; o < m; o++)
        weigh(((float)o + 0.5f) * scale - 0.5f, n, matrix + o, m);
    Value *weights = graph_constant_f32(graph, square, matrix);
    for (int i = 0; i < rank; i++)
        order[i] = i;
    order[axis] = rank - 1;
    order[rank - 1] = axis;
    Window window = {.in_channels = n, .out_channels = m, .groups = 1};
    Value *y = graph_product(graph, ROLE_FORWARD, &window, graph_transpose(graph, x, order), weights);
    return graph_transpose(graph, y, order);
}

static Value *upsampling(Apply *apply, int spatial, Value *y)
{
    int factor[3] = {1, 1, 1}, repeat[SHAPE_MAX] = {1, 1, 1, 1, 1, 1};
    int found = apply_ints(apply, "size", factor, 3);
    for (int i = 0; i < spatial; i++)
        repeat[i] = factor[found == 1 ? 0 : i];
    Interpolation weigh = interpolation_of(apply);
    if (weigh == nearest)
        return graph_repeat(apply->graph, y, repeat);
    y = family_float(apply, y);
    for (int i = 0; i < spatial && y; i++)
        y = resized(apply, y, i, clamp_int((int64_t)repeat[i] * y->shape.dim[i]), weigh);
    return y;
}

Value *apply_upsampling1d(Apply *apply) { return family_either_format(apply, upsampling, 1); }
Value *apply_upsampling2d(Apply *apply) { return family_either_format(apply, upsampling, 2); }
Value *apply_upsampling3d(Apply *apply) { return family_either_format(apply, upsampling, 3); }

/* The middle part that has the shape wanted, as large as can be, in that size. */
static Value *smart_resize(Apply *apply, Value *x, const int size[2], Interpolation weigh)
{
    for (int i = 0; i < 2 && x; i++) {
        int own = apply->input[0]->shape.dim[i], other = apply->input[0]->shape.dim[!i];
        float part_size = (float)((double)other * size[i]) / (float)size[!i];
        int part = part_size > (float)own ? own : part_size < 1 ? 1 : (int)part_size;
        x = resized(apply, family_cut(apply->graph, x, i, (own - part) / 2, part), i, size[i], weigh);
    }
    return x;
}

Value *family_smart_resize(Apply *apply, const int size[2])
{
    return smart_resize(apply, family_float(apply, apply->input[0]), size, bilinear);
}

Value *apply_resizing(Apply *apply)
{
    if (!family_inputs(apply, 1) || !apply_rank(apply, 4))
        return NULL;
    int size[2] = {apply_int(apply, "height"), apply_int(apply, "width")};
    Value *y = family_float(apply, apply->input[0]);
    if (apply_bool(apply, "crop_to_aspect_ratio"))
        return smart_resize(apply, y, size, interpolation_of(apply));
    y = resized(apply, y, 0, size[0], interpolation_of(apply));
    return y ? resized(apply, y, 1, size[1], interpolation_of(apply)) : NULL;
}
