# Two generated models link into one program; nothing but the public prefix is visible; inference code has no writable data.
cp "$TOP/tests/golden/dense.bnn" one.bnn
cp "$TOP/tests/golden/conv.bnn" two.bnn
"$BNNC" one.bnn --init-weights --selftest -o one.c
"$BNNC" two.bnn --init-weights --selftest -o two.c
cat > main.c <<'C'
#include "one.h"
#include "two.h"
int main(void) { static one_workspace a; static two_workspace b; return one_selftest(&a) | two_selftest(&b); }
C
gcc -std=c99 -O2 -c one.c && gcc -std=c99 -O2 -c two.c
gcc main.c one.o two.o -o main
./main
nm one.o | awk '$2 ~ /[TDBRC]/ && $3 !~ /^one_/ { print "visible: " $3; bad = 1 } END { exit bad }'
size -A one.o | awk '($1 ~ /^\.(data|bss)$/) && $2 > 0 { print "writable: " $0; bad = 1 } END { exit bad }'
nm -u one.o | awk '$2 != "" && $2 !~ /^(memcpy|memset)$/ { print "needs " $2; bad = 1 } END { exit bad }'
