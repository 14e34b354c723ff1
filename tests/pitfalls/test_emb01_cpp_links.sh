# EMB01. A C++ program includes the header and links the object that a C compiler made.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((4,)), Dense(2, use_bias=False, name="d")])' > m.bnn
"$MAKE_DATA" safetensors w.safetensors d/kernel f32 4,2 1 2 3 4 5 6 7 8
"$BNNC" m.bnn --weights w.safetensors -o m.c
gcc -std=c99 -c m.c
cat > main.cc <<'C'
#include "m.h"
int main()
{
    static m_workspace w;
    const float x[4] = { 1, 1, 1, 1 };
    float y[2];
    m_predict(x, y, &w);
    return !(y[0] == 16 && y[1] == 20);
}
C
g++ -Wall -Wextra -Werror main.cc m.o -o main && ./main
