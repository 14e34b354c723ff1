/* NumPy on constants: numbers out of small arrays, and elementwise. Data sets keep what is known of them; everything else of np is unknown. */
#include "lang/internal.h"

#include <math.h>

#define NUMPY(function) static Object *function(Eval *eval, void *data, const Call *call)

/* The first argument as an array; an unknown or poison otherwise. */
Object *numpy_first_array(Eval *eval, const Call *call)
{
    Object *unknown = call_unknown(call);
    if (unknown || !call->count)
        return unknown ? unknown : eval->poison;
    Object *x = initial_drawn(eval, call->at[0].value, call->at[0].span);
    if (x->kind == OBJECT_DATASET || x->kind == OBJECT_NATIVE)
        return unknown_new(eval, call->span, "the contents of %s", object_kind_name(x));
    Object *array = array_from(eval, x, call->at[0].span);
    return object_is_unknown(array) || eval_work(eval, object_array_count(array), call->span) ? array : eval->poison;
}

static Object *number_result(Eval *eval, double value, bool integer)
{
    bool whole = integer && value == floor(value) && fabs(value) < 9e15;
    return whole ? object_int(eval_arena(eval), (int64_t)value) : object_float(eval_arena(eval), value);
}

static bool all_integers(const Object *value)
{
    if (value->kind == OBJECT_INT || value->kind == OBJECT_BOOL || value->kind == OBJECT_RANGE)
        return true;
    for (int i = 0; object_is_sequence(value) && i < value->u.list.count; i++)
        if (!all_integers(value->u.list.at[i]))
            return false;
    return object_is_sequence(value);
}

/* --- one number out of an array, or along an axis */

static double fold(const char *name, double total, double x)
{
    if (!strcmp(name, "prod"))
        return total * x;
    if (strstr(name, "max"))
        return x > total ? x : total;
    if (strstr(name, "min"))
        return x < total ? x : total;
    return total + x;
}

static double fold_start(const char *name)
{
    return !strcmp(name, "prod") ? 1 : strstr(name, "max") ? -INFINITY : strstr(name, "min") ? INFINITY : 0;
}

/* Which axes are folded; false after an error. */
static bool fold_axes(Eval *eval, const char *name, const Object *array, const Object *axis, bool *folded, Span span)
{
    int rank = array->u.array.rank, count = !axis || axis->kind == OBJECT_NONE ? 0 : object_is_sequence(axis) ? axis->u.list.count : 1;
    for (int i = 0; i < rank; i++)
        folded[i] = !count && (!axis || !object_is_sequence(axis));
    for (int i = 0; i < count; i++) {
        double number = 0;
        const Object *item = object_is_sequence(axis) ? axis->u.list.at[i] : axis;
        int64_t at = object_as_number(item, &number) ? index_from(number, rank) : -1;
        if (at < 0 || at >= rank) {
            eval_error(eval, span, "%s: axis %s of an array of rank %d", name, object_text(eval_arena(eval), item), rank);
            return false;
        }
        folded[at] = true;
    }
    return true;
}

Object *array_fold(Eval *eval, const char *name, const Object *array, const Object *axis, bool keep, Span span)
{
    bool folded[8];
    int dims[8], stride[8], rank = 0, size = 1, count = object_array_count(array), from = array->u.array.rank;
    if (!fold_axes(eval, name, array, axis, folded, span))
        return eval->poison;
    for (int i = 0; i < from; i++) {
        if (!folded[i] || keep)
            dims[rank++] = folded[i] ? 1 : array->u.array.dim[i];
        size *= folded[i] ? array->u.array.dim[i] : 1;
    }
    for (int i = from - 1, step = 1; i >= 0; i--) {
        stride[i] = folded[i] ? 0 : step;
        step *= folded[i] ? 1 : array->u.array.dim[i];
    }
    Object *out = array_new(eval, rank, dims, span);
    if (object_is_unknown(out))
        return out;
    for (int n = 0; n < object_array_count(out); n++)
        out->u.array.at[n] = fold_start(name);
    for (int n = 0; n < count; n++) {
        int to = 0;
        for (int i = from - 1, rest = n; i >= 0; rest /= array->u.array.dim[i--])
            to += rest % array->u.array.dim[i] * stride[i];
        out->u.array.at[to] = fold(name, out->u.array.at[to], array->u.array.at[n]);
    }
    for (int n = 0; !strcmp(name, "mean") && n < object_array_count(out); n++)
        out->u.array.at[n] /= size;
    return out;
}

NUMPY(numpy_reduce)
{
    const char *name = data;
    Object *slot[3], *array = numpy_first_array(eval, call);
    if (object_is_unknown(array))
        return array;
    if (!call_unpack(eval, name, call, "a axis? keepdims?", slot))
        return eval->poison;
    Object *out = array_fold(eval, name, array, slot[1], slot[2] && object_truth(slot[2]), call->span);
    bool one = out->kind == OBJECT_ARRAY && !out->u.array.rank;
    return one ? number_result(eval, out->u.array.at[0], all_integers(call->at[0].value) && strcmp(name, "mean")) : out;
}

