# SHP13. A layer applied twice is one array in the C file.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
x = Input((3,))
shared = QuantDense(5, input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False, name="s")
model = Model(x, Concatenate()([shared(x), shared(-x)]))
M
"$BNNC" m.bnn --init-weights -o m.c
grep -n 'static const' m.c
[ "$(grep -cE 'static const[^=]*\[[0-9]*\][^=]*=' m.c)" = 1 ]
