#!/bin/sh
# make bench: each product kernel as a share of this machine's popcount peak, then training speed beside the same net on floats.
#   tests/bench/run.sh BUILD [TARGET [PART]]      PART: of the kernels' names, see bench_kernels.c; run from the repository's root
build=$1; target=${2:-avx2}; part=$3
lib=$build/lib
mkdir -p "$build/bench"
${CC:-gcc} -std=gnu11 -O2 -march=native -Icompiler -Iruntime tests/templates/harness.c tests/bench/bench_kernels.c -o "$build/bench/kernels" \
    "$lib/emit.a" "$lib/plan.a" "$lib/passes.a" "$lib/graph.a" "$lib/expr.a" "$lib/front.a" "$lib/base.a" "$lib/libbnn.a" -ldl -lm || exit 1
echo "--- product kernels, $target"
"$build/bench/kernels" "$target" "${CC:-gcc}" "-O3 -ffp-contract=off" $part || exit 1
echo "--- training, one epoch of Fashion-MNIST"
seconds() { # model, threads: wall time of one epoch
    from=$(date +%s.%N)
    "$build/bnnc" train "$1" --data fashion-mnist --epochs 1 --threads "$2" --seed 1 -o "$build/bench/weights.safetensors" > "$build/bench/train.log" 2>&1 ||
        { cat "$build/bench/train.log" >&2; echo failed; return 1; }
    date +"%s.%N $from" | awk '{ print $1 - $2 }'
}
for threads in 1 2; do
    bits=$(seconds examples/fashion/fashion.bnn $threads) || exit 1
    floats=$(seconds tests/bench/fashion_float.bnn $threads) || exit 1
    echo "$threads $bits $floats" | awk '{ printf "%d thread(s): binarized %.0f samples/s, float %.0f samples/s, ratio %.2f\n", $1, 60000 / $2, 60000 / $3, $3 / $2 }'
done
