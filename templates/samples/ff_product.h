/* Holes of ff_product.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
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
#define $dense$ 0
#define $input_gradient$ 1
#define $layer$_window layer_window
#define $x_type$ float
#define $in_cols$ 7
#define $in_rows$ 3
#define $before_rows$ 0
#define $before_cols$ 0
#define $volume$ 0
#define $before_slices$ 0
#define $kernel_slices$ 1
#define $dilation_slices$ 1
#define $kernel_rows$ 2
#define $dilation_rows$ 1
#define $kernel_cols$ 2
#define $dilation_cols$ 1
#define $stride_rows$ 1
#define $out_cols$ 6
#define $stride_cols$ 1
#define $out_rows$ 2
#define $stride_slices$ 1
#define $out_slices$ 1
#define $channels$ 31
#define $depth$ 32
#define $outside$ 0
#define $in_slices$ 1
#define $layer$ layer
#define $params$ const float *restrict in0, const int16_t *restrict in1, float *restrict out, float *restrict weights, int count
#define $taps$ 4
#define $filters$ 4
#define $padded$ 4
#define $samples$ count
#define $pixels$ 21
#define $copied$ 1
#define $weights$ weights
#define $in1$ in1
#define $parallel$ 1
#define $tile$ 4
#define $in0$ in0
#define $source_pixels$ 12
#define $grouped$ 1
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $out_words$ 0
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
