# SIZE02. The report says where full unrolling stopped.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((784,)), QuantDense(512, input_quantizer=ste_sign, kernel_quantizer=ste_sign)])' > m.bnn
"$BNNC" m.bnn --init-weights --unroll full -o m.c --report > report 2>&1
grep -i unroll report
