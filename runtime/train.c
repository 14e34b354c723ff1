/* train.c: random numbers and initial values for generated training code. In: seeds and rows of the variable table.
 * Out: floats, the same bits everywhere (everything goes through bnn_math.h and IEEE + - * /). */
#include "bnn.h"
#include "bnn_math.h"

/* splitmix64's finalizer: a bijection of 64 bits in which every input bit reaches every output bit. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

float bnn_random(uint64_t seed, uint64_t step, uint32_t stream, uint64_t index)
{
    uint64_t z = mix(seed + UINT64_C(0x9e3779b97f4a7c15));
    z = mix(z ^ (step + UINT64_C(0x9e3779b97f4a7c15) * ((uint64_t)stream + 1u)));
    z = mix(z + index * UINT64_C(0x9e3779b97f4a7c15));
    return (float)(int32_t)(z >> 40) * 0x1p-24f;
}

/* FNV-1a over the variable's name. */
static uint32_t stream_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name != '\0'; name++)
        hash = (hash ^ (uint32_t)(unsigned char)*name) * 16777619u;
    return hash;
}

/* A standard normal number by Box and Muller; `attempt` gives another one for the same index. */
static float normal(uint64_t seed, uint64_t attempt, uint32_t stream, uint64_t index)
{
    float radius = 1.0f - bnn_random(seed, attempt, stream, 2 * index); /* in (0, 1] */
    float turn = bnn_random(seed, attempt, stream, 2 * index + 1);
    return bnn_sqrtf(-2.0f * bnn_logf(radius)) * bnn_cosf(0x1.921fb6p+2f * turn);
}

/* Keras' truncated normal: numbers beyond two standard deviations are drawn again. */
static float truncated_normal(uint64_t seed, uint32_t stream, uint64_t index)
{
    uint64_t attempt;
    for (attempt = 0; attempt < 64; attempt++) {
        float z = normal(seed, attempt, stream, index);
        if (z >= -2.0f && z <= 2.0f)
            return z;
    }
    return 0.0f; /* one in 10^86 */
}

/* `count` vectors of `size` numbers, vector v at out + v*step with its numbers `stride` apart, made orthonormal by Gram and Schmidt
 * (run twice over each vector, so that float precision is reached). Sums run in double, in index order. */
static void orthonormalize(float *out, size_t count, size_t step, size_t size, size_t stride)
{
    size_t v, w, i;
    int round;
    for (v = 0; v < count; v++) {
        float *vector = out + v * step, length;
        double square = 0.0;
        for (round = 0; round < 2; round++) {
            for (w = 0; w < v; w++) {
                const float *other = out + w * step;
                double dot = 0.0;
                for (i = 0; i < size; i++)
                    dot += (double)vector[i * stride] * (double)other[i * stride];
                for (i = 0; i < size; i++)
                    vector[i * stride] = (float)((double)vector[i * stride] - dot * (double)other[i * stride]);
            }
        }
        for (i = 0; i < size; i++)
            square += (double)vector[i * stride] * (double)vector[i * stride];
        length = bnn_sqrtf((float)square);
        for (i = 0; i < size; i++)
            vector[i * stride] = length > 0.0f ? vector[i * stride] / length : 0.0f;
    }
}

/* Keras' Orthogonal: the tensor as a matrix [all axes but the last, last axis]; Q of the QR decomposition, with the signs that make
 * the diagonal of R positive, of a normal matrix of the larger by the smaller dimension; transposed when rows < columns. */
static void orthogonal(const bnn_variable *variable, uint64_t seed, uint32_t stream, float *out)
{
    size_t columns = variable->rank > 0 ? (size_t)variable->dim[variable->rank - 1] : 1;
    size_t rows = variable->count / (columns != 0 ? columns : 1), i;
    for (i = 0; i < variable->count; i++)
        out[i] = normal(seed, 0, stream, i);
    if (rows >= columns)
        orthonormalize(out, columns, 1, rows, columns);
    else
        orthonormalize(out, rows, columns, columns, 1);
    for (i = 0; i < variable->count; i++)
        out[i] *= variable->a;
}

static void identity(const bnn_variable *variable, float *out)
{
    size_t columns = variable->rank > 0 ? (size_t)variable->dim[variable->rank - 1] : 1, i;
    for (i = 0; i < variable->count; i++)
        out[i] = i / columns == i % columns ? variable->a : 0.0f;
}

void bnn_initialize(const bnn_variable *variable, uint64_t seed, float *out)
{
    uint32_t stream = stream_of(variable->name);
    float a = variable->a, b = variable->b;
    size_t i;
    switch (variable->init) {
    case BNN_INIT_CONSTANT:
        for (i = 0; i < variable->count; i++)
            out[i] = a;
        break;
    case BNN_INIT_UNIFORM:
        for (i = 0; i < variable->count; i++)
            out[i] = a + (b - a) * bnn_random(seed, 0, stream, i);
        break;
    case BNN_INIT_NORMAL:
        for (i = 0; i < variable->count; i++)
            out[i] = a + b * normal(seed, 0, stream, i);
        break;
    case BNN_INIT_TRUNCATED_NORMAL:
        for (i = 0; i < variable->count; i++)
            out[i] = a + b * truncated_normal(seed, stream, i);
        break;
    case BNN_INIT_ORTHOGONAL:
        orthogonal(variable, seed, stream, out);
        break;
    case BNN_INIT_IDENTITY:
        identity(variable, out);
        break;
    case BNN_INIT_ARRAY: /* the numbers are the caller's: generated code copies them itself */
        break;
    }
}
