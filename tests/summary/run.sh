#!/bin/sh
# Suite summary: `bnnc summary` against the tables that real Larq printed: tests/larq/summaries/NAME.txt for tests/larq/cases/NAME.bnn,
# zoo_NAME.txt for examples/zoo; and the totals of --json against NAME.json.
#   tests/summary/run.sh BNNC
bnnc=$(realpath "$1"); root=$(realpath "$(dirname "$0")/../.."); passed=0; failed=0
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
texts=$root/tests/larq/summaries

model_of() { # the .bnn file of a summary, by name
    case $1 in
    zoo_*) echo "$root/examples/zoo/$(echo "${1#zoo_}").bnn" ;;
    *) echo "$root/tests/larq/cases/$1.bnn" ;;
    esac
}
totals() { # the figures after the list of layers, without layout
    tr -d ' \n' < "$1" | sed 's/.*\],"weights"/"weights"/; s/,"keras_params":[0-9]*//; s/}$//'
}
check() { # name
    model=$(model_of "$1")
    input=$(sed -n 's/^# oracle:.*input=\([0-9,]*\).*/\1/p' "$model")
    "$bnnc" summary "$model" ${input:+--input "$input"} > "$out/text" 2> "$out/messages"
    if ! diff "$texts/$1.txt" "$out/text" > "$out/diff"; then
        echo "FAIL $1"; head -8 "$out/messages"; head -12 "$out/diff" | cut -c1-180
        return 1
    fi
    "$bnnc" summary --json "$model" ${input:+--input "$input"} > "$out/json" 2>&1
    [ "$(totals "$texts/$1.json")" = "$(totals "$out/json")" ] && return 0
    echo "FAIL $1 --json"; totals "$texts/$1.json"; echo; totals "$out/json"; echo
    return 1
}
for text in "$texts"/*.txt; do
    if check "$(basename "$text" .txt)"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
in_file() { # a file that calls summary: its tables, once, and nothing on standard output with -q
    printf '%s\n' 'model = Sequential([Flatten(input_shape=(4, 4, 1)), QuantDense(3, kernel_quantizer=ste_sign)])' 'lq.models.summary(model)' 'model.summary()' > "$out/in.bnn"
    "$bnnc" summary "$out/in.bnn" > "$out/text" && "$bnnc" check "$out/in.bnn" 2> /dev/null | grep -v ': good' | diff "$out/text" - &&
        [ -z "$("$bnnc" "$out/in.bnn" -q -o "$out/in.c")" ] && return 0
    echo "FAIL lq.models.summary in a file"
    return 1
}
as_printed() { # what lq.models.summary in the file prints, as real Larq printed it
    "$bnnc" check "${1%.txt}.bnn" 2> /dev/null | grep -v ': good' | diff "$1" - && return 0
    echo "FAIL $1"
    return 1
}
for text in "$root"/tests/summary/*.txt; do # without_macs: include_macs=False; class_model: a subclass of Model
    if as_printed "$text"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
if in_file; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "summary: $passed passed, $failed failed"
[ $failed -eq 0 ]
