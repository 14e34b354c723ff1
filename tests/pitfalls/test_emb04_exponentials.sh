# EMB04. The same for models with exp and tanh.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((8,)), Dense(3, activation="tanh"), Activation("softmax")])' > m.bnn
"$BNNC" m.bnn --init-weights -o m.c
gcc -std=c99 -Wdouble-promotion -Wunsuffixed-float-constants -Wfloat-conversion -Werror -c m.c
