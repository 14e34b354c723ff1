# examples/learn: training C in a program of its own prints the same figures from every target, compiler option and number of threads.
DATA=/usr/share/datasets/fashion-mnist
if [ ! -d $DATA ]; then echo "not on this machine: dataset-fashion-mnist"; exit 0; fi
part() { # images of DATA's part $1, the first $2
    gunzip -c $DATA/$1-images-idx3-ubyte.gz | head -c $((16 + 784 * $2)) > $1-images
    gunzip -c $DATA/$1-labels-idx1-ubyte.gz | head -c $((8 + $2)) > $1-labels
}
part train 1050
part t10k 500
learn() { # target, options of the compiler
    target=$1; shift
    "$BNNC" "$TOP/examples/micro/micro.bnn" --target $target --quiet -o micro.c
    "${CC:-cc}" "$@" -Wall -Wextra -Werror -I. "$TOP/examples/learn/learn.c" micro.c -o learn
    ./learn train-images train-labels t10k-images t10k-labels 2
}
learn generic -O2 > generic.txt
learn native -O3 -march=native > native.txt
learn native -O1 -march=native -fopenmp > threads.txt
cat generic.txt
grep -q '^kept 11200 bytes, dropped 413384$' generic.txt
grep -v '^kept' generic.txt > figures.txt
[ "$(wc -l < figures.txt)" -eq 3 ]
grep -v '^kept' native.txt | cmp figures.txt -
grep -v '^kept' threads.txt | cmp figures.txt -
awk '/^epoch 1/ { first = $4 + 0 } /^epoch 2/ { exit !($4 + 0 < first) }' figures.txt
