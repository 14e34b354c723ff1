# A newcomer adds a quantizer (one prelude function) and a layer (one row, one function) to a copy of bnnc, builds and uses them.
cp -r "$TOP/compiler" "$TOP/runtime" "$TOP/templates" "$TOP/tests" "$TOP/Makefile" .
sh tests/e2e/extend_bnnc.sh
make -j2 B=build build/bnnc > build.log 2>&1 || { tail -20 build.log; exit 1; }
cat > model.bnn <<'M'
model = Sequential([
    Input((8,)),
    QuantDense(6, input_quantizer=shifted_sign, kernel_quantizer="ste_sign"),
    QuantDense(6, input_quantizer=ShiftedSign(shift=0.5), kernel_quantizer="ste_sign"),
    Halve(),
    Dense(2),
])
model.compile(optimizer="adam", loss="mse")
M
build/bnnc model.bnn -o model.c
build/bnnc help ShiftedSign | grep shift
build/bnnc help Halve
build/bnnc model.bnn --dump=graph | grep -q halve
gcc -std=c99 -Wall -Wextra -Werror -c model.c -o model.o
