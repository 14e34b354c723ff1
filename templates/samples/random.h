/* Stand-alone bindings of random: `cc -include samples/random.h -c random.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_random

#define $params$ const float *restrict in0, float *restrict out, uint64_t seed
#define $in0$ in0
#define $parallel$ 0
#define $total$ 12
#define $stream$ 3u
float bnn_random(uint64_t seed, uint64_t step, uint32_t stream, uint64_t index);
