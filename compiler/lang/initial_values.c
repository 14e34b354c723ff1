/* What an initializer returns. In: an initializer of the language, a definition or a callable of the file, and the shape of a weight.
 * Out: how the variable starts. Random numbers stay a distribution, so that a seed draws others, as long as only numbers are added to them or
 * multiplied with them; what else is computed from them is drawn once, while the file is compiled. */
#include "lang/internal.h"

#include "graph/graph.h"

#include <math.h>

/* Standard deviation of a normal cut off at two sigma, as a share of sigma. */
#define TRUNCATED_STDDEV 0.87962566103423978

/* Numbers that nobody has drawn yet. */
typedef struct { Initializer how; Shape shape; int number; /* of such values: each has other numbers */ } InitialValues;

static const NativeType initial_native;

static InitialValues *initial_of(const Object *object)
{
    return object_is_native(object, &initial_native) ? object->u.native.at : NULL;
}

bool initial_undrawn(const Object *value)
{
    return initial_of(value) != NULL;
}

static void fans(Shape shape, double *in, double *out)
{
    double receptive = 1;
    if (shape.rank < 1) {
        *in = *out = 1;
    } else if (shape.rank == 1) {
        *in = *out = shape.dim[0];
    } else {
        for (int i = 0; i < shape.rank - 2; i++)
            receptive *= shape.dim[i];
        *in = receptive * shape.dim[shape.rank - 2];
        *out = receptive * shape.dim[shape.rank - 1];
    }
}

static Initializer variance_scaling(const InitializerRule *rule, Shape shape)
{
    double in, out;
    fans(shape, &in, &out);
    double n = !strcmp(rule->mode, "fan_in") ? in : !strcmp(rule->mode, "fan_out") ? out : (in + out) / 2;
    double scale = rule->scale / (n > 1 ? n : 1);
    if (!strcmp(rule->distribution, "uniform"))
        return (Initializer){.kind = INIT_UNIFORM, .a = (float)-sqrt(3 * scale), .b = (float)sqrt(3 * scale)};
    if (!strcmp(rule->distribution, "untruncated_normal"))
        return (Initializer){.kind = INIT_NORMAL, .b = (float)sqrt(scale)};
    return (Initializer){.kind = INIT_TRUNCATED_NORMAL, .b = (float)(sqrt(scale) / TRUNCATED_STDDEV)};
}

Initializer initializer_of_rule(const InitializerRule *rule, Shape shape)
{
    static const struct { const char *kind; InitKind init; } kinds[] = {{"uniform", INIT_UNIFORM}, {"normal", INIT_NORMAL}, {"truncated_normal", INIT_TRUNCATED_NORMAL}};
    if (!strcmp(rule->kind, "variance_scaling"))
        return variance_scaling(rule, shape);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(rule->kind, kinds[i].kind))
            return (Initializer){.kind = kinds[i].init, .a = (float)rule->a, .b = (float)rule->b};
    InitKind kind = !strcmp(rule->kind, "constant") ? INIT_CONSTANT : !strcmp(rule->kind, "identity") ? INIT_IDENTITY : INIT_ORTHOGONAL;
    return (Initializer){.kind = kind, .a = (float)rule->scale};
}

/* --- numbers not drawn yet */

static bool shape_given(const Object *value, Shape *shape)
{
    double number;
    *shape = (Shape){.rank = object_is_sequence(value) ? value->u.list.count : 1};
    for (int i = 0; i < shape->rank && i < SHAPE_MAX; i++) {
        if (!object_as_number(object_is_sequence(value) ? value->u.list.at[i] : value, &number) || number < 0)
            return false;
        shape->dim[i] = clamp_int(clamp_int64(number));
    }
    return shape->rank <= SHAPE_MAX;
}

static Object *initial_object(Eval *eval, Initializer how, Shape shape, int number, Span span)
{
    InitialValues *values = ARENA_NEW(eval_arena(eval), InitialValues);
    *values = (InitialValues){how, shape, number};
    return object_native(eval_arena(eval), &initial_native, values, span);
}

