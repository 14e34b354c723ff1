/* Holes of ff_kernel_gradient.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
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
#define $layer$_lines layer_lines
#define $x_type$ int16_t
#define $rows$ 9
#define $weight_rows$ 128
#define $line$ 12
#define $dense$ 0
#define $channels$ 64
#define $kernel_cols$ 1
#define $kernel_rows$ 2
#define $dilation_rows$ 2
#define $before_rows$ 1
#define $dilation_cols$ 2
#define $before_cols$ 0
#define $by_samples$ 0
#define $in_pixels$ 12
#define $out_cols$ 4
#define $out_rows$ 3
#define $stride_rows$ 1
#define $outside$ 1
#define $in_rows$ 3
#define $in_cols$ 4
#define $volume$ 0
#define $stride_slices$ 1
#define $before_slices$ 0
#define $dilation_slices$ 1
#define $in_slices$ 1
#define $stride_cols$ 1
#define $careful$ 1
#define $layer$_finite layer_finite
#define $layer$_sees layer_sees
#define $layer$ layer
#define $params$ const int16_t *restrict in0, const float *restrict in1, float *restrict out, int count
#define $filters$ 64
#define $points_step$ 12
#define $samples$ count
#define $leading$ 1
#define $out_pixels$ 12
#define $in1$ in1
#define $parallel$ 0
#define $rows_step$ together
#define $in0$ in0
#define $y_type$ float
#define $grouped$ 1
#define $y_floats$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
