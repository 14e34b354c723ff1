# SIZE05. The generated file is valid C++ when a C++ file includes it. Exact floats are hexadecimal, which C++ has since 2017.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((64,)), QuantDense(64, input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False)])' > m.bnn
"$BNNC" m.bnn --init-weights -o m.c
g++ -x c++ -std=c++11 -Wall -Wextra -Werror -c m.c
"$BNNC" "$TOP/examples/fashion/fashion.bnn" --init-weights -o packed.c
"$BNNC" "$TOP/examples/fashion/fashion.bnn" -o training.c
g++ -x c++ -std=c++17 -Wall -Wextra -Werror -c packed.c
g++ -x c++ -std=c++17 -Wall -Wextra -Werror -c training.c
