/* Evaluation of pure expressions, one value or whole arrays. In: a DAG and its arguments. Out: float32, the bits the printed C gives. */
#include "expr/internal.h"

#include <stdlib.h>
#include <string.h>

enum { SMALL = 128 };

static float node_eval(const Expr *at, const int *child, const float *value, const float *arguments)
{
    if (at->op == EX_CONST)
        return at->value;
    if (at->op == EX_ARG)
        return arguments[at->index];
    return expr_row(at->op)->eval(value[child[0]], child[1] < 0 ? 0.0f : value[child[1]], child[2] < 0 ? 0.0f : value[child[2]]);
}

float expr_eval(const Expr *e, const float *arguments)
{
    if (!e->pure)
        BUG("expr_eval: not a pure expression");
    const ExprWalk *walk = expr_walk(e);
    float small[SMALL], *value = walk->count <= SMALL ? small : malloc(sizeof *value * (size_t)walk->count), result = 0.0f;
    BUG_IF(!value);
    for (int i = 0; i < walk->count; i++)
        result = value[i] = node_eval(walk->node[i], walk->child[i], value, arguments);
    if (value != small)
        free(value);
    return result;
}

/* One operation over a block of elements. */
static void node_eval_block(const Expr *at, const int *child, float (*value)[EXPR_BLOCK], float *out)
{
    static const float zeros[EXPR_BLOCK];
    expr_row(at->op)->eval_block(value[child[0]], child[1] < 0 ? zeros : value[child[1]], child[2] < 0 ? zeros : value[child[2]], out);
}

static void block_fill(const Expr *at, int start, int count, const float *const *arguments, const int *strides, float *out)
{
    int64_t stride = at->op == EX_CONST ? 0 : strides[at->index];
    const float *from = at->op == EX_CONST ? &at->value : arguments[at->index] + start * stride;
    if (stride == 1) {
        memcpy(out, from, (size_t)count * sizeof *out);
        return;
    }
    for (int i = 0; i < count; i++)
        out[i] = from[i * stride];
}

void expr_eval_many(const Expr *e, int count, const float *const *arguments, const int *strides, float *out)
{
    if (!e->pure)
        BUG("expr_eval_many: not a pure expression");
    const ExprWalk *walk = expr_walk(e);
    float(*value)[EXPR_BLOCK] = calloc((size_t)walk->count, sizeof *value); /* a last block is computed whole: what is not filled is 0 */
    BUG_IF(!value);
    for (int start = 0; start < count; start += EXPR_BLOCK) {
        int size = count - start < EXPR_BLOCK ? count - start : EXPR_BLOCK;
        for (int i = 0; i < walk->count; i++) {
            if (walk->node[i]->child[0])
                node_eval_block(walk->node[i], walk->child[i], value, value[i]);
            else if (start == 0 || walk->node[i]->op == EX_ARG)
                block_fill(walk->node[i], start, size, arguments, strides, value[i]);
        }
        memcpy(out + start, value[walk->count - 1], (size_t)size * sizeof *out);
    }
    free(value);
}
