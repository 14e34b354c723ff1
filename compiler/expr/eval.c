/* Evaluation of expressions, one value or whole arrays. In: a DAG and its arguments. Out: float32, the bits the printed C gives. */
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

/* Where the block of each node of a walk is: an argument that lies in a row is read where it is, the result is made where it goes, and
 * all else is in `own`. A block at the end, of fewer values, has all of its nodes there: what is not filled is 0. */
typedef struct {
    const ExprWalk *walk;
    float (*own)[EXPR_BLOCK];
    const float **at;
} Blocks;

static void block_fill(const Expr *leaf, int start, int count, const float *const *arguments, const int *strides, float *out)
{
    int64_t stride = leaf->op == EX_CONST ? 0 : strides[leaf->index];
    const float *from = leaf->op == EX_CONST ? &leaf->value : arguments[leaf->index] + start * stride;
    for (int i = 0; i < count; i++)
        out[i] = from[i * stride];
}

static void eval_block(const Blocks *b, int start, int count, const float *const *arguments, const int *strides, float *out)
{
    static const float zeros[EXPR_BLOCK];
    const bool whole = count == EXPR_BLOCK;
    const int last = b->walk->count - 1;
    for (int i = 0; i <= last; i++) {
        const Expr *node = b->walk->node[i];
        const int *child = b->walk->child[i];
        bool row = node->op == EX_ARG && strides[node->index] == 1;
        b->at[i] = row && whole ? arguments[node->index] + start : b->own[i];
        if (node->child[0]) {
            float *to = whole && i == last ? out : b->own[i];
            b->at[i] = to;
            expr_row(node->op)->eval_block(b->at[child[0]], child[1] < 0 ? zeros : b->at[child[1]], child[2] < 0 ? zeros : b->at[child[2]], to);
        } else if (b->at[i] == b->own[i] && (start == 0 || node->op == EX_ARG)) {
            block_fill(node, start, count, arguments, strides, b->own[i]);
        }
    }
    if (b->at[last] != out)
        memcpy(out, b->at[last], (size_t)count * sizeof *out);
}

void expr_eval_many(const Expr *e, int count, const float *const *arguments, const int *strides, float *out)
{
    if (!e->pure)
        BUG("expr_eval_many: not a pure expression");
    Blocks blocks = {.walk = expr_walk(e)};
    blocks.own = calloc((size_t)blocks.walk->count, sizeof *blocks.own);
    blocks.at = calloc((size_t)blocks.walk->count, sizeof *blocks.at);
    BUG_IF(!blocks.own || !blocks.at);
    for (int start = 0; start < count; start += EXPR_BLOCK)
        eval_block(&blocks, start, count - start < EXPR_BLOCK ? count - start : EXPR_BLOCK, arguments, strides, out + start);
    free(blocks.own);
    free(blocks.at);
}

/* --- rows and reductions over them */

typedef struct { int size; float *at; } Row;

static float row_reduce(ExprOp op, Row row)
{
    double sum = 0, most = row.at[0];
    for (int i = 0; i < row.size; i++) {
        sum += (double)row.at[i];
        most = (double)row.at[i] > most || row.at[i] != row.at[i] ? (double)row.at[i] : most;
    }
    return op == EX_REDUCE_SUM ? (float)sum : op == EX_REDUCE_MEAN ? (float)(sum / row.size) : op == EX_REDUCE_MAX ? (float)most : (float)row.size;
}

static float row_at(const Row *rows, int child, int i)
{
    return child < 0 ? 0.0f : rows[child].at[rows[child].size == 1 ? 0 : i];
}

static void row_eval(Row *out, const Expr *at, const int *child, const Row *rows, const float *const *arguments, const int *sizes)
{
    if (at->op == EX_CONST || at->op == EX_ARG || expr_is_reduce(at->op)) {
        out->size = at->op == EX_ARG ? sizes[at->index] : 1;
        for (int i = 0; i < out->size; i++)
            out->at[i] = at->op == EX_CONST ? at->value : at->op == EX_ARG ? arguments[at->index][i] : row_reduce(at->op, rows[child[0]]);
        return;
    }
    out->size = 1;
    for (int k = 0; k < EXPR_MAX_CHILDREN; k++)
        if (child[k] >= 0 && rows[child[k]].size > out->size)
            out->size = rows[child[k]].size;
    for (int i = 0; i < out->size; i++)
        out->at[i] = expr_row(at->op)->eval(row_at(rows, child[0], i), row_at(rows, child[1], i), row_at(rows, child[2], i));
}

float expr_eval_rows(const Expr *e, const float *const *arguments, const int *sizes)
{
    const ExprWalk *walk = expr_walk(e);
    int longest = 1;
    for (int i = 0; i < walk->count; i++)
        if (walk->node[i]->op == EX_ARG && sizes[walk->node[i]->index] > longest)
            longest = sizes[walk->node[i]->index];
    Row *rows = malloc(sizeof *rows * (size_t)walk->count);
    float *numbers = malloc(sizeof *numbers * (size_t)walk->count * (size_t)longest);
    BUG_IF(!rows || !numbers);
    for (int i = 0; i < walk->count; i++) {
        rows[i].at = numbers + (size_t)i * (size_t)longest;
        row_eval(&rows[i], walk->node[i], walk->child[i], rows, arguments, sizes);
    }
    BUG_IF(rows[walk->count - 1].size != 1);
    float result = rows[walk->count - 1].at[0];
    free(rows);
    free(numbers);
    return result;
}
