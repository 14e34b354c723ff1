# LOSS07. The validation part is the last of the data, cut before any shuffling: the three last of ten samples, in each epoch.
. "$TOP/tests/pitfalls/tools/lib.sh"
mkdir d
for part in train t10k; do
    "$MAKE_DATA" idx d/$part-images-idx3-ubyte 10,1,2 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1
    "$MAKE_DATA" idx d/$part-labels-idx1-ubyte 10 0 0 0 0 0 0 0 1 1 1
done
cat > m.bnn <<'M'
model = Sequential([Input((1, 2)), Flatten(), Dense(2, use_bias=False, name="d"), Activation("softmax")])
model.compile(optimizer=SGD(0.0), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
M
"$MAKE_DATA" safetensors w.safetensors d/kernel f32 2,2 1 0 0 1
"$BNNC" train m.bnn --data ./d --scale 1 --weights w.safetensors --epochs 3 --batch-size 2 --validation-split 0.25 --jit=tcc -o v.safetensors > out 2>&1
cat out
[ "$(grep -c 'accuracy 0.0000.*val_accuracy 1.0000' out)" = 3 ]
