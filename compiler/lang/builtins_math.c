/* The module math on numbers, and its constants. */
#include "lang/internal.h"

#include <math.h>

static double floor_of(double x) { return floor(x); }
static double radians_of(double x) { return x * (3.14159265358979323846 / 180); }
static double degrees_of(double x) { return x * (180 / 3.14159265358979323846); }

typedef struct { const char *name; double (*one)(double); double (*two)(double, double); bool integer; } MathRow;

static const MathRow rows[] = {
    {"sqrt", sqrt, NULL, false}, {"exp", exp, NULL, false}, {"log2", log2, NULL, false}, {"log10", log10, NULL, false},
    {"log1p", log1p, NULL, false}, {"expm1", expm1, NULL, false},
    {"sin", sin, NULL, false}, {"cos", cos, NULL, false}, {"tan", tan, NULL, false}, {"asin", asin, NULL, false},
    {"acos", acos, NULL, false}, {"atan", atan, NULL, false},
    {"sinh", sinh, NULL, false}, {"cosh", cosh, NULL, false}, {"tanh", tanh, NULL, false}, {"erf", erf, NULL, false},
    {"fabs", fabs, NULL, false},
    {"radians", radians_of, NULL, false}, {"degrees", degrees_of, NULL, false}, {"ceil", ceil, NULL, true},
    {"floor", floor_of, NULL, true}, {"trunc", trunc, NULL, true},
    {"pow", NULL, pow, false}, {"fmod", NULL, fmod, false}, {"atan2", NULL, atan2, false}, {"hypot", NULL, hypot, false},
    {"copysign", NULL, copysign, false},
};

static Object *math_call(Eval *eval, void *data, const Call *call)
{
    const MathRow *row = data;
    Object *slot[2] = {0}, *unknown = call_unknown(call);
    double x, y = 0;
    if (unknown)
        return unknown;
    if (!call_unpack(eval, row->name, call, row->two ? "x y" : "x", slot))
        return eval->poison;
    if (!object_as_number(slot[0], &x) || (slot[1] && !object_as_number(slot[1], &y))) {
        eval_error(eval, call->span, "math.%s: needs numbers, not %s", row->name, object_kind_name(slot[0]));
        return eval->poison;
    }
    double value = row->two ? row->two(x, y) : row->one(x);
    if (isnan(value) && !isnan(x) && !isnan(y)) {
        eval_error(eval, call->span, "math.%s: not defined for %g", row->name, x);
        return eval->poison;
    }
    bool fits = row->integer && fabs(value) < 0x1p63;
    return fits ? object_int(eval_arena(eval), (int64_t)value) : object_float(eval_arena(eval), value);
}

static Object *math_log(Eval *eval, void *data, const Call *call)
{
    Object *slot[2], *unknown = call_unknown(call);
    double x, base = 0;
    (void)data;
    if (unknown)
        return unknown;
    if (!call_unpack(eval, "log", call, "x base?", slot))
        return eval->poison;
    if (!object_as_number(slot[0], &x) || x <= 0 || (slot[1] && (!object_as_number(slot[1], &base) || base <= 0))) {
        eval_error(eval, call->span, "math.log: needs a positive number");
        return eval->poison;
    }
    return object_float(eval_arena(eval), slot[1] ? log(x) / log(base) : log(x));
}

static uint64_t magnitude(int64_t x)
{
    return x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static Object *math_gcd(Eval *eval, void *data, const Call *call)
{
    Object *slot[2], *unknown = call_unknown(call);
    (void)data;
    if (unknown)
        return unknown;
    if (!call_unpack(eval, "gcd", call, "a b", slot) || slot[0]->kind != OBJECT_INT || slot[1]->kind != OBJECT_INT)
        return eval->poison;
    uint64_t divisor = greatest_divisor(magnitude(slot[0]->u.integer), magnitude(slot[1]->u.integer));
    if (divisor > INT64_MAX)
        eval_error(eval, call->span, "the integer does not fit into 64 bits");
    return divisor > INT64_MAX ? eval->poison : object_int(eval_arena(eval), (int64_t)divisor);
}

void builtins_math(Eval *eval)
{
    static const struct { const char *name; double value; } constants[] = {{"pi", 3.14159265358979323846},
    {"e", 2.71828182845904523536}, {"inf", INFINITY}, {"nan", NAN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        eval_builtin(eval, arena_printf(eval_arena(eval), "math.%s", rows[i].name), FAMILY_NONE, math_call, (void *)&rows[i], NULL);
    eval_builtin(eval, "math.log", FAMILY_NONE, math_log, NULL, NULL);
    eval_builtin(eval, "math.gcd", FAMILY_NONE, math_gcd, NULL, NULL);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        for (int k = 0; k < 2; k++)
            eval_register(eval, arena_printf(eval_arena(eval), "%s.%s", k ? "np" : "math", constants[i].name), FAMILY_NONE,
                          object_float(eval_arena(eval), constants[i].value));
}
