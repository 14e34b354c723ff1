/* bnn_math.h: the functions of pointwise expressions. Permissive licence, no dependencies beyond <stdint.h>, no libm.
 *
 * In: float32. Out: float32, the same bits on every compiler, optimisation level and machine with IEEE float and double
 * (no x87, no -ffast-math, no contraction of a*b+c). Only + - * / of float and double and integer operations are used.
 * Worst errors against the exact value are in tests/math/exhaustive.c; exp, log, tanh, ... are within 1 ulp, sqrt, floor and
 * round are exact. Results of different compilers may differ in the sign and payload of a NaN, in nothing else.
 *
 * Special cases are told apart by integer comparisons of the bits and chosen after everything has been computed, because compilers
 * turn loops into vectors only when nothing that may trap, a comparison of floats included, is conditional.
 *
 * tcc folds constants of type double in 80 bits, so every constant is one literal of at most 14 hexadecimal digits. */
#ifndef BNN_MATH_H
#define BNN_MATH_H

#include <stdint.h>

typedef union { float real; uint32_t bits; } bnn_float_bits;
typedef union { double real; uint64_t bits; } bnn_double_bits;

static inline uint32_t bnn_bits(float x)
{
    bnn_float_bits u;
    u.real = x;
    return u.bits;
}
static inline float bnn_from_bits(uint32_t bits)
{
    bnn_float_bits u;
    u.bits = bits;
    return u.real;
}
static inline uint64_t bnn_double_to_bits(double x)
{
    bnn_double_bits u;
    u.real = x;
    return u.bits;
}
static inline double bnn_double_from_bits(uint64_t bits)
{
    bnn_double_bits u;
    u.bits = bits;
    return u.real;
}
static inline float bnn_infinity(void) { return bnn_from_bits(0x7f800000u); }
static inline float bnn_nan(void) { return bnn_from_bits(0x7fc00000u); }
static inline float bnn_abs(float x) { return bnn_from_bits(bnn_bits(x) & 0x7fffffffu); }
static inline float bnn_copysign(float magnitude, float sign)
{
    return bnn_from_bits((bnn_bits(magnitude) & 0x7fffffffu) | (bnn_bits(sign) & 0x80000000u));
}

/* condition (0 or 1) ? a : b, without a branch that a compiler could move the computation of a into */
static inline float bnn_pick(uint32_t condition, float a, float b)
{
    uint32_t mask = 0u - condition;
    return bnn_from_bits((bnn_bits(a) & mask) | (bnn_bits(b) & ~mask));
}
/* Positive: not 0, infinite or NaN. Negative: not -0 or NaN. */
static inline uint32_t bnn_is_positive(float x) { return bnn_bits(x) - 1u < 0x7f7fffffu; }
static inline uint32_t bnn_is_negative(float x) { return bnn_bits(x) - 0x80000001u < 0x7f800000u; }

/* --- choices. The first operand wins a tie; a NaN in either operand is the result, as in TensorFlow (relu(NaN) is NaN). Written so
 * that a constant second operand leaves a single comparison. */
static inline float bnn_max(float a, float b) { return ((b > a) | (b != b)) ? b : a; }
static inline float bnn_min(float a, float b) { return ((b < a) | (b != b)) ? b : a; }
static inline float bnn_select(float condition, float a, float b) { return condition != 0.0f ? a : b; }
/* larq.math.sign: +1 at 0, at -0 and NaN stays NaN. bnn_sgn is tf.sign: 0 at 0. */
static inline float bnn_sign(float x) { return x < 0.0f ? -1.0f : (x != x ? x : 1.0f); }
static inline float bnn_sgn(float x) { return x < 0.0f ? -1.0f : (x > 0.0f ? 1.0f : (x != x ? x : 0.0f)); }

/* --- to integers. From 2^23 on every float is one. The sign of x is kept, so -0.25 rounds to -0. */
static inline float bnn_roundf(float x)
{
    float magnitude = bnn_abs(x);
    float rounded = bnn_copysign((magnitude + 0x1p23f) - 0x1p23f, x);
    return bnn_pick(bnn_bits(magnitude) < 0x4b000000u, rounded, x);
}
static inline float bnn_floorf(float x)
{
    float rounded = bnn_roundf(x);
    return rounded - bnn_pick(rounded > x, 1.0f, 0.0f);
}

