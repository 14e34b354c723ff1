# What a newcomer does: one function in the prelude is a quantizer, one function and one row are a layer.
cat >> compiler/lang/prelude/quantizers.bnn <<'Q'


def ShiftedSign(shift=0.25):
    "Sign of x - shift in {-1, +1}; straight-through gradient where |x - shift| <= 1."
    @lq.utils.set_precision(1)
    @tf.custom_gradient
    def shifted_sign(x):
        def grad(dy):
            return tf.where(tf.abs(x - shift) <= 1.0, dy, 0.0)
        return larq.math.sign(x - shift), grad
    return shifted_sign
Q
cat >> compiler/layers/layers.def <<'L'
LAYER(Halve, "", "keras", "", halve, "Half of every element.")
L
cat >> compiler/layers/activation.c <<'C'

Value *apply_halve(Apply *apply)
{
    return graph_binary(apply->graph, EX_MUL, apply->input[0], graph_scalar(apply->graph, 0.5f));
}
C
