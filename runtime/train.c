/* train.c: random numbers and initial values for generated training code. In: seeds and rows of the variable table.
 * Out: floats, the same bits everywhere (everything goes through bnn_math.h and IEEE + - * /). */
#include "bnn_train.h"
#include "bnn_math.h"

/* splitmix64's finalizer: a bijection of 64 bits in which every input bit reaches every output bit. */
static uint64_t bnn_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Where the numbers of one step and stream begin, and the number with an index among them: uniform in [0, 1). */
static uint64_t bnn_stream_start(uint64_t seed, uint64_t step, uint32_t stream)
{
    uint64_t z = bnn_mix(seed + UINT64_C(0x9e3779b97f4a7c15));
    return bnn_mix(z ^ (step + UINT64_C(0x9e3779b97f4a7c15) * ((uint64_t)stream + 1u)));
}
static float bnn_uniform(uint64_t start, uint64_t index)
{
    return (float)(int32_t)(bnn_mix(start + index * UINT64_C(0x9e3779b97f4a7c15)) >> 40) * 0x1p-24f;
}

float bnn_random(uint64_t seed, uint64_t step, uint32_t stream, uint64_t index)
{
    return bnn_uniform(bnn_stream_start(seed, step, stream), index);
}

/* FNV-1a over the variable's name. */
static uint32_t bnn_stream_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name != '\0'; name++)
        hash = (hash ^ (uint32_t)(unsigned char)*name) * 16777619u;
    return hash;
}

/* A standard normal number by Box and Muller from two uniform ones. */
static float bnn_square_of(float u) { return -2.0f * (float)bnn_log_double((double)(1.0f - u)); } /* of the radius; 1 - u is in (0, 1] */
static float bnn_cosine_of(float u) { return bnn_cos_near(0x1.921fb6p+2f * u); }

static float bnn_normal(uint64_t start, uint64_t index)
{
    return bnn_sqrtf(bnn_square_of(bnn_uniform(start, 2 * index))) * bnn_cosine_of(bnn_uniform(start, 2 * index + 1));
}

/* The same for a row of indices: simple loops, which compilers turn into vectors. */
enum { BNN_NORMALS = 64 };
static void bnn_normals(uint64_t start, uint64_t index, float out[BNN_NORMALS])
{
    float square[BNN_NORMALS];
    int i;
    for (i = 0; i < BNN_NORMALS; i++) {
        square[i] = bnn_uniform(start, 2 * (index + (uint64_t)i));
        out[i] = bnn_uniform(start, 2 * (index + (uint64_t)i) + 1);
    }
    for (i = 0; i < BNN_NORMALS; i++)
        square[i] = bnn_square_of(square[i]);
    for (i = 0; i < BNN_NORMALS; i++)
        out[i] = bnn_cosine_of(out[i]);
    for (i = 0; i < BNN_NORMALS; i++)
        out[i] = bnn_sqrtf(square[i]) * out[i];
}

/* Keras' truncated normal: numbers beyond two standard deviations are drawn again, as further steps of the stream. */
static float bnn_drawn_again(uint64_t seed, uint32_t stream, uint64_t index)
{
    uint64_t attempt;
    for (attempt = 1; attempt < 64; attempt++) {
        float z = bnn_normal(bnn_stream_start(seed, attempt, stream), index);
        if (z >= -2.0f && z <= 2.0f)
            return z;
    }
    return 0.0f; /* one in 10^86 */
}

static void bnn_fill_normal(const bnn_variable *variable, uint64_t seed, uint32_t stream, int truncated, float *out)
{
    uint64_t start = bnn_stream_start(seed, 0, stream);
    float row[BNN_NORMALS];
    size_t first, i;
    for (first = 0; first < variable->count; first += BNN_NORMALS) {
        bnn_normals(start, first, row);
        for (i = 0; i < BNN_NORMALS && first + i < variable->count; i++)
            out[first + i] = truncated && !(row[i] >= -2.0f && row[i] <= 2.0f) ? bnn_drawn_again(seed, stream, first + i) : row[i];
    }
}

/* `count` vectors of `size` numbers, vector v at out + v*step with its numbers `stride` apart, made orthonormal by Gram and Schmidt
 * (run twice over each vector, so that float precision is reached). Sums run in double, in index order. */
static void bnn_orthonormalize(float *out, size_t count, size_t step, size_t size, size_t stride)
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
static void bnn_orthogonal(const bnn_variable *variable, uint64_t seed, uint32_t stream, float *out)
{
    size_t columns = variable->rank > 0 ? (size_t)variable->dim[variable->rank - 1] : 1;
    size_t rows = variable->count / (columns != 0 ? columns : 1), i;
    bnn_fill_normal(variable, seed, stream, 0, out);
    if (rows >= columns)
        bnn_orthonormalize(out, columns, 1, rows, columns);
    else
        bnn_orthonormalize(out, rows, columns, columns, 1);
    for (i = 0; i < variable->count; i++)
        out[i] *= variable->a;
}

static void bnn_identity(const bnn_variable *variable, float *out)
{
    size_t columns = variable->rank > 0 ? (size_t)variable->dim[variable->rank - 1] : 1, i;
    for (i = 0; i < variable->count; i++)
        out[i] = i / columns == i % columns ? variable->a : 0.0f;
}

void bnn_initialize(const bnn_variable *variable, uint64_t seed, float *out)
{
    uint32_t stream = bnn_stream_of(variable->name);
    uint64_t start = bnn_stream_start(seed, 0, stream);
    float a = variable->a, b = variable->b;
    size_t i;
    switch (variable->init) {
    case BNN_INIT_CONSTANT:
        for (i = 0; i < variable->count; i++)
            out[i] = a;
        break;
    case BNN_INIT_UNIFORM:
        for (i = 0; i < variable->count; i++)
            out[i] = a + (b - a) * bnn_uniform(start, i);
        break;
    case BNN_INIT_NORMAL:
    case BNN_INIT_TRUNCATED_NORMAL:
        bnn_fill_normal(variable, seed, stream, variable->init == BNN_INIT_TRUNCATED_NORMAL, out);
        for (i = 0; i < variable->count; i++)
            out[i] = a + b * out[i];
        break;
    case BNN_INIT_ORTHOGONAL:
        bnn_orthogonal(variable, seed, stream, out);
        break;
    case BNN_INIT_IDENTITY:
        bnn_identity(variable, out);
        break;
    case BNN_INIT_ARRAY: /* the numbers are the caller's: generated code copies them itself */
        break;
    }
}
