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
#define $padded$ 8
#define $out_words$ 0
#define $filters$ 7
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $converted$ 0
#define $vector$ bnn_vf
#define $layer$_load layer_load
#define $x_type$ float
#define $weight_type$ float
#define $narrow$x x
#define $load$ bnn_loadf
#define $layer$_taps layer_taps
#define col$region_parameter$ col
#define $first_tap_slice$ 0
#define $tap_slices$ 2
#define $first_tap_row$ 0
#define $tap_rows$ 3
#define $first_tap_col$ 0
#define $tap_cols$ 2
#define $stride_slices$ 1
#define $offset_slices$ + 0
#define $step_slices$ -1
#define $stride_rows$ 1
#define $offset_rows$ + 1
#define $step_rows$ -1
#define $stride_cols$ 1
#define $offset_cols$ + 1
#define $step_cols$ -2
#define $tested$ 1
#define $apart_slices$ 2
#define $apart_rows$ 1
#define $apart_cols$ 2
#define $source_slices$ 2
#define $source_rows$ 2
#define $source_cols$ 1
#define $kernel_rows$ 3
#define $kernel_cols$ 2
#define $layer$ layer
#define $params$ const float *restrict in0, const int16_t *restrict in1, float *restrict out, float *restrict weights, int count
#define $copied$ 1
#define $taps$ 12
#define $weights$ weights
#define $narrow$$in1$ in1
#define $parts$ 1
#define $first_part$ 1
#define $regions$ 1
#define $slices$ 4
#define $rows$ 2
#define $cols$ 1
#define $samples$ count
#define $parallel$ 01
#define $batched$ 1
#define $first_slice$ 0
#define $first_col$ 0
#define $first_row$ 0
#define $target_slices$ 4
#define $target_rows$ 2
#define $target_cols$ 1
#define $in0$ in0
#define col$region_argument$ col
#define $zero$ bnn_splatf(0.0f)
#define $add$ bnn_addf
#define $multiply$ bnn_mulf
#define $load_x$ bnn_loadf
#define $store$ bnn_storef
#define out$extra$ out
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
