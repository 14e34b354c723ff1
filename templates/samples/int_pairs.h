/* Holes of int_pairs.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/generic.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
static const uint32_t layer_in1[24] = {0u,0u,0u,0u,131075u,0u,0u,0u,131075u,0u,0u,0u,196609u,0u,0u,0u,1u,0u,0u,0u,65536u,0u,0u,0u,};
static inline int32_t layer_epilogue(int32_t acc, int channel)
{
(void)channel;
return acc;
}
#define $dense$ 0
#define $layer$_window layer_window
#define $x_type$ int16_t
#define $out_cols$ 8
#define $out_rows$ 3
#define $stride_rows$ 1
#define $before_rows$ 1
#define $stride_cols$ 1
#define $before_cols$ 0
#define $volume$ 0
#define $stride_slices$ 1
#define $before_slices$ 0
#define $kernel_slices$ 1
#define $dilation_slices$ 1
#define $kernel_rows$ 3
#define $dilation_rows$ 1
#define $kernel_cols$ 1
#define $dilation_cols$ 1
#define $in_cols$ 8
#define $outside$ 1
#define $in_rows$ 3
#define $in_slices$ 1
#define $channels$ 4
#define $layer$ layer
#define $params$ const int16_t *restrict in0, int32_t *restrict out, int count
#define $taps$ 3
#define $filters$ 1
#define $padded$ 4
#define $lanes$ 4
#define $samples$ count
#define $out_pixels$ 24
#define $parallel$ 1
#define $tile$ 4
#define $in0$ in0
#define $in_pixels$ 24
#define $in1$ layer_in1
#define $thresholded$ 0
#define $out_words$ 0
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
