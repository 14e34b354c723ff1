/* Gradients of the operators. In: a value y and dy = d loss / d y, of y's shape. Out: additions to the gradients of y's inputs. */
#include "passes/autodiff.h"

#include <string.h>

Value *training_count(Graph *graph, const Value *x)
{
    int64_t pixels = 1;
    for (int i = 0; i + 1 < x->shape.rank; i++)
        pixels *= x->shape.dim[i];
    Value *count = graph_count(graph);
    return pixels == 1 ? count : graph_binary(graph, EX_MUL, count, graph_scalar(graph, (float)pixels));
}

void autodiff_add(Autodiff *state, Value *input, Value *gradient)
{
    if (!gradient || input->id >= state->forward_count || !state->needed[input->id])
        return;
    BUG_IF(!shape_equal(input->shape, gradient->shape) || input->batched != gradient->batched);
    Value *sum = state->gradient[input->id];
    state->gradient[input->id] = sum ? graph_binary(state->graph, EX_ADD, sum, gradient) : gradient;
}

/* `value`, stretched to the shape of `like` along axes where it has size 1. */
static Value *broadcast_to(Graph *graph, Value *value, Value *like)
{
    return pass_map_shaped(graph, expr_arg(graph->pool, 0), 2, (Value *[]){value, like}, like->shape, like->batched);
}

static void map_gradient(Autodiff *state, Value *y, Value *dy)
{
    Graph *graph = state->graph;
    const Expr *gradients[EXPR_MAX_ARGS] = {0};
    Value *inputs[EXPR_MAX_ARGS];
    int count = y->input_count;
    Shape frame = shape_scalar();
    bool batched = false;
    BUG_IF(count >= EXPR_MAX_ARGS);
    for (int i = 0; i < count; i++) {
        inputs[i] = y->input[i];
        BUG_IF(!shape_broadcast(frame, inputs[i]->shape, &frame));
        batched |= inputs[i]->batched;
    }
    inputs[count] = dy;
    expr_differentiate(graph->pool, y->u.expr, expr_arg(graph->pool, count), gradients, count);
    for (int i = 0; i < count; i++) {
        if (!gradients[i] || !state->needed[inputs[i]->id])
            continue;
        /* one gradient per place where the input was used, then the sum over the places it was stretched to */
        Value *full = pass_map_shaped(graph, gradients[i], count + 1, inputs, frame, batched);
        autodiff_add(state, inputs[i], pass_sum_to(graph, full, inputs[i]->shape, inputs[i]->batched));
    }
}

static Value *keep_dims(Graph *graph, Value *reduced, const Value *y, const Value *x)
{
    Shape shape = x->shape;
    for (int i = 0; i < shape.rank; i++)
        if (y->u.reduce.axes >> (i + x->batched) & 1)
            shape.dim[i] = 1;
    return shape_equal(reduced->shape, shape) ? reduced : graph_reshape(graph, reduced, shape);
}

/* How many elements each mean is over. */
static Value *reduced_count(Graph *graph, const Value *y, const Value *x)
{
    int64_t count = 1;
    for (int i = 0; i < x->shape.rank; i++)
        if (y->u.reduce.axes >> (i + x->batched) & 1)
            count *= x->shape.dim[i];
    if (!x->batched || !(y->u.reduce.axes & 1))
        return graph_scalar(graph, (float)count);
    return count == 1 ? graph_count(graph) : graph_binary(graph, EX_MUL, graph_count(graph), graph_scalar(graph, (float)count));
}

static void reduce_gradient(Autodiff *state, Value *y, Value *dy)
{
    Graph *graph = state->graph;
    Value *x = y->input[0];
    Value *wide = keep_dims(graph, dy, y, x);
    if (y->u.reduce.kind == REDUCE_MEAN)
        wide = graph_binary(graph, EX_DIV, wide, reduced_count(graph, y, x));
    if (y->u.reduce.kind != REDUCE_MAX) {
        autodiff_add(state, x, broadcast_to(graph, wide, x));
        return;
    }
    Value *largest = graph_binary(graph, EX_EQ, x, keep_dims(graph, y, y, x));
    Value *ties = keep_dims(graph, graph_reduce(graph, REDUCE_SUM, largest, y->u.reduce.axes, true), y, x);
    autodiff_add(state, x, graph_binary(graph, EX_MUL, graph_binary(graph, EX_DIV, largest, ties), wide));
}

