#!/bin/sh
# Templates: every one compiles alone with its sample on every compiler, and every product kernel gives the bits of its operator.
# Usage: make test-templates, or tests/templates/run.sh BUILD (which has tests/templates-all), from the repository's root; SEED=, CASES= choose the random cases.
B=${1:-build}
passed=0; failed=0
check() {
    if "$@" > /tmp/bnnc-templates-$$.log 2>&1 && [ ! -s /tmp/bnnc-templates-$$.log ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$@"; head -5 /tmp/bnnc-templates-$$.log; fi
}
for sample in templates/samples/*.h; do
    name=$(basename "$sample" .h)
    flags="-I. -Iruntime -ffp-contract=off -Wall -Wextra -Wno-unused-function -c -o /dev/null -include $sample templates/$name.c"
    [ -f "templates/$name.c" ] || continue
    if grep -q isa/avx2.h "$sample"; then extra="-mavx2"; else extra="-std=c99"; fi
    command -v gcc > /dev/null && check gcc -O1 $extra $flags
    command -v clang > /dev/null && check clang -O1 $extra $flags
    command -v tcc > /dev/null && [ "$extra" != -mavx2 ] && check tcc -I. -Iruntime -c -o /tmp/bnnc-templates-$$.o -include "$sample" "templates/$name.c"
done
rm -f /tmp/bnnc-templates-$$.log /tmp/bnnc-templates-$$.o
line=$("$B/tests/templates-all" "${SEED:-1}" "${CASES:-48}" 2>&1 | tee /dev/stderr | grep '^templates: seed' | tail -1)
if [ -z "$line" ]; then
    failed=$((failed + 1))
else
    passed=$((passed + $(echo "$line" | sed -E 's/.*, ([0-9]+) passed.*/\1/'))); failed=$((failed + $(echo "$line" | sed -E 's/.* ([0-9]+) failed.*/\1/')))
fi
echo "templates: $passed passed, $failed failed"
[ $failed -eq 0 ]
