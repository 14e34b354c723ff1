/* Holes of bb_popcount.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/avx2.h"
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
#define $dense$ 0
#define $edges$ 0
#define $layer$_window layer_window
#define $out_cols$ 2
#define $out_rows$ 8
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
#define $dilation_rows$ 2
#define $kernel_cols$ 2
#define $dilation_cols$ 2
#define $in_cols$ 4
#define $outside$ 0
#define $in_rows$ 8
#define $in_slices$ 1
#define $planes$ 2
#define $taps$ 2
#define $words$ 1
#define $layer$ layer
#define $params$ const uint32_t *restrict in0, const uint32_t *restrict in1, int32_t *restrict out, int32_t *restrict start, int count
#define $filters$ 65
#define $padded$ 72
#define $weight_planes$ 1
#define $lanes$ 8
#define $in1$ in1
#define $sum_words$ 216
#define $samples$ count
#define $out_pixels$ 16
#define $sums$ 1
#define $start$ start
#define $x_base$ 0
#define $half$ 3
#define $all_base$ 16
#define $parallel$ 1
#define $tile$ 2
#define $in0$ in0
#define $batched$ 1
#define $in_pixels$ 32
#define $loop_blocks$(k, n) for (int k = 0; k < (n); k++)
#define $blocks$ 3
#define $tap_sums$ sums
#define $chunks$ 1
#define $loop_words$(k, n) for (int k = 0; k < (n); k++)
#define $chunk$ 2
#define $op$ bnn_xor
#define $rest$ 0
#define $factor$ (pair == 0 ? 1 : 2)
#define $thresholded$ 0
#define $out_words$ 0
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
