# EMB03, EMB04, JIT03. Every layer and quantizer alone in a model: no warning that a user could turn into an error, no double arithmetic, and no
# helper of the compiler's own library when tcc compiles it.
. "$TOP/tests/pitfalls/tools/lib.sh"
strict="-std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Wfloat-conversion -Werror"
cat > layers <<'L'
8|Dense(3)
8|Activation("softmax")
8|Activation("tanh")
8|Activation("relu")
8|BatchNormalization()
8|LayerNormalization()
8|PReLU()
8|Reshape((2, 4))
8|RepeatVector(2)
6,6,3|Conv2D(4, 3, padding="same")
6,6,3|DepthwiseConv2D(3)
6,6,3|QuantSeparableConv2D(4, 3)
6,6,3|Conv2DTranspose(4, 3, strides=2)
6,6,3|QuantLocallyConnected2D(2, 3)
6,6,3|MaxPool2D(2)
6,6,3|AveragePooling2D(3, padding="same")
6,6,3|GlobalAveragePooling2D()
6,6,3|UpSampling2D(2)
6,6,3|ZeroPadding2D(1)
6,6,3|Permute((3, 1, 2))
6,6,3|QuantConv2D(4, 3, padding="same", input_quantizer="ste_sign", kernel_quantizer="ste_sign")
6,6,3|QuantConv2D(4, 3, padding="same", pad_values=1.0, input_quantizer="ste_sign", kernel_quantizer="ste_sign")
6,6,3|QuantConv2D(4, 3, kernel_quantizer="ste_sign")
6,6,3|QuantConv2D(4, 3, input_quantizer="ste_sign")
L
for quantizer in ste_sign approx_sign ste_tern ste_heaviside swish_sign magnitude_aware_sign dorefa_quantizer; do
    echo "8|QuantDense(5, kernel_quantizer='$quantizer')"
    if [ $quantizer != magnitude_aware_sign ]; then echo "8|QuantDense(5, input_quantizer='$quantizer', kernel_quantizer='ste_sign')"; fi
done >> layers
while IFS='|' read -r shape layer; do
    echo "model = Sequential([Input(($shape,)), $layer])" > m.bnn
    echo "$layer"
    "$BNNC" m.bnn --init-weights -o m.c
    gcc $strict -O1 -c m.c
    if command -v clang > /dev/null; then clang $strict -fsyntax-only m.c; fi
    if command -v tcc > /dev/null; then
        tcc -Wimplicit-function-declaration -Werror -c m.c -o tcc.o
        if nm -u tcc.o | grep -vE ' (memcpy|memset|memmove|memcmp)$'; then exit 1; fi
    fi
done < layers
