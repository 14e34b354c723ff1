/* Stand-alone bindings of map: `cc -include samples/map.h -c map.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_map

#define $params$ const float *restrict in0, const float *restrict in1, float *restrict out
#define $parallel$ 0
#define $flat$ 0
#define $rows$ 6
#define $inner$ 5
#define $fixed$ const float p2 = in1[0] * 2.0f;
#define $row_lines$ const float x1 = in1[row];
#define $lines$ const float x0 = in0[row * 5 + i];
#define $at$ row * 5 + i
#define $value$ (x0 * x1) + p2
