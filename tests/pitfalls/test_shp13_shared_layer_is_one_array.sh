# SHP13. A layer applied twice is one array in the C file.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
x = Input((3,))
shared = QuantDense(5, input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False, name="s")
model = Model(x, Concatenate()([shared(x), shared(-x)]))
M
"$BNNC" m.bnn --init-weights -o m.c
grep -E '^BNN_CONST' m.c
[ "$(grep -cE '^BNN_CONST uint32_t s_layer_[a-z0-9_]*\[' m.c)" = 1 ]  # the kernel
[ "$(grep -cE '^BNN_CONST' m.c)" = 2 ]                                 # and its sums