Object *initial_values(Eval *eval, const InitializerRule *rule, const Object *given, Span span)
{
    Shape shape;
    if (!eval->initializing || !given || !shape_given(given, &shape))
        return unknown_new(eval, span, "the random values of an initializer");
    if (!strcmp(rule->kind, "array"))
        return rule->array;
    return initial_object(eval, initializer_of_rule(rule, shape), shape, eval->drawn++, span);
}

Object *initial_drawn(Eval *eval, Object *value, Span span)
{
    const InitialValues *values = initial_of(value);
    if (!values)
        return value;
    Object *array = array_new(eval, values->shape.rank, values->shape.dim, span);
    if (object_is_unknown(array))
        return array;
    Arena *arena = eval_arena(eval);
    int count = object_array_count(array);
    float *drawn = ARENA_ARRAY(arena, float, count + 1);
    Variable variable = {.name = arena_printf(arena, "initial values %d", values->number), .shape = values->shape, .initializer = values->how};
    variable_draw(&variable, 0, drawn);
    for (int i = 0; i < count; i++)
        array->u.array.at[i] = drawn[i];
    return array;
}

/* The distribution of factor * x + term; false where that is none of ours. */
static bool is_scaled(Initializer *how, double factor, double term)
{
    bool centred = how->kind == INIT_ORTHOGONAL || how->kind == INIT_IDENTITY;
    if (how->kind == INIT_ARRAY || (centred && term != 0))
        return false;
    how->a = (float)(how->a * factor + term);
    how->b = (float)(how->kind == INIT_UNIFORM ? how->b * factor + term : how->b * factor);
    return true;
}

static Object *initial_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    const InitialValues *values = initial_of(initial_of(left) ? left : right);
    Object *other = initial_of(left) ? right : left;
    Initializer how = values->how;
    double number;
    bool first = initial_of(left) != NULL, known = other->kind != OBJECT_ARRAY && object_as_number(other, &number), kept = false;
    if (known && op == OP_MULTIPLY)
        kept = is_scaled(&how, number, 0);
    else if (known && op == OP_DIVIDE && first)
        kept = is_scaled(&how, 1 / number, 0);
    else if (known && op == OP_ADD)
        kept = is_scaled(&how, 1, number);
    else if (known && op == OP_SUBTRACT)
        kept = is_scaled(&how, first ? 1 : -1, first ? -number : number);
    if (kept)
        return initial_object(eval, how, values->shape, values->number, span);
    return operate_binary(eval, op, initial_drawn(eval, left, span), initial_drawn(eval, right, span), span);
}

static Object *initial_unary(Eval *eval, AstOperator op, Object *self, Span span)
{
    return op == OP_NEGATE ? initial_binary(eval, OP_MULTIPLY, self, object_float(eval_arena(eval), -1), span) : op == OP_PLUS ? self : NULL;
}

static Object *initial_subscript(Eval *eval, Object *self, Object *index, Span span)
{
    Object *array = initial_drawn(eval, self, span);
    return array->kind == OBJECT_ARRAY ? array_subscript(eval, array, index, span) : array;
}

static Object *same_values(Eval *eval, void *self, const Call *call)
{
    (void)eval;
    (void)call;
    return self;
}

