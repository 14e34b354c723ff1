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
#define $layer$_store layer_store
#define $sum_type$ int32_t
#define $out_type$ int32_t
#define out$extra_parameters$ out
#define $thresholded$ 0
#define $padded$ 96
#define $out_words$ 0
#define $filters$ 65
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $sums$ 1
#define $layer$_starts layer_starts
#define $start_rows$ 1
#define $first_tap_slice$ 0
#define $tap_slices$ 1
#define $first_tap_row$ 0
#define $tap_rows$ 1
#define $first_tap_col$ 0
#define $tap_cols$ 1
#define $kernel_rows$ 1
#define $kernel_cols$ 1
#define $exact$ 1
#define $tap_base$ -7
#define $taps$ 1
#define $x_base$ 0
#define $half$ 1
#define $layer$_spread layer_spread
#define $layer$_sums layer_sums
#define at$region_parameter$ at
#define $vectors$ 1
#define $nibbles$ 1
#define $weight_planes$ 3
#define $unit$ 1
#define $split$ 0
#define $planes$ 1
#define $tile$ 4
#define $image_bytes$ 8
#define $step_slices$ 1
#define $source_rows$ 1
#define $step_rows$ 1
#define $source_cols$ 1
#define $step_cols$ 1
#define $pixel_nibbles$ 1
#define $loop_nibbles$(k, n) for (int k = 0; k < (n); k++)
#define $table$ BNN_XOR_TABLE
#define $factor$ (pair == 0 ? -1 : pair == 1 ? -2 : -4)
#define $layer$_tile layer_tile
#define pixels$region_parameter$$tile_parameters$ pixels, const uint32_t *restrict in1, const int32_t *restrict start
#define $in1$ in1
#define $sum_words$ 192
#define $group$ 0
#define at$region_argument$ at
#define out$extra$ out
#define $dense$ 1
#define $layer$ layer
#define $params$ const uint32_t *restrict in0, const uint32_t *restrict in1, int32_t *restrict out, int32_t *restrict start, int count
#define $samples$ count
#define $cols$ 1
#define $prepare$ layer_starts((const int32_t *)in1, start);
#define $parallel$ 1
#define $words$ 1
#define $in0$ in0
#define $tile$$region_argument$$tile_arguments$ 4, in1, start
#define $source_slices$ 1
#define $parts$ 1
#define $first_part$ 1
#define $regions$ 1
#define $slices$ 1
#define $rows$ 1
#define $first_slice$ 0
#define $first_col$ 0
#define $first_row$ 0
#define $target_slices$ 1
#define $target_rows$ 1
#define $target_cols$ 1
#define $stride_slices$ 1
#define $offset_slices$ + 0
#define $stride_rows$ 1
#define $offset_rows$ + 0
#define $stride_cols$ 1
#define $offset_cols$ + 0
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
