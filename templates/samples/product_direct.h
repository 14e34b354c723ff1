/* Holes of product_direct.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/generic.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
static const int16_t layer_in1[12] = {0,0,3,2,3,2,1,3,1,0,0,1,};
static inline int32_t layer_epilogue(int32_t acc, int channel)
{
(void)channel;
return acc;
}
#define $dense$ 0
#define $layer$_seen layer_seen
#define $out_rows$ 3
#define $out_cols$ 8
#define $stride_slices$ 1
#define $before_slices$ 0
#define $kernel_rows$ 3
#define $kernel_cols$ 1
#define $dilation_slices$ 1
#define $stride_rows$ 1
#define $before_rows$ 1
#define $dilation_rows$ 1
#define $stride_cols$ 1
#define $before_cols$ 0
#define $dilation_cols$ 1
#define $in_slices$ 1
#define $in_rows$ 3
#define $in_cols$ 8
#define $input_gradient$ 0
#define $layer$_made layer_made
#define $out_slices$ 1
#define $acc_type$ int32_t
#define $grouped$ 0
#define $layer$_sum layer_sum
#define $layer$_flush layer_flush
#define $layer$_add layer_add
#define $layer$ layer
#define $params$ const int16_t *restrict in0, int32_t *restrict out, int count
#define $in_channels$ 4
#define $out_channels$ 1
#define $groups$ 1
#define $taps$ 3
#define $samples$ count
#define $leading$ 1
#define $a_type$ int16_t
#define $in0$ in0
#define $b_type$ int16_t
#define $in1$ layer_in1
#define $parallel$ 1
#define $forward$ 1
#define $out_pixels$ 24
#define $out_packed$ 0
#define $out_planes$ 1
#define $out_words$ 0
#define $in_pixels$ 24
#define $local$ 0
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define c$extra$ c
#define $kernel_gradient$ 0
#define $kernel_rows_total$ 12
#define $last_dim$$extra$ 1
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
