#!/bin/sh
# Suite fuzz: the entry points over the corpus (every model and weight file of the tests) and fixed mutations of it; then one in 211 of the
# cases that give every parameter values it is not made for (all of them, an hour: build/tests/fuzz-arguments).
#   tests/fuzz/run.sh BUILD-FOLDER
build=$1; top=$(dirname "$(dirname "$(dirname "$(realpath "$0")")")"); total=0
seeds=$(mktemp -d); trap 'rm -rf "$seeds"' EXIT
"$top/tests/fuzz/seeds.sh" "$seeds" || { echo "fuzz: 0 passed, 1 failed"; exit 1; }
for name in parser compile weights data; do
    "$build/tests/fuzz-$name" "$seeds/$name" > "$build/fuzz.out" 2> "$build/fuzz.log"
    line=$(tail -1 "$build/fuzz.out")
    case $line in
    fuzz:*) n=$(echo "$line" | sed -E 's/fuzz: ([0-9]+) .*/\1/'); total=$((total + n)) ;;
    *) echo "FAIL fuzz_$name"; tail -5 "$build/fuzz.log"; echo "fuzz: $total passed, 1 failed"; exit 1 ;;
    esac
done
"$build/tests/fuzz-arguments" 211 > "$build/fuzz.out" || { cat "$build/fuzz.out"; exit 1; }
n=$(sed -nE 's/^fuzz: ([0-9]+) passed, 0 failed$/\1/p' "$build/fuzz.out"); total=$((total + n))
echo "fuzz: $total passed, 0 failed"
