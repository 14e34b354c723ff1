/* Holes of pack_codes.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/generic.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
#define $layer$ layer
#define $params$ const int16_t *restrict in0, uint8_t *restrict out
#define $channels$ 1
#define $filters$ 3
#define $padded$ 4
#define $taps$ 1
#define $in0$ in0
#define $code$ (uint32_t)(level < 0)
#define $lanes$ 4
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
