# WGT05. The model has a bias and the file has none, or the reverse.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((2,)), Dense(1, name="d")])' > m.bnn
echo 'model = Sequential([Input((2,)), Dense(1, use_bias=False, name="d")])' > bare.bnn
"$MAKE_DATA" safetensors w.safetensors d/kernel f32 2,1 all 1
"$MAKE_DATA" safetensors v.safetensors d/kernel f32 2,1 all 1 d/bias f32 1 7
refuses 2 "d/bias" "$BNNC" m.bnn --weights w.safetensors -o m.c
grep -q "use_bias=False" refused.log
refuses 2 "d/bias" "$BNNC" bare.bnn --weights v.safetensors -o m.c
