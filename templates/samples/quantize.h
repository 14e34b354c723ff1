/* Stand-alone bindings of quantize: `cc -include samples/quantize.h -c quantize.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_quantize

#define $params$ const float *restrict in0, uint32_t *restrict out
#define $parallel$ 0
#define $rows$ 4
#define $words$ 2
#define $channels$ 40
#define $planes$ 2
#define $whole$ 0
#define $lines$ const float level = in0[row * 40 + i];
#define $code$ (uint32_t)(level != 0.0f) + 2u * (uint32_t)!(level >= 0.0f)
