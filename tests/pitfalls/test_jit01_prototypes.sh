# JIT01. Generated training code calls only functions that have a prototype.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > m.bnn <<'M'
model = Sequential([Input((1, 4)), Flatten(), Dense(8, activation="gelu"), Dropout(0.5), LayerNormalization(), Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
M
"$BNNC" m.bnn -o m.c
gcc -std=c99 -Werror=implicit-function-declaration -I"$TOP/runtime" -c m.c
tcc -Wimplicit-function-declaration -Werror -I"$TOP/runtime" -c m.c -o tcc.o
if nm -u tcc.o | grep -E '__(fix|float|ash|lsh|u?div|u?mod)'; then exit 1; fi
small_data data 24 3
for jit in cc tcc; do "$BNNC" train m.bnn --data ./data --scale 1/255 --epochs 2 --jit=$jit -o $jit.safetensors; done
cmp cc.safetensors tcc.safetensors
