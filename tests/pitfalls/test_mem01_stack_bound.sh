# MEM01. P_STACK_BYTES is a bound: no chain of frames from an entry point is larger, by gcc's own account, on any level of optimization.
. "$TOP/tests/pitfalls/tools/lib.sh"
bits='input_quantizer=ste_sign, kernel_quantizer=ste_sign'
cat > bits.bnn <<M
model = Sequential([Input((12, 12, 40)), QuantConv2D(40, 3, padding="same", $bits), QuantDepthwiseConv2D(3, depthwise_quantizer=ste_sign, input_quantizer=ste_sign),
                    BatchNormalization(), GlobalAveragePooling2D(), QuantDense(300, $bits), Dense(7, activation="softmax")])
M
cat > levels.bnn <<'M'
model = Sequential([Input((10, 10, 3), dtype="uint8"), Rescaling(1 / 127.5, offset=-1), QuantConv2D(20, 3, kernel_quantizer=DoReFa(2, mode="weights")),
                    BatchNormalization(), QuantConv2D(24, 3, strides=2, input_quantizer=DoReFa(2), kernel_quantizer=ste_tern), Flatten(), Dense(5, activation="tanh")])
M
cat > floats.bnn <<'M'
model = Sequential([Input((9, 9, 5)), Conv2D(17, 3, activation="relu"), Conv2DTranspose(6, 3, strides=2), QuantConv2D(9, 2, kernel_quantizer=ste_sign),
                    MaxPool2D(2), Flatten(), Dense(6, activation="sigmoid")])
M
cp "$TOP/examples/fashion/fashion.bnn" fashion.bnn
targets=generic
if grep -q avx2 /proc/cpuinfo; then targets='generic avx2'; else echo 'not on this machine: AVX2'; fi
for model in fashion bits levels floats; do for target in $targets; do
    "$BNNC" $model.bnn --init-weights --target $target -q -o m.c
    flags=; if [ $target = avx2 ]; then flags=-mavx2; fi
    for level in -O0 -O1 -O2 -O3 -Os; do
        gcc -std=gnu99 $flags $level -fcallgraph-info=su -c m.c
        bound=$(printf '#include "m.h"\nM_STACK_BYTES\n' | gcc $level -E -P - -I. | tail -1)
        most=$(awk -v roots='m_predict m_classify' -f "$TOP/tests/pitfalls/tools/chain.awk" m.ci)
        echo "$model $target $level: $most of $bound"
        [ "$most" -gt 64 ] && [ "$most" -le "$bound" ]
    done
done; done
