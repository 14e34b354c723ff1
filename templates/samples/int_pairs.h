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
#define $layer$_store layer_store
#define $sum_type$ int32_t
#define $out_type$ int32_t
#define out$extra_parameters$ out
#define $thresholded$ 0
#define $padded$ 40
#define $out_words$ 0
#define $filters$ 40
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $layer$_tile layer_tile
#define pixels$group_parameter$$tile_parameters$ pixels, const uint32_t *restrict in1
#define $pairs$ 3
#define $lanes$ 4
#define $copied$ 1
#define $tile$ 1
#define $whole_pairs$ 2
#define $loop_blocks$(k, n) for (int k = 0; k < (n); k++)
#define $blocks$ 2
#define $first_filter$ 0
#define $in1$ in1
#define $loop_pairs$(k, n) for (int k = 0; k < (n); k++)
#define $pair$ copy[i][k]
#define $odd$ 1
#define $last$ copy[i][2]
#define out$extra$ out
#define $gathered$ 0
#define $layer$_window layer_window
#define $x_type$ int16_t
#define col$region_parameter$$group_parameter$ col
#define $row_type$ int16_t
#define $first_tap_slice$ 0
#define $tap_slices$ 1
#define $first_tap_row$ 0
#define $tap_rows$ 1
#define $first_tap_col$ 0
#define $tap_cols$ 1
#define $step_slices$ 1
#define $step_rows$ 1
#define $step_cols$ 1
#define $tested$ 0
#define $apart_slices$ 1
#define $apart_rows$ 1
#define $apart_cols$ 1
#define $source_slices$ 1
#define $source_rows$ 1
#define $source_cols$ 1
#define $kernel_rows$ 1
#define $kernel_cols$ 1
#define $planes$ 1
#define $units$ 5
#define $taps$ 1
#define $depth$ 5
#define $groups$ 1
#define $first_unit$ 0
#define $layer$ layer
#define $params$ const int16_t *restrict in0, const uint32_t *restrict in1, int32_t *restrict out, int count
#define $prepare$ 
#define $parts$ 1
#define $first_part$ 1
#define $regions$ 1
#define $slices$ 1
#define $rows$ 1
#define $cols$ 1
#define $samples$ count
#define $parallel$ 0
#define $batched$ 1
#define $first_slice$ 0
#define $first_col$ 0
#define $first_row$ 0
#define $in0$ in0
#define $target_slices$ 1
#define $target_rows$ 1
#define $target_cols$ 1
#define $cleared$ 0
#define $stride_slices$ 1
#define $offset_slices$ + 0
#define $stride_rows$ 1
#define $offset_rows$ + 0
#define $stride_cols$ 1
#define $offset_cols$$region_argument$$group_argument$ + 0
#define $tile$$group_argument$$tile_arguments$ 1, in1
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
