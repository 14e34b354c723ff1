# NAME07. Two models in one program, C and C++: no symbol but those with the two prefixes, no clash.
. "$TOP/tests/pitfalls/tools/lib.sh"
for name in one two; do
    echo 'model = Sequential([Input((8,)), QuantDense(4, input_quantizer=ste_sign, kernel_quantizer=ste_sign), Activation("softmax")])' > $name.bnn
    "$BNNC" $name.bnn --init-weights --seed 1 -o $name.c
    gcc -std=c99 -fno-common -O1 -c $name.c -o $name.o
    if nm --defined-only -g $name.o | awk '{ print $3 }' | grep -v "^${name}_"; then exit 1; fi
done
cat > main.c <<'C'
#include "one.h"
#include "two.h"
int main(void)
{
    static one_workspace a;
    static two_workspace b;
    float x[ONE_INPUT_COUNT] = { 1, -1 }, y[ONE_OUTPUT_COUNT], z[TWO_OUTPUT_COUNT];
    one_predict(x, y, &a);
    two_predict(x, z, &b);
    return y[0] != z[0];
}
C
cp main.c main.cc
gcc -std=c99 -fno-common -Wall -Wextra -Werror main.c one.o two.o -o c && ./c
g++ -fno-common -Wall -Wextra -Werror main.cc one.o two.o -o cc && ./cc
