# BAD05. Damaged .h5 files, cut short and with bytes changed: weights or exit 2 with the file's name, never a crash, never a half-written file.
. "$TOP/tests/pitfalls/tools/lib.sh"
keras=$TOP/tests/pitfalls/keras
size=$(wc -c < $keras/plain.h5)
for cut in 8 100 512 2048 9000 20000 $((size - 1)); do
    head -c $cut $keras/plain.h5 > cut.h5
    refuses 2 "cut.h5" "$BNNC" $keras/plain.bnn --weights cut.h5 -o m.c
    [ ! -e m.c ]
done
for at in $(seq 8 1009 $size); do
    { head -c "$at" $keras/plain.h5; printf '\377\376\375\374'; tail -c +$((at + 5)) $keras/plain.h5; } > v.h5
    got=0; "$BNNC" $keras/plain.bnn --weights v.h5 -o m.c > log 2>&1 || got=$?
    if [ $got = 0 ]; then rm m.c m.h; else [ $got = 2 ]; grep -q "v.h5: " log; [ ! -e m.c ]; fi
    if grep -q "HDF5-DIAG" log; then cat log; exit 1; fi
done
