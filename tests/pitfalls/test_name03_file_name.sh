# NAME03. A file name becomes a legal prefix, or a refusal names --prefix.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((2,)), Dense(1)])' > my-net.v2.bnn
for name in 1net int a__b; do cp my-net.v2.bnn $name.bnn; done
"$BNNC" my-net.v2.bnn --init-weights -o my-net.v2.c
"$BNNC" 1net.bnn --init-weights -o 1net.c 2> note
grep m1net note
grep -q 'my_net_v2_predict' my-net.v2.h
for name in my-net.v2 1net; do gcc -std=c99 -Wall -Wextra -Werror -c $name.c -o $name.o; done
refuses 2 "--prefix" "$BNNC" int.bnn --init-weights -o int.c
refuses 2 "--prefix" "$BNNC" a__b.bnn --init-weights -o a__b.c
refuses 2 "x-y" "$BNNC" 1net.bnn --init-weights --prefix x-y -o 1net.c
