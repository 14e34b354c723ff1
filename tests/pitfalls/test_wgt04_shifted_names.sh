# WGT04. Automatic names that had moved on (dense_7, dense_8): matched by order, and the mapping is printed.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((2,)), Dense(2, use_bias=False), Dense(1, use_bias=False)])' > m.bnn
"$MAKE_DATA" safetensors w.safetensors dense_8/kernel f32 2,1 1 1 dense_7/kernel f32 2,2 1 2 3 4
"$MAKE_DATA" npy x.npy 2 1 10
"$BNNC" predict m.bnn --weights w.safetensors --probabilities x.npy > out 2>&1
grep -q "dense_7/kernel -> dense/kernel" out
grep -q "dense_8/kernel -> dense_1/kernel" out
grep -w 73 out
