# LANG13. A list of 100,000 numbers parses, and twice the list takes no more than a few times as long.
. "$TOP/tests/pitfalls/tools/lib.sh"
for n in 100000 200000; do
    { printf 'x = ['; awk -v n=$n 'BEGIN { for (i = 0; i < n; i++) printf "%d, ", i }'; echo ']'; echo 'model = Sequential([Input((3,)), Dense(len(x) // 50000)])'; } > long.bnn
    timeout 20 "$BNNC" check long.bnn
done
