/* Stand-alone bindings of pad: `cc -include samples/pad.h -c pad.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_pad

#define $params$ const float *restrict in0, float *restrict out
#define $parallel$ 0
#define $flat$ 0
#define $total$ 48
#define $bordered$ 0
#define $fill$ 1.0f
#define $rows$ 4
#define $inner$ 5
#define $at$ row * 8 + i + 9
#define $from$ in0[row * 5 + i]
