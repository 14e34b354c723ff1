# EMB04. exp and its kin compute in double by contract (one rounding to float, see runtime/bnn_math.h), inside functions of their own and with every
# conversion written out. The model's own code stays in float.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((8,)), Dense(3, activation="tanh"), Activation("softmax")])' > m.bnn
"$BNNC" m.bnn --init-weights -o m.c
gcc -std=c99 -Wdouble-promotion -Wfloat-conversion -Werror -c m.c
model=$(grep -n -- '--- the model' m.c | cut -d: -f1)
gcc -std=c99 -Wunsuffixed-float-constants -c m.c 2>&1 | awk -F: -v model="$model" '$5 ~ /unsuffixed/ && $2 > model { print; wrong = 1 } END { exit wrong }'
if tail -n +"$model" m.c | grep -w double; then exit 1; fi
