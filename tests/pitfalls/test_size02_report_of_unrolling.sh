# SIZE02. The report says where full unrolling stopped, and why; it says nothing where it did not.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((784,)), QuantDense(units, input_quantizer=ste_sign, kernel_quantizer=ste_sign, name="d")])' > m.bnn
"$BNNC" m.bnn --set units=2048 --init-weights --unroll full -o m.c --report > report 2>&1
grep -E 'd is not unrolled in full: .* copies of .* would pass --max-code 16384' report
"$BNNC" m.bnn --set units=2048 --init-weights --unroll full --max-code 1000000 -o m.c --report > report 2>&1
if grep unrolled report; then exit 1; fi
"$BNNC" m.bnn --set units=256 --init-weights --unroll full -o m.c --report > report 2>&1
if grep unrolled report; then exit 1; fi
