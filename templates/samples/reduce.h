/* Stand-alone bindings of reduce: `cc -include samples/reduce.h -c reduce.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_reduce

#define $params$ const float *restrict in0, float *restrict out
#define $in0$ in0
#define $parallel$ 0
#define $outputs$ 3
#define $length$ 37
#define $type$ float
#define $base$ at * 37
#define $offset$ r
#define $maximum$ 0
#define $exact$ 0
#define $mean$ 1
