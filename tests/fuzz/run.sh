#!/bin/sh
# Suite fuzz: the entry points over the corpus (every model and weight file of the tests) and fixed mutations of it.
#   tests/fuzz/run.sh BUILD-FOLDER
build=$1; top=$(dirname "$(dirname "$(dirname "$(realpath "$0")")")"); total=0
for entry in "parser $top/tests/errors $top/tests/golden $top/tests/larq/cases" "compile $top/tests/errors $top/tests/golden $top/tests/fuzz/corpus" \
             "weights $top/tests/larq/quantizers.safetensors $top/tests/larq/goldens/dense_in3.safetensors $top/tests/larq/goldens/dense_uint8.safetensors $top/tests/pitfalls/keras"; do
    set -- $entry
    name=$1; shift
    line=$("$build/tests/fuzz-$name" "$@" 2> "$build/fuzz.log" | tail -1) || true
    case $line in
    fuzz:*) n=$(echo "$line" | sed -E 's/fuzz: ([0-9]+) .*/\1/'); total=$((total + n)) ;;
    *) echo "FAIL fuzz_$name"; tail -5 "$build/fuzz.log"; echo "fuzz: $total passed, 1 failed"; exit 1 ;;
    esac
done
echo "fuzz: $total passed, 0 failed"
