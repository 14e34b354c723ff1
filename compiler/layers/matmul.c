/* Matrix products: tf.matmul, tf.linalg.matmul, tf.keras.backend.dot. In: two tensors; a right operand without a batch is a weight. Out: the
 * same product that Dense is, or, where both have a batch, the sum of the products sample by sample. */
#include "layers/family.h"

#include <string.h>

typedef struct { bool transpose_a, transpose_b; } MatmulData;

static Value *swap_last(Graph *graph, Value *x)
{
    int order[SHAPE_MAX], rank = x->shape.rank;
    for (int i = 0; i < rank; i++)
        order[i] = i < rank - 2 ? i : 2 * rank - 3 - i;
    return graph_transpose(graph, x, order);
}

/* [..., m, k] and [..., k, n], the axes in front the same in both or missing in one. */
static bool are_factors(const Value *a, const Value *b, bool dense)
{
    int p = a->shape.rank, q = b->shape.rank;
    if (dense)
        return p >= 1 && a->shape.dim[p - 1] == b->shape.dim[0];
    if (p < 2 || q < 2 || p >= SHAPE_MAX || q >= SHAPE_MAX || a->shape.dim[p - 1] != b->shape.dim[q - 2])
        return false;
    for (int i = 3; i <= p && i <= q; i++)
        if (a->shape.dim[p - i] != b->shape.dim[q - i])
            return false;
    return true;
}

/* With an axis of size 1 at `at` from the end. */
static Value *widened(Graph *graph, Value *x, int at)
{
    Shape shape = x->shape;
    int place = shape.rank++ - at;
    for (int i = shape.rank - 1; i > place; i--)
        shape.dim[i] = shape.dim[i - 1];
    shape.dim[place] = 1;
    return graph_reshape(graph, x, shape);
}

static Value *product_of_samples(Apply *apply, Value *a, Value *b)
{
    Graph *graph = apply->graph;
    Value *left = widened(graph, family_float(apply, a), 1), *right = widened(graph, swap_last(graph, family_float(apply, b)), 2);
    Value *terms = graph_binary(graph, EX_MUL, left, right);
    return graph_reduce(graph, REDUCE_SUM, terms, axes_mask(terms, terms->shape.rank - 1, 1), false);
}

static Value *apply_matmul(Apply *apply)
{
    const MatmulData *data = apply->layer->data;
    Value *a = apply->input[0], *b = apply->input[1];
    bool matrices = (!data->transpose_a || a->shape.rank >= 2) && (!data->transpose_b || b->shape.rank >= 2);
    if (matrices && data->transpose_a)
        a = swap_last(apply->graph, a);
    if (matrices && data->transpose_b)
        b = swap_last(apply->graph, b);
    bool dense = !b->batched && b->shape.rank == 2;
    if (!matrices || !are_factors(a, b, dense)) {
        Arena *arena = apply->layers->arena;
        diag_error(apply->layers->diag, apply->span, "tf.matmul: %s and %s have no matrix product%s", shape_text(arena, a->shape, a->batched),
                   shape_text(arena, b->shape, b->batched), matrices ? "" : " whose batch is transposed");
        return NULL;
    }
    if (!dense)
        return product_of_samples(apply, a, b);
    Window window = {.in_channels = b->shape.dim[0], .out_channels = b->shape.dim[1], .groups = 1};
    return graph_product(apply->graph, ROLE_FORWARD, &window, a, b);
}

static bool flag(const Call *call, int position, const char *name)
{
    const CallArgument *given = function_argument(call, position, name, NULL);
    return given && object_is_number(given->value) && object_truth(given->value);
}

static Object *matmul(Eval *eval, const Call *call, const char *owner, const char *first, const char *second, bool transposes)
{
    const CallArgument *left = function_argument(call, 0, first, NULL), *right = function_argument(call, 1, second, NULL);
    KerasTensor *tensors[2] = {left ? tensor_of(left->value) : NULL, right ? tensor_of(right->value) : NULL};
    if (!tensors[0] && !tensors[1])
        return function_without_tensors(eval, 0, call, owner);
    for (int i = 0; i < 2; i++) {
        const CallArgument *given = i ? right : left;
        if (!tensors[i] && (!given || tensors_in(eval, given->value, given->span, owner, &tensors[i], 1) != 1)) {
            if (!given)
                eval_error(eval, call->span, "%s: takes two tensors", owner);
            return eval_poison(eval);
        }
    }
    MatmulData *data = ARENA_NEW(eval_arena(eval), MatmulData);
    *data = (MatmulData){transposes && flag(call, 2, "transpose_a"), transposes && flag(call, 3, "transpose_b")};
    return operation_call(eval, "tf.linalg.matmul", apply_matmul, data, 2, tensors, call->span);
}

Object *matmul_of(Eval *eval, KerasTensor *a, KerasTensor *b, Span span)
{
    return operation_call(eval, "tf.linalg.matmul", apply_matmul, ARENA_NEW(eval_arena(eval), MatmulData), 2, (KerasTensor *[]){a, b}, span);
}

static Object *tf_matmul(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    return matmul(eval, call, "tf.matmul", "a", "b", true);
}

static Object *backend_dot(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    return matmul(eval, call, "tf.keras.backend.dot", "x", "y", false);
}

void matmul_register(Eval *eval)
{
    Arena *arena = eval_arena(eval);
    eval_register(eval, "tf.matmul", FAMILY_FUNCTION,
                  object_builtin(arena, "tf.matmul", tf_matmul, NULL, "matmul(a, b, transpose_a=False, transpose_b=False): the product of two matrices, or of their samples."));
    eval_register(eval, "tf.keras.backend.dot", FAMILY_FUNCTION,
                  object_builtin(arena, "tf.keras.backend.dot", backend_dot, NULL, "dot(x, y): the product of two matrices."));
}
