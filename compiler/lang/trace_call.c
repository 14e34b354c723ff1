/* Tracing of whole callables: quantizers with custom gradients, update rules, functions mapped over tensors of layers/. */
#include "lang/internal.h"

#include <math.h>

enum { CUSTOM_MAX = 8 };

/* An unknown among the values of a traced function: the error stands where it came from. */
static void report_unknown(Eval *eval, Object *unknown, Span span)
{
    if (eval_is_poison(unknown))
        return;
    Message *message = eval_error(eval, unknown->origin.source ? unknown->origin : span, "this function needs %s", unknown->u.unknown.why);
    diag_note(message, span, "it is used here");
}

/* A gradient that the function has itself summed over the axes along which its argument was spread: what follows would add them up again,
 * so that each of the positions along them gets its share. dy counts them. */
static Object *share_of_sum(Eval *eval, Object *gradient, const ExprShape *argument, Object *dy, Span span)
{
    ExprShape own = trace_shape(gradient), full = trace_shape(dy);
    Object *axes = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    bool summed = argument->rank == own.rank && argument->rank <= full.rank;
    for (int i = 0; summed && i < full.rank; i++) {
        int at = i - (full.rank - own.rank);
        bool spread = at < 0 || (argument->dim[at] == 1 && full.dim[i] != 1);
        summed = at < 0 || own.dim[at] == argument->dim[at];
        if (spread)
            object_append(eval_arena(eval), axes, object_int(eval_arena(eval), i));
    }
    if (!summed || !axes->u.list.count)
        return gradient;
    Object *one = trace_apply(eval, EX_EQ, 2, (Object *[]){dy, dy}, span), *times = trace_reduce(eval, EX_REDUCE_SUM, one, axes, true, span);
    return trace_apply(eval, EX_DIV, 2, (Object *[]){gradient, times}, span);
}

/* What grad(dy) returned, one gradient per argument. */
static bool custom_gradients(Eval *eval, Object *result, int count, const int *position, const ExprShape *shapes, Object *dy, const Expr **gradients, Span span)
{
    bool several = object_is_list_or_tuple(result);
    for (int i = 0; i < count; i++) {
        Object *one = several ? (position[i] < result->u.list.count ? result->u.list.at[position[i]] : object_none()) : result;
        if (object_is_unknown(one)) {
            report_unknown(eval, one, span);
            return false;
        }
        if (one->kind == OBJECT_EXPR)
            one = share_of_sum(eval, one, &shapes[i], dy, span);
        gradients[i] = one->kind == OBJECT_NONE ? expr_const(eval_pool(eval), 0.0f) : trace_expr(eval, one);
        if (!gradients[i]) {
            eval_error(eval, span, "the gradient function must return a tensor, not %s", object_kind_name(one));
            return false;
        }
    }
    return true;
}

static Object *custom_finish(Eval *eval, Object *pair, int count, const int *position, const ExprShape *shapes, const Expr *const *inputs, Span span)
{
    ExprPool *pool = eval_pool(eval);
    Object *forward = pair->u.list.at[0], *grad = pair->u.list.at[1];
    const Expr *value = trace_expr(eval, forward), *gradients[CUSTOM_MAX];
    if (object_is_unknown(forward)) {
        report_unknown(eval, forward, span);
        return eval->poison;
    }
    if (!value) {
        eval_error(eval, span, "the forward value must be a tensor, not %s", object_kind_name(forward));
        return eval->poison;
    }
    ExprShape shape = trace_shape(forward);
    Object *dy = trace_with_shape(eval, expr_dy(pool), &shape);
    Object *result = eval_call_simple(eval, grad, 1, &dy, span);
    if (!custom_gradients(eval, result, count, position, shapes, dy, gradients, span))
        return eval->poison;
    const Expr *made = expr_custom(pool, value, dy->u.expr, count, inputs, gradients);
    return trace_with_shape(eval, made, &shape);
}

Object *trace_custom(Eval *eval, Object *function, const Call *call)
{
    const Expr *inputs[CUSTOM_MAX];
    ExprShape shapes[CUSTOM_MAX];
    int position[CUSTOM_MAX], count = 0;
    for (int i = 0; i < call->count; i++)
        if (call->at[i].value->kind == OBJECT_EXPR && count < CUSTOM_MAX) {
            shapes[count] = trace_shape(call->at[i].value);
            position[count] = i;
            inputs[count++] = call->at[i].value->u.expr;
        }
    Object *pair = call_function(eval, function, call);
    if (object_is_unknown(pair))
        return pair;
    if (pair->kind != OBJECT_TUPLE || pair->u.list.count != 2) {
        Message *message = eval_error(eval, call->span, "%s: a function under tf.custom_gradient returns (value, gradient function)",
                                      function->u.function.name);
        diag_note(message, function->origin, "defined here");
        return eval->poison;
    }
    return count ? custom_finish(eval, pair, count, position, shapes, inputs, call->span) : pair->u.list.at[0];
}

