# SIZE05. The generated file is valid C++ when a C++ file includes it.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((64,)), QuantDense(64, input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False)])' > m.bnn
"$BNNC" m.bnn --init-weights -o m.c
g++ -x c++ -std=c++11 -Wall -Wextra -Werror -c m.c
