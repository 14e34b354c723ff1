#!/bin/sh
# make bench: each product kernel as a share of this machine's popcount peak; training speed beside the same net on floats; compile times.
#   tests/bench/run.sh BUILD [TARGET [PART]]      PART: of the kernels' names, see bench_kernels.c; run from the repository's root
build=$1; target=${2:-avx2}; part=$3; cc=${CC:-gcc}; samples=12000
lib=$build/lib; out=$build/bench
mkdir -p "$out"
$cc -std=gnu11 -O2 -march=native -Icompiler -Iruntime tests/templates/harness.c tests/bench/bench_kernels.c -o "$out/kernels" \
    "$lib/emit.a" "$lib/plan.a" "$lib/passes.a" "$lib/graph.a" "$lib/expr.a" "$lib/front.a" "$lib/base.a" "$lib/libbnn.a" -ldl -lm || exit 1
echo "--- product kernels, $target"
"$out/kernels" "$target" "$cc" "-O3 -ffp-contract=off" $part || exit 1

rate() { # model, threads: samples a second of the training loop, as the epoch's line has it
    "$build/bnnc" train "$1" --data fashion-mnist --limit $samples --epochs 1 --threads "$2" --seed 1 -o "$out/weights.safetensors" > "$out/train.log" 2>&1 ||
        { cat "$out/train.log" >&2; return 1; }
    sed -n 's|.*  \([0-9]*\) samples/s.*|\1|p' "$out/train.log"
}
echo "--- training, $samples images of Fashion-MNIST, samples/s"
for threads in 1 2; do
    bits=$(rate examples/fashion/fashion.bnn $threads) && floats=$(rate tests/bench/fashion_float.bnn $threads) || exit 1
    echo "$threads $bits $floats" | awk '{ printf "%d thread(s): binarized %d, float %d, ratio %.2f\n", $1, $2, $3, $2 / $3 }'
done

seconds() { # command...: processor time of it and its children
    sh -c '"$@" > /dev/null || exit; times' sh "$@" | awk -F '[ms ]' 'END { if (NR < 2) exit 1; printf "%.2f", $1 * 60 + $2 + $4 * 60 + $5 }'
}
echo "--- compiling examples/fashion, seconds of processor time"
for kind in training packed; do
    [ $kind = training ] && flags= || flags=--init-weights
    own=$(seconds "$build/bnnc" examples/fashion/fashion.bnn $flags --quiet --target "$target" --prefix fashion -o "$out/$kind.c") || exit 1
    for level in -O1 -O3; do
        theirs=$(seconds $cc $level -march=native -c "$out/$kind.c" -o "$out/$kind.o") || exit 1
        echo "$kind C: bnnc $own, $cc $level $theirs, $(wc -l < "$out/$kind.c") lines"
    done
done
