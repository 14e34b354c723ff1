# LOSS04. A label that is no class of the model: refused before the first step, with file, place and value.
. "$TOP/tests/pitfalls/tools/lib.sh"
small_data d 12 10
"$MAKE_DATA" idx d/train-labels-idx1-ubyte 12 0 1 2 10 4 5 6 7 8 9 0 1
cat > m.bnn <<'M'
model = Sequential([Input((1, 4), dtype="uint8"), Flatten(), Dense(10, activation="softmax")])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
M
refuses 2 "10" timeout 60 "$BNNC" train m.bnn --data ./d --epochs 1 -o w.safetensors
[ ! -e w.safetensors ]
grep -E "train" refused.log; grep -wE "3" refused.log; grep -E "0\.\.9|0 to 9" refused.log