static Object *initial_attribute(Eval *eval, Object *self, const char *name, Span span)
{
    static const char *const same[] = {"astype", "numpy", "copy"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (!strcmp(name, same[i]))
            return object_builtin(eval_arena(eval), same[i], same_values, self, NULL);
    return eval_attribute(eval, initial_drawn(eval, self, span), name, span);
}

static const char *initial_describe(Arena *arena, const Object *self)
{
    return arena_printf(arena, "<random values %s>", shape_text(arena, initial_of(self)->shape, false));
}

static const NativeType initial_native = {.name = "random values", .attribute = initial_attribute, .binary = initial_binary, .unary = initial_unary,
                                          .subscript = initial_subscript, .describe = initial_describe};

/* --- initializers of the file */

bool eval_initial_values(Eval *eval, Object *callable, Shape shape, Span span, Initializer *out, Object **array)
{
    Arena *arena = eval_arena(eval);
    Object *tuple = object_list(arena, OBJECT_TUPLE, 0, NULL);
    for (int i = 0; i < shape.rank; i++)
        object_append(arena, tuple, object_int(arena, shape.dim[i]));
    Call call = {.span = span, .callee = span};
    call_add(eval, &call, NULL, tuple, span);
    call_add(eval, &call, eval_intern(eval, "dtype"), object_string(arena, "float32"), span);
    eval->initializing++;
    int before = diag_errors(eval_diag(eval));
    Object *value = eval_call(eval, callable, &call);
    eval->initializing--;
    const InitialValues *values = initial_of(value);
    double number;
    *array = NULL;
    if (values && shape_equal(values->shape, shape)) {
        *out = values->how;
        return true;
    }
    value = initial_drawn(eval, value, span);
    if (value->kind == OBJECT_ARRAY) {
        *array = value;
    } else if (object_as_number(value, &number)) {
        *out = (Initializer){.kind = INIT_CONSTANT, .a = (float)number};
    } else if (diag_errors(eval_diag(eval)) == before && object_is_unknown(value)) {
        eval_unknown_error(eval, value, span, "the values of this initializer are not known here");
        return false;
    } else {
        if (diag_errors(eval_diag(eval)) == before)
            eval_error(eval, span, "an initializer must return a tensor of the weight's shape, not %s", object_kind_name(value));
        return false;
    }
    return true;
}

/* --- functions that draw: tf.random.normal(shape, mean, stddev), np.random.randn(2, 3) */

typedef struct { const char *path, *kind, *names; int shape, a, b; double otherwise[2]; /* of a and b */ } RandomRow;

static Object *random_call(Eval *eval, void *data, const Call *call)
{
    const RandomRow *row = data;
    Object *slot[6] = {0}, *shape;
    double number[2] = {row->otherwise[0], row->otherwise[1]};
    if (!eval->initializing)
        return unknown_new(eval, call->span, "random numbers");
    if (call_unknown(call))
        return call_unknown(call);
    if (!row->names) { /* each argument is a size */
        shape = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
        for (int i = 0; i < call->count; i++)
            object_append(eval_arena(eval), shape, call->at[i].value);
    } else if (!call_unpack(eval, row->path, call, row->names, slot)) {
        return eval->poison;
    } else {
        shape = slot[row->shape];
        const int from[2] = {row->a, row->b};
        for (int i = 0; i < 2; i++)
            if (slot[from[i]] && slot[from[i]]->kind != OBJECT_NONE && !object_as_number(slot[from[i]], &number[i]))
                return unknown_new(eval, call->span, "random numbers whose parameters are tensors");
    }
    return initial_values(eval, &(InitializerRule){.kind = row->kind, .a = number[0], .b = number[1]}, shape, call->span);
}

void builtins_random(Eval *eval)
{
    static const char normal[] = "shape mean? stddev? dtype? seed? name?", uniform[] = "shape minval? maxval? dtype? seed? name?";
    static const RandomRow rows[] = {
        {"tf.random.normal", "normal", normal, 0, 1, 2, {0, 1}},
        {"tf.random.truncated_normal", "truncated_normal", normal, 0, 1, 2, {0, 1}},
        {"tf.random.uniform", "uniform", uniform, 0, 1, 2, {0, 1}},
        {"tf.keras.backend.random_normal", "normal", normal, 0, 1, 2, {0, 1}},
        {"tf.keras.backend.truncated_normal", "truncated_normal", normal, 0, 1, 2, {0, 1}},
        {"tf.keras.backend.random_uniform", "uniform", uniform, 0, 1, 2, {0, 1}},
        {"np.random.normal", "normal", "loc? scale? size", 2, 0, 1, {0, 1}},
        {"np.random.uniform", "uniform", "low? high? size", 2, 0, 1, {0, 1}},
        {"np.random.randn", "normal", NULL, 0, 0, 0, {0, 1}},
        {"np.random.rand", "uniform", NULL, 0, 0, 0, {0, 1}},
        {"np.random.standard_normal", "normal", "size", 0, 0, 0, {0, 1}},
        {"np.random.random", "uniform", "size", 0, 0, 0, {0, 1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        eval_builtin(eval, rows[i].path, FAMILY_NONE, random_call, (void *)&rows[i], NULL);
}
