#!/bin/sh
# Suite e2e: the product as a user meets it: the README's commands, generated code in other programs, install, extending bnnc.
#   tests/e2e/run.sh BUILD-FOLDER
build=$(realpath "$1"); top=$(dirname "$(dirname "$(dirname "$(realpath "$0")")")"); passed=0; failed=0
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
bnnc=$build/bnnc
for test in "$top"/tests/e2e/test_*.sh; do
    name=$(basename "$test" .sh)
    mkdir -p "$out/$name"
    if (cd "$out/$name" && BNNC=$bnnc BUILD=$build TOP=$top sh -e "$test") > "$out/log" 2>&1; then passed=$((passed + 1))
    else echo "FAIL $name"; tail -25 "$out/log"; failed=$((failed + 1)); fi
    grep -E '^not on this machine' "$out/log"
done
echo "e2e: $passed passed, $failed failed"
[ $failed -eq 0 ]
