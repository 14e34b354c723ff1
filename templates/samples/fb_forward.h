/* Holes of fb_forward.c for one small step, so that it compiles alone: cc -I. -Iruntime -include templates/samples/NAME.h templates/NAME.c.
 * Written by tests/templates/test_products SEED CASES templates/samples. */
#include <stdint.h>
#include "bnn_math.h"
#include "isa/avx2.h"
#ifdef _OPENMP
#define BNN_PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define BNN_PARALLEL_FOR
#endif
static const uint8_t layer_in1[640] = {8,120,40,40,72,64,72,48,32,40,0,0,112,48,0,80,80,72,56,104,104,48,0,32,48,80,8,112,96,8,56,120,112,96,40,16,56,64,112,48,96,0,16,80,32,72,80,32,64,96,64,72,16,104,0,120,48,16,8,96,0,8,64,8,32,64,104,48,8,8,104,120,72,32,104,80,112,8,16,72,24,104,72,112,112,104,72,40,48,32,48,48,72,24,64,56,96,8,8,32,48,0,64,120,8,48,88,112,72,96,72,104,32,32,24,24,96,40,8,112,96,80,80,72,32,64,64,48,56,40,112,32,8,88,104,112,0,88,32,72,80,80,104,0,72,16,16,56,120,0,120,64,64,120,8,0,8,112,0,40,64,88,64,112,96,88,40,8,16,120,64,80,32,64,0,88,0,120,0,104,8,24,8,120,32,112,64,112,16,96,88,16,16,120,88,64,56,112,48,72,32,56,120,80,88,32,0,16,24,120,120,80,64,16,40,56,88,24,48,88,40,0,64,88,48,88,24,0,88,16,0,96,32,0,88,8,88,120,56,0,72,64,40,72,8,80,32,64,48,32,40,96,72,64,96,104,48,48,80,88,56,112,96,40,24,112,104,80,96,16,8,96,40,56,88,8,32,80,72,32,120,72,112,48,24,0,96,8,0,0,0,80,16,56,72,96,56,32,64,96,24,64,8,32,48,24,56,8,40,64,88,8,32,104,0,8,56,80,112,16,48,24,80,64,48,40,56,96,120,104,8,40,120,16,112,112,0,24,72,32,48,120,32,24,72,0,40,40,80,40,48,48,80,56,8,56,64,8,40,24,120,40,112,88,120,120,80,120,40,120,16,48,48,120,24,120,64,16,120,112,72,32,80,120,88,88,32,120,40,64,8,32,16,104,80,64,0,32,0,16,56,48,8,0,120,8,112,96,104,56,120,80,80,64,88,24,104,56,24,64,72,112,120,96,24,16,48,24,72,88,112,8,104,32,0,64,88,0,0,112,104,8,0,0,24,80,48,24,72,120,32,80,16,88,112,64,32,96,88,64,88,88,32,16,120,40,16,112,96,80,48,112,96,112,72,56,80,32,8,96,96,8,64,32,40,48,0,24,24,56,24,56,88,16,48,16,120,24,40,64,8,96,80,88,120,56,112,56,48,104,40,56,0,88,120,56,64,56,88,48,32,104,0,104,104,72,96,32,40,56,64,8,96,16,104,64,80,96,88,120,0,112,120,120,104,120,96,112,64,104,16,8,16,96,120,40,104,96,88,0,88,0,56,48,56,112,72,24,48,112,40,0,120,64,40,80,0,64,48,56,16,32,48,80,112,32,48,32,104,56,8,88,56,24,40,64,8,64,64,72,64,104,32,32,16,8,40,16,104,56,16,0,88,72,80,88,80,56,72,80,8,96,16,8,88,48,16,48,112,104,72,0,120,120,64,112,48,40,48,32,};
static inline float layer_epilogue(float acc, int channel)
{
(void)channel;
return acc;
}
#define $dense$ 1
#define $layer$_window layer_window
#define $x_type$ float
#define $out_cols$ 1
#define $out_rows$ 1
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
#define $dilation_rows$ 1
#define $kernel_cols$ 1
#define $dilation_cols$ 1
#define $in_cols$ 1
#define $outside$ 0
#define $in_rows$ 1
#define $in_slices$ 1
#define $channels$ 40
#define $depth$ 40
#define $layer$ layer
#define $params$ const float *restrict in0, float *restrict out, int count
#define $taps$ 1
#define $filters$ 64
#define $padded$ 64
#define $samples$ count
#define $out_pixels$ 1
#define $parallel$ 0
#define $in0$ in0
#define $in_pixels$ 1
#define $level_1$ -1.0f
#define $level_0$ 1.0f
#define $in1$ layer_in1
#define $out_packed$ 0
#define $out_planes$ 1
#define $epilogue$ layer_epilogue
#define f$extra$ f
#define $out_words$ 0
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
