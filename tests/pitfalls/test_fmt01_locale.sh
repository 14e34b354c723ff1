# FMT01. A locale with a decimal comma changes nothing in the output.
. "$TOP/tests/pitfalls/tools/lib.sh"
cp "$TOP/examples/fashion/fashion.bnn" m.bnn
"$BNNC" m.bnn --init-weights -o m.c
cp m.c plain.c
if localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 2> /dev/null; then export LOCPATH=$PWD; else echo "not on this machine: a German locale"; fi
export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" # libc keeps the list that LOCPATH is
LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$BNNC" m.bnn --init-weights -o m.c
cmp m.c plain.c
LC_ALL=de_DE.UTF-8 gcc -std=c99 -c m.c
