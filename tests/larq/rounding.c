/* Rounding. In: a value and its operands as the interpreter has them. Out: the value, changed within the rounding of another order. */
#include "rounding.h"

#include "graph/operators.h"

#include <math.h>
#include <stdlib.h>

Rounding *rounding_new(Arena *arena, const Graph *graph, uint64_t seed)
{
    Rounding *rounding = ARENA_NEW(arena, Rounding);
    rounding->arena = arena;
    rounding->random = seed * 2654435761u + 88172645463325252u;
    rounding->terms = ARENA_ARRAY(arena, Tensor, graph->values.count + 1);
    return rounding;
}

/* In [-1, 1). */
static float next_random(Rounding *rounding)
{
    rounding->random ^= rounding->random << 13;
    rounding->random ^= rounding->random >> 7;
    rounding->random ^= rounding->random << 17;
    return (float)(rounding->random >> 40) / 8388608.0f - 1.0f;
}

static Tensor tensor_for(Arena *arena, const Value *value, int64_t count)
{
    if (element_is_integer(value->element))
        return (Tensor){.i32 = ARENA_ARRAY(arena, int32_t, count + 1)};
    return (Tensor){.f32 = ARENA_ARRAY(arena, float, count + 1)};
}

static Tensor absolute(Arena *arena, const Value *value, const OpContext *context, Tensor tensor)
{
    int64_t count = value_elements(value, context);
    Tensor copy = tensor_for(arena, value, count);
    for (int64_t i = 0; i < count; i++)
        if (copy.i32)
            copy.i32[i] = abs(tensor.i32[i]);
        else
            copy.f32[i] = fabsf(tensor.f32[i]);
    return copy;
}

/* The value computed from absolute operands; integer products count as the sums of their absolute terms. */
static Tensor absolute_terms(const Rounding *rounding, Arena *arena, const Value *value, const OpContext *context, const Tensor *in)
{
    Tensor operand[64], result = tensor_for(arena, value, value_elements(value, context));
    for (int k = 0; k < value->input_count; k++) {
        Tensor known = rounding->terms[value->input[k]->id];
        operand[k] = known.i32 ? known : absolute(arena, value->input[k], context, in[k]);
    }
    op_eval(value, context, operand, result);
    return result;
}

static bool multiplies(const Expr *e)
{
    if (e->op == EX_MUL || e->op == EX_DIV)
        return true;
    for (int k = 0; k < EXPR_MAX_CHILDREN && e->child[k]; k++)
        if (multiplies(e->child[k]))
            return true;
    return false;
}

static bool is_sum(const Value *value)
{
    if (value->element != ELEMENT_F32)
        return false;
    if (value->op == OP_REDUCE)
        return value->u.reduce.kind != REDUCE_MAX;
    for (int k = 0; value->op == OP_MAP && k < value->input_count; k++)
        if (value->input[k]->op == OP_PRODUCT && value->input[k]->element == ELEMENT_I32)
            return multiplies(value->u.expr);
    return value->op == OP_PRODUCT;
}

void rounding_watch(void *context, const Value *value, int batch, const Tensor *in, Tensor out)
{
    Rounding *rounding = context;
    const OpContext op = {.batch = batch};
    if (value->op == OP_PRODUCT && value->element == ELEMENT_I32)
        rounding->terms[value->id] = absolute_terms(rounding, rounding->arena, value, &op, in);
    if (!is_sum(value))
        return;
    Arena *scratch = arena_new();
    const Tensor terms = absolute_terms(rounding, scratch, value, &op, in);
    for (int64_t i = 0; i < value_elements(value, &op); i++)
        out.f32[i] += next_random(rounding) * 0x1p-22f * fmaxf(fabsf(terms.f32[i]), fabsf(out.f32[i]));
    arena_free(scratch);
}
