# LANG07. A NUL byte in the source is an error where it stands, at once.
. "$TOP/tests/pitfalls/tools/lib.sh"
printf 'x = 1\0002\n' > nul.bnn
refuses 1 "nul.bnn:1:6: error: unexpected" timeout 5 "$BNNC" check nul.bnn
grep -w NUL refused.log
