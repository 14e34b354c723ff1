# MEM01. A convolution net for MNIST uses little stack: its buffers lie in the workspace.
. "$TOP/tests/pitfalls/tools/lib.sh"
cp "$TOP/examples/fashion/fashion.bnn" m.bnn
"$BNNC" m.bnn --init-weights -o m.c
gcc -std=c99 -O2 -Wframe-larger-than=512 -Wstack-usage=1024 -Werror -c m.c
