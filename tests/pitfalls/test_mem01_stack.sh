# MEM01. A convolution net for MNIST uses little stack: its buffers lie in the workspace. test_mem01_stack_bound.sh proves the bound.
. "$TOP/tests/pitfalls/tools/lib.sh"
"$BNNC" "$TOP/examples/fashion/fashion.bnn" --init-weights -o m.c
bound=$(printf '#include "m.h"\nM_STACK_BYTES\n' | gcc -O2 -E -P - -I. | tail -1)
[ "$bound" -le 4096 ]
gcc -std=c99 -O2 -Wframe-larger-than="$bound" -Wstack-usage="$bound" -Werror -c m.c
