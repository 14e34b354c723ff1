# --unroll=none, auto, full: three texts, one result; auto unrolls the reduction, none keeps loops alone; --max-code limits both.
for unroll in u_none u_auto u_full; do
    cp "$TOP/examples/fashion/fashion.bnn" $unroll.bnn
    "$BNNC" $unroll.bnn --init-weights --seed 3 --unroll=${unroll#u_} --selftest -o $unroll.c
    printf '#include "%s.h"\nint main(void) { static %s_workspace w; return %s_selftest(&w); }\n' $unroll $unroll $unroll > main.c
    gcc -std=c99 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror $unroll.c main.c -o main
    ./main
    sed -n '/BNN_CONST float selftest_output/,/};/p' $unroll.c > $unroll.out
    grep -c 'bnn_xor(' $unroll.c > $unroll.count || true
done
cmp u_none.out u_auto.out && cmp u_none.out u_full.out
[ "$(cat u_none.count)" -lt "$(cat u_auto.count)" ] && [ "$(cat u_auto.count)" -lt "$(cat u_full.count)" ]
cp u_auto.bnn small.bnn
"$BNNC" small.bnn --init-weights --seed 3 --unroll=full --max-code=16 -o small.c
[ "$(grep -c 'bnn_xor(' small.c)" -eq "$(cat u_none.count)" ]
