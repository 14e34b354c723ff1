/* Clamped integers: a number of a file may be of any size. Past the range of its type it becomes the greatest there, of its sign, which every later check of
 * a size, an index or an axis refuses; what is computed from such numbers is computed in int64_t and clamped again. */
#ifndef BASE_CLAMP_H
#define BASE_CLAMP_H

#include <limits.h>
#include <stdint.h>

static inline int clamp_int(int64_t n)
{
    return n > INT_MAX ? INT_MAX : n < -INT_MAX ? -INT_MAX : (int)n;
}

/* Towards zero; NaN is 0. */
static inline int64_t clamp_int64(double x)
{
    return x >= 0x1p63 ? INT64_MAX : x < -0x1p63 ? INT64_MIN : x == x ? (int64_t)x : 0;
}

static inline int64_t clamp_product(int64_t a, int64_t b)
{
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) ? ((a < 0) == (b < 0) ? INT64_MAX : INT64_MIN) : product;
}

#endif
