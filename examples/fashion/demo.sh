#!/bin/sh
# The demonstration behind `make demo`: demo.sh BNNC OUTPUT-FOLDER. Trains, compiles to packed C, runs that on the test images.
set -e
bnnc=$1; out=$2; here=$(dirname "$0"); data=/usr/share/datasets/fashion-mnist
model=$here/fashion.bnn
say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

say "$bnnc" train "$model" --data fashion-mnist --seed 1 -o "$out/fashion.safetensors"
say "$bnnc" "$model" --weights "$out/fashion.safetensors" --target native -o "$out/fashion.c"
"$bnnc" predict "$model" --weights "$out/fashion.safetensors" --data fashion-mnist --engine=trainer > "$out/predictions.txt"
gunzip -c $data/t10k-images-idx3-ubyte.gz > "$out/images"
gunzip -c $data/t10k-labels-idx1-ubyte.gz > "$out/labels"
say ${CC:-cc} -O3 -march=native -I"$out" "$here/main.c" "$out/fashion.c" -o "$out/fashion"
say "$out/fashion" "$out/images" "$out/labels" "$out/predictions.txt"
