/* Holes of depthwise_gradient.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/avx2.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
static inline float layer_epilogue(float acc, int channel)
{
(void)channel;
return acc;
}
#define $converted$ 0
#define $layer$_load layer_load
#define $x_type$ float
#define $layer$_taps layer_taps
#define $out_rows$ 2
#define $out_cols$ 1
#define $stride_slices$ 1
#define $before_slices$ 0
#define $stride_rows$ 1
#define $before_rows$ 0
#define $stride_cols$ 1
#define $before_cols$ 0
#define $taps$ 3
#define $kernel_rows$ 1
#define $kernel_cols$ 3
#define $dilation_slices$ 1
#define $dilation_rows$ 1
#define $dilation_cols$ 1
#define $out_pixels$ 2
#define $in_slices$ 1
#define $in_rows$ 2
#define $in_cols$ 3
#define $channels$ 65
#define $layer$ layer
#define $params$ const float *restrict in0, const float *restrict in1, float *restrict out, int count
#define $block$ 64
#define $group$ 1
#define $samples$ count
#define $parallel$ 00
#define $in0$ in0
#define $in_pixels$ 6
#define $in1$ in1
#define $load_x$ bnn_loadf
#define $grouped$ 0
#define $epilogue$ layer_epilogue
#define $last$$extra$ 0
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
