/* reshape, transpose, pad, slice, concat, repeat: elements change place, never value. All work on the shape without the batch. */
#include "graph/operators.h"

#include "base/clamp.h"

#include <math.h>
#include <string.h>

/* Flat index in `shape` of a position given as one index per axis. */
static int64_t flat_index(Shape shape, const int *index)
{
    int64_t flat = 0;
    for (int i = 0; i < shape.rank; i++)
        flat = flat * shape.dim[i] + index[i];
    return flat;
}

/* For every element of a sample of `value`: where it comes from in input 0, or -1 for a fill. */
typedef int64_t (*Source_of)(const Value *value, const int *index);

static void move(const Value *value, const OpContext *context, Tensor in, Tensor out, Source_of source, float fill)
{
    int64_t rows = value_rows(value, context), own = shape_count(value->input[0]->shape), at = 0;
    for (int64_t row = 0; row < rows; row++) {
        int index[SHAPE_MAX] = {0};
        do {
            int64_t from = source(value, index);
            if (from >= 0)
                tensor_copy(value, out, at++, in, row * own + from);
            else if (element_is_integer(value->element))
                out.i32[at++] = (int32_t)fill;
            else
                out.f32[at++] = fill;
        } while (index_next(value->shape.rank, value->shape.dim, index));
    }
}

/* --- reshape */
static void reshape_infer(Value *value)
{
    BUG_IF(shape_count(value->shape) != shape_count(value->input[0]->shape));
    value_like(value, value->input[0]);
}

static void reshape_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    int64_t count = value_elements(value, context);
    for (int64_t i = 0; i < count; i++)
        tensor_copy(value, out, i, in[0], i);
}

static void reshape_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)value, (void)arena, (void)out;
}

const OpRow op_row_RESHAPE = {reshape_infer, reshape_eval, reshape_dump};

/* --- transpose: axis i of the result is axis permutation[i] of the input */
static void transpose_infer(Value *value)
{
    const Value *x = value->input[0];
    uint32_t seen = 0;
    value->shape.rank = x->shape.rank;
    for (int i = 0; i < x->shape.rank; i++) {
        int axis = value->u.transpose.permutation[i];
        BUG_IF(axis < 0 || axis >= x->shape.rank || seen >> axis & 1);
        seen |= 1u << axis;
        value->shape.dim[i] = x->shape.dim[axis];
    }
    value_like(value, x);
}

static int64_t transpose_source(const Value *value, const int *index)
{
    int from[SHAPE_MAX];
    for (int i = 0; i < value->shape.rank; i++)
        from[value->u.transpose.permutation[i]] = index[i];
    return flat_index(value->input[0]->shape, from);
}

static void transpose_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    move(value, context, in[0], out, transpose_source, 0);
}

static void transpose_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    dump_ints(out, "order", value->shape.rank, value->u.transpose.permutation);
}

const OpRow op_row_TRANSPOSE = {transpose_infer, transpose_eval, transpose_dump};

/* --- pad */
static int greatest_divisor(int a, int b)
{
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static void widen(Value *value, int lo, int hi, int step)
{
    int join = greatest_divisor(greatest_divisor(value->step, step), lo - value->lo);
    value->lo = lo < value->lo ? lo : value->lo;
    value->hi = hi > value->hi ? hi : value->hi;
    value->step = join ? join : 1;
}

static void pad_infer(Value *value)
{
    const Value *x = value->input[0];
    value->shape = x->shape;
    for (int i = 0; i < x->shape.rank; i++) {
        BUG_IF(value->u.pad.before[i] < 0 || value->u.pad.after[i] < 0);
        value->shape.dim[i] = clamp_int((int64_t)x->shape.dim[i] + value->u.pad.before[i] + value->u.pad.after[i]);
    }
    value_like(value, x);
    if (element_is_integer(x->element)) {
        int fill = (int)value->u.pad.value;
        BUG_IF((float)fill != value->u.pad.value);
        widen(value, fill, fill, value->step);
    }
}

static int64_t pad_source(const Value *value, const int *index)
{
    int from[SHAPE_MAX];
    for (int i = 0; i < value->shape.rank; i++) {
        from[i] = index[i] - value->u.pad.before[i];
        if (from[i] < 0 || from[i] >= value->input[0]->shape.dim[i])
            return -1;
    }
    return flat_index(value->input[0]->shape, from);
}

static void pad_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    move(value, context, in[0], out, pad_source, value->u.pad.value);
}

