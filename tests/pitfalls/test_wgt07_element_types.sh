# WGT07. Weights of other element types are converted, never reread as float32.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((4,)), Dense(1, use_bias=False, name="d")])' > m.bnn
"$MAKE_DATA" npy x.npy 4 1 10 100 1000
for type in f32 f64 f16 bf16 i8; do
    "$MAKE_DATA" safetensors $type.safetensors d/kernel $type 4,1 1 -2 3 -4
    "$BNNC" predict m.bnn --weights $type.safetensors --probabilities x.npy | grep -w -- -3719
done
"$MAKE_DATA" safetensors fine.safetensors d/kernel f64 4,1 0.1 0 0 0
"$BNNC" predict m.bnn --weights fine.safetensors --probabilities x.npy | grep -E '0\.1(0000000[0-9]*)?$'
