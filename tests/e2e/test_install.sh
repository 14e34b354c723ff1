# `make install` to a DESTDIR, and a program built against it: generated code with --runtime=link, through pkg-config when it is there.
make -C "$TOP" B="$BUILD" install DESTDIR="$PWD/root" PREFIX=/usr > install.log 2>&1
root=$PWD/root/usr
cp "$TOP/tests/golden/dense.bnn" .
"$root/bin/bnnc" dense.bnn --init-weights --selftest --runtime=link -o dense.c
cat > main.c <<'C'
#include "dense.h"
#include <stdio.h>
int main(void) { static dense_workspace w; int wrong = dense_selftest(&w); printf("selftest %d\n", wrong); return wrong; }
C
if command -v pkg-config > /dev/null; then
    flags=$(PKG_CONFIG_PATH=$root/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$PWD/root pkg-config --cflags --libs bnn)
else
    echo "not on this machine: pkg-config"; flags="-I$root/include/bnn -L$root/lib -lbnn"
fi
gcc -std=c99 -O2 main.c dense.c $flags -o main
./main
! grep -rq "$PWD/root" root/usr/lib/pkgconfig/bnn.pc
