# Training C as a device that learns uses it: after a step the variables are packed, then forgotten; what was packed predicts the same bits.
cp "$TOP/examples/fashion/fashion.bnn" dense.bnn
cat > float.bnn <<'BNN'
model = Sequential([Input((6, 6, 3)), QuantConv2D(8, 3, kernel_quantizer="ste_sign", padding="same"), BatchNormalization(), Flatten(),
                    QuantDense(5, input_quantizer="ste_sign", kernel_quantizer=DoReFa(2, mode="weights"), kernel_regularizer="l2"), Dense(4)])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
BNN
cat > main.c <<'C'
#include "model.h"
#include <stdio.h>
#include <string.h>
static float state[MODEL_STATE_BYTES / 4];
static uint64_t workspace[MODEL_WORKSPACE_BYTES / 8 + 1], packed[MODEL_PACKED_BYTES / 8 + 1];
static INPUT x[3 * MODEL_INPUT_COUNT];
static LABEL y[3 * MODEL_LABEL_COUNT];
static float before[3 * MODEL_OUTPUT_COUNT], after[3 * MODEL_OUTPUT_COUNT], metrics[MODEL_METRIC_COUNT + 1];
int main(void)
{
    for (int i = 0; i < 3 * MODEL_INPUT_COUNT; i++)
        x[i] = (INPUT)(i * 37 % 251);
    for (int i = 0; i < 3 * MODEL_LABEL_COUNT; i++)
        y[i] = (LABEL)(i % 3);
    model_init(state, 1);
    model_train_batch(state, workspace, x, y, 3, 7, 1.0f, metrics);
    model_evaluate(state, workspace, x, 3, before);
    model_pack(state, workspace, packed);
    memset(state, 0xff, sizeof state);
    memset(workspace, 0xff, sizeof workspace);
    for (int i = 0; i < 3; i++)
        model_predict(packed, workspace, x + i * MODEL_INPUT_COUNT, 1, after + i * MODEL_OUTPUT_COUNT);
    printf("%d bytes of variables, %d packed\n", MODEL_STATE_BYTES, MODEL_PACKED_BYTES);
    return memcmp(before, after, sizeof before) != 0 || before[0] == before[1];
}
C
for target in generic native; do
    for net in "dense uint8_t int32_t" "float float float"; do
        set -- $net
        "$BNNC" "$1.bnn" --target $target --prefix model -o model.c
        gcc -std=gnu11 -O1 -march=native -Wall -Wextra -Wcast-qual -Werror -DINPUT="$2" -DLABEL="$3" main.c model.c -o main
        ./main
    done
done
