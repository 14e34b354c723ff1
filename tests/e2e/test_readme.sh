# Every command of the README is real: the two make targets exist, the bnnc lines run (on the example, one short epoch).
for target in $(grep -oE '^make [a-z-]+' "$TOP/README.md" | awk '{print $2}' | sort -u); do
    grep -q "^$target:" "$TOP/Makefile"
done
cp "$TOP/examples/fashion/fashion.bnn" model.bnn
grep -E '^bnnc (train|model)' "$TOP/README.md" | sed -E 's/   .*//' > commands
test "$(wc -l < commands)" -ge 3
while read -r line; do
    command=$(echo "$line" | sed "s|^bnnc|$BNNC|; s|train model.bnn|train model.bnn --epochs 1 --limit 300 --quiet|")
    echo "$ $command"
    sh -e -c "$command"
done < commands
test -s model.c && test -s model.h && test -s weights.safetensors
"$BNNC" model.bnn --weights weights.safetensors --report -o fashion.c | grep -q bb_
