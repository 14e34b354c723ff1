/* split-reductions. In: maps whose expressions may hold reductions, custom gradients and stops. Out: pure maps; every reduction is a
 * value of its own (rank kept, size 1 along its axes), which the map reads as one more input. */
#include "passes/support.h"

typedef struct {
    Graph *graph;
    Value *input[EXPR_MAX_ARGS];  /* of the map, then one per reduction found */
    int count;
    const Expr **done;            /* by expression id: the pure form */
    Value *const *original;
} Split;

static const Expr *split(Split *state, const Expr *e);

static ReduceKind reduce_kind(ExprOp op)
{
    return op == EX_REDUCE_SUM ? REDUCE_SUM : op == EX_REDUCE_MEAN ? REDUCE_MEAN : REDUCE_MAX;
}

static bool is_reduce(const Expr *e)
{
    return e->op == EX_REDUCE_SUM || e->op == EX_REDUCE_MEAN || e->op == EX_REDUCE_MAX || e->op == EX_REDUCE_COUNT;
}

static const Expr *new_argument(Split *state, Value *value)
{
    BUG_IF(state->count == EXPR_MAX_ARGS);
    state->input[state->count] = value;
    return expr_arg(state->graph->pool, state->count++);
}

/* How many elements lie along the axes: a number, times the batch where that is among them. */
static const Expr *split_count(Split *state, const Expr *e)
{
    ExprPool *pool = state->graph->pool;
    ReducedShape shape = expr_shape(e->child[0], state->original);
    bool has_batch = shape.batched || shape.batch_one;
    int64_t count = 1;
    for (int i = 0; i < shape.shape.rank; i++)
        count *= e->axes >> (i + has_batch) & 1 ? shape.shape.dim[i] : 1;
    const Expr *number = expr_const(pool, (float)count);
    if (!shape.batched || !(e->axes & 1))
        return number;
    return expr_make(pool, EX_MUL, new_argument(state, graph_count(state->graph)), number, NULL);
}

static const Expr *split_reduce(Split *state, const Expr *e)
{
    if (e->op == EX_REDUCE_COUNT)
        return split_count(state, e);
    const Expr *inner = split(state, e->child[0]);
    if (inner->op == EX_CONST && e->op != EX_REDUCE_SUM)
        return inner;
    ReducedShape shape = expr_shape(e->child[0], state->original);
    Value *value = pass_map_shaped(state->graph, inner, state->count, state->input, shape.shape, shape.batched);
    uint32_t axes = shape.batch_one && !shape.batched ? e->axes >> 1 : e->axes; /* the batch axis is gone already */
    if (axes)
        value = graph_reduce(state->graph, reduce_kind(e->op), value, axes, true);
    return new_argument(state, value);
}

static const Expr *split(Split *state, const Expr *e)
{
    if (e->pure)
        return e;
    if (state->done[e->id])
        return state->done[e->id];
    const Expr *result, *child[EXPR_MAX_CHILDREN] = {0};
    if (is_reduce(e)) {
        result = split_reduce(state, e);
    } else {
        for (int i = 0; i < EXPR_MAX_CHILDREN && e->child[i]; i++)
            child[i] = split(state, e->child[i]);
        result = expr_make(state->graph->pool, e->op, child[0], child[1], child[2]);
    }
    return state->done[e->id] = result;
}

static Value *split_map(Graph *to, const Value *old, Value *const *map, const int *uses)
{
    (void)uses;
    if (old->op != OP_MAP || old->u.expr->pure)
        return NULL;
    Split state = {.graph = to, .count = old->input_count};
    Value *inputs[EXPR_MAX_ARGS];
    graph_at(to, old->span, old->name);
    to->at_phase = old->phase;
    const Expr *e = expr_forward(to->pool, old->u.expr);
    for (int i = 0; i < old->input_count; i++)
        state.input[i] = inputs[i] = map[old->input[i]->id];
    state.original = inputs;
    Arena *scratch = arena_new();
    state.done = ARENA_ARRAY(scratch, const Expr *, e->id + 1);
    const Expr *pure = split(&state, e);
    arena_free(scratch);
    return pass_map_shaped(to, pure, state.count, state.input, old->shape, old->batched);
}

void pass_split_reductions(Graph **graph, const PassOptions *options)
{
    (void)options;
    pass_rewrite(graph, split_map);
}
