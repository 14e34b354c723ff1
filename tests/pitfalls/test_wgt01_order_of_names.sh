# WGT01. Layers are matched by name: dense_10 is not dense_2.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
x = Input((1,))
model = Model(x, Concatenate()([Dense(1, use_bias=False)(x) for i in range(12)]))
M
set --
for i in 0 1 2 3 4 5 6 7 8 9 10 11; do name=dense; [ $i = 0 ] || name=dense_$i; set -- "$@" $name/kernel f32 1,1 $i; done
"$MAKE_DATA" safetensors w.safetensors "$@"
"$MAKE_DATA" npy x.npy 1 1
"$BNNC" predict m.bnn --weights w.safetensors --probabilities x.npy | tee out
grep "0 1 2 3 4 5 6 7 8 9 10 11$" out
