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
static const int16_t layer_areas[9] = {1,0,3,0,1,2,2,0,2,};
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
#define $taps$ 3
#define $depth$ 32
#define $stride$ 32
#define $blocks$ 1
#define $first_filter$ 0
#define $tile$ 4
#define $weights$ weights
#define $grouped$ 1
#define out$extra$ out
#define $copied$ 1
#define $layer$_copy layer_copy
#define $w_type$ int16_t
#define $input_gradient$ 0
#define $units$ 32
#define $gathered$ 1
#define $layer$_window layer_window
#define $x_type$ float
#define col$region_parameter$$group_parameter$ col, int region
#define $row_type$ float
#define $first_tap_slice$ 0
#define $tap_slices$ 1
#define $first_tap_row$ 0
#define $tap_rows$ 1
#define $first_tap_col$ layer_areas[region * 3 + 1]
#define $tap_cols$ layer_areas[region * 3 + 2]
#define $step_slices$ 1
#define $step_rows$ 1
#define $step_cols$ 1
#define $tested$ 0
#define $apart_slices$ 1
#define $apart_rows$ 1
#define $apart_cols$ 1
#define $source_slices$ 1
#define $source_rows$ 1
#define $source_cols$ 3
#define $kernel_rows$ 1
#define $kernel_cols$ 3
#define $planes$ 1
#define $groups$ 1
#define $first_unit$ 0
#define $layer$ layer
#define $params$ const float *restrict in0, float *restrict out, float *restrict weights, int count
#define $prepare$ layer_copy(layer_in1, weights);
#define $parts$ 1
#define $first_part$ 3
#define $regions$ 3
#define $slices$ 1
#define $rows$ 1
#define $cols$ 1
#define $samples$ count
#define $parallel$ 1
#define $batched$ 1
#define $first_slice$ 0
#define $first_col$ layer_areas[region * 3 + 0]
#define $first_row$ 0
#define $in0$ in0
#define $target_slices$ 1
#define $target_rows$ 1
#define $target_cols$ 3
#define $cleared$ region > 0
#define $stride_slices$ 1
#define $offset_slices$ + 0
#define $stride_rows$ 1
#define $offset_rows$ + 0
#define $stride_cols$ 1
#define $offset_cols$$region_argument$$group_argument$ - 1, region
#define $tile$$group_argument$$tile_arguments$ 4, weights
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
