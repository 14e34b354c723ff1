/* Stand-alone bindings of pool_gradient: `cc -include samples/pool_gradient.h -c pool_gradient.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_pool_gradient

#define $params$ const float *restrict in0, const float *restrict in1, float *restrict out
#define $in0$ in0
#define $in1$ in1
#define $type$ float
#define $sum$ 0
#define $all_ties$ 0
#define $in_depth$ 1
#define $in_height$ 5
#define $in_width$ 6
#define $out_depth$ 1
#define $out_height$ 3
#define $out_width$ 3
#define $kernel_depth$ 1
#define $kernel_height$ 2
#define $kernel_width$ 2
#define $stride_depth$ 1
#define $stride_height$ 2
#define $stride_width$ 2
#define $dilation_depth$ 1
#define $dilation_height$ 1
#define $dilation_width$ 1
#define $before_depth$ 0
#define $before_height$ 0
#define $before_width$ 0
#define $padded$ 1
#define $channels$ 3
#define $samples$ 2
#define $parallel$ 0
