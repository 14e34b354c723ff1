# FMT03. Tiny, odd and denormal weights come back bit for bit through each compiler.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((6,)), Dense(1, use_bias=False, name="d")])' > m.bnn
V="1e-30 1.17549435e-38 0.1 16777217 1e-44 3.875"
"$MAKE_DATA" safetensors w.safetensors d/kernel f32 6,1 $V
"$BNNC" m.bnn --weights w.safetensors -o m.c
cat > main.c <<'C'
#include "m.h"
#include <stdio.h>
int main(void)
{
    static m_workspace w;
    static const float want[6] = { 1e-30f, 1.17549435e-38f, 0.1f, 16777217.0f, 1e-44f, 3.875f };
    int wrong = 0;
    for (int i = 0; i < 6; i++) {
        float x[6] = { 0, 0, 0, 0, 0, 0 }, y[1];
        x[i] = 1.0f;
        m_predict(x, y, &w);
        if (y[0] != want[i]) {
            printf("%d: %a, want %a\n", i, (double)y[0], (double)want[i]);
            wrong = 1;
        }
    }
    return wrong;
}
C
for compiler in gcc clang tcc; do
    if command -v $compiler > /dev/null; then $compiler main.c m.c -o main && ./main; else echo "not on this machine: $compiler"; fi
done
