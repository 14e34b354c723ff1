#!/bin/sh
# Suite errors: every bad model gives exactly the messages (with positions) that stand beside it, exit status 1, and no file.
#   tests/errors/run.sh BNNC [--bless]
bnnc=$(realpath "$1"); here=$(dirname "$(realpath "$0")"); passed=0; failed=0
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
cd "$here" || exit 2
for model in *.bnn; do
    name=${model%.bnn}
    "$bnnc" "$model" -o "$out/model.c" > "$out/text" 2>&1 < /dev/null; status=$?
    if [ "$2" = --bless ]; then cp "$out/text" "$name.expected"; fi
    if [ $status -ne 1 ]; then echo "FAIL $name: exit status $status, want 1"; failed=$((failed + 1))
    elif [ -e "$out/model.c" ] || [ -e "$out/model.h" ]; then echo "FAIL $name: left a file behind"; rm -f "$out"/model.*; failed=$((failed + 1))
    elif ! diff -u "$name.expected" "$out/text"; then echo "FAIL $name"; failed=$((failed + 1))
    else passed=$((passed + 1)); fi
done
echo "errors: $passed passed, $failed failed"
[ $failed -eq 0 ]
