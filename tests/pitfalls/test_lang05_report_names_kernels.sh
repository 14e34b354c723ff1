# LANG05. The report names each layer's kernel, and says why one that looks binary runs in float.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > packed.bnn <<'M'
model = Sequential([Input((64,)), QuantDense(32, input_quantizer=ste_sign, kernel_quantizer=ste_sign, name="first"),
                    BatchNormalization(), Activation("softmax")])
M
cat > odd.bnn <<'M'
@tf.custom_gradient
def squash(x):
    def grad(dy):
        return dy
    return tf.tanh(x), grad

model = Sequential([Input((64,)), QuantDense(32, input_quantizer=squash, kernel_quantizer=squash, name="first"), Activation("softmax")])
M
"$BNNC" packed.bnn --init-weights -o packed.c --report > packed.txt 2>&1
"$BNNC" odd.bnn --init-weights -o odd.c --report > odd.txt 2>&1
grep first packed.txt | grep bb_
grep first odd.txt | grep ff_
grep -A3 first odd.txt | grep -E "float|level|packed"
