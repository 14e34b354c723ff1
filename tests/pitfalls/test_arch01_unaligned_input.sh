# ARCH01. Bytes at an odd address: right result, and nothing for UBSan to report.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
b = dict(kernel_quantizer=ste_sign, use_bias=False)
model = Sequential([Input((5, 5, 3), dtype="uint8"), QuantConv2D(4, 3, **b), BatchNormalization(), Flatten(), QuantDense(3, input_quantizer=ste_sign, **b)])
M
"$BNNC" m.bnn --init-weights -o m.c
cat > main.c <<'C'
#include "m.h"
#include <string.h>
int main(void)
{
    static m_workspace w;
    static uint8_t room[M_INPUT_COUNT + 8];
    float want[M_OUTPUT_COUNT], got[M_OUTPUT_COUNT];
    for (int at = 0; at < 8; at++) {
        for (int i = 0; i < M_INPUT_COUNT; i++)
            room[at + i] = (uint8_t)(i * 29);
        m_predict(room + at, got, &w);
        if (at == 0)
            memcpy(want, got, sizeof want);
        if (memcmp(want, got, sizeof want))
            return 1;
    }
    return 0;
}
C
gcc -std=gnu99 -O2 -fsanitize=alignment,undefined -fno-sanitize-recover=all main.c m.c -o main && ./main
