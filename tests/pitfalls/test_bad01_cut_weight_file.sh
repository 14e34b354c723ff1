# BAD01. A weight file cut anywhere is refused, and the message names the tensor that is cut.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((3,)), Dense(2, name="d")])' > m.bnn
"$MAKE_DATA" safetensors w.safetensors d/kernel f32 3,2 1 2 3 4 5 6 d/bias f32 2 7 8
"$BNNC" m.bnn --weights w.safetensors -o good.c
size=$(wc -c < w.safetensors); n=0
while [ $n -lt $size ]; do
    head -c $n w.safetensors > cut.safetensors
    refuses 2 "cut.safetensors" "$BNNC" m.bnn --weights cut.safetensors -o m.c
    [ ! -e m.c ]
    if [ $n -ge $((size - 8)) ]; then grep -q "d/bias" refused.log; fi
    if [ $n -ge $((size - 32)) ] && [ $n -lt $((size - 8)) ]; then grep -qE "d/kernel|d/bias" refused.log; fi
    n=$((n + 1))
done
