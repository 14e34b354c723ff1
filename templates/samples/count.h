/* Stand-alone bindings of count: `cc -include samples/count.h -c count.c`. */
#include <stdint.h>

#define BNN_PARALLEL_FOR
#define $unroll$(k, n) for (int k = 0; k < (n); k++)
#define $reg$
#define $layer$ sample_count

#define $params$ float *restrict out, int count
#define $samples$ count
