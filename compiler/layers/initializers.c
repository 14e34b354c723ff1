/* Initializers: in: an initializer of the language and the shape of a weight. out: how the variable starts. */
#include "layers/apply.h"

#include <string.h>

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
        *out = initializer_of_rule(&(InitializerRule){.kind = "variance_scaling", .scale = 1, .mode = "fan_avg", .distribution = "uniform"}, shape);
        return true;
    }
    if (object->kind == OBJECT_ARRAY)
        return array_initializer(layers, object, shape, span, owner, out);
    if (!eval_initializer(object, &rule)) { /* a function or class of the file */
        Object *array;
        if (!eval_initial_values(layers->eval, object, shape, span, out, &array))
            return false;
        return !array || array_initializer(layers, array, shape, span, owner, out);
    }
    if (!strcmp(rule.kind, "array"))
        return array_initializer(layers, rule.array, shape, span, owner, out);
    bool matrix = !strcmp(rule.kind, "identity") || !strcmp(rule.kind, "orthogonal");
    if (matrix && !square_enough(layers, shape, &rule, span, owner))
        return false;
    *out = initializer_of_rule(&rule, shape);
    return true;
}
