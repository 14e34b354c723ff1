/* reduce: sum, mean or maximum over axes of the full shape. Sums of floats run in 16 interleaved partial sums (index mod 16), then
 * pairwise; integers sum exactly and convert once. */
#include "graph/operators.h"

#include <stdlib.h>

enum { PARTS = 16 };

static void reduce_infer(Value *value)
{
    const Value *x = value->input[0];
    uint32_t axes = value->u.reduce.axes;
    BUG_IF(axes >> (x->shape.rank + x->batched) != 0 || axes == 0);
    value->batched = x->batched && !(axes & 1);
    value->shape = shape_scalar();
    for (int i = 0; i < x->shape.rank; i++) {
        bool gone = axes >> (i + x->batched) & 1;
        if (!gone)
            value->shape.dim[value->shape.rank++] = x->shape.dim[i];
        else if (value->u.reduce.keep_dims)
            value->shape.dim[value->shape.rank++] = 1;
    }
}

/* The full shape split into kept and reduced axes, each with its stride in x. */
typedef struct { int rank, dim[SHAPE_MAX + 1]; int64_t stride[SHAPE_MAX + 1]; } Axes;

static void split_axes(const Value *value, int64_t rows, Axes *kept, Axes *gone)
{
    const Value *x = value->input[0];
    FullShape full = value_full_shape(x);
    int64_t stride[SHAPE_MAX + 1], step = 1;
    if (x->batched)
        full.dim[0] = (int)rows;
    for (int i = full.rank - 1; i >= 0; i--) {
        stride[i] = step;
        step *= full.dim[i];
    }
    kept->rank = gone->rank = 0;
    for (int i = 0; i < full.rank; i++) {
        Axes *to = value->u.reduce.axes >> i & 1 ? gone : kept;
        to->dim[to->rank] = full.dim[i];
        to->stride[to->rank++] = stride[i];
    }
}

static int64_t offset(const Axes *axes, const int *index)
{
    int64_t at = 0;
    for (int i = 0; i < axes->rank; i++)
        at += index[i] * axes->stride[i];
    return at;
}

static float pairwise(float part[PARTS])
{
    for (int width = PARTS / 2; width; width /= 2)
        for (int i = 0; i < width; i++)
            part[i] += part[i + width];
    return part[0];
}

/* The axes that go, as rows along the last of them. */
typedef struct { int64_t length, stride, count; } Rows;

static Rows rows_of(const Axes *gone)
{
    Rows rows = {.length = 1, .count = 1};
    for (int i = 0; i < gone->rank; i++) {
        rows.length = gone->dim[i];
        rows.stride = gone->stride[i];
        rows.count *= gone->dim[i];
    }
    return rows;
}

static float maximum(const Value *x, Tensor in, int64_t base, const Axes *gone, const Rows *rows)
{
    int index[SHAPE_MAX + 1] = {0};
    float best = tensor_float(x, in, base);
    do {
        int64_t at = base + offset(gone, index);
        for (int64_t i = 0; i < rows->length; i++, at += rows->stride) {
            float number = x->element == ELEMENT_F32 ? in.f32[at] : tensor_float(x, in, at);
            best = number > best || number != number ? number : best; /* a NaN stays */
        }
    } while (index_next(gone->rank - 1, gone->dim, index));
    return best;
}

static float integer_sum(Tensor in, int64_t base, const Axes *gone, const Rows *rows)
{
    int index[SHAPE_MAX + 1] = {0};
    int64_t sum = 0;
    do {
        int64_t at = base + offset(gone, index);
        for (int64_t i = 0; i < rows->length; i++, at += rows->stride)
            sum += in.i32[at];
    } while (index_next(gone->rank - 1, gone->dim, index));
    return (float)sum;
}

static float float_sum(Tensor in, int64_t base, const Axes *gone, const Rows *rows)
{
    int index[SHAPE_MAX + 1] = {0};
    float part[PARTS] = {0};
    int64_t r = 0;
    do {
        int64_t at = base + offset(gone, index);
        for (int64_t i = 0; i < rows->length; i++, at += rows->stride)
            part[r++ % PARTS] += in.f32[at];
    } while (index_next(gone->rank - 1, gone->dim, index));
    return pairwise(part);
}

static float reduce_one(const Value *value, Tensor in, int64_t base, const Axes *gone, const Rows *rows)
{
    const Value *x = value->input[0];
    if (value->u.reduce.kind == REDUCE_MAX)
        return maximum(x, in, base, gone, rows);
    float sum = element_is_integer(x->element) ? integer_sum(in, base, gone, rows) : float_sum(in, base, gone, rows);
    return value->u.reduce.kind == REDUCE_MEAN ? sum / (float)rows->count : sum;
}

/* Sums of floats over all axes but the last: row by row, in the order in which they lie. The same sums. */
static void reduce_rows(const Value *value, Tensor in, const Axes *gone, int width, float *out)
{
    int index[SHAPE_MAX + 1] = {0};
    float *part = calloc((size_t)width * PARTS, sizeof *part); /* [PARTS][width] */
    int64_t r = 0;
    BUG_IF(!part);
    do {
        const float *row = in.f32 + offset(gone, index);
        float *restrict to = part + r % PARTS * width;
        for (int i = 0; i < width; i++)
            to[i] += row[i];
        r++;
    } while (index_next(gone->rank, gone->dim, index));
    for (int i = 0; i < width; i++) {
        float own[PARTS];
        for (int k = 0; k < PARTS; k++)
            own[k] = part[k * width + i];
        out[i] = pairwise(own);
        out[i] = value->u.reduce.kind == REDUCE_MEAN ? out[i] / (float)r : out[i];
    }
    free(part);
}

static void reduce_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    Axes kept, gone;
    int index[SHAPE_MAX + 1] = {0};
    int64_t at = 0;
    split_axes(value, value_rows(value->input[0], context), &kept, &gone);
    if (value->input[0]->element == ELEMENT_F32 && value->u.reduce.kind != REDUCE_MAX && kept.rank == 1 && kept.stride[0] == 1) {
        reduce_rows(value, in[0], &gone, kept.dim[0], out.f32);
        return;
    }
    const Rows rows = rows_of(&gone);
    do
        out.f32[at++] = reduce_one(value, in[0], offset(&kept, index), &gone, &rows);
    while (index_next(kept.rank, kept.dim, index));
}

static void reduce_dump(const Value *value, Arena *arena, FILE *out)
{
    static const char *const names[] = {"sum", "mean", "max"};
    (void)arena;
    fprintf(out, " %s over", names[value->u.reduce.kind]);
    for (int i = 0; i <= SHAPE_MAX; i++)
        if (value->u.reduce.axes >> i & 1)
            fprintf(out, " %d", i);
    if (value->u.reduce.keep_dims)
        fputs(" kept", out);
}

const OpRow op_row_REDUCE = {reduce_infer, reduce_eval, reduce_dump};