/* --- square root, correctly rounded. */
/* A float guess g of sqrt(x) from an inverse root by Newton's rule; g*g and the remainder x - g*g are exact in double, so
 * g + remainder/(2 sqrt x) has an error below 2^-52 of it, while the root of a float is never within 2^-50 of the middle of two floats. */
static inline float bnn_sqrt_portable(float x)
{
    double d = (double)bnn_pick(bnn_is_positive(x), x, 1.0f), r, g;
    float special = bnn_pick(bnn_is_negative(x), bnn_nan(), x);
    r = bnn_double_from_bits(0x5fe6eb50c7b537a9u - (bnn_double_to_bits(d) >> 1));
    r = r * (1.5 - 0.5 * d * r * r);
    r = r * (1.5 - 0.5 * d * r * r);
    r = r * (1.5 - 0.5 * d * r * r);
    r = r * (1.5 - 0.5 * d * r * r);
    g = (double)(float)(d * r);
    g = g + (d - g * g) * (0.5 * r);
    return bnn_pick(bnn_is_positive(x), (float)g, special);
}
#if defined(__GNUC__) && defined(__NO_MATH_ERRNO__) && (defined(__SSE2__) || defined(__aarch64__))
static inline float bnn_sqrtf(float x) { return __builtin_sqrtf(x); } /* one instruction, and loops of it become vectors */
#elif defined(__GNUC__) && defined(__SSE2__)
/* __builtin_sqrtf would call libm for negative numbers unless -fno-math-errno is given. */
static inline float bnn_sqrtf(float x)
{
    typedef float bnn_four_floats __attribute__((vector_size(16)));
    bnn_four_floats v = {x, 0.0f, 0.0f, 0.0f};
    v = __builtin_ia32_sqrtss(v);
    return v[0];
}
#elif defined(__GNUC__) && defined(__aarch64__)
static inline float bnn_sqrtf(float x)
{
    float root;
    __asm__("fsqrt %s0, %s1" : "=w"(root) : "w"(x));
    return root;
}
#elif defined(__GNUC__) && defined(__ARM_FP) && (__ARM_FP & 4)
static inline float bnn_sqrtf(float x)
{
    float root;
    __asm__("vsqrt.f32 %0, %1" : "=t"(root) : "t"(x));
    return root;
}
#else
static inline float bnn_sqrtf(float x) { return bnn_sqrt_portable(x); }
#endif

/* --- exponentials. x = k ln 2 + r, |r| <= ln(2)/2; e^r - 1 by its series, whose tail after r^11 is below 2^-40 of it. */
typedef struct { double scale, rest; } bnn_exp_parts; /* e^x = scale + rest, rest = scale * (e^r - 1), scale = 2^k */

static inline bnn_exp_parts bnn_exp_split(double x)
{
    bnn_exp_parts parts;
    double shifted, r, p;
    uint64_t bits = bnn_double_to_bits(x);
    int64_t size = (int64_t)(bits & 0x7fffffffffffffffu);
    size = ((size > 0x4069000000000000) & (size <= 0x7ff0000000000000)) ? 0x4069000000000000 : size; /* 200 is far beyond float; NaN passes */
    x = bnn_double_from_bits((uint64_t)size | (bits & 0x8000000000000000u));
    shifted = x * 0x1.71547652b82fep+0 + 0x1.8p52; /* the low bits now hold k */
    r = x - (shifted - 0x1.8p52) * 0x1.62e42fefa39efp-1;
    p = 0x1.ae64567f544e4p-26;
    p = p * r + 0x1.27e4fb7789f5cp-22;
    p = p * r + 0x1.71de3a556c734p-19;
    p = p * r + 0x1.a01a01a01a01ap-16;
    p = p * r + 0x1.a01a01a01a01ap-13;
    p = p * r + 0x1.6c16c16c16c17p-10;
    p = p * r + 0x1.1111111111111p-7;
    p = p * r + 0x1.5555555555555p-5;
    p = p * r + 0x1.5555555555555p-3;
    p = p * r + 0.5;
    p = p * (r * r) + r;
    parts.scale = bnn_double_from_bits((bnn_double_to_bits(shifted) << 52) + 0x3ff0000000000000u);
    parts.rest = parts.scale * p;
    return parts;
}
static inline double bnn_exp_double(double x)
{
    bnn_exp_parts parts = bnn_exp_split(x);
    return parts.scale + parts.rest;
}
static inline double bnn_expm1_double(double x)
{
    bnn_exp_parts parts = bnn_exp_split(x);
    return parts.rest + (parts.scale - 1.0);
}
static inline float bnn_expf(float x) { return (float)bnn_exp_double((double)x); }
static inline float bnn_tanhf(float x)
{
    double e = bnn_expm1_double(2.0 * (double)bnn_abs(x));
    return bnn_copysign((float)(e / (e + 2.0)), x);
}
static inline float bnn_sigmoidf(float x) { return (float)(1.0 / (1.0 + bnn_exp_double(-(double)x))); }
static inline float bnn_sinhf(float x)
{
    double e = bnn_expm1_double((double)bnn_abs(x));
    return bnn_copysign((float)(0.5 * (e + e / (e + 1.0))), x);
}
static inline float bnn_coshf(float x)
{
    double e = bnn_exp_double((double)bnn_abs(x));
    return (float)(0.5 * (e + 1.0 / e));
}

