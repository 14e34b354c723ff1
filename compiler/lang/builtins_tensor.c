/* TensorFlow's pointwise functions and reductions over traced values: one table row each. Over tensors of layers/ the whole function is
 * handed to their map hook. Numbers become float32 constants. */
#include "lang/internal.h"

#include <math.h>

typedef Object *(*TensorFunction)(Eval *eval, Object **x, Span span);
typedef struct { const char *path, *names; ExprOp op; TensorFunction function; const char *help; } TensorRow;

static Object *apply1(Eval *eval, ExprOp op, Object *x, Span span)
{
    return trace_apply(eval, op, 1, &x, span);
}

static Object *apply2(Eval *eval, ExprOp op, Object *a, Object *b, Span span)
{
    return trace_apply(eval, op, 2, (Object *[]){a, b}, span);
}

static Object *constant(Eval *eval, double value)
{
    return trace_constant(eval, value);
}

/* The traced form of x: arithmetic on it is float32 from here on. */
static Object *traced(Eval *eval, Object *x)
{
    double number;
    return x->kind != OBJECT_EXPR && object_as_number(x, &number) ? constant(eval, number) : x;
}

static Object *tensor_square(Eval *eval, Object **x, Span span) { return apply2(eval, EX_MUL, x[0], x[0], span); }
static Object *tensor_rsqrt(Eval *eval, Object **x, Span span)
{
    return apply2(eval, EX_DIV, constant(eval, 1), apply1(eval, EX_SQRT, x[0], span), span);
}
static Object *tensor_reciprocal(Eval *eval, Object **x, Span span) { return apply2(eval, EX_DIV, constant(eval, 1), x[0], span); }
static Object *tensor_greater(Eval *eval, Object **x, Span span) { return apply2(eval, EX_LT, x[1], x[0], span); }
static Object *tensor_greater_equal(Eval *eval, Object **x, Span span) { return apply2(eval, EX_LE, x[1], x[0], span); }
static Object *tensor_pow(Eval *eval, Object **x, Span span) { return trace_binary(eval, OP_POWER, traced(eval, x[0]), x[1], span); }
static Object *tensor_floordiv(Eval *eval, Object **x, Span span) { return trace_binary(eval, OP_FLOOR_DIVIDE, x[0], x[1], span); }
static Object *tensor_floormod(Eval *eval, Object **x, Span span) { return trace_binary(eval, OP_MODULO, x[0], x[1], span); }
static Object *tensor_identity(Eval *eval, Object **x, Span span) { (void)span; return traced(eval, x[0]); }
static Object *tensor_xor(Eval *eval, Object **x, Span span) { return apply2(eval, EX_NE, x[0], x[1], span); }

static Object *tensor_ceil(Eval *eval, Object **x, Span span)
{
    return apply1(eval, EX_NEG, apply1(eval, EX_FLOOR, apply1(eval, EX_NEG, x[0], span), span), span);
}

static Object *tensor_expm1(Eval *eval, Object **x, Span span)
{
    return apply2(eval, EX_SUB, apply1(eval, EX_EXP, x[0], span), constant(eval, 1), span);
}

static Object *tensor_clip(Eval *eval, Object **x, Span span)
{
    return apply2(eval, EX_MAX, apply2(eval, EX_MIN, traced(eval, x[0]), x[2], span), x[1], span);
}

static Object *tensor_difference(Eval *eval, Object **x, Span span)
{
    Object *d = apply2(eval, EX_SUB, x[0], x[1], span);
    return apply2(eval, EX_MUL, d, d, span);
}

static Object *tensor_divide_no_nan(Eval *eval, Object **x, Span span)
{
    Object *zero = apply2(eval, EX_EQ, x[1], constant(eval, 0), span);
    Object *safe = trace_apply(eval, EX_SELECT, 3, (Object *[]){zero, constant(eval, 1), x[1]}, span);
    return trace_apply(eval, EX_SELECT, 3, (Object *[]){zero, constant(eval, 0), apply2(eval, EX_DIV, x[0], safe, span)}, span);
}

static Object *tensor_where(Eval *eval, Object **x, Span span)
{
    if (!object_is_number(x[0]))
        return trace_apply(eval, EX_SELECT, 3, x, span);
    return object_truth(x[0]) ? x[1] : x[2];
}

