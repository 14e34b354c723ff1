# LANG15. Thousands of compilations that fail in one process: the heap is as large afterwards as before.
. "$TOP/tests/pitfalls/tools/lib.sh"
"$BUILD/tests/pitfalls-all" --leaks 3000 "$TOP/tests/pitfalls"
