/* See tests/larq/README.md for the definition and first values. */
#include "support/formula.h"

#include <math.h>
#include <string.h>

static uint64_t mix(uint64_t z)
{
    z += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t formula_raw(uint64_t seed, const char *name, uint64_t index)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001B3u;
    return mix(mix(seed ^ hash) + index * 0x9E3779B97F4A7C15u);
}

static float signed_unit(uint64_t r)
{
    return (float)((int64_t)(r >> 40) - (1 << 23)) * 0x1p-23f;
}

static float unit(uint64_t r)
{
    return (float)(r >> 40) * 0x1p-24f;
}

static float special(uint64_t r, float value)
{
    static const float specials[4] = { 0.0f, -0.0f, 1.0f, -1.0f };
    return (r & 63) < 4 ? specials[r & 63] : value;
}

static bool ends_with(const char *name, const char *tail)
{
    size_t n = strlen(name), m = strlen(tail);
    return n >= m && !strcmp(name + n - m, tail);
}

static float weight_value(const Variable *variable, uint64_t r)
{
    const char *role = variable->role;
    if (ends_with(role, "kernel")) {
        if (variable->quantized)
            return special(r, signed_unit(r) * 1.5f);
        int64_t fan = shape_count(variable->shape) / variable->shape.dim[variable->shape.rank - 1];
        return signed_unit(r) * ldexpf(1, -(ilogb((double)fan) >> 1));
    }
    if (!strcmp(role, "gamma"))
        return (r & 7) ? unit(r) + 0.5f : -(unit(r) + 0.5f);
    if (!strcmp(role, "moving_mean"))
        return signed_unit(r) * 2;
    if (!strcmp(role, "moving_variance"))
        return unit(r) * 4 + 0.5f;
    if (ends_with(role, "_stddev"))
        return unit(r) + 0.5f;
    if (!strcmp(role, "alpha"))
        return signed_unit(r) * 0.5f + 0.25f;
    return signed_unit(r) * 0.5f;
}

void formula_weight(const Variable *variable, uint64_t seed, float *out)
{
    int64_t count = shape_count(variable->shape);
    for (int64_t i = 0; i < count; i++)
        out[i] = weight_value(variable, formula_raw(seed, variable->name, (uint64_t)i));
}

void formula_input_f32(uint64_t seed, const char *name, int64_t count, float *out)
{
    for (int64_t i = 0; i < count; i++) {
        uint64_t r = formula_raw(seed, name, (uint64_t)i);
        out[i] = special(r, signed_unit(r) * 2);
    }
}

void formula_input_i32(uint64_t seed, const char *name, Element element, int64_t count, int32_t *out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = (int32_t)(formula_raw(seed, name, (uint64_t)i) >> 56) - (element == ELEMENT_I8 ? 128 : 0);
}
