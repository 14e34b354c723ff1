/* Initializers: in: an initializer of the language and the shape of a weight. out: how the variable starts, with Keras' fan-in and fan-out. */
#include "layers/apply.h"

#include <math.h>
#include <string.h>

/* Standard deviation of a normal cut off at two sigma, as a share of sigma. */
#define TRUNCATED_STDDEV 0.87962566103423978

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

/* A constant array must have the weight's shape, or broadcast to it. */
static bool array_initializer(Layers *layers, const Object *array, Shape shape, Span span, const char *owner, Initializer *out)
{
    Shape given = {.rank = array->u.array.rank}, joined;
    for (int i = 0; i < given.rank && i < SHAPE_MAX; i++)
        given.dim[i] = array->u.array.dim[i];
    if (given.rank > SHAPE_MAX || !shape_broadcast(given, shape, &joined) || !shape_equal(joined, shape)) {
        diag_error(layers->diag, span, "%s: an initial value of shape %s does not fit a weight of shape %s", owner,
                   shape_text(layers->arena, given, false), shape_text(layers->arena, shape, false));
        return false;
    }
    int64_t count = shape_count(shape);
    float *values = ARENA_ARRAY(layers->arena, float, count ? count : 1);
    for (int64_t i = 0; i < count; i++) {
        int64_t rest = i, at = 0, stride = 1;
        for (int axis = 0; axis < given.rank; axis++) {
            int from_right = shape.rank - 1 - axis, own = given.rank - 1 - axis;
            at += rest % shape.dim[from_right] % given.dim[own] * stride;
            rest /= shape.dim[from_right];
            stride *= given.dim[own];
        }
        values[i] = (float)array->u.array.at[at];
    }
    *out = (Initializer){.kind = INIT_ARRAY, .array = values};
    return true;
}

static bool square_enough(Layers *layers, Shape shape, const InitializerRule *rule, Span span, const char *owner)
{
    bool identity = !strcmp(rule->kind, "identity");
    if (identity ? shape.rank == 2 : shape.rank >= 2)
        return true;
    diag_error(layers->diag, span, "%s: the %s initializer needs a weight of rank %s, this one is %s", owner, rule->kind, identity ? "2" : "2 or more",
               shape_text(layers->arena, shape, false));
    return false;
}

bool initializer_make(Layers *layers, Object *object, Shape shape, Span span, const char *owner, Initializer *out)
{
    InitializerRule rule = {0};
    if (!object || object->kind == OBJECT_NONE) {
        InitializerRule glorot = {.scale = 1, .mode = "fan_avg", .distribution = "uniform"};
        *out = variance_scaling(&glorot, shape);
        return true;
    }
    if (object->kind == OBJECT_ARRAY)
        return array_initializer(layers, object, shape, span, owner, out);
    if (!eval_initializer(object, &rule)) {
        diag_error(layers->diag, span, "%s: this initializer is not supported", owner);
        return false;
    }
    if (!strcmp(rule.kind, "array"))
        return array_initializer(layers, rule.array, shape, span, owner, out);
    if (!strcmp(rule.kind, "variance_scaling"))
        *out = variance_scaling(&rule, shape);
    else if (!strcmp(rule.kind, "constant"))
        *out = (Initializer){.kind = INIT_CONSTANT, .a = (float)rule.scale};
    else if (!strcmp(rule.kind, "uniform"))
        *out = (Initializer){.kind = INIT_UNIFORM, .a = (float)rule.a, .b = (float)rule.b};
    else if (!strcmp(rule.kind, "normal"))
        *out = (Initializer){.kind = INIT_NORMAL, .a = (float)rule.a, .b = (float)rule.b};
    else if (!strcmp(rule.kind, "truncated_normal"))
        *out = (Initializer){.kind = INIT_TRUNCATED_NORMAL, .a = (float)rule.a, .b = (float)rule.b};
    else if (!square_enough(layers, shape, &rule, span, owner))
        return false;
    else
        *out = (Initializer){.kind = !strcmp(rule.kind, "identity") ? INIT_IDENTITY : INIT_ORTHOGONAL, .a = (float)rule.scale};
    return true;
}
