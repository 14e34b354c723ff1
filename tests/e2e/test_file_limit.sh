# A file that grows past the user's limit is an error, and leaves nothing behind: tables are written as they become text.
"$BNNC" "$TOP/examples/fashion/fashion.bnn" --init-weights -q -o whole.c
status=0
(ulimit -f 64; "$BNNC" "$TOP/examples/fashion/fashion.bnn" --init-weights -q -o cut.c 2> log) || status=$?
[ "$status" = 2 ] || { echo "status $status"; exit 1; }
grep -q "cut.c: cannot write: File too large" log
ls cut* 2> /dev/null && { echo "something is left"; exit 1; }
[ "$(wc -c < whole.c)" -gt 65536 ]
