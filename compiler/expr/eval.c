/* Evaluation of pure expressions, one value or whole arrays. In: a DAG and its arguments. Out: float32, the bits the printed C gives. */
#include "expr/internal.h"

#include <stdlib.h>

enum { SMALL = 128, BLOCK = 64 };

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
static void node_eval_block(const Expr *at, const int *child, float (*value)[BLOCK], float *out, int count)
{
    float (*eval)(float, float, float) = expr_row(at->op)->eval;
    static const float zeros[BLOCK];
    const float *a = value[child[0]], *b = child[1] < 0 ? zeros : value[child[1]], *c = child[2] < 0 ? zeros : value[child[2]];
    switch (at->op) { /* the common ones without a call each; the same C */
    case EX_ADD:
        for (int i = 0; i < count; i++)
            out[i] = a[i] + b[i];
        return;
    case EX_SUB:
        for (int i = 0; i < count; i++)
            out[i] = a[i] - b[i];
        return;
    case EX_MUL:
        for (int i = 0; i < count; i++)
            out[i] = a[i] * b[i];
        return;
    default:
        for (int i = 0; i < count; i++)
            out[i] = eval(a[i], b[i], c[i]);
    }
}

static void block_fill(const Expr *at, int start, int count, const float *const *arguments, const int *strides, float *out)
{
    for (int i = 0; i < count; i++)
        out[i] = at->op == EX_CONST ? at->value : arguments[at->index][(int64_t)(start + i) * strides[at->index]];
}

void expr_eval_many(const Expr *e, int count, const float *const *arguments, const int *strides, float *out)
{
    if (!e->pure)
        BUG("expr_eval_many: not a pure expression");
    const ExprWalk *walk = expr_walk(e);
    float(*value)[BLOCK] = malloc(sizeof *value * (size_t)walk->count);
    BUG_IF(!value);
    for (int start = 0; start < count; start += BLOCK) {
        int size = count - start < BLOCK ? count - start : BLOCK;
        for (int i = 0; i < walk->count; i++) {
            if (walk->node[i]->child[0])
                node_eval_block(walk->node[i], walk->child[i], value, value[i], size);
            else if (start == 0 || walk->node[i]->op == EX_ARG)
                block_fill(walk->node[i], start, size, arguments, strides, value[i]);
        }
        for (int i = 0; i < size; i++)
            out[start + i] = value[walk->count - 1][i];
    }
    free(value);
}
