# EMB04. Float constants carry their suffix: no double arithmetic in single-precision models.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
model = Sequential([Input((6, 6, 3)), Conv2D(4, 3, activation="relu"), BatchNormalization(), AveragePooling2D(2), Flatten(), Dense(3)])
M
"$BNNC" m.bnn --init-weights -o m.c
gcc -std=c99 -Wdouble-promotion -Wunsuffixed-float-constants -Wfloat-conversion -Werror -c m.c