/* --- logarithms. x = 2^k m, m in [sqrt(1/2), sqrt(2)); log m = 2 atanh(s), s = (m - 1)/(m + 1), by its series up to s^17. */
static inline double bnn_log_double(double x) { /* x > 0, not infinite */
    uint64_t bits = bnn_double_to_bits(x), offset = bits - 0x3fe6a09e667f3bcdu;
    double k = (double)((int32_t)((offset + 0x4000000000000000u) >> 52) - 1024);
    double f = bnn_double_from_bits(bits - ((offset >> 52) << 52)) - 1.0;
    double s = f / (f + 2.0), z = s * s, p;
    p = 0x1.e1e1e1e1e1e1ep-4;
    p = p * z + 0x1.1111111111111p-3;
    p = p * z + 0x1.3b13b13b13b14p-3;
    p = p * z + 0x1.745d1745d1746p-3;
    p = p * z + 0x1.c71c71c71c71cp-3;
    p = p * z + 0x1.2492492492492p-2;
    p = p * z + 0x1.999999999999ap-2;
    p = p * z + 0x1.5555555555555p-1;
    return k * 0x1.62e42fefa39efp-1 + (s * z * p + 2.0 * s);
}
static inline float bnn_logf(float x)
{
    float y = (float)bnn_log_double((double)bnn_pick(bnn_is_positive(x), x, 1.0f));
    float special = bnn_pick(bnn_is_negative(x), bnn_nan(), x);
    special = bnn_pick(bnn_bits(x) << 1 == 0u, -bnn_infinity(), special);
    return bnn_pick(bnn_is_positive(x), y, special);
}
static inline float bnn_log1pf(float x)
{
    uint32_t bits = bnn_bits(x);
    uint32_t regular = bnn_is_positive(x) | (uint32_t)(bits - 0x80000001u < 0x3f7fffffu); /* above -1, not 0 or infinite */
    double d = (double)bnn_pick(regular, x, 0.0f), u = 1.0 + d;
    float y = (float)(bnn_log_double(u) + (d - (u - 1.0)) / u); /* u is 1 + d rounded: add back what the rounding lost */
    float special = bnn_pick(bits - 0xbf800001u < 0x40000000u, bnn_nan(), x); /* below -1 */
    special = bnn_pick(bits == 0xbf800000u, -bnn_infinity(), special);
    return bnn_pick(regular, y, special);
}