/* --- functions over tensors */

typedef struct { Object *callable; Call call; int position[CUSTOM_MAX]; int count; } Partial;

static Object *partial_call(Eval *eval, void *data, const Call *call)
{
    const Partial *partial = data;
    Call full = {.span = call->span, .callee = call->callee};
    for (int i = 0; i < partial->call.count; i++)
        call_add(eval, &full, partial->call.at[i].name, partial->call.at[i].value, partial->call.at[i].span);
    for (int i = 0; i < partial->count && i < call->count; i++)
        full.at[partial->position[i]].value = call->at[i].value;
    return eval_call(eval, partial->callable, &full);
}

static bool is_mapped(const Object *object)
{
    return object->kind == OBJECT_NATIVE && object->u.native.type->map;
}

bool trace_wants_map(const Call *call)
{
    for (int i = 0; i < call->count; i++)
        if (is_mapped(call->at[i].value))
            return true;
    return false;
}

Object *trace_map(Eval *eval, Object *callable, const Call *call)
{
    Arena *arena = eval_arena(eval);
    Object *natives[CUSTOM_MAX];
    Partial *partial = ARENA_NEW(arena, Partial);
    *partial = (Partial){.callable = callable, .call = *call};
    const NativeType *type = NULL;
    for (int i = 0; i < call->count && partial->count < CUSTOM_MAX; i++) {
        if (!is_mapped(call->at[i].value))
            continue;
        type = call->at[i].value->u.native.type;
        partial->position[partial->count] = i;
        natives[partial->count++] = call->at[i].value;
    }
    if (call->count == 1 && !call->at[0].name)
        return type->map(eval, callable, 1, natives, call->span);
    const char *name = callable->kind == OBJECT_FUNCTION ? callable->u.function.name : callable->u.builtin.name;
    Object *wrapped = object_builtin(arena, name, partial_call, partial, NULL);
    wrapped->family = callable->family;
    wrapped->family_name = callable->family_name;
    return type->map(eval, wrapped, partial->count, natives, call->span);
}

/* --- entry points for layers/ */

TraceShape trace_shape_of(Shape shape, bool batched)
{
    TraceShape trace = {.rank = 0};
    if (batched)
        trace.dim[trace.rank++] = -1;
    for (int i = 0; i < shape.rank; i++)
        trace.dim[trace.rank++] = shape.dim[i];
    return trace;
}

Object *trace_argument(Eval *eval, int index, const TraceShape *shape)
{
    ExprShape full = {.rank = shape ? shape->rank : 0, .full = shape ? shape->rank : 0};
    for (int i = 0; i < full.rank; i++) {
        full.dim[i] = shape->dim[i];
        full.axis[i] = full.rank - 1 - i;
    }
    return trace_with_shape(eval, expr_arg(eval_pool(eval), index), &full);
}

Object *eval_want_tensors(Eval *eval, Span span, const char *what)
{
    eval->wants_tensors = true;
    return object_unknown(eval_arena(eval), span, "%s of a traced value", what);
}

bool eval_wanted_tensors(Eval *eval)
{
    bool wanted = eval->wants_tensors;
    eval->wants_tensors = false;
    return wanted;
}

/* The expression that a call gave; NULL and an error when it gave none. */
static const Expr *traced(Eval *eval, Object *value, Span span)
{
    const Expr *expr = trace_expr(eval, value);
    if (!expr && object_is_unknown(value))
        report_unknown(eval, value, span);
    else if (!expr)
        eval_error(eval, span, "this function must return a tensor, not %s", object_kind_name(value));
    return expr;
}

const Expr *eval_trace_shaped(Eval *eval, Object *callable, int count, const TraceShape *shapes, Span span, TraceShape *result)
{
    Object *arguments[EXPR_MAX_ARGS];
    BUG_IF(count > EXPR_MAX_ARGS);
    for (int i = 0; i < count; i++)
        arguments[i] = trace_argument(eval, i, shapes ? &shapes[i] : NULL);
    int before = diag_errors(eval_diag(eval));
    Object *value = eval_call_simple(eval, callable, count, arguments, span);
    const Expr *expr = diag_errors(eval_diag(eval)) > before ? NULL : traced(eval, value, span);
    if (expr && count < 32 && expr->uses >> (eval->row_size && count == 2 ? 3 : count)) {
        diag_hint(eval_error(eval, span, "a tensor of the model cannot be combined with what a function is given here"), "functions of losses, metrics, quantizers, ... see their arguments alone");
        return NULL;
    }
    if (!expr)
        return NULL;
    ExprShape shape = trace_shape(value);
    if (result && trace_is_flattened(&shape)) {
        eval->wants_tensors = true;
        return NULL;
    }
    if (result) {
        result->rank = shape.rank;
        memcpy(result->dim, shape.dim, sizeof shape.dim);
    }
    return expr;
}

