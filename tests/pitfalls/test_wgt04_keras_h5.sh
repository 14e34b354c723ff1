# WGT04. Weight files of Keras itself: save_weights and save, automatic names that had moved on, nested models, classes, names that bnnc gives
# otherwise (matched by order, and said so). Expected are the outputs of the model under TensorFlow.
. "$TOP/tests/pitfalls/tools/lib.sh"
keras=$TOP/tests/pitfalls/keras
for file in plain plain_model plain_shifted nested named subclass; do
    name=${file%%_*}; input=
    [ $name != subclass ] || input="--input 4"
    "$BNNC" predict $keras/$name.bnn $input --weights $keras/$file.h5 --probabilities $keras/$name.npy > out 2> log
    cmp out $keras/$name.expected
    cp log $file.log
done
[ ! -s plain.log ]; [ ! -s plain_model.log ]; [ ! -s nested.log ]
grep -q "quant_conv2d_1/kernel -> quant_conv2d/kernel" plain_shifted.log
grep -q "time_distributed_1/kernel -> dense_1/kernel" named.log
# training starts from them: at a rate of 0 they stay
{ cat $keras/nested.bnn; echo 'model.compile(SGD(0.0), "mse")'; } > still.bnn
mkdir data
for half in train test; do "$MAKE_DATA" npy data/x_$half.npy 4,4 all 1; "$MAKE_DATA" npy data/y_$half.npy 4,2 all 1; done
"$BNNC" train still.bnn --weights $keras/nested.h5 --data data --epochs 1 -q -o still.safetensors
"$BNNC" predict still.bnn --weights still.safetensors --probabilities $keras/nested.npy | cmp - $keras/nested.expected
# and a file of another model is refused
refuses 2 "quant_conv2d/kernel" "$BNNC" $keras/plain.bnn --weights $keras/named.h5 -o n.c
refuses 2 'model.save_weights("w.h5")' "$BNNC" $keras/plain.bnn --weights $keras/numbered.weights.h5 -o n.c
[ ! -e n.c ]
