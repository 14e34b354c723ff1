# MEM03. The inference object has no writable data, and calls leave its constants alone.
. "$TOP/tests/pitfalls/tools/lib.sh"
cp "$TOP/examples/fashion/fashion.bnn" m.bnn
"$BNNC" m.bnn --init-weights -o m.c --selftest
gcc -std=c99 -O2 -c m.c
same "0 0" sh -c "size m.o | awk 'NR == 2 { print \$2, \$3 }'"
printf '#include "m.h"\nint main(void) { static m_workspace w; return m_selftest(&w); }\n' > main.c
gcc -std=c99 -O1 main.c m.o -o main && ./main