const Expr *eval_trace(Eval *eval, Object *callable, int count, const TraceShape *shapes, Span span)
{
    return eval_trace_shaped(eval, callable, count, shapes, span, NULL);
}

int eval_parameter_count(const Object *callable)
{
    int count = 0;
    const Object *inner = callable->kind == OBJECT_BOUND ? callable->u.bound.function : callable;
    if (inner->kind != OBJECT_FUNCTION)
        return 1;
    for (const Parameter *p = inner->u.function.node->parameters; p; p = p->next)
        count++;
    return count - (callable->kind == OBJECT_BOUND);
}

int eval_required_count(const Object *callable)
{
    const bool bound = callable->kind == OBJECT_BOUND;
    const Object *inner = bound ? callable->u.bound.function : callable;
    int count = eval_parameter_count(callable), required = 0;
    for (int i = 0; i < count; i++)
        required += inner->kind != OBJECT_FUNCTION || !inner->u.function.defaults[i + bound];
    return required;
}

/* (parts, result) as a metric returns them. */
static bool is_parts(const Object *value)
{
    return value->kind == OBJECT_TUPLE && value->u.list.count == 2 && value->u.list.at[0]->kind == OBJECT_TUPLE && object_is_callable(value->u.list.at[1]);
}

int eval_parameter_default(const Object *callable, int index)
{
    const bool bound = callable->kind == OBJECT_BOUND; /* self is a parameter of the function alone */
    const Object *inner = bound ? callable->u.bound.function : callable;
    const Object *value = inner->kind == OBJECT_FUNCTION && index < eval_parameter_count(callable) ? inner->u.function.defaults[index + bound] : NULL;
    return value && value->kind == OBJECT_INT ? object_size(value) : 0;
}

/* The parts of a tuple: each one number a sample, or a row of numbers. */
static bool trace_parts(Eval *eval, const Object *list, Span span, const Expr **parts, int *sizes)
{
    for (int i = 0; i < list->u.list.count; i++) {
        ExprShape shape = trace_shape(list->u.list.at[i]);
        if (!(parts[i] = traced(eval, list->u.list.at[i], span)))
            return false;
        sizes[i] = shape.rank == 2 ? shape.dim[1] : 1;
        if (shape.rank > 2) {
            eval_error(eval, span, "a part of a metric must be one number a sample, or one axis of them");
            return false;
        }
    }
    return true;
}

int eval_trace_parts(Eval *eval, Object *callable, int count, const TraceShape *shapes, Span span, int limit, const Expr **parts, int *sizes,
                     const Expr **result)
{
    Object *arguments[EXPR_MAX_ARGS];
    TraceShape sums[EXPR_MAX_ARGS] = {0};
    BUG_IF(count > EXPR_MAX_ARGS);
    for (int i = 0; i < count; i++)
        arguments[i] = trace_argument(eval, i, &shapes[i]);
    *result = NULL;
    Object *value = eval_call_simple(eval, callable, count, arguments, span);
    if (!is_parts(value)) {
        sizes[0] = 1;
        parts[0] = traced(eval, value, span);
        return parts[0] ? 1 : 0;
    }
    const Object *list = value->u.list.at[0];
    int part_count = list->u.list.count;
    if (part_count > limit || part_count >= EXPR_MAX_ARGS) {
        eval_error(eval, span, "a metric may have %d parts at most, not %d", limit < EXPR_MAX_ARGS ? limit : EXPR_MAX_ARGS - 1, part_count);
        return 0;
    }
    if (!trace_parts(eval, list, span, parts, sizes))
        return 0;
    for (int i = 0; i < part_count; i++)
        if (sizes[i] > 1)
            sums[1 + i] = (TraceShape){.rank = 1, .dim = {sizes[i]}};
    *result = eval_trace(eval, value->u.list.at[1], part_count + 1, sums, span);
    return *result ? part_count : 0;
}

int eval_precision(Eval *eval, Object *quantizer)
{
    Object *value = NULL;
    if (quantizer->kind == OBJECT_FUNCTION && quantizer->u.function.precision >= 0)
        return quantizer->u.function.precision;
    if (quantizer->kind == OBJECT_BOUND)
        return eval_precision(eval, quantizer->u.bound.function);
    if (quantizer->kind == OBJECT_INSTANCE) {
        value = object_dict_get(quantizer->u.instance.attributes, "precision");
        value = value ? value : class_lookup(quantizer->u.instance.class, "precision");
    }
    return value && value->kind == OBJECT_INT ? object_size(value) : 0;
}
