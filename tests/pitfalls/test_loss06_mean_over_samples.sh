# LOSS06. The loss of an epoch is the mean over samples: a short last batch counts by its size.
. "$TOP/tests/pitfalls/tools/lib.sh"
mkdir d
for part in train t10k; do
    "$MAKE_DATA" idx d/$part-images-idx3-ubyte 5,1,1 1 1 1 1 5
    "$MAKE_DATA" idx d/$part-labels-idx1-ubyte 5 all 0
done
cat > m.bnn <<'M'
model = Sequential([Input((1, 1)), Flatten(), Dense(1, use_bias=False, name="d")])
model.compile(optimizer=SGD(0.0), loss="mae")
M
"$MAKE_DATA" safetensors w.safetensors d/kernel f32 1,1 1
"$BNNC" train m.bnn --data ./d --scale 1 --weights w.safetensors --epochs 1 --batch-size 2 --no-shuffle --jit=tcc -o v.safetensors > out 2>&1
cat out
grep -E "loss 1\.8(000)? " out
