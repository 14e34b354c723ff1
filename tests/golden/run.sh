#!/bin/sh
# Suite golden: what bnnc prints for small models stands beside them: x.bnn -> x.ast, x.graph, x.plan (dumps) and x.c.golden (training C, generic).
#   tests/golden/run.sh BNNC [--bless]      --bless rewrites them; review the diff
bnnc=$(realpath "$1"); here=$(dirname "$(realpath "$0")"); passed=0; failed=0
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
cd "$here" || exit 2
check() { # golden file, actual file
    if [ "$bless" = yes ] && [ -e "$1" ]; then cp "$2" "$1"; fi
    if diff -u "$1" "$2"; then passed=$((passed + 1)); else echo "FAIL $1"; failed=$((failed + 1)); fi
}
[ "$2" = --bless ] && bless=yes
for model in *.bnn; do
    name=${model%.bnn}
    for dump in ast graph plan; do
        [ -e "$name.$dump" ] || continue
        "$bnnc" "$model" --dump=$dump > "$out/text" 2>&1
        check "$name.$dump" "$out/text"
    done
    if [ -e "$name.c.golden" ]; then
        "$bnnc" "$model" -o "$out/$name.c" > "$out/text" 2>&1 || cp "$out/text" "$out/$name.c"
        check "$name.c.golden" "$out/$name.c"
    fi
done
for model in ast/*.bnn; do
    [ -e "$model" ] || continue
    "$bnnc" "$model" --dump=ast > "$out/text" 2>&1
    check "${model%.bnn}.ast" "$out/text"
done
echo "golden: $passed passed, $failed failed"
[ $failed -eq 0 ]
