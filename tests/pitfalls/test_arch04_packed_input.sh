# ARCH04. Packed bits as input: channel i is bit i mod 32 of word i/32, set for -1, in words and not in bytes. The same as the model on -1 and +1
# in floats: from C, in every engine, in training.
. "$TOP/tests/pitfalls/tools/lib.sh"
model() { # NAME DTYPE BODY
    echo "b = dict(input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False)" > $1.bnn
    echo "model = Sequential([Input((2, 2, 40), dtype=\"$2\"), $3])" >> $1.bnn
    echo 'model.compile(Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])' >> $1.bnn
}
numbers() { awk -v n="$1" 'BEGIN { s = 1; for (i = 0; i < n; i++) { s = (s * 1103515245 + 12345) % 2147483648; print int(s / 65536) % 2 ? -1 : 1 } }'; }
"$MAKE_DATA" npy x.npy 6,2,2,40 $(numbers 960)
mkdir data
for half in train test; do
    "$MAKE_DATA" npy data/x_$half.npy 6,2,2,40 $(numbers 960)
    "$MAKE_DATA" npy data/y_$half.npy 6 0 1 2 2 1 0
done
i=0
while read -r body; do
    i=$((i + 1))
    model bits$i bits "$body"; model real$i float32 "$body"
    for m in bits$i real$i; do
        "$BNNC" $m.bnn --init-weights --seed 7 --selftest -o $m.c
        "$BNNC" train $m.bnn --data data --epochs 2 --batch-size 4 -q -o $m.safetensors
        for engine in packed interp trainer; do
            "$BNNC" predict $m.bnn --weights $m.safetensors --engine $engine --probabilities x.npy > $m.$engine
        done
    done
    for engine in interp trainer; do cmp bits$i.$engine bits$i.packed; done
    if [ $i = 4 ]; then continue; fi # bits against floats are summed in another order than floats
    cmp bits$i.safetensors real$i.safetensors
    cmp bits$i.packed real$i.packed
    grep -qE "bits${i}_predict *\(const uint32_t input\[8\]" bits$i.h
    cat > main$i.c <<C
#include "bits$i.h"
#include "real$i.h"
#include <string.h>
int main(void)
{
    static bits${i}_workspace w;
    static real${i}_workspace v;
    uint32_t word[8] = { 0 };
    float real[160], y[3], z[3];
    for (int i = 0; i < 160; i++) {
        real[i] = i * i % 7 < 3 ? -1.0f : 1.0f;
        if (real[i] < 0)
            word[i / 40 * 2 + i % 40 / 32] |= (uint32_t)1 << (i % 40 % 32);
    }
    bits${i}_predict(word, y, &w);
    real${i}_predict(real, z, &v);
    return memcmp(y, z, sizeof y) != 0 || bits${i}_selftest(&w) != 0;
}
C
    gcc -std=c99 -Wall -Wextra main$i.c bits$i.c real$i.c -o main$i
    ./main$i
done <<'M'
QuantConv2D(70, 1, **b), BatchNormalization(), QuantConv2D(3, 2, **b), BatchNormalization(), Flatten(), Activation("softmax")
Flatten(), QuantDense(3, **b), BatchNormalization(), Activation("softmax")
QuantConv2D(5, 3, padding="same", **b), MaxPool2D(2), BatchNormalization(), Flatten(), QuantDense(3, **b), Activation("softmax")
Flatten(), Dense(3), Activation("softmax")
M
"$BNNC" bits1.bnn --init-weights --report -o r.c > report
if grep unpack report; then cat report; exit 1; fi
# bytes are no signs
head -c 160 /dev/zero > raw.bin
refuses 2 "the model takes bits" "$BNNC" predict bits1.bnn --init-weights raw.bin
