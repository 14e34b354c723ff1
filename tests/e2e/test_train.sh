# Training: the same bits for one thread and two, through the system compiler and through libtcc, stopped and resumed, interrupted and
# resumed; packed C predicts what the trainer does; exit statuses.
DATA=/usr/share/datasets/fashion-mnist
if [ ! -d $DATA ]; then echo "not on this machine: dataset-fashion-mnist"; exit 0; fi
mkdir -p small
part() { # images of DATA's part $1, the first $2 ($3: the count as four bytes)
    { printf '\000\000\010\003'; printf "$3"; gunzip -c $DATA/$1-images-idx3-ubyte.gz | tail -c +9 | head -c $((8 + 784 * $2)); } > small/$1-images-idx3-ubyte
    { printf '\000\000\010\001'; printf "$3"; gunzip -c $DATA/$1-labels-idx1-ubyte.gz | tail -c +9 | head -c $2; } > small/$1-labels-idx1-ubyte
}
part train 200 '\000\000\000\310'
part t10k 50 '\000\000\000\062'
cat > model.bnn <<'M'
model = Sequential([
    Input((28, 28, 1), dtype="uint8"),
    Rescaling(1 / 127.5, offset=-1),
    QuantConv2D(8, 3, strides=2, kernel_quantizer=ste_sign, kernel_constraint=weight_clip, use_bias=False),
    BatchNormalization(scale=False),
    Flatten(),
    QuantDense(10, input_quantizer=ste_sign, kernel_quantizer=ste_sign, kernel_constraint=weight_clip),
    BatchNormalization(scale=False),
    Dropout(0.1),
    Activation("softmax"),
])
model.compile(optimizer=Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(batch_size=32, epochs=4)
M
train() { "$BNNC" train model.bnn --data small --seed 7 --validation-split 0.1 --quiet "$@"; }
train --threads 2 -o whole.safetensors --checkpoint whole.ck
train --threads 1 -o one.safetensors --checkpoint one.ck
cmp whole.safetensors one.safetensors
cmp whole.ck one.ck
train --jit=tcc -o tcc.safetensors
cmp whole.safetensors tcc.safetensors
train --epochs 2 -o half.safetensors --checkpoint half.ck
"$BNNC" train model.bnn --data small --quiet --resume half.ck -o resumed.safetensors --checkpoint half.ck
cmp whole.safetensors resumed.safetensors
cmp whole.ck half.ck
if "$BNNC" train model.bnn --data small --seed 8 --quiet --resume half.ck -o x.safetensors 2> log; then exit 1; fi
grep -q "other settings: --seed 7" log

# use_ema: fit ends with the average of the weights; one that keeps all of the past is the start
cat > average.bnn <<'M'
model = Sequential([Input((28, 28, 1), dtype="uint8"), Rescaling(1 / 127.5, offset=-1), Flatten(), QuantDense(10, kernel_quantizer=ste_sign)])
model.compile(optimizer=Adam(0.01, use_ema=True, ema_momentum=1.0), loss="squared_hinge")
M
"$BNNC" train average.bnn --data small --seed 7 --quiet --epochs 0 -o start.safetensors
"$BNNC" train average.bnn --data small --seed 7 --quiet --epochs 2 -o average.safetensors
cmp start.safetensors average.safetensors
sed 's/use_ema=True, //' average.bnn > plain.bnn
"$BNNC" train plain.bnn --data small --seed 7 --quiet --epochs 2 -o plain.safetensors
if cmp -s plain.safetensors start.safetensors; then exit 1; fi

# Ctrl-C: the running epoch is finished and its checkpoint written; going on gives what an uninterrupted run gives
train --epochs 60 -o long.safetensors
"$BNNC" train model.bnn --data small --seed 7 --validation-split 0.1 --epochs 60 -o cut.safetensors --checkpoint cut.ck > log &
pid=$!
while [ ! -e cut.ck ]; do sleep 0.01; done
kill -TERM $pid; wait $pid
"$BNNC" train model.bnn --data small --quiet --epochs 60 --resume cut.ck -o cut.safetensors
cmp long.safetensors cut.safetensors

"$BNNC" eval model.bnn --weights whole.safetensors --data small --compare | grep -q "agree on 50 of 50"
"$BNNC" eval model.bnn --weights whole.safetensors --data small --engine=interp --compare | grep -q "agree on 50 of 50"
"$BNNC" predict model.bnn --weights whole.safetensors --data small > packed.txt
"$BNNC" predict model.bnn --weights whole.safetensors --data small --engine=trainer > trainer.txt
cmp packed.txt trainer.txt
[ "$(wc -l < packed.txt)" -eq 50 ]
tail -c +17 small/t10k-images-idx3-ubyte | head -c 784 > image.raw
{ printf 'P5\n28 28\n255\n'; cat image.raw; } > image.pgm
"$BNNC" predict model.bnn --weights whole.safetensors image.raw image.pgm > two.txt
{ head -1 packed.txt; head -1 packed.txt; } | cmp - two.txt

# wrong files and lines: status 2, nothing written
refused() { status=0; "$BNNC" "$@" 2> log || status=$?; [ $status -eq 2 ]; }
printf 'garbage' > bad.safetensors
refused model.bnn --weights bad.safetensors -o model.c
[ ! -e model.c ] && [ ! -e model.h ]
refused model.bnn --weights missing.safetensors -o model.c
refused model.bnn -o missing/model.c
refused train model.bnn --data missing -o w.safetensors
refused train model.bnn --data small -o missing/w.safetensors
refused train model.bnn --data small --epoch 3 -o w.safetensors
grep -q "did you mean '--epochs'" log

# bytes for a float input: as they are where the model begins by scaling them, else only if something says how
sed 's/, dtype="uint8"//' model.bnn > floats.bnn
"$BNNC" train floats.bnn --data small --quiet --epochs 1 -o floats.safetensors
"$BNNC" train floats.bnn --data small --quiet --epochs 1 --scale 1,0 -o same.safetensors
cmp floats.safetensors same.safetensors
sed '/Rescaling/d' floats.bnn > unscaled.bnn
refused train unscaled.bnn --data small -o w.safetensors
grep -q "nothing says how bytes become floats" log

mkdir model.h
refused model.bnn -o model.c
[ ! -e model.c ]
