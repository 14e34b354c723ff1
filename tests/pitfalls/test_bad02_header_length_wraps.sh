# BAD02. A header length near 2^64 is beyond the file, not a small number.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((3,)), Dense(2, name="d")])' > m.bnn
for length in '\377\377\377\377\377\377\377\377' '\372\377\377\377\377\377\377\377' '\001\000\000\000\000\000\000\200'; do
    printf "$length{}" > w.safetensors
    refuses 2 "w.safetensors" "$BNNC" m.bnn --weights w.safetensors -o m.c
    grep -q "longer than the file" refused.log
done
