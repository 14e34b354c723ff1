# NAME01. A slash in a layer's name: weights lie under it, identifiers in C stay legal.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
model = Sequential([Input((2,)), Dense(1, use_bias=False, name="conv1/conv")])
model.compile(optimizer=SGD(0.1), loss="mse")
M
"$MAKE_DATA" safetensors w.safetensors conv1/conv/kernel f32 2,1 3 4
"$MAKE_DATA" npy x.npy 2 1 10
"$BNNC" predict m.bnn --weights w.safetensors --probabilities x.npy | grep -w 43
"$BNNC" m.bnn --weights w.safetensors -o packed.c
"$BNNC" m.bnn -o train.c
for file in packed train; do gcc -std=c99 -Wall -Wextra -Wpedantic -Werror -c $file.c; done
grep -q '"conv1/conv/kernel"' train.c
