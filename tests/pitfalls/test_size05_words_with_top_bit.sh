# SIZE05. Packed words with the top bit set draw no warning.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
model = Sequential([Input((64,)), QuantDense(64, input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False, name="d")])
M
"$MAKE_DATA" safetensors w.safetensors d/kernel f32 64,64 all -1
"$BNNC" m.bnn --weights w.safetensors -o m.c
gcc -std=c99 -Wall -Wextra -Wpedantic -Werror -c m.c
