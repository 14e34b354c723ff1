/* Holes of bb_popcount.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/generic.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
static const uint32_t layer_in1[24] = {4u,0u,0u,0u,13u,0u,0u,0u,9u,0u,0u,0u,12u,0u,0u,0u,11u,0u,0u,0u,0u,0u,0u,0u,};
static const int32_t layer_start[4] = {16,0,0,0,};
static const int32_t layer_tap_sums[12] = {5,0,0,0,9,0,0,0,2,0,0,0,};
static inline int32_t layer_epilogue(int32_t acc, int channel)
{
(void)channel;
return acc;
}
#define $dense$ 0
#define $layer$_window layer_window
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
#define $planes$ 1
#define $taps$ 3
#define $words$ 1
#define $layer$ layer
#define $params$ const uint32_t *restrict in0, int32_t *restrict out, int count
#define $filters$ 1
#define $padded$ 4
#define $weight_planes$ 2
#define $lanes$ 4
#define $in1$ layer_in1
#define $sum_words$ 0
#define $samples$ count
#define $out_pixels$ 24
#define $sums$ 0
#define $start$ layer_start
#define $x_base$ 1
#define $half$ 0
#define $all_base$ 0
#define $parallel$ 1
#define $tile$ 2
#define $in0$ in0
#define $in_pixels$ 24
#define $edges$ 1
#define $tap_sums$ layer_tap_sums
#define $op$ bnn_and
#define $factor$ (pair == 0 ? -2 : -4)
#define $thresholded$ 0
#define $out_words$ 0
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
