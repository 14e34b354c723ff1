/* Every float through every function of bnn_math.h, against the C library in double. In: [STRIDE [NAME]] (stride 1: all 2^32 bit
 * patterns). Out: worst error in ulp per function and where, falls of functions that must rise; exit status 1 beyond the limits.
 * Build: gcc -O3 -Iruntime tests/math/exhaustive.c -lm. tests/unit/test_math.c includes this file and takes every 509th float. */
#include "bnn_math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    float (*function)(float);
    double (*exact)(double);
    double limit;   /* in ulp; 0.5 is correct rounding */
    int rises;      /* 1: never falls as x grows; -1: never on x >= 0 */
} Row;

static double sigmoid_exact(double x) { return 1.0 / (1.0 + exp(-x)); }
static double round_exact(double x) { return rint(x); }
static float portable_root(float x) { return bnn_sqrt_portable(x); }

/* Wrappers, since those of the header may differ in attributes between compilers. */
#define WRAP(name) static float name##_of(float x) { return bnn_##name(x); }
WRAP(expf) WRAP(logf) WRAP(log1pf) WRAP(tanhf) WRAP(sigmoidf) WRAP(sinhf) WRAP(coshf) WRAP(erff) WRAP(cosf) WRAP(sinf) WRAP(sqrtf)
WRAP(floorf) WRAP(roundf)

static const Row functions[] = {
    {"expf", expf_of, exp, 0.5001, 1},
    {"logf", logf_of, log, 0.5001, 1},
    {"log1pf", log1pf_of, log1p, 0.5001, 1},
    {"tanhf", tanhf_of, tanh, 0.5001, 1},
    {"sigmoidf", sigmoidf_of, sigmoid_exact, 0.5001, 1},
    {"sinhf", sinhf_of, sinh, 0.5001, 1},
    {"coshf", coshf_of, cosh, 0.5001, -1},
    {"erff", erff_of, erf, 0.51, 1},
    {"cosf", cosf_of, cos, 0.51, 0},
    {"sinf", sinf_of, sin, 0.51, 0},
    {"sqrtf", sqrtf_of, sqrt, 0.5, 1},
    {"sqrt_portable", portable_root, sqrt, 0.5, 1},
    {"floorf", floorf_of, floor, 0.0, 1},
    {"roundf", roundf_of, round_exact, 0.0, 1},
};

/* Distance in units of the last place of a float of this size; 0.5 stands for all correctly rounded results that are not exact. */
static double ulp_error(float got, double exact)
{
    int exponent;
    if ((double)got == exact && !signbit(got) == !signbit(exact))
        return 0.0;
    if (isnan(got) || isnan(exact))
        return isnan(got) && isnan(exact) ? 0.0 : INFINITY;
    if (got == (float)exact && !signbit(got) == !signbit(exact))
        return 0.5;
    if (isinf(got) || isinf((float)exact) || !signbit(got) != !signbit(exact))
        return INFINITY;
    frexp(exact, &exponent);
    return fabs((double)got - exact) / ldexp(1.0, exponent < -125 ? -149 : exponent - 24);
}

/* The floats in increasing order: i = 0 is -infinity, 2 * 0x7f800000 is +infinity. */
static float ordered(uint64_t i) { return i < 0x7f800000u ? bnn_from_bits((uint32_t)(0xff800000u - i)) : bnn_from_bits((uint32_t)(i - 0x7f800000u)); }

static int check(const Row *row, uint32_t stride)
{
    double worst = 0.0;
    float where = 0.0f, before = -INFINITY;
    uint64_t falls = 0, misrounded = 0;
    for (uint64_t i = 0; i <= 0xff000000u; i += stride) {
        float x = ordered(i), y = row->function(x);
        double error = ulp_error(y, row->exact((double)x));
        misrounded += error > 0.5;
        if (error > worst) {
            worst = error;
            where = x;
        }
        if (y < before && (row->rises == 1 || (row->rises == -1 && x > 0.0f)) && falls++ == 0)
            printf("%s falls at %a: %a after %a\n", row->name, (double)x, (double)y, (double)before);
        before = y == y ? y : before;
    }
    int failed = worst > row->limit || falls != 0 || !isnan(row->function(bnn_nan())) || ulp_error(row->function(-0.0f), row->exact(-0.0)) > row->limit;
    printf("%-14s worst %.8f ulp at %a, %llu not correctly rounded, %llu falls%s\n", row->name, worst, (double)where,
           (unsigned long long)misrounded, (unsigned long long)falls, failed ? "  FAILED" : "");
    fflush(stdout);
    return failed;
}

#ifndef EXHAUSTIVE_NO_MAIN
int main(int argc, char **argv)
{
    int stride = argc > 1 ? atoi(argv[1]) : 1, failed = 0;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (argc < 3 || strcmp(argv[2], functions[i].name) == 0)
            failed += check(&functions[i], stride > 0 ? (uint32_t)stride : 1);
    return failed != 0;
}
#endif
