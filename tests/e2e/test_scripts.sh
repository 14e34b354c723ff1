# Whole scripts as people write them go through every command unchanged: check, summary, training C, training on data of their kind, packed C,
# eval with packed C and trainer agreeing, predict.
DATA=/usr/share/datasets/fashion-mnist
if [ ! -d $DATA ]; then echo "not on this machine: dataset-fashion-mnist"; exit 0; fi
cp "$TOP"/tests/e2e/scripts/*.py .

# data: a folder in CIFAR's binary form; .npy files; a folder by the names of inputs and outputs. Bytes by a formula: a class lights one part.
octets() { LC_ALL=C awk "BEGIN { for (i = 0; i < $1; i++) printf \"%c\", $2 }"; } # count, formula of i
npy() { # file, type, shape, count, formula of i for bytes
    header=$(printf "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" "$2" "$3")
    { printf '\223NUMPY\001\000\166\000%-117s\n' "$header"; octets "$4" "$5"; } > "$1"
}
mkdir -p cifar-10-batches-bin data chess
for batch in 1 2 3 4 5; do octets 30730 "i % 3073 == 0 ? int(i / 3073) : (i * 7 + int(i / 3073) * 19) % 256" > cifar-10-batches-bin/data_batch_$batch.bin; done
cp cifar-10-batches-bin/data_batch_1.bin cifar-10-batches-bin/test_batch.bin
npy data/x.npy '|u1' '(60, 16, 16, 3)' 46080 '(int(i / 768) % 10 * 25 + i % 7) % 256'
npy data/y.npy '|u1' '(60,)' 60 'i % 10'
npy chess/board.npy '|i1' '(40, 8, 8, 12)' 30720 '(i * 31 + int(i / 768)) % 3 ? 1 : 255'
npy chess/clock.npy '|u1' '(40, 2)' 80 'i % 5'
npy chess/policy.npy '|u1' '(40,)' 40 'i % 5'
npy chess/value.npy '|i1' '(40, 1)' 40 'i % 2 ? 1 : 255'

run() { # script, data, options of the commands that read data
    script=$1; data=$2; name=${script%.py}; shift 2
    echo "--- $script"
    "$BNNC" check $script
    "$BNNC" summary $script | grep -q 'Total'
    "$BNNC" $script -o $name.c
    "$BNNC" train $script "$@" --data "$data" --limit 120 --epochs 2 --jit=tcc -o $name.safetensors > $name.log
    [ "$(grep -c '^epoch' $name.log)" -eq 2 ]
    "$BNNC" $script --weights $name.safetensors --selftest -o p_$name.c
    printf '#include "p_%s.h"\nint main(void) { static p_%s_workspace w; return p_%s_selftest(&w); }\n' $name $name $name > main.c
    gcc -std=c99 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror p_$name.c main.c -o main
    ./main
    "$BNNC" eval $script "$@" --weights $name.safetensors --data "$data" --limit 60 --jit=tcc --compare > $name.eval
    grep -Eq 'agree on ([0-9]+) of \1 ' $name.eval
    "$BNNC" predict $script "$@" --weights $name.safetensors --data "$data" --index 0:5 --jit=tcc > $name.predict
    [ "$(wc -l < $name.predict)" -eq 5 ]
}
run mnist.py fashion-mnist
run arguments.py fashion-mnist
run xnor.py fashion-mnist
run cifar10.py .
grep -q 'val_accuracy' cifar10.log
run driver.py data --scale 1/127.5,-1
grep -q 'lr 0.0100' driver.log
[ -s best.safetensors ] && [ "$(wc -l < log.csv)" -eq 3 ]
run heads.py chess --scale 1
grep -q 'policy_loss .* value_mae' heads.log
grep -q 'policy [0-4]  value ' heads.predict
run subclass.py fashion-mnist
grep -q 'top3' subclass.log
