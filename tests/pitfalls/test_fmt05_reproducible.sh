# FMT05. Folder, time, user, language, address layout and threads leave no trace in the output.
. "$TOP/tests/pitfalls/tools/lib.sh"
mkdir a b
cp "$TOP/examples/fashion/fashion.bnn" a/m.bnn; cp a/m.bnn b/m.bnn
touch -d 2001-01-01 b/m.bnn
(cd a && "$BNNC" m.bnn -o m.c && "$BNNC" m.bnn --init-weights --selftest -o packed.c)
(cd b && export USER=nobody HOME=/ TZ=Asia/Tokyo LANG=C OMP_NUM_THREADS=8; setarch -R "$BNNC" m.bnn -o m.c; setarch -R "$BNNC" m.bnn --init-weights --selftest -o packed.c)
for file in m.c m.h packed.c packed.h; do cmp a/$file b/$file; done
small_data data 64 10
cat > small.bnn <<'M'
model = Sequential([Input((1, 4), dtype="uint8"), Flatten(), Dense(64, activation="tanh"), Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
M
for threads in 1 8; do "$BNNC" train small.bnn --data ./data --epochs 2 --threads $threads -o $threads.safetensors; done
cmp 1.safetensors 8.safetensors