static Object *tensor_sign(Eval *eval, Object **x, Span span)
{
    Span user = eval_user_span(eval);
    if (!eval->warned_sign && !span_in_prelude(span) && x[0]->kind == OBJECT_EXPR && x[0]->u.expr->uses) {
        eval->warned_sign = true;
        diag_hint(diag_warning(eval_diag(eval), span.source ? span : user, "tf.sign gives 0 at 0: this is a ternary function"),
                  "larq.math.sign is the binary sign, +1 at 0");
    }
    return apply1(eval, EX_SGN, x[0], span);
}

static Object *like(Eval *eval, Object *x, double value)
{
    ExprShape shape = trace_shape(x);
    return trace_with_shape(eval, expr_const(eval_pool(eval), (float)value), &shape);
}

static Object *tensor_ones_like(Eval *eval, Object **x, Span span) { (void)span; return like(eval, x[0], 1); }
static Object *tensor_zeros_like(Eval *eval, Object **x, Span span) { (void)span; return like(eval, x[0], 0); }

/* With a batch axis the size is a sum of ones: x == x keeps the Expr from folding. */
static Object *tensor_size(Eval *eval, Object **x, Span span)
{
    ExprShape shape = trace_shape(x[0]);
    int64_t count = 1;
    for (int i = 0; i < shape.rank; i++)
        count = shape.dim[i] < 0 || count < 0 ? -1 : count * shape.dim[i];
    return count >= 0 ? constant(eval, (double)count)
                      : trace_reduce(eval, EX_REDUCE_SUM, apply2(eval, EX_EQ, x[0], x[0], span), NULL, false, span);
}

static Object *tensor_cast(Eval *eval, Object **x, Span span)
{
    bool text = x[1] && x[1]->kind == OBJECT_STRING;
    if (text && !strcmp(x[1]->u.string.at, "bool"))
        return apply2(eval, EX_NE, traced(eval, x[0]), constant(eval, 0), span);
    if (!text || strncmp(x[1]->u.string.at + (x[1]->u.string.at[0] == 'u'), "int", 3))
        return traced(eval, x[0]);
    Object *down = apply1(eval, EX_FLOOR, traced(eval, x[0]), span), *up = tensor_ceil(eval, (Object *[]){traced(eval, x[0])}, span);
    return trace_apply(eval, EX_SELECT, 3, (Object *[]){apply2(eval, EX_LT, traced(eval, x[0]), constant(eval, 0), span), up, down}, span);
}

static Object *tensor_heaviside(Eval *eval, Object **x, Span span)
{
    return apply1(eval, EX_SGN, apply2(eval, EX_MAX, x[0], constant(eval, 0), span), span);
}

static Object *tensor_expand_dims(Eval *eval, Object **x, Span span)
{
    double number = -1;
    ExprShape shape = trace_shape(x[0]), out = {.full = shape.full};
    if (x[1])
        object_as_number(x[1], &number);
    int64_t at = index_from(number, shape.rank + 1);
    if (at < 0 || at > shape.rank || shape.rank + 1 > TRACE_RANK || x[0]->kind != OBJECT_EXPR) {
        eval_error(eval, span, "expand_dims: axis %.0f of rank %d", number, shape.rank);
        return eval->poison;
    }
    for (int i = 0; i <= shape.rank; i++) {
        out.dim[out.rank] = i == at ? 1 : shape.dim[i - (i > at)];
        out.axis[out.rank++] = i == at ? -1 : shape.axis[i - (i > at)];
    }
    return trace_with_shape(eval, x[0]->u.expr, &out);
}

/* --- reductions: input, axis, keepdims */

static bool keeps(Object **x)
{
    return x[2] && object_truth(x[2]);
}

static Object *reduce(Eval *eval, ExprOp op, Object **x, Span span)
{
    return trace_reduce(eval, op, traced(eval, x[0]), x[1], keeps(x), span);
}

static Object *reduce_mean(Eval *eval, Object **x, Span span) { return reduce(eval, EX_REDUCE_MEAN, x, span); }
static Object *reduce_sum(Eval *eval, Object **x, Span span) { return reduce(eval, EX_REDUCE_SUM, x, span); }
static Object *reduce_max(Eval *eval, Object **x, Span span) { return reduce(eval, EX_REDUCE_MAX, x, span); }