static void product_gradient(Autodiff *state, Value *y, Value *dy)
{
    Graph *graph = state->graph;
    const Window *window = &y->u.product.window;
    Value *a = y->input[0], *w = y->input[1];
    bool transposed = y->u.product.role == ROLE_INPUT_GRADIENT;
    BUG_IF(y->u.product.role == ROLE_KERNEL_GRADIENT);
    if (state->needed[w->id])
        autodiff_add(state, w, graph_product(graph, ROLE_KERNEL_GRADIENT, window, transposed ? dy : a, transposed ? a : dy));
    if (state->needed[a->id])
        autodiff_add(state, a, graph_product(graph, transposed ? ROLE_FORWARD : ROLE_INPUT_GRADIENT, window, dy, w));
}

static void pool_gradient(Autodiff *state, Value *y, Value *dy)
{
    autodiff_add(state, y->input[0], graph_pool_gradient(state->graph, y->u.pool.kind, &y->u.pool.window, y->input[0], dy));
}

/* --- movers */
static void reshape_gradient(Autodiff *state, Value *y, Value *dy)
{
    autodiff_add(state, y->input[0], graph_reshape(state->graph, dy, y->input[0]->shape));
}

static void transpose_gradient(Autodiff *state, Value *y, Value *dy)
{
    int inverse[SHAPE_MAX];
    for (int i = 0; i < y->shape.rank; i++)
        inverse[y->u.transpose.permutation[i]] = i;
    autodiff_add(state, y->input[0], graph_transpose(state->graph, dy, inverse));
}

static const int ones[SHAPE_MAX] = {1, 1, 1, 1, 1, 1};

static void pad_gradient(Autodiff *state, Value *y, Value *dy)
{
    autodiff_add(state, y->input[0], graph_slice(state->graph, dy, y->u.pad.before, ones, y->input[0]->shape));
}

/* Undoes one axis of a strided slice: reversed back, spread to every stride-th place, zeros between. */
static Value *spread(Graph *graph, Value *dy, int axis, int stride)
{
    int start[SHAPE_MAX] = {0}, step[SHAPE_MAX], repeat[SHAPE_MAX];
    memcpy(step, ones, sizeof step);
    memcpy(repeat, ones, sizeof repeat);
    if (stride < 0) {
        start[axis] = dy->shape.dim[axis] - 1;
        step[axis] = -1;
        dy = graph_slice(graph, dy, start, step, dy->shape);
        stride = -stride;
    }
    if (stride == 1)
        return dy;
    Shape mask_shape = dy->shape;
    for (int i = 0; i < mask_shape.rank; i++)
        mask_shape.dim[i] = i == axis ? dy->shape.dim[axis] * stride : 1;
    float *mask = ARENA_ARRAY(graph->arena, float, mask_shape.dim[axis]);
    for (int i = 0; i < mask_shape.dim[axis]; i += stride)
        mask[i] = 1.0f;
    repeat[axis] = stride;
    return graph_binary(graph, EX_MUL, graph_repeat(graph, dy, repeat), graph_constant_f32(graph, mask_shape, mask));
}

static void slice_gradient(Autodiff *state, Value *y, Value *dy)
{
    Graph *graph = state->graph;
    const Value *x = y->input[0];
    int zero[SHAPE_MAX] = {0}, before[SHAPE_MAX], after[SHAPE_MAX];
    Shape tight = y->shape;
    for (int i = 0; i < y->shape.rank; i++) {
        int stride = y->u.slice.stride[i], size = stride < 0 ? -stride : stride;
        int last = y->u.slice.start[i] + (y->shape.dim[i] - 1) * stride;
        dy = spread(graph, dy, i, stride);
        tight.dim[i] = (y->shape.dim[i] - 1) * size + 1;
        before[i] = stride < 0 ? last : y->u.slice.start[i];
        after[i] = x->shape.dim[i] - before[i] - tight.dim[i];
    }
    if (!shape_equal(tight, dy->shape))
        dy = graph_slice(graph, dy, zero, ones, tight);
    autodiff_add(state, y->input[0], shape_equal(tight, x->shape) ? dy : graph_pad(graph, dy, before, after, 0.0f));
}

static void concat_gradient(Autodiff *state, Value *y, Value *dy)
{
    int start[SHAPE_MAX] = {0}, axis = y->u.concat.axis;
    for (int k = 0; k < y->input_count; k++) {
        Value *x = y->input[k];
        if (state->needed[x->id])
            autodiff_add(state, x, graph_slice(state->graph, dy, start, ones, x->shape));
        start[axis] += x->shape.dim[axis];
    }
}

