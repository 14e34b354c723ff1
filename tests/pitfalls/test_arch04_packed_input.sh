# ARCH04. Packed bits as input: channel i is bit i mod 32 of word i/32.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
b = dict(input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False)
model = Sequential([Input((2, 2, 40), dtype="bits"), QuantConv2D(70, 1, **b), BatchNormalization(), QuantConv2D(3, 2, **b)])
M
"$BNNC" m.bnn --init-weights -o m.c
grep -E 'm_predict *\(const uint32_t' m.h
