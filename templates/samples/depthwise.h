/* Holes of depthwise.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/generic.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
static const int16_t layer_areas[20] = {2,2,0,3,1,1,0,2,0,1,0,1,4,1,1,2,5,1,2,1,};
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
#define $padded$ 8
#define $out_words$ 0
#define $filters$ 5
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $converted$ 1
#define $vector$ bnn_v
#define $layer$_load layer_load
#define $x_type$ uint8_t
#define $weight_type$ uint32_t
#define $narrow$x (uint16_t)x
#define $load$ bnn_load
#define $layer$_taps layer_taps
#define col$region_parameter$ col, int region
#define $first_tap_slice$ 0
#define $tap_slices$ 1
#define $first_tap_row$ 0
#define $tap_rows$ 1
#define $first_tap_col$ layer_areas[region * 4 + 2]
#define $tap_cols$ layer_areas[region * 4 + 3]
#define $stride_slices$ 1
#define $offset_slices$ + 0
#define $step_slices$ -1
#define $stride_rows$ 1
#define $offset_rows$ + 0
#define $step_rows$ -1
#define $stride_cols$ 1
#define $offset_cols$ + 0
#define $step_cols$ -1
#define $spread$ 0
#define $apart_slices$ 1
#define $apart_rows$ 1
#define $apart_cols$ 1
#define $source_slices$ 1
#define $source_rows$ 5
#define $source_cols$ 4
#define $kernel_rows$ 1
#define $kernel_cols$ 3
#define $layer$ layer
#define $params$ const uint8_t *restrict in0, const int16_t *restrict in1, int32_t *restrict out, uint32_t *restrict weights, int count
#define $copied$ 1
#define $taps$ 3
#define $weights$ weights
#define $narrow$$in1$ (uint16_t)in1
#define $parts$ 1
#define $first_part$ 5
#define $regions$ 5
#define $slices$ 1
#define $rows$ 5
#define $cols$ layer_areas[region * 4 + 1]
#define $samples$ count
#define $parallel$ 01
#define $batched$ 1
#define $first_slice$ 0
#define $first_col$ layer_areas[region * 4 + 0]
#define $first_row$ 0
#define $target_slices$ 1
#define $target_rows$ 5
#define $target_cols$ 6
#define $in0$ in0
#define col$region_argument$ col, region
#define $zero$ bnn_splat(0)
#define $add$ bnn_add
#define $multiply$ bnn_madd
#define $load_x$ layer_load
#define $store$ bnn_store
#define out$extra$ out
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
