/* Stand-alone bindings of pool_gradient_tiles: `cc -include samples/pool_gradient_tiles.h -c pool_gradient_tiles.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_pool_gradient_tiles

#define $params$ const float *restrict in0, const float *restrict in1, float *restrict out
#define $in0$ in0
#define $in1$ in1
#define $type$ float
#define $parallel$ 0
#define $samples$ 2
#define $in_height$ 5
#define $in_width$ 6
#define $out_height$ 2
#define $out_width$ 3
#define $kernel_height$ 2
#define $kernel_width$ 2
#define $channels$ 3
#define $taps$ 4
#define $rest$ 1
