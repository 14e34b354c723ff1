# RES05. Momentum survives a checkpoint: two steps and one more are three steps.
. "$TOP/tests/pitfalls/tools/lib.sh"
small_data data 8 3
cat > m.bnn <<'M'
model = Sequential([Input((1, 4)), Flatten(), Dense(3, activation="softmax")])
model.compile(optimizer=SGD(0.1, momentum=0.9), loss="sparse_categorical_crossentropy")
M
T="train m.bnn --data ./data --scale 1/255 --batch-size 8 --no-shuffle --jit=tcc"
"$BNNC" $T --epochs 3 -o three.safetensors
"$BNNC" $T --epochs 2 --checkpoint two.ckpt -o two.safetensors
"$BNNC" $T --epochs 3 --resume two.ckpt -o resumed.safetensors
cmp three.safetensors resumed.safetensors
"$BNNC" $T --epochs 1 --weights two.safetensors -o cold.safetensors
if cmp -s three.safetensors cold.safetensors; then exit 1; fi
