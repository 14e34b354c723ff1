#!/bin/sh
# Suite pitfalls: faults of tools like ours, each a small test. NAME.bnn runs in process (pitfalls.c); test_NAME.sh are about commands, files and
# generated C. KNOWN lists, one "NAME: why" a line, what is not right yet: reported, and counted neither as passed nor as failed.
#   tests/pitfalls/run.sh BUILD-FOLDER [NAME-PREFIX]
build=$(realpath "$1"); here=$(dirname "$(realpath "$0")"); top=$(dirname "$(dirname "$here")"); passed=0; failed=0
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
judge() { # NAME STATUS LOG
    why=$(sed -n "s/^$1: //p" "$here/KNOWN")
    if [ "$2" = passed ]; then
        passed=$((passed + 1))
        if [ -n "$why" ]; then echo "passes now, to be struck from KNOWN: $1"; fi
    elif [ -n "$why" ]; then echo "known: $1: $why"
    else failed=$((failed + 1)); echo "FAIL $1"; cat "$3"; fi
}
${CC:-cc} -std=c99 -O1 -Wall -Wextra "$here/tools/make_data.c" -o "$out/make_data" || exit 1
"$build/tests/pitfalls-all" --only "$2" "$here" > "$out/cases"
cases=0
while read -r status name; do
    case $status in
    passed | failed) judge "$name" "$status" "$out/case"; : > "$out/case"; cases=$((cases + 1)) ;;
    cases:) finished=yes ;;
    *) echo "$status $name" >> "$out/case" ;;
    esac
done < "$out/cases"
if [ -z "$finished" ]; then echo "FAIL the cases stopped after $cases"; tail -5 "$out/cases"; failed=$((failed + 1)); fi
for test in "$here"/test_"$2"*.sh; do
    if [ ! -e "$test" ]; then continue; fi
    name=$(basename "$test" .sh); mkdir -p "$out/$name"; status=passed
    (cd "$out/$name" && BNNC=$build/bnnc BUILD=$build TOP=$top MAKE_DATA=$out/make_data sh -e "$test") > "$out/log" 2>&1 < /dev/null || status=failed
    tail -25 "$out/log" > "$out/tail"; judge "$name" $status "$out/tail"
    grep -E '^not on this machine' "$out/log"
    rm -rf "${out:?}/$name"
done
# What cannot even be tried here stands in KNOWN under a name of no test.
sed -n 's/^\([^:#]*\): \(.*\)/\1 \2/p' "$here/KNOWN" | while read -r name why; do
    if [ -z "$2" ] && [ ! -e "$here/$name.bnn" ] && [ ! -e "$here/$name.sh" ]; then echo "known: $name: $why"; fi
done
echo "pitfalls: $passed passed, $failed failed"
[ $failed -eq 0 ]