/* One axis at a time: [outer, n*r, inner] is [outer, n, r, inner] summed over r. */
static void repeat_gradient(Autodiff *state, Value *y, Value *dy)
{
    Graph *graph = state->graph;
    Shape shape = dy->shape;
    for (int axis = 0; axis < y->shape.rank; axis++) {
        int repeat = y->u.repeat.repeat[axis], outer = 1, inner = 1;
        if (repeat == 1)
            continue;
        for (int i = 0; i < shape.rank; i++)
            *(i < axis ? &outer : &inner) *= i == axis ? 1 : shape.dim[i];
        shape.dim[axis] /= repeat;
        Value *split = graph_reshape(graph, dy, shape_of(4, (int[]){outer, shape.dim[axis], repeat, inner}));
        dy = graph_reshape(graph, graph_reduce(graph, REDUCE_SUM, split, 1u << (2 + dy->batched), false), shape);
    }
    autodiff_add(state, y->input[0], dy);
}

void autodiff_rule(Autodiff *state, Value *y, Value *dy)
{
    static void (*const rules[OP_COUNT_OF_KINDS])(Autodiff *, Value *, Value *) = {
        [OP_MAP] = map_gradient, [OP_REDUCE] = reduce_gradient, [OP_PRODUCT] = product_gradient, [OP_POOL] = pool_gradient,
        [OP_RESHAPE] = reshape_gradient, [OP_TRANSPOSE] = transpose_gradient, [OP_PAD] = pad_gradient, [OP_SLICE] = slice_gradient,
        [OP_CONCAT] = concat_gradient, [OP_REPEAT] = repeat_gradient,
    };
    if (!rules[y->op])
        BUG("no gradient of %s", op_name(y->op));
    rules[y->op](state, y, dy);
}

/* --- batch normalization: dbeta = sum dy, dgamma = sum dy*xh, dx = gamma*r*(dy - dbeta/M - xh*(dgamma/M)), with r = 1/sqrt(var+eps),
 * xh = (x-mean)*r; frozen statistics: dx = dy*inv */
void autodiff_batchnorm(Autodiff *state, const BatchNorm *norm, Value *dy)
{
    Graph *graph = state->graph;
    ExprPool *pool = graph->pool;
    uint32_t axes = (1u << (norm->x->shape.rank - 1 + norm->x->batched)) - 1;
    const Expr *a = expr_arg(pool, 0), *b = expr_arg(pool, 1), *c = expr_arg(pool, 2), *d = expr_arg(pool, 3);
    const Expr *root = expr_make(pool, EX_SQRT, expr_make(pool, EX_ADD, a, expr_const(pool, norm->epsilon), NULL), NULL, NULL);
    Value *r = pass_map(graph, expr_make(pool, EX_DIV, expr_const(pool, 1.0f), root, NULL), 1, &norm->variance);
    const Expr *xh = expr_make(pool, EX_MUL, expr_make(pool, EX_SUB, b, c, NULL), d, NULL);
    Value *weighted = graph_map(graph, expr_make(pool, EX_MUL, a, xh, NULL), 4, (Value *[]){dy, norm->x, norm->mean, r});
    Value *dbeta = graph_reduce(graph, REDUCE_SUM, dy, axes, false);
    Value *dgamma = graph_reduce(graph, REDUCE_SUM, weighted, axes, false);
    if (norm->gamma)
        autodiff_add(state, norm->gamma, dgamma);
    if (norm->beta)
        autodiff_add(state, norm->beta, dbeta);
    if (!state->needed[norm->x->id])
        return;
    if (norm->frozen) {
        autodiff_add(state, norm->x, graph_binary(graph, EX_MUL, dy, norm->inv));
        return;
    }
    Value *count = training_count(graph, norm->x);
    Value *mean_dy = graph_binary(graph, EX_DIV, dbeta, count), *mean_weighted = graph_binary(graph, EX_DIV, dgamma, count);
    Value *gain = norm->gamma ? graph_binary(graph, EX_MUL, norm->gamma, r) : r;
    const Expr *centred = expr_make(pool, EX_SUB, a, expr_arg(pool, 4), NULL);
    const Expr *part = expr_make(pool, EX_MUL, xh, expr_arg(pool, 5), NULL);
    const Expr *dx = expr_make(pool, EX_MUL, expr_arg(pool, 6), expr_make(pool, EX_SUB, centred, part, NULL), NULL);
    autodiff_add(state, norm->x, graph_map(graph, dx, 7, (Value *[]){dy, norm->x, norm->mean, r, mean_dy, mean_weighted, gain}));
}
