/* Values without computation: inputs, weights, constants, the batch count, random numbers; and the switch between modes. */
#include "graph/operators.h"

#include <bnn_train.h>
#include <limits.h>
#include <string.h>

static void dump_nothing(const Value *value, Arena *arena, FILE *out)
{
    (void)value, (void)arena, (void)out;
}

static void eval_never(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    (void)context, (void)in, (void)out;
    BUG("%s is not computed", op_name(value->op));
}

static void integer_range(Value *value)
{
    if (value->element == ELEMENT_LEVEL) { /* packed bits */
        value->lo = -1, value->hi = 1, value->step = 2;
        return;
    }
    value->step = value->element == ELEMENT_F32 ? 0 : 1;
    value->lo = value->element == ELEMENT_U8 ? 0 : value->element == ELEMENT_I8 ? -128 : value->element == ELEMENT_I32 ? INT_MIN : 0;
    value->hi = value->element == ELEMENT_U8 ? 255 : value->element == ELEMENT_I8 ? 127 : value->element == ELEMENT_I32 ? INT_MAX : 0;
}

static void input_infer(Value *value)
{
    value->batched = true;
    integer_range(value);
}

static void input_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    fprintf(out, " %s%d", value->u.feed.label ? "label " : "", value->u.feed.index);
}

const OpRow op_row_INPUT = {input_infer, eval_never, input_dump};

static void weight_infer(Value *value)
{
    value->shape = value->u.variable->shape;
}

static void weight_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    fprintf(out, " %s", value->u.variable->name);
}

const OpRow op_row_WEIGHT = {weight_infer, eval_never, weight_dump};

static void constant_infer(Value *value)
{
    if (value->element != ELEMENT_I32)
        return;
    const int32_t *data = value->u.data.i32;
    int64_t count = shape_count(value->shape);
    value->lo = value->hi = count ? data[0] : 0;
    value->step = 1;
    for (int64_t i = 1; i < count; i++) {
        value->lo = data[i] < value->lo ? data[i] : value->lo;
        value->hi = data[i] > value->hi ? data[i] : value->hi;
    }
}

static void constant_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    (void)context, (void)in;
    size_t bytes = 4 * (size_t)shape_count(value->shape);
    if (value->element == ELEMENT_F32)
        memcpy(out.f32, value->u.data.f32, bytes);
    else
        memcpy(out.i32, value->u.data.i32, bytes);
}

/* All numbers of a short constant, the first of a long one and a checksum that makes a golden file notice any change. */
static void constant_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    int64_t count = shape_count(value->shape);
    uint32_t sum = 2166136261u;
    fputs(" [", out);
    for (int64_t i = 0; i < count && i < 8; i++) {
        if (value->element == ELEMENT_F32)
            fprintf(out, "%s%.9g", i ? " " : "", (double)value->u.data.f32[i]);
        else
            fprintf(out, "%s%d", i ? " " : "", value->u.data.i32[i]);
    }
    const uint32_t *word = value->element == ELEMENT_F32 ? (const uint32_t *)(const void *)value->u.data.f32
                                                         : (const uint32_t *)(const void *)value->u.data.i32;
    for (int64_t i = 0; i < count; i++)
        sum = (sum ^ word[i]) * 16777619u;
    if (count > 8)
        fprintf(out, " ... #%08x", sum);
    fputs("]", out);
}

const OpRow op_row_CONSTANT = {constant_infer, constant_eval, constant_dump};

static void count_infer(Value *value)
{
    value->shape = shape_scalar();
}

static void count_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    (void)value, (void)in;
    out.f32[0] = (float)context->batch;
}

const OpRow op_row_COUNT = {count_infer, count_eval, dump_nothing};

static void random_infer(Value *value)
{
    BUG_IF(value->input[0]->batched || shape_count(value->input[0]->shape) != 1);
}

static void random_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    uint64_t step = (uint64_t)in[0].f32[0];
    int64_t count = value_elements(value, context);
    for (int64_t i = 0; i < count; i++)
        out.f32[i] = bnn_random(context->seed, step, (uint32_t)value->u.random.stream, (uint64_t)i);
}

static void random_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    fprintf(out, " stream %d", value->u.random.stream);
}

const OpRow op_row_RANDOM = {random_infer, random_eval, random_dump};

static void switch_infer(Value *value)
{
    BUG_IF(!shape_equal(value->input[0]->shape, value->input[1]->shape));
    BUG_IF(value->input[0]->element != ELEMENT_F32 && value->input[0]->element != value->input[1]->element);
    value->shape = value->input[0]->shape;
    value_like(value, value->input[0]);
    value->batched = value->input[0]->batched || value->input[1]->batched;
}

const OpRow op_row_SWITCH = {switch_infer, eval_never, dump_nothing};
