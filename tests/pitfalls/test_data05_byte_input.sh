# DATA05. Bytes through a Rescaling: exactly -1 and 1, and the C function takes uint8_t.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
model = Sequential([Input((2,), dtype="uint8"), Rescaling(1 / 127.5, offset=-1), Dense(2, use_bias=False, name="d")])
M
"$MAKE_DATA" safetensors w.safetensors d/kernel f32 2,2 1 0 0 1
"$BNNC" m.bnn --weights w.safetensors -o m.c
grep -E 'm_predict *\(const uint8_t' m.h
cat > main.c <<'C'
#include "m.h"
int main(void)
{
    static m_workspace w;
    const uint8_t x[2] = { 0, 255 };
    float y[2];
    m_predict(x, y, &w);
    return !(y[0] == -1.0f && y[1] == 1.0f);
}
C
gcc -std=c99 -Wall -Wextra -Werror main.c m.c -o main && ./main
