# WGT03. Weights of other layers: refused, with the variables that lack a tensor and the tensors that nobody wants.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((4,)), Dense(2, use_bias=False, name="a"), Dense(2, use_bias=False, name="b")])' > m.bnn
"$MAKE_DATA" safetensors w.safetensors x/kernel f32 4,2 all 1 y/kernel f32 2,2 all 1
refuses 2 "a/kernel" "$BNNC" m.bnn --weights w.safetensors -o m.c
for name in b/kernel x/kernel y/kernel; do grep -q $name refused.log; done
[ ! -e m.c ]
