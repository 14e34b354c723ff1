# Generated C is free of warnings (gcc, clang, tcc where generic), valid when included from C++, clean under ASan and UBSan, and the same
# bytes from another folder and on a second run.
W="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
cp "$TOP"/tests/golden/*.bnn "$TOP"/examples/fashion/fashion.bnn .
for model in dense conv fashion; do
    "$BNNC" $model.bnn -o $model.c
    "$BNNC" $model.bnn --seed 3 --init-weights -o packed_$model.c --selftest
    mkdir -p elsewhere && cp $model.bnn elsewhere/
    (cd elsewhere && "$BNNC" $model.bnn -o $model.c && "$BNNC" $model.bnn --seed 3 --init-weights -o packed_$model.c --selftest)
    for file in $model packed_$model; do
        cmp $file.c elsewhere/$file.c; cmp $file.h elsewhere/$file.h
        gcc -std=c99 $W -O2 -c $file.c -o $file.o
        printf '#include "%s.h"\nint main(void) { return 0; }\n' $file > include.cc
        g++ -std=c++11 $W -c include.cc -o include.o
        if command -v clang > /dev/null; then clang -std=c99 $W -O2 -c $file.c -o $file.o; else echo "not on this machine: clang"; fi
        if command -v tcc > /dev/null; then tcc -c $file.c -o $file.tcc.o; fi
    done
    cat > selftest.c <<C
#include "packed_$model.h"
#include <stdio.h>
int main(void) { static packed_${model}_workspace w; int r = packed_${model}_selftest(&w); printf("%d\n", r); return r; }
C
    gcc -std=c99 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined selftest.c packed_$model.c -o selftest
    ./selftest
done
