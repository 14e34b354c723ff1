#include "expr/internal.h"
#include <math.h>
ValueSet value_set_real(void) { return (ValueSet){.lower = -INFINITY, .upper = INFINITY}; }
