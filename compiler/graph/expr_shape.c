/* Shapes of expressions: in: an Expr and the values its arguments stand for. out: the broadcast shape, reductions keeping their
 * rank (size 1 along the reduced axes). */
#include "graph/operators.h"

typedef struct {
    Value *const *inputs;
    ReducedShape *known;
    bool *done;
} Walk;

static ReducedShape join(ReducedShape a, ReducedShape b)
{
    ReducedShape out = {.batched = a.batched || b.batched, .batch_one = a.batch_one || b.batch_one};
    if (!shape_broadcast(a.shape, b.shape, &out.shape))
        BUG("expression over shapes that do not broadcast");
    return out;
}

static ReducedShape reduce(ReducedShape x, uint32_t axes)
{
    bool has_batch = x.batched || x.batch_one;
    if (has_batch && (axes & 1))
        x.batched = false, x.batch_one = true;
    for (int i = 0; i < x.shape.rank; i++)
        if (axes >> (i + has_batch) & 1)
            x.shape.dim[i] = 1;
    return x;
}

static ReducedShape walk(Walk *state, const Expr *e)
{
    if (state->done[e->id])
        return state->known[e->id];
    ReducedShape result = {.shape = shape_scalar()};
    if (e->op == EX_ARG) {
        result.shape = state->inputs[e->index]->shape;
        result.batched = state->inputs[e->index]->batched;
    }
    for (int i = 0; i < EXPR_MAX_CHILDREN && e->child[i]; i++)
        result = join(result, walk(state, e->child[i]));
    if (e->op == EX_REDUCE_SUM || e->op == EX_REDUCE_MEAN || e->op == EX_REDUCE_MAX || e->op == EX_REDUCE_COUNT)
        result = reduce(result, e->axes);
    state->done[e->id] = true;
    return state->known[e->id] = result;
}

ReducedShape expr_shape(const Expr *expr, Value *const *inputs)
{
    Arena *arena = arena_new();
    Walk state = {inputs, ARENA_ARRAY(arena, ReducedShape, expr->id + 1), ARENA_ARRAY(arena, bool, expr->id + 1)};
    ReducedShape result = walk(&state, expr);
    arena_free(arena);
    return result;
}
