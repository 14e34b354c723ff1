/* Stand-alone bindings of reduce_lanes: `cc -include samples/reduce_lanes.h -c reduce_lanes.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_reduce_lanes

#define $params$ const float *restrict in0, float *restrict out
#define $in0$ in0
#define $parallel$ 0
#define $tasks$ 2
#define $first$ task * 16
#define $group$ 0
#define $type$ float
#define $base$ 0
#define $offset$ r * 20
#define $length$ 37
#define $channels$ 20
#define $lanes$ 16
#define $whole$ 0
#define $exact$ 0
#define $mean$ 1
