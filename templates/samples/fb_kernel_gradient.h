/* Holes of fb_kernel_gradient.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/generic.h"
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
#define $layer$_sums16 layer_sums16
#define $low$ bnn_mulf(bnn_splatf(0.0f), d[k])
#define $high$ d[k]
#define $layer$_codes layer_codes
#define $dense$ 0
#define $volume$ 0
#define $by_samples$ 0
#define $out_cols$ 4
#define $out_rows$ 3
#define $stride_rows$ 1
#define $before_rows$ 1
#define $stride_cols$ 1
#define $before_cols$ 0
#define $stride_slices$ 1
#define $before_slices$ 0
#define $taps$ 2
#define $kernel_cols$ 1
#define $kernel_rows$ 2
#define $dilation_rows$ 2
#define $dilation_cols$ 2
#define $outside$ 1
#define $in_rows$ 3
#define $in_cols$ 4
#define $dilation_slices$ 1
#define $in_slices$ 1
#define $in_pixels$ 12
#define $words$ 2
#define $block$ 8
#define $channels$ 64
#define $code_bytes$ 132
#define $layer$_sums layer_sums
#define $filters$ 64
#define $layer$ layer
#define $params$ const uint32_t *restrict in0, const float *restrict in1, float *restrict out, uint8_t *restrict codes, float *restrict total, int count
#define $chunk$ 8
#define $samples$ count
#define $leading$ 1
#define $out_pixels$ 12
#define $parallel$ 0
#define $in0$ in0
#define $codes$ codes
#define $total$ total
#define $in1$ in1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
