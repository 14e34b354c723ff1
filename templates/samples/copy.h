/* Stand-alone bindings of copy: `cc -include samples/copy.h -c copy.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_copy

#define $params$ const float *restrict in0, float *restrict out
#define $parallel$ 0
#define $flat$ 0
#define $rows$ 6
#define $inner$ 5
#define $at$ row * 5 + i
#define $from$ in0[row + i * 6]