/* --- error function: polynomials fitted to 2e-11 on [0, 1] (in x^2), [1, 2.5] and [2.5, 4]; 1 in float from 3.92 on. */
static inline double bnn_erf_small(double x)
{
    double z = x * x, p = -0x1.c1a515de8637ap-24;
    p = p * z + 0x1.9ae0986f9de4fp-20;
    p = p * z - 0x1.f0705a1dde9aap-17;
    p = p * z + 0x1.f941bed7e7847p-14;
    p = p * z - 0x1.c0286cad68e02p-11;
    p = p * z + 0x1.565ba0406c001p-8;
    p = p * z - 0x1.b82ce15c3b7f8p-6;
    p = p * z + 0x1.ce2f2197bc2efp-4;
    p = p * z - 0x1.812746b0271ecp-2;
    p = p * z + 0x1.20dd750429b19p+0;
    return x * p;
}
static inline double bnn_erf_middle(double x)
{
    double t = x - 1.75, p = -0x1.92b8286a00117p-17;
    p = p * t + 0x1.f18d69651f326p-15;
    p = p * t - 0x1.4525a075ce673p-17;
    p = p * t - 0x1.c89ecc3031888p-12;
    p = p * t + 0x1.d5a535b8fb718p-11;
    p = p * t + 0x1.7d4a0b31ab22ep-11;
    p = p * t - 0x1.8d1631c069e5cp-8;
    p = p * t + 0x1.25b819b666214p-7;
    p = p * t + 0x1.b222d42a97c97p-8;
    p = p * t - 0x1.8a0dc10c451f8p-5;
    p = p * t + 0x1.7148c38fc98a9p-4;
    p = p * t - 0x1.7a4a89aecb81cp-4;
    p = p * t + 0x1.b0553032edb43p-5;
    return p * t + 0x1.f92d077f765ddp-1;
}
static inline double bnn_erf_large(double x)
{
    double t = x - 3.25, p = 0x1.f2a8e36506d85p-20;
    p = p * t - 0x1.f405d66aa4236p-19;
    p = p * t - 0x1.32984e7f1cb0fp-19;
    p = p * t + 0x1.bc5f75702cc85p-16;
    p = p * t - 0x1.5686996ade2a5p-14;
    p = p * t + 0x1.641a79d7e9e26p-13;
    p = p * t - 0x1.14539b85d90d0p-12;
    p = p * t + 0x1.4912755127b5ap-12;
    p = p * t - 0x1.2c7d6d83afdf2p-12;
    p = p * t + 0x1.9aa366ab2a573p-13;
    p = p * t - 0x1.8de3cbf9ca4fap-14;
    p = p * t + 0x1.e9b61775b88a6p-16;
    return p * t + 0x1.ffff6f9f67e55p-1;
}
static inline float bnn_erff(float x)
{
    double magnitude = (double)bnn_abs(x);
    if (magnitude < 1.0)
        return bnn_copysign((float)bnn_erf_small(magnitude), x);
    if (magnitude < 2.5)
        return bnn_copysign((float)bnn_erf_middle(magnitude), x);
    if (magnitude < 4.0)
        return bnn_copysign((float)bnn_erf_large(magnitude), x);
    return x != x ? x : bnn_copysign(1.0f, x);
}

