/* Holes of fb_forward.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/generic.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
static const uint8_t layer_in1[216] = {48,0,12,12,52,0,20,4,8,52,28,60,24,44,32,60,44,16,48,48,36,28,24,56,48,16,32,44,28,12,56,40,4,0,0,0,4,4,4,0,4,0,4,0,4,4,0,0,4,0,4,4,4,0,4,0,4,0,4,0,0,0,0,4,0,4,0,4,0,0,0,0,44,4,16,16,12,40,24,56,60,36,36,40,12,60,16,40,12,16,44,52,48,40,36,16,56,12,12,0,20,52,40,48,28,0,0,0,4,0,4,4,4,0,4,0,4,4,4,4,4,4,4,0,0,0,4,4,4,4,0,4,0,4,4,4,4,4,4,0,4,0,0,0,16,52,16,8,48,44,56,12,44,12,20,24,44,32,36,32,44,4,8,12,48,40,8,8,0,44,44,40,56,60,20,44,20,0,0,0,0,0,0,0,4,0,4,4,0,0,4,4,4,0,0,0,0,0,4,4,4,4,0,0,4,4,0,4,4,0,0,4,0,0,0,0,};
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
#define $padded$ 36
#define $out_words$ 0
#define $filters$ 33
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $layer$_tile layer_tile
#define pixels$group_parameter$$tile_parameters$ pixels
#define $taps$ 3
#define $depth$ 8
#define $level_1$ -1.0f
#define $level_0$ 1.0f
#define $blocks$ 2
#define $first_filter$ 0
#define $in1$ layer_in1
#define out$extra$ out
#define $gathered$ 1
#define $layer$_window layer_window
#define $x_type$ float
#define col$region_parameter$$group_parameter$ col
#define $row_type$ float
#define $first_tap_slice$ 0
#define $tap_slices$ 1
#define $first_tap_row$ 0
#define $tap_rows$ 1
#define $first_tap_col$ 0
#define $tap_cols$ 3
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
#define $units$ 5
#define $groups$ 1
#define $first_unit$ 0
#define $layer$ layer
#define $params$ const float *restrict in0, float *restrict out, int count
#define $prepare$ 
#define $parts$ 1
#define $first_part$ 1
#define $regions$ 1
#define $slices$ 1
#define $rows$ 1
#define $cols$ 1
#define $samples$ count
#define $parallel$ 1
#define $tile$ 1
#define $batched$ 1
#define $first_slice$ 0
#define $first_col$ 0
#define $first_row$ 0
#define $in0$ in0
#define $target_slices$ 1
#define $target_rows$ 1
#define $target_cols$ 1
#define $cleared$ 1
#define $stride_slices$ 1
#define $offset_slices$ + 0
#define $stride_rows$ 1
#define $offset_rows$ + 0
#define $stride_cols$ 1
#define $offset_cols$$region_argument$$group_argument$ + 0
#define $tile$$group_argument$$tile_arguments$ 1
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
