# A whole run, figure by figure as Keras 2.15 logs it for the same file and data: regularizer, class weights, fewer steps than batches, validation
# split, falling rate. Weights start at 0, so nothing depends on random numbers.
octets() { LC_ALL=C awk "BEGIN { for (i = 0; i < $1; i++) printf \"%c\", $2 }"; } # count, formula of i
npy() { # file, type, shape, count, formula
    header=$(printf "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" "$2" "$3")
    { printf '\223NUMPY\001\000\166\000%-117s\n' "$header"; octets "$4" "$5"; } > "$1"
}
mkdir data
npy data/x_train.npy '|u1' '(100, 6)' 600 '(i * i + int(i / 6) * 31) % 256'
npy data/y_train.npy '|u1' '(100,)' 100 '(i * i + int(i / 3)) % 7'
npy data/x_test.npy '|u1' '(10, 6)' 60 'i * 4'
npy data/y_test.npy '|u1' '(10,)' 10 'i % 7'
cat > run.py <<'M'
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.layers.Dense(7, activation="softmax", input_shape=(6,), kernel_initializer="zeros", kernel_regularizer="l2")])
model.compile(tf.keras.optimizers.legacy.SGD(0.5), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(None, None, batch_size=16, epochs=5, shuffle=False, validation_split=0.3, class_weight={i: 0.5 + i / 2 for i in range(7)}, steps_per_epoch=3,
          callbacks=[tf.keras.callbacks.ReduceLROnPlateau(patience=0, factor=0.5, min_delta=0.01)])
M
"$BNNC" train run.py --data data --scale 1/127.5,-1 --jit=tcc -o w.safetensors | sed -n 's|^epoch ./5  \(.* lr [0-9.]*\) .*|\1|p' | sed 's|  [0-9]* samples/s.*||' > history
cat > want <<'W'
loss 3.4959  accuracy 0.1875  val_loss 1.9073  val_accuracy 0.2333  lr 0.5000
loss 3.3352  accuracy 0.2895  val_loss 1.9881  val_accuracy 0.2667  lr 0.5000
loss 2.9350  accuracy 0.2917  val_loss 1.9873  val_accuracy 0.2333  lr 0.2500
loss 2.8221  accuracy 0.3947  val_loss 2.0037  val_accuracy 0.2333  lr 0.1250
loss 2.9585  accuracy 0.3421  val_loss 2.0091  val_accuracy 0.2333  lr 0.0625
W
diff want history
# Validation after the epochs that validation_freq names; what watches its loss rests in between.
sed -e '/^model.fit/,$d' run.py > some.py
cat >> some.py <<'M'
model.fit(None, None, batch_size=16, epochs=5, shuffle=False, validation_split=0.3, validation_freq=[1, 4],
          callbacks=[tf.keras.callbacks.EarlyStopping(patience=0)])
M
"$BNNC" train some.py --data data --scale 1/127.5,-1 --jit=tcc -o w.safetensors | sed -n 's|^epoch ./5  ||p' | sed 's|  [0-9]* samples/s.*||' > history
cat > want <<'W'
loss 1.9271  accuracy 0.2286  val_loss 1.9140  val_accuracy 0.1667
loss 1.8240  accuracy 0.3000
loss 1.7725  accuracy 0.2857
loss 1.7451  accuracy 0.3143  val_loss 1.9633  val_accuracy 0.1333
W
diff want history
sed -i 's/validation_freq=\[1, 4\]/validation_freq=2/' some.py
"$BNNC" train some.py --data data --scale 1/127.5,-1 --jit=tcc -o w.safetensors > log
[ "$(grep -c '^epoch.* val_loss' log)" = 2 ]
