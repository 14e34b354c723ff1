# NAME09. Generated code survives the short macros of other people's headers.
. "$TOP/tests/pitfalls/tools/lib.sh"
M='-DF(x)=(x) -Dmin(a,b)=0 -Dmax(a,b)=0 -Dabs(x)=0 -DB1=1 -DB0=0 -DPI=3.14'
cp "$TOP/examples/fashion/fashion.bnn" model.bnn
"$BNNC" model.bnn --init-weights -o packed.c
"$BNNC" model.bnn -o train.c
for file in packed.c packed.h train.c train.h; do gcc -std=c99 -x c -Wall -Wextra -Werror $M -fsyntax-only $file; done
gcc -std=c99 -I"$TOP/runtime" $M -Wall -Werror -fsyntax-only "$TOP/runtime/bnn.h" "$TOP/runtime/bnn_train.h" "$TOP/runtime/bnn_math.h"
