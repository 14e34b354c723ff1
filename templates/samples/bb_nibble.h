/* Holes of bb_nibble.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
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
#define $layer$_spread layer_spread
#define $edges$ 0
#define $layer$_edges layer_edges
#define $taps$ 9
#define $out_cols$ 3
#define $out_rows$ 1
#define $stride_rows$ 2
#define $before_rows$ 0
#define $kernel_cols$ 3
#define $kernel_rows$ 3
#define $dilation_rows$ 2
#define $stride_cols$ 1
#define $before_cols$ 0
#define $dilation_cols$ 1
#define $in_rows$ 5
#define $in_cols$ 5
#define $volume$ 0
#define $stride_slices$ 1
#define $before_slices$ 0
#define $dilation_slices$ 1
#define $in_slices$ 1
#define $x_base$ -7
#define $padded$ 96
#define $layer$_tile layer_tile
#define $vectors$ 1
#define $nibbles$ 2
#define $run$ 6
#define $image_cols$ 5
#define $weight_planes$ 1
#define $planes$ 3
#define $tile$ 3
#define $run_cols$ 1
#define $image_bytes$ 56
#define $image_rows$ 5
#define $table$ BNN_XOR_TABLE
#define $factor$ (pair == 0 ? 2 : pair == 1 ? 4 : 8)
#define $layer$ layer
#define $params$ const uint32_t *restrict in0, const uint32_t *restrict in1, int32_t *restrict out, int32_t *restrict start, uint8_t *restrict spread, int count
#define $filters$ 65
#define $in1$ in1
#define $sum_words$ 960
#define $samples$ count
#define $sums$ 1
#define $start$ start
#define $half$ 14
#define $all_base$ 45
#define $dense$ 0
#define $out_pixels$ 3
#define $parallel$ 0
#define $words$ 1
#define $in0$ in0
#define $spread$ spread
#define $outside$ 0
#define $in_pixels$ 25
#define $tap_sums$ sums
#define $thresholded$ 0
#define $out_words$ 0
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
