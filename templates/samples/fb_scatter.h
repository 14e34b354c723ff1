/* Holes of fb_scatter.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
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
#define $dense$ 0
#define $layer$_target layer_target
#define $kernel_cols$ 2
#define $kernel_rows$ 2
#define $dilation_rows$ 1
#define $dilation_cols$ 1
#define $input_gradient$ 1
#define $out_cols$ 6
#define $out_rows$ 2
#define $stride_rows$ 1
#define $before_rows$ 0
#define $stride_cols$ 1
#define $before_cols$ 0
#define $outside$ 0
#define $in_rows$ 3
#define $in_cols$ 7
#define $volume$ 0
#define $dilation_slices$ 1
#define $stride_slices$ 1
#define $before_slices$ 0
#define $in_slices$ 1
#define $out_slices$ 1
#define $layer$_sums layer_sums
#define $channels$ 31
#define $sample_stride$ 372
#define $low$ d[k]
#define $high$ bnn_negf(d[k])
#define $layer$ layer
#define $params$ const float *restrict in0, const uint8_t *restrict in1, float *restrict out, float *restrict work, int count
#define $targets$ 4
#define $padded$ 4
#define $target_pixels$ 21
#define $samples$ count
#define $leading$ 1
#define $parallel$ 0
#define $work$ work
#define $source_pixels$ 12
#define $in0$ in0
#define $taps$ 4
#define $unit$ 4
#define $in1$ in1
#define $lanes$ 4
#define $out_packed$ 0
#define $out_planes$ 1
#define $out_words$ 0
#define $epilogue$ layer_epilogue
#define t$extra$ t
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
