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
static inline int32_t layer_epilogue(int32_t acc, int channel)
{
(void)channel;
return acc;
}
#define $dense$ 1
#define $layer$_window layer_window
#define $x_type$ uint8_t
#define $out_cols$ 1
#define $out_rows$ 1
#define $stride_rows$ 1
#define $before_rows$ 0
#define $stride_cols$ 1
#define $before_cols$ 0
#define $volume$ 0
#define $stride_slices$ 1
#define $before_slices$ 0
#define $kernel_slices$ 1
#define $dilation_slices$ 1
#define $kernel_rows$ 1
#define $dilation_rows$ 1
#define $kernel_cols$ 1
#define $dilation_cols$ 1
#define $in_cols$ 1
#define $outside$ 0
#define $in_rows$ 1
#define $in_slices$ 1
#define $channels$ 32
#define $layer$ layer
#define $params$ const uint8_t *restrict in0, const uint32_t *restrict in1, int32_t *restrict out, int count
#define $taps$ 1
#define $pairs$ 16
#define $filters$ 65
#define $padded$ 68
#define $lanes$ 4
#define $samples$ count
#define $out_pixels$ 3
#define $parallel$ 0
#define $tile$ 3
#define $in0$ in0
#define $batched$ 1
#define $in_pixels$ 1
#define $loop_blocks$(k, n) for (int k = 0; k < (n); k++)
#define $blocks$ 3
#define $in1$ in1
#define $loop_pairs$(k, n) for (int k = 0; k < (n); k++)
#define $thresholded$ 0
#define $out_words$ 0
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
