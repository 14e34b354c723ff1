# SIZE02. --unroll=full keeps its functions under the compiler's breaking point.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
model = Sequential([Input((784,)), QuantDense(512, input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False)])
M
"$BNNC" m.bnn --init-weights --unroll full -o m.c
timeout 60 gcc -std=c99 -O1 -c m.c
awk '/^}/ { if (n > most) most = n; n = 0 } { n += gsub(/;/, ";") } END { print most; exit most > 1100 }' m.c