/* --- cosine and sine. Turns the magnitude into a quadrant and an angle within pi/4. */
/* Below 2^16: subtracts k * pi/2 in two parts (33 bits, so that the product is exact, and the rest). No branch, for loops of it. */
static inline uint64_t bnn_quadrant_near(float magnitude, double *angle)
{
    double shifted = (double)magnitude * 0x1.45f306dc9c883p-1 + 0x1.8p52, k = shifted - 0x1.8p52; /* its low bits hold k */
    *angle = ((double)magnitude - k * 0x1.921fb54400000p+0) - k * 0x1.0b4611a626331p-34;
    return bnn_double_to_bits(shifted) & 3u;
}
/* Above: with the 96 bits of 2/pi that still matter: x = m 2^e with m an integer, and multiples of 4 quadrants fall off the top. */
static inline uint64_t bnn_quadrant(float magnitude, double *angle)
{
    static const uint32_t two_over_pi[8] = {0x00000000u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u,
                                            0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu};
    uint32_t window[3], mantissa = (bnn_bits(magnitude) & 0x007fffffu) | 0x00800000u;
    uint32_t start, word, shift, i;
    uint64_t low, middle, high, turns, quadrant;
    if (magnitude < 0x1p16f)
        return bnn_quadrant_near(magnitude, angle);
    start = (bnn_bits(magnitude) >> 23) - 150u + 30u;
    word = start >> 5;
    shift = start & 31u;
    for (i = 0; i < 3; i++)
        window[i] = (two_over_pi[word + i] << shift) | (shift != 0u ? two_over_pi[word + i + 1] >> (32u - shift) : 0u);
    low = (uint64_t)mantissa * window[2];
    middle = (uint64_t)mantissa * window[1] + (low >> 32);
    high = (uint64_t)mantissa * window[0] + (middle >> 32);
    turns = (high << 32) | (middle & 0xffffffffu);
    quadrant = (turns + 0x2000000000000000u) >> 62;
    turns -= quadrant << 62;
    *angle = (double)(int64_t)turns * 0x1.921fb54442d18p-62;
    return quadrant & 3u;
}
/* In odd quadrants the sine, in 1 and 2 negative. */
static inline float bnn_cos_of(uint64_t quadrant, double r)
{
    double z = r * r, cosine, sine;
    uint64_t odd = 0u - (quadrant & 1u), sign = ((quadrant + 1u) & 2u) << 62;
    cosine = 0x1.1eed8eff8d898p-29;
    cosine = cosine * z - 0x1.27e4fb7789f5cp-22;
    cosine = cosine * z + 0x1.a01a01a01a01ap-16;
    cosine = cosine * z - 0x1.6c16c16c16c17p-10;
    cosine = cosine * z + 0x1.5555555555555p-5;
    cosine = cosine * z - 0.5;
    cosine = cosine * z + 1.0;
    sine = 0x1.6124613a86d09p-33;
    sine = sine * z - 0x1.ae64567f544e4p-26;
    sine = sine * z + 0x1.71de3a556c734p-19;
    sine = sine * z - 0x1.a01a01a01a01ap-13;
    sine = sine * z + 0x1.1111111111111p-7;
    sine = sine * z - 0x1.5555555555555p-3;
    sine = sine * z * r + r;
    return (float)bnn_double_from_bits(((bnn_double_to_bits(sine) & odd) | (bnn_double_to_bits(cosine) & ~odd)) ^ sign);
}
/* 0 <= x < 2^16 */
static inline float bnn_cos_near(float x)
{
    double angle;
    uint64_t quadrant = bnn_quadrant_near(x, &angle);
    return bnn_cos_of(quadrant, angle);
}
static inline float bnn_cosf(float x)
{
    double angle = 0.0;
    float magnitude = bnn_abs(x);
    uint64_t quadrant;
    if (!(magnitude <= 0x1.fffffep127f))
        return bnn_nan();
    quadrant = bnn_quadrant(magnitude, &angle);
    return bnn_cos_of(quadrant, angle);
}
static inline float bnn_sinf(float x) { /* sin a = cos(a - pi/2) */
    double angle = 0.0;
    float magnitude = bnn_abs(x);
    uint64_t quadrant;
    if (!(magnitude <= 0x1.fffffep127f))
        return bnn_nan();
    if (magnitude < 0x1p-12f)
        return x == 0.0f ? x : x - x * x * x * 0x1.555556p-3f;
    quadrant = bnn_quadrant(magnitude, &angle);
    magnitude = bnn_cos_of((quadrant + 3u) & 3u, angle);
    return bnn_bits(x) >> 31 != 0u ? -magnitude : magnitude;
}

/* --- power, with the special cases of IEEE's pow. x^1 is x and x^2 is x*x, exactly. */
static inline float bnn_powf(float x, float y)
{
    float magnitude = bnn_abs(x), exponent = bnn_abs(y);
    int whole = exponent >= 0x1p24f || bnn_floorf(y) == y;
    int odd = whole && exponent < 0x1p24f && ((int32_t)y & 1) != 0;
    double logarithm;
    float result;
    if (y == 2.0f)
        return x * x;
    if (y == 1.0f)
        return x;
    if (y == 0.0f || x == 1.0f)
        return 1.0f;
    if (x != x || y != y)
        return x + y;
    if (magnitude == 1.0f && exponent > 0x1.fffffep127f)
        return 1.0f;
    if (x < 0.0f && !whole && magnitude <= 0x1.fffffep127f)
        return bnn_nan();
    logarithm = magnitude == 0.0f || magnitude > 0x1.fffffep127f ? (double)bnn_logf(magnitude) : bnn_log_double((double)magnitude);
    result = (float)bnn_exp_double((double)y * logarithm);
    return odd && bnn_bits(x) >> 31 != 0u ? -result : result;
}

#endif
