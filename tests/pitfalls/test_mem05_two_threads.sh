# MEM05. Two threads with a workspace each: right results, and nothing for ThreadSanitizer to report.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
b = dict(input_quantizer=ste_sign, kernel_quantizer=ste_sign, use_bias=False)
model = Sequential([Input((6, 6, 3)), QuantConv2D(8, 3, **b), BatchNormalization(), Flatten(), QuantDense(4, **b)])
M
"$BNNC" m.bnn --init-weights -o m.c
cat > main.c <<'C'
#include "m.h"
#include <pthread.h>
#include <string.h>
static float x[M_INPUT_COUNT], want[M_OUTPUT_COUNT];
static void *work(void *wrong)
{
    m_workspace w;
    float y[M_OUTPUT_COUNT];
    for (int i = 0; i < 10000; i++) {
        m_predict(x, y, &w);
        *(int *)wrong += memcmp(y, want, sizeof y) != 0;
    }
    return 0;
}
int main(void)
{
    static m_workspace w;
    pthread_t thread[2];
    int wrong[2] = { 0, 0 };
    for (int i = 0; i < M_INPUT_COUNT; i++)
        x[i] = (float)(i * 7 % 5) - 2.0f;
    m_predict(x, want, &w);
    for (int i = 0; i < 2; i++)
        pthread_create(&thread[i], 0, work, &wrong[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], 0);
    return wrong[0] + wrong[1] != 0;
}
C
gcc -std=gnu99 -O2 -g -fsanitize=thread main.c m.c -o main -pthread && setarch -R ./main