static Object *reduce_min(Eval *eval, Object **x, Span span)
{
    Object *negative[] = {apply1(eval, EX_NEG, x[0], span), x[1], x[2]};
    return apply1(eval, EX_NEG, reduce(eval, EX_REDUCE_MAX, negative, span), span);
}

static Object *reduce_variance(Eval *eval, Object **x, Span span)
{
    Object *mean = trace_reduce(eval, EX_REDUCE_MEAN, traced(eval, x[0]), x[1], true, span);
    Object *centred = apply2(eval, EX_SUB, x[0], mean, span);
    return trace_reduce(eval, EX_REDUCE_MEAN, apply2(eval, EX_MUL, centred, centred, span), x[1], keeps(x), span);
}

static Object *reduce_std(Eval *eval, Object **x, Span span)
{
    return apply1(eval, EX_SQRT, reduce_variance(eval, x, span), span);
}

static Object *reduce_norm(Eval *eval, Object **x, Span span)
{
    Object *squares[] = {apply2(eval, EX_MUL, x[0], x[0], span), x[1], x[2]};
    return apply1(eval, EX_SQRT, reduce(eval, EX_REDUCE_SUM, squares, span), span);
}

static Object *tensor_norm(Eval *eval, Object **x, Span span)
{
    double order = 2;
    bool known = !x[1] || (x[1]->kind == OBJECT_STRING && !strcmp(x[1]->u.string.at, "euclidean")) || object_as_number(x[1], &order);
    if (!known || (order != 1 && order != 2 && !isinf(order))) {
        eval_error(eval, span, "tf.norm: ord must be 'euclidean', 1, 2 or np.inf, not %s", object_text(eval_arena(eval), x[1]));
        return eval->poison;
    }
    Object *rest[] = {x[0], x[2], x[3]};
    if (order == 2)
        return reduce_norm(eval, rest, span);
    rest[0] = apply1(eval, EX_ABS, x[0], span);
    return reduce(eval, order == 1 ? EX_REDUCE_SUM : EX_REDUCE_MAX, rest, span);
}

static Object *l2_normalize(Eval *eval, Object **x, Span span)
{
    Object *sum = trace_reduce(eval, EX_REDUCE_SUM, tensor_square(eval, x, span), x[1], true, span);
    Object *bounded = apply2(eval, EX_MAX, sum, x[2] ? x[2] : constant(eval, 1e-12), span);
    return apply2(eval, EX_MUL, x[0], tensor_rsqrt(eval, &bounded, span), span);
}

static const TensorRow rows[] = {
#define TENSOR(path, parameters, operation, function, help) {path, parameters, operation, function, help},
#include "lang/tensor_functions.def"
#undef TENSOR
};

static const char *last_part(const char *path)
{
    return strrchr(path, '.') + 1;
}

static Object *tensor_call(Eval *eval, void *data, const Call *call)
{
    const TensorRow *row = data;
    Object *slot[4] = {0}, *unknown = call_unknown(call);
    if (unknown && !trace_wants_map(call))
        return unknown;
    if (trace_wants_map(call)) {
        Object *self = object_builtin(eval_arena(eval), last_part(row->path), tensor_call, data, NULL);
        self->family = FAMILY_FUNCTION;
        self->family_name = last_part(row->path);
        return trace_map(eval, self, call);
    }
    if (!call_unpack(eval, arena_printf(eval_arena(eval), "%s", row->path), call, row->names, slot))
        return eval->poison;
    if (row->function)
        return row->function(eval, slot, call->span);
    return trace_apply(eval, row->op, slot[1] ? 2 : 1, slot, call->span);
}

/* "abs(x): |x|.", as `bnnc help` wants it. */
static const char *help_text(Arena *arena, const TensorRow *row)
{
    Text text = text_new(arena);
    text_printf(&text, "%s(", last_part(row->path));
    for (const char *at = row->names; *at; at += strspn(at, " ")) {
        int length = (int)strcspn(at, " "), optional = at[length - 1] == '?';
        text_printf(&text, "%s%.*s%s", at == row->names ? "" : ", ", length - optional, at,
                    !optional ? "" : strncmp(at, "keepdims", 8) ? "=None" : "=False");
        at += length;
    }
    text_printf(&text, "): %s", row->help);
    return text.at;
}

void builtins_tensor(Eval *eval)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        eval_builtin(eval, rows[i].path, FAMILY_FUNCTION, tensor_call, (void *)&rows[i], help_text(eval_arena(eval), &rows[i]));
}
