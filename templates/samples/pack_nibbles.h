/* Holes of pack_nibbles.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/avx2.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
#define $layer$ layer
#define $params$ const int16_t *restrict in0, uint32_t *restrict out
#define $taps$ 9
#define $channels$ 5
#define $filters$ 65
#define $padded$ 96
#define $planes$ 1
#define $in0$ in0
#define $parallel$ 1
#define $code$ (uint32_t)(level < 0)
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
