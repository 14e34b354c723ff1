#!/bin/sh
# Inputs to start from, one folder for each entry point: seeds.sh FOLDER makes FOLDER/{parser,compile,weights,data} and words.dict. The models and weight
# files are those of the other suites; data files are written here, byte by byte.
top=$(dirname "$(dirname "$(dirname "$(realpath "$0")")")"); to=$1
mkdir -p "$to/parser" "$to/compile" "$to/weights" "$to/data"
to=$(realpath "$to")
for folder in errors golden larq/cases; do
    for file in "$top/tests/$folder"/*.bnn; do cp "$file" "$to/parser/$(echo $folder | tr / -)-${file##*/}"; done
done
cp "$to/parser"/errors-*.bnn "$to/parser"/golden-*.bnn "$top/tests/fuzz/corpus"/*.bnn "$to/compile/"
cp "$top/tests/larq/quantizers.safetensors" "$top/tests/larq/goldens/dense_in3.safetensors" "$top/tests/larq/goldens/dense_uint8.safetensors" "$top"/tests/pitfalls/keras/*.h5 "$to/weights/"
cd "$to/data" || exit 1
printf '\0\0\010\001\0\0\0\005\0\001\002\001\011' > labels.idx
printf '\0\0\010\003\0\0\0\002\0\0\0\002\0\0\0\003abcdefABCDEF' > images.idx
gzip -nc images.idx > images.idx.gz
gzip -nc labels.idx > labels.idx.gz
printf 'P5\n# two rows\n3 2\n255\nabcdef' > grey.pgm
printf 'P6 1 2 255\nabcdef' > colour.ppm
npy() { # description, shape, bytes as printf writes them
    header="{'descr': '$1', 'fortran_order': False, 'shape': $2, }"
    printf '\223NUMPY\001\000\166\000%-117s\n' "$header"
    printf "$3"
}
npy '|u1' '(2, 3)' 'abcdef' > bytes.npy
npy '<f4' '(2,)' '\0\0\200\077\0\0\0\300' > float.npy
npy '<f8' '(1,)' '\0\0\0\0\0\0\360\077' > double.npy
# words for libFuzzer: what the language, the prelude and the layers name, and numbers at the ends of their types
cd "$top/compiler" || exit 1
{
    grep -ohE '^def [A-Za-z_0-9]+' lang/prelude/*.bnn | cut -d' ' -f2
    grep -ohE '^LAYER\("?[A-Za-z_0-9]+' layers/layers.def | tr -d '"' | cut -d'(' -f2
    grep -ohE '[a-z_0-9]+: (int|ints|float|bool|shape|any)' layers/layers.def | sed 's/:.*/=/'
    printf '%s\n' 2147483647 1073741824 4294967297 9223372036854775807 '-9223372036854775808' 1e300 'float(\"nan\")' 0x10000 '::-1' '... ,'
    printf '%s\n' 'def ' 'return ' 'for ' ' in ' 'if ' ' else ' 'lambda ' 'import ' 'dict(' '**' 'input_quantizer=' 'kernel_quantizer=' 'padding=' 'strides=' 'model.add(' \
        'model.compile(' 'model.fit(' '@tf.custom_gradient' 'tf.reduce_mean(' 'tf.where(' 'tf.abs(' 'Input(' 'Sequential([' 'Model('
} | sort -u | sed 's/.*/"&"/' > "$to/words.dict"
