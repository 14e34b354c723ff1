#!/bin/sh
# Runs every suite, or those named ("tests/run.sh unit golden"), and adds up their last lines "NAME: N passed, N failed". A suite without that line counts as one failure.
passed=0; failed=0
suite() {
    name=$1; shift
    log=$(mktemp)
    echo "== $name"
    "$@" > "$log" 2>&1
    line=$(grep -E "^$name: [0-9]+ passed, [0-9]+ failed" "$log" | tail -1)
    if [ -z "$line" ]; then
        tail -40 "$log"
        echo "$name: did not finish"
        failed=$((failed + 1))
    else
        f=$(echo "$line" | sed -E 's/.* ([0-9]+) failed.*/\1/'); p=$(echo "$line" | sed -E 's/^[^:]*: ([0-9]+) passed.*/\1/')
        if [ "$f" -ne 0 ]; then grep -vE '^\[ *(RUN|OK) ' "$log" | tail -60; fi
        grep -E "^(not on this machine|not run)" "$log"
        echo "$line"
        passed=$((passed + p)); failed=$((failed + f))
    fi
    rm -f "$log"
}
make_() { ${MAKE:-make} --no-print-directory B="${B:-build}" CC="${CC:-gcc}" CFLAGS="${CFLAGS:--O2 -g}" COUNT="${COUNT:-400}" ZOO="${ZOO:-QuickNetSmall BinaryAlexNet}" ZOO_FLAGS="${ZOO_FLAGS---no-packed}" "$@"; }
${MAKE:-make} -j$(nproc) --no-print-directory B="${B:-build}" CC="${CC:-gcc}" CFLAGS="${CFLAGS:--O2 -g}" "${B:-build}/bnnc" "${B:-build}/tests/unit-all" "${B:-build}/tests/larq-all" "${B:-build}/tests/packed-all" "${B:-build}/tests/diff-all" "${B:-build}/tests/pitfalls-all" "${B:-build}/tests/zoo-all" > /tmp/bnnc-build-$$.log 2>&1 || { tail -30 /tmp/bnnc-build-$$.log; echo "the build failed"; rm -f /tmp/bnnc-build-$$.log; echo "0 passed, 1 failed"; exit 1; }
rm -f /tmp/bnnc-build-$$.log
[ $# -gt 0 ] && SUITES="$*"
for name in ${SUITES:-unit golden errors summary zoo templates larq packed diff fuzz e2e pitfalls}; do
    suite $name make_ test-$name
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