/* --- elementwise */

static double sign_of(double x) { return (x > 0) - (x < 0); }
static double square_of(double x) { return x * x; }
static double identity_of(double x) { return x; }

typedef struct { const char *name; double (*function)(double); } Elementwise;
static const Elementwise elementwise[] = {
    {"sqrt", sqrt}, {"exp", exp}, {"log", log}, {"log2", log2}, {"log10", log10}, {"abs", fabs}, {"absolute", fabs},
    {"ceil", ceil}, {"floor", floor}, {"sin", sin}, {"cos", cos},
    {"tanh", tanh}, {"square", square_of}, {"sign", sign_of}, {"rint", nearbyint}, {"float64", identity_of}, {"int_", identity_of},
};

NUMPY(numpy_elementwise)
{
    const Elementwise *row = data;
    Object *array = numpy_first_array(eval, call);
    if (object_is_unknown(array))
        return array;
    Object *out = array_new(eval, array->u.array.rank, array->u.array.dim, call->span);
    if (object_is_unknown(out))
        return out;
    for (int i = 0; i < object_array_count(array); i++)
        out->u.array.at[i] = row->function(array->u.array.at[i]);
    return out->u.array.rank ? out : object_float(eval_arena(eval), out->u.array.at[0]);
}

NUMPY(numpy_round)
{
    Object *array = numpy_first_array(eval, call);
    double digits = 0;
    (void)data;
    if (object_is_unknown(array))
        return array;
    if (call->count > 1)
        object_as_number(call->at[1].value, &digits);
    double power = pow(10, digits);
    Object *out = array_new(eval, array->u.array.rank, array->u.array.dim, call->span);
    if (object_is_unknown(out))
        return out;
    for (int i = 0; i < object_array_count(array); i++)
        out->u.array.at[i] = nearbyint(array->u.array.at[i] * power) / power;
    return out->u.array.rank ? out : object_float(eval_arena(eval), out->u.array.at[0]);
}

NUMPY(numpy_binary)
{
    Object *slot[2], *unknown = call_unknown(call);
    if (unknown)
        return unknown;
    if (!call_unpack(eval, "np", call, "a b", slot))
        return eval->poison;
    if (slot[0]->kind == OBJECT_DATASET || slot[1]->kind == OBJECT_DATASET)
        return operate_binary(eval, (AstOperator)(intptr_t)data, slot[0], slot[1], call->span);
    return array_binary(eval, (AstOperator)(intptr_t)data, slot[0], slot[1], call->span);
}

NUMPY(numpy_extreme) /* maximum, minimum: a where a > b else b */
{
    Object *slot[2], *unknown = call_unknown(call);
    if (unknown || !call_unpack(eval, data, call, "a b", slot))
        return unknown ? unknown : eval->poison;
    Object *less = array_binary(eval, strcmp(data, "maximum") ? OP_LESS : OP_GREATER, slot[0], slot[1], call->span);
    Object *other = array_binary(eval, OP_SUBTRACT, object_float(eval_arena(eval), 1), less, call->span);
    return array_binary(eval, OP_ADD, array_binary(eval, OP_MULTIPLY, less, slot[0], call->span),
                        array_binary(eval, OP_MULTIPLY, other, slot[1], call->span), call->span);
}

void builtins_numpy(Eval *eval)
{
    static const char *const reductions[] = {"prod", "sum", "mean", "min", "max", "amin", "amax"};
    static const struct { const char *name; BuiltinFunction call; const void *data; } table[] = {
        {"np.round", numpy_round, NULL}, {"np.around", numpy_round, NULL}, {"np.maximum", numpy_extreme, "maximum"},
        {"np.minimum", numpy_extreme, "minimum"}, {"np.power", numpy_binary, (void *)OP_POWER},
        {"np.add", numpy_binary, (void *)OP_ADD}, {"np.subtract", numpy_binary, (void *)OP_SUBTRACT},
        {"np.multiply", numpy_binary, (void *)OP_MULTIPLY}, {"np.divide", numpy_binary, (void *)OP_DIVIDE},
    };
    for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++)
        eval_builtin(eval, arena_printf(eval_arena(eval), "np.%s", reductions[i]), FAMILY_NONE, numpy_reduce, (void *)reductions[i], NULL);
    for (size_t i = 0; i < sizeof elementwise / sizeof *elementwise; i++)
        eval_builtin(eval, arena_printf(eval_arena(eval), "np.%s", elementwise[i].name), FAMILY_NONE, numpy_elementwise,
                     (void *)&elementwise[i], NULL);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        eval_builtin(eval, table[i].name, FAMILY_NONE, table[i].call, (void *)table[i].data, NULL);
}
