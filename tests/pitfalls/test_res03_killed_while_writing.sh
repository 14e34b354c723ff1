# RES03. Killed at any moment, a run leaves a whole checkpoint, and goes on from it.
. "$TOP/tests/pitfalls/tools/lib.sh"
small_data data 50 3
cat > m.bnn <<'M'
model = Sequential([Input((1, 4)), Flatten(), Dense(512), Dense(256), Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
M
T="train m.bnn --data ./data --scale 1/255 --jit=tcc --quiet --checkpoint c.ckpt"
"$BNNC" $T --epochs 1
round=0
while [ $round -lt 40 ]; do
    "$BNNC" $T --epochs 100000 --resume c.ckpt > log 2>&1 & pid=$!
    sleep 0.$((20 + round * 7 % 30))
    kill -9 $pid; wait $pid 2> /dev/null || true
    if [ -s log ] && grep -v "^epoch" log; then exit 1; fi
    round=$((round + 1))
done
"$BNNC" $T --epochs 1 --resume c.ckpt
