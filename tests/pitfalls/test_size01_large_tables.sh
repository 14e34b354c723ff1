# SIZE01. 930,000 weights: under 1 MB of C and 10 s of gcc when packed; under 1 GB of memory for gcc as floats.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > binary.bnn <<'M'
b = dict(input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False)
model = Sequential([Input((784,))] + [QuantDense(n, **b) for n in (512, 512, 512, 10)])
M
echo 'model = Sequential([Input((784,))] + [Dense(n) for n in (512, 512, 512, 10)])' > real.bnn
"$BNNC" binary.bnn --init-weights -o binary.c
"$BNNC" real.bnn --init-weights -o real.c
[ $(wc -c < binary.c) -lt 1000000 ]
timeout 20 gcc -std=c99 -O2 -c binary.c
(ulimit -v 1048576; gcc -std=c99 -O2 -c real.c)
