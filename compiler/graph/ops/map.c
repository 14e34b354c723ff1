/* map, quantize: a pointwise expression over broadcast inputs; map gives float32, quantize small integers. */
#include "graph/operators.h"

#include <math.h>
#include <string.h>

static void map_infer(Value *value)
{
    const Expr *expr = value->u.expr;
    value->shape = shape_scalar();
    value->batched = false;
    BUG_IF(value->input_count < 32 && expr->uses >> value->input_count != 0);
    if (!expr->pure) {
        ReducedShape shape = expr_shape(expr, value->input);
        value->shape = shape.shape;
        value->batched = shape.batched;
        return;
    }
    for (int i = 0; i < value->input_count; i++) {
        const Value *input = value->input[i];
        if (!shape_broadcast(value->shape, input->shape, &value->shape))
            BUG("map of shapes that do not broadcast (%s)", value->name ? value->name : "");
        value->batched |= input->batched;
    }
}

static void quantize_infer(Value *value)
{
    map_infer(value);
    value->element = ELEMENT_LEVEL;
    BUG_IF(value->step < 1 || value->lo > value->hi || (value->hi - value->lo) % value->step != 0);
}

/* Argument k of every element of the result, as one float array: the input's own, one number, or a broadcast copy. */
static const float *argument(Arena *arena, const Value *value, int k, Tensor in, int64_t rows, int *stride)
{
    const Value *input = value->input[k];
    int rank = value->shape.rank, skip = rank - input->shape.rank;
    int64_t inner = shape_count(value->shape), own = shape_count(input->shape);
    *stride = 1;
    if (input->element == ELEMENT_F32 && input->batched == value->batched && own == inner)
        return in.f32;
    if (own == 1 && !input->batched) {
        *stride = 0;
        float *one = ARENA_NEW(arena, float);
        *one = tensor_float(input, in, 0);
        return one;
    }
    float *copy = ARENA_ARRAY(arena, float, rows * inner);
    for (int64_t row = 0, at = 0; row < rows; row++) {
        int index[SHAPE_MAX] = {0};
        int64_t base = input->batched ? row * own : 0;
        do {
            int64_t flat = 0;
            for (int i = 0; i < input->shape.rank; i++)
                flat = flat * input->shape.dim[i] + (input->shape.dim[i] == 1 ? 0 : index[i + skip]);
            copy[at++] = tensor_float(input, in, base + flat);
        } while (index_next(rank, value->shape.dim, index));
    }
    return copy;
}

static void evaluate(Arena *arena, const Value *value, const OpContext *context, const Tensor *in, float *out)
{
    const float *arguments[EXPR_MAX_ARGS];
    int strides[EXPR_MAX_ARGS];
    if (!value->u.expr->pure)
        BUG("a map with reductions or custom gradients reached the evaluation");
    for (int k = 0; k < value->input_count; k++)
        arguments[k] = argument(arena, value, k, in[k], value_rows(value, context), &strides[k]);
    expr_eval_many(value->u.expr, (int)value_elements(value, context), arguments, strides, out);
}

static void map_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    Arena *arena = arena_new();
    evaluate(arena, value, context, in, out.f32);
    arena_free(arena);
}

/* Floats to levels in the same memory; a level that is not a number counts as the lowest. */
static inline void to_levels(const Value *value, int count, int32_t *at)
{
    const float lo = (float)value->lo, hi = (float)value->hi;
    for (int i = 0; i < count; i++) {
        float level;
        memcpy(&level, &at[i], sizeof level);
        level = (level >= lo) & (level <= hi) ? level : lo;
        at[i] = (int32_t)level;
    }
}

static void quantize_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    enum { BLOCK = 64 }; /* known to the compiler, for vectors */
    Arena *arena = arena_new();
    int64_t count = value_elements(value, context), i = 0;
    evaluate(arena, value, context, in, (float *)(void *)out.i32);
    for (; i + BLOCK <= count; i += BLOCK)
        to_levels(value, BLOCK, out.i32 + i);
    to_levels(value, (int)(count - i), out.i32 + i);
    arena_free(arena);
}

static void map_dump(const Value *value, Arena *arena, FILE *out)
{
    fprintf(out, " %s", expr_text(arena, value->u.expr, NULL, 0));
}

const OpRow op_row_MAP = {map_infer, map_eval, map_dump};
const OpRow op_row_QUANTIZE = {quantize_infer, quantize_eval, map_dump};
