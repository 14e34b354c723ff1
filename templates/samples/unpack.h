/* Stand-alone bindings of unpack: `cc -include samples/unpack.h -c unpack.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_unpack

#define $params$ const uint32_t *restrict in0, int16_t *restrict out
#define $in0$ in0
#define $parallel$ 0
#define $rows$ 4
#define $channels$ 40
#define $pitch$ 2
#define $type$ int16_t
#define $value$ 1 - 2 * (int)(word[0] >> (i & 31) & 1u)
