# ARCH03. The generated C on a big-endian machine: words are written as numbers, so the self-test's vectors give the same bits, packed input
# included. Needs a cross compiler and an emulator; without them this says so, and checks nothing.
. "$TOP/tests/pitfalls/tools/lib.sh"
if ! command -v mips-linux-gnu-gcc > /dev/null || ! command -v qemu-mips > /dev/null; then
    echo "not on this machine: big-endian run (apt-get install gcc-mips-linux-gnu libc6-dev-mips-cross qemu-user)"
    exit 0
fi
cat > bits.bnn <<'M'
b = dict(input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False)
model = Sequential([Input((4, 4, 40), dtype="bits"), QuantConv2D(70, 3, padding="same", **b), BatchNormalization(), QuantConv2D(3, 2, **b), Flatten(), QuantDense(5, **b)])
M
cat > levels.bnn <<'M'
model = Sequential([
    Input((6, 6, 3), dtype="uint8"), Rescaling(1 / 127.5, offset=-1),
    QuantConv2D(34, 3, kernel_quantizer=ste_sign, use_bias=False), MaxPool2D(2), BatchNormalization(),
    QuantConv2D(7, 2, input_quantizer=DoReFa(2), kernel_quantizer=SteTern(), use_bias=False), Flatten(), Dense(4), Activation("softmax"),
])
M
cp "$TOP/tests/golden/conv.bnn" "$TOP/tests/golden/dense.bnn" .
for m in bits levels conv dense; do
    "$BNNC" $m.bnn --init-weights --seed 5 --selftest -o packed_$m.c
    printf '#if __BYTE_ORDER__ != __ORDER_BIG_ENDIAN__\n#error "not big-endian"\n#endif\n#include "packed_%s.h"\nint main(void) { static packed_%s_workspace w; return packed_%s_selftest(&w); }\n' $m $m $m > main.c
    for options in "-O0" "-O2"; do
        mips-linux-gnu-gcc -std=c99 $options -static -Wall -Wextra main.c packed_$m.c -o run
        qemu-mips ./run || { echo "$m $options: vector $? differs"; exit 1; }
    done
done
