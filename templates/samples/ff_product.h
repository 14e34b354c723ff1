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
#define $layer$_store layer_store
#define $sum_type$ float
#define $out_type$ float
#define out$extra_parameters$ out
#define $thresholded$ 0
#define $padded$ 32
#define $out_words$ 0
#define $filters$ 31
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $layer$_tile layer_tile
#define pixels$group_parameter$$tile_parameters$ pixels, const float *restrict weights
#define $taps$ 1
#define $depth$ 4
#define $copied$ 1
#define $in1$ in1
#define $blocks$ 1
#define $first_filter$ 0
#define $tile$ 4
#define $grouped$ 1
#define out$extra$ out
#define $layer$_copy layer_copy
#define $w_type$ int16_t
#define $input_gradient$ 1
#define $units$ 4
#define $gathered$ 0
#define $layer$_window layer_window
#define $x_type$ float
#define col$region_parameter$$group_parameter$ col
#define $row_type$ float
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
#define $groups$ 1
#define $first_unit$ 0
#define $layer$ layer
#define $params$ const float *restrict in0, const int16_t *restrict in1, float *restrict out, float *restrict weights, int count
#define $prepare$ layer_copy(in1, weights);
#define $parts$ 1
#define $first_part$ 1
#define $regions$ 1
#define $slices$ 1
#define $rows$ 1
#define $cols$ 1
#define $samples$ count
#define $parallel$ 1
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
#define $tile$$group_argument$$tile_arguments$ 4, weights
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
