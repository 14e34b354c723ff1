/* absorb-signs. In: levels times a constant +-1 per channel (commute-pool leaves them), then perhaps a flatten, then a product with a constant
 * kernel. Out: the product of the levels themselves, with the signs in its kernel: every term is the same number. */
#include "passes/support.h"

/* The signs of `quantize`, one per channel, when that is all it does; *levels is the other operand. */
static const float *signs_of(const Value *quantize, int *levels)
{
    if (quantize->op != OP_QUANTIZE || quantize->u.expr->op != EX_MUL || quantize->input_count != 2)
        return NULL;
    const Expr *const *operand = quantize->u.expr->child;
    if (operand[0]->op != EX_ARG || operand[1]->op != EX_ARG || operand[0]->index == operand[1]->index)
        return NULL;
    for (int k = 0; k < 2; k++) {
        const Value *signs = quantize->input[k], *other = quantize->input[1 - k];
        bool all = signs->op == OP_CONSTANT && signs->element == ELEMENT_F32 && signs->shape.rank == 1 && other->element == ELEMENT_LEVEL
                   && shape_equal(other->shape, quantize->shape);
        for (int64_t i = 0; all && i < shape_count(signs->shape); i++)
            all = signs->u.data.f32[i] == 1.0f || signs->u.data.f32[i] == -1.0f;
        *levels = 1 - k;
        if (all)
            return signs->u.data.f32;
    }
    return NULL;
}

/* The input channel that weight i meets. Depthwise kernels are [taps][in][multiplier], others [taps][in of the group][out]. */
static int channel_of_weight(const Window *w, int64_t i)
{
    int out = w->depthwise ? w->out_channels / w->in_channels : w->out_channels, group_in = w->depthwise ? w->in_channels : w->in_channels / w->groups;
    int channel = (int)(i / out % group_in);
    return w->depthwise ? channel : (int)(i % out) / (w->out_channels / w->groups) * group_in + channel;
}

static Value *signed_kernel(Graph *to, const Window *w, const Value *kernel, const float *signs, int channels)
{
    int64_t count = shape_count(kernel->shape);
    float *f32 = ARENA_ARRAY(to->arena, float, count);
    int32_t *i32 = ARENA_ARRAY(to->arena, int32_t, count);
    graph_at(to, kernel->span, kernel->name);
    for (int64_t i = 0; i < count; i++) {
        bool negative = signs[channel_of_weight(w, i) % channels] < 0.0f;
        if (kernel->element == ELEMENT_F32)
            f32[i] = negative ? -kernel->u.data.f32[i] : kernel->u.data.f32[i];
        else
            i32[i] = negative ? -kernel->u.data.i32[i] : kernel->u.data.i32[i];
    }
    return kernel->element == ELEMENT_F32 ? graph_constant_f32(to, kernel->shape, f32)
                                          : graph_constant_level(to, kernel->shape, i32, kernel->lo, kernel->hi, kernel->step);
}

static bool can_negate(const Value *kernel)
{
    return kernel->op == OP_CONSTANT && (kernel->element == ELEMENT_F32 || (kernel->element == ELEMENT_LEVEL && kernel->lo == -kernel->hi));
}

static Value *absorb(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    (void)uses;
    if (old->op != OP_PRODUCT || old->u.product.role != ROLE_FORWARD || old->u.product.window.local || !can_negate(old->input[1]))
        return NULL;
    const Value *x = old->input[0], *quantize = x->op == OP_RESHAPE ? x->input[0] : x;
    int levels, channels = quantize->shape.rank ? quantize->shape.dim[quantize->shape.rank - 1] : 1;
    const float *signs = signs_of(quantize, &levels);
    if (!signs || old->u.product.window.in_channels % channels != 0)
        return NULL;
    Value *plain = map[quantize->input[levels]->id];
    graph_at(to, x->span, x->name);
    if (x != quantize)
        plain = graph_reshape(to, plain, x->shape);
    Value *inputs[] = {plain, signed_kernel(to, &old->u.product.window, old->input[1], signs, channels)};
    return graph_copy_updated(to, old, inputs);
}

void pass_absorb_signs(Graph **graph, const PassOptions *options)
{
    (void)options;
    pass_rewrite(graph, absorb);
}
