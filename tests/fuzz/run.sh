#!/bin/sh
# Suite fuzz: the entry points over the corpus (every model and weight file of the tests) and fixed mutations of it.
#   tests/fuzz/run.sh BUILD-FOLDER
build=$1; top=$(dirname "$(dirname "$(dirname "$(realpath "$0")")")"); total=0
seeds=$(mktemp -d); trap 'rm -rf "$seeds"' EXIT
"$top/tests/fuzz/seeds.sh" "$seeds" || { echo "fuzz: 0 passed, 1 failed"; exit 1; }
for name in parser compile weights data; do
    line=$("$build/tests/fuzz-$name" "$seeds/$name" 2> "$build/fuzz.log" | tail -1) || true
    case $line in
    fuzz:*) n=$(echo "$line" | sed -E 's/fuzz: ([0-9]+) .*/\1/'); total=$((total + n)) ;;
    *) echo "FAIL fuzz_$name"; tail -5 "$build/fuzz.log"; echo "fuzz: $total passed, 1 failed"; exit 1 ;;
    esac
done
echo "fuzz: $total passed, 0 failed"
