# Callbacks of a script and of the command line: stopped, restored, logged, written; the same bits for one thread and two, and for a run that was
# stopped after each epoch and resumed.
DATA=/usr/share/datasets/fashion-mnist
if [ ! -d $DATA ]; then echo "not on this machine: dataset-fashion-mnist"; exit 0; fi
cat > script.py <<'M'
import larq as lq
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train.reshape((60000, 28, 28, 1)) / 127.5 - 1, x_test.reshape((10000, 28, 28, 1)) / 127.5 - 1

model = tf.keras.Sequential([
    tf.keras.layers.Flatten(),
    lq.layers.QuantDense(24, kernel_quantizer=lq.quantizers.SteSign(metrics=["flip_ratio"]), use_bias=False),
    tf.keras.layers.BatchNormalization(momentum=0.9),
    lq.layers.QuantDense(10, input_quantizer="ste_sign", kernel_quantizer="ste_sign"),
    tf.keras.layers.BatchNormalization(momentum=0.9),
    tf.keras.layers.Dropout(0.1),
    tf.keras.layers.Activation("softmax"),
])
bop, adam = lq.optimizers.Bop(threshold=1e-7, gamma=1e-3), tf.keras.optimizers.Adam(0.01)
model.compile(
    lq.optimizers.CaseOptimizer((lq.optimizers.Bop.is_binary_variable, bop), default_optimizer=adam),
    loss="sparse_categorical_crossentropy", metrics=["accuracy"],
)
history = model.fit(
    x_train, y_train, batch_size=50, epochs=30, validation_split=0.25,
    callbacks=[
        lq.callbacks.HyperparameterScheduler(lambda t: 1e-3 * 0.3 ** t, "gamma", bop),
        lq.callbacks.HyperparameterScheduler(lambda t, rate: rate * 0.999, "learning_rate", adam, update_freq="step"),
        tf.keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True),
        tf.keras.callbacks.ModelCheckpoint("best-{epoch:02d}.h5", save_best_only=True),
        tf.keras.callbacks.CSVLogger("history.csv"),
        tf.keras.callbacks.TerminateOnNaN(),
    ],
)
M
train() { "$BNNC" train script.py --data fashion-mnist --limit 400 --seed 3 "$@"; }
train --threads 1 -o one.safetensors --checkpoint one.ck > one.log
mv history.csv one.csv
grep -q '^EarlyStopping: val_loss was best' one.log
epochs=$(grep -c '^epoch' one.log)
[ "$epochs" -lt 30 ] && [ "$(wc -l < one.csv)" -eq $((epochs + 1)) ]
best=$(sed -n 's/.* in epoch \([0-9]*\), whose.*/\1/p' one.log)
cmp "$(printf 'best-%02d.safetensors' "$best")" one.safetensors
head -1 one.csv | grep -q '^epoch,accuracy,flip_ratio/ste_sign,gamma,learning_rate,loss,val_accuracy,val_flip_ratio/ste_sign,val_loss'
train --threads 2 -o two.safetensors --checkpoint two.ck --quiet
cmp one.safetensors two.safetensors
cmp one.ck two.ck
cmp one.csv history.csv

# an epoch at a time: what callbacks know is in the checkpoint
train --jit=tcc --epochs 1 -o part.safetensors --checkpoint part.ck --quiet
epoch=2
while [ $epoch -le "$epochs" ]; do
    "$BNNC" train script.py --data fashion-mnist --limit 400 --jit=tcc --quiet --epochs $epoch --resume part.ck --checkpoint part.ck -o part.safetensors
    epoch=$((epoch + 1))
done
cmp one.safetensors part.safetensors
cmp one.csv history.csv
"$BNNC" train script.py --data fashion-mnist --limit 400 --jit=tcc --epochs 30 --resume part.ck -o part.safetensors > log
! grep -q '^epoch' log
cmp one.safetensors part.safetensors
if "$BNNC" train script.py --data fashion-mnist --limit 400 --jit=tcc --resume part.ck -o x.safetensors --callback 'EarlyStopping()' 2> log; then exit 1; fi
grep -q 'other callbacks' log
