# RES01. Four epochs, or two and two more from a checkpoint: the same bytes, with Adam on a decaying rate.
. "$TOP/tests/pitfalls/tools/lib.sh"
small_data data 50 3
cat > m.bnn <<'M'
model = Sequential([Input((1, 4)), Flatten(), QuantDense(16, kernel_quantizer=ste_sign), BatchNormalization(), Dense(3, activation="softmax")])
model.compile(optimizer=Adam(ExponentialDecay(0.05, decay_steps=3, decay_rate=0.7)), loss="sparse_categorical_crossentropy")
M
T="train m.bnn --data ./data --scale 1/255 --batch-size 8 --jit=tcc"
"$BNNC" $T --epochs 4 --seed 5 -o straight.safetensors
"$BNNC" $T --epochs 2 --seed 5 --checkpoint half.ckpt -o half.safetensors
"$BNNC" $T --epochs 4 --resume half.ckpt -o resumed.safetensors
cmp straight.safetensors resumed.safetensors
if cmp -s half.safetensors resumed.safetensors; then exit 1; fi