static void pad_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    dump_ints(out, "before", value->shape.rank, value->u.pad.before);
    dump_ints(out, "after", value->shape.rank, value->u.pad.after);
    fprintf(out, " with %.9g", (double)value->u.pad.value);
}

const OpRow op_row_PAD = {pad_infer, pad_eval, pad_dump};

/* --- slice */
static void slice_infer(Value *value)
{
    const Value *x = value->input[0];
    BUG_IF(value->shape.rank != x->shape.rank);
    for (int i = 0; i < x->shape.rank; i++) {
        int last = value->u.slice.start[i] + (value->shape.dim[i] - 1) * value->u.slice.stride[i];
        BUG_IF(value->shape.dim[i] < 1 || value->u.slice.start[i] < 0 || value->u.slice.start[i] >= x->shape.dim[i]);
        BUG_IF(last < 0 || last >= x->shape.dim[i]);
    }
    value_like(value, x);
}

static int64_t slice_source(const Value *value, const int *index)
{
    int from[SHAPE_MAX];
    for (int i = 0; i < value->shape.rank; i++)
        from[i] = value->u.slice.start[i] + index[i] * value->u.slice.stride[i];
    return flat_index(value->input[0]->shape, from);
}

static void slice_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    move(value, context, in[0], out, slice_source, 0);
}

static void slice_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    dump_ints(out, "start", value->shape.rank, value->u.slice.start);
    dump_ints(out, "stride", value->shape.rank, value->u.slice.stride);
}

const OpRow op_row_SLICE = {slice_infer, slice_eval, slice_dump};

/* --- concat */
static void concat_infer(Value *value)
{
    const Value *first = value->input[0];
    int axis = value->u.concat.axis;
    BUG_IF(axis < 0 || axis >= first->shape.rank);
    value_like(value, first);
    value->shape = first->shape;
    value->shape.dim[axis] = 0;
    for (int k = 0; k < value->input_count; k++) {
        const Value *x = value->input[k];
        Shape other = x->shape;
        BUG_IF(x->element != first->element || x->batched != first->batched || other.rank != first->shape.rank);
        value->shape.dim[axis] = clamp_int((int64_t)value->shape.dim[axis] + other.dim[axis]);
        other.dim[axis] = first->shape.dim[axis];
        BUG_IF(!shape_equal(other, first->shape));
        if (element_is_integer(x->element))
            widen(value, x->lo, x->hi, x->step);
    }
}

static void concat_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    int64_t rows = value_rows(value, context), inner = 1, at = 0;
    for (int i = 0; i < value->u.concat.axis; i++)
        rows *= value->shape.dim[i];
    for (int i = value->u.concat.axis + 1; i < value->shape.rank; i++)
        inner *= value->shape.dim[i];
    for (int64_t row = 0; row < rows; row++)
        for (int k = 0; k < value->input_count; k++) {
            int64_t run = inner * value->input[k]->shape.dim[value->u.concat.axis];
            for (int64_t i = 0; i < run; i++)
                tensor_copy(value, out, at++, in[k], row * run + i);
        }
}

static void concat_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    fprintf(out, " axis %d", value->u.concat.axis);
}

const OpRow op_row_CONCAT = {concat_infer, concat_eval, concat_dump};

/* --- repeat */
static void repeat_infer(Value *value)
{
    const Value *x = value->input[0];
    value->shape = x->shape;
    for (int i = 0; i < x->shape.rank; i++) {
        BUG_IF(value->u.repeat.repeat[i] < 1);
        value->shape.dim[i] = clamp_int((int64_t)x->shape.dim[i] * value->u.repeat.repeat[i]);
    }
    value_like(value, x);
}

static int64_t repeat_source(const Value *value, const int *index)
{
    int from[SHAPE_MAX];
    for (int i = 0; i < value->shape.rank; i++)
        from[i] = index[i] / value->u.repeat.repeat[i];
    return flat_index(value->input[0]->shape, from);
}

static void repeat_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    move(value, context, in[0], out, repeat_source, 0);
}

static void repeat_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    dump_ints(out, "times", value->shape.rank, value->u.repeat.repeat);
}

const OpRow op_row_REPEAT = {repeat_infer, repeat_eval, repeat_dump};
