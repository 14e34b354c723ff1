# The model blocks of Larq's Key Concepts page, the bare layer, and both tutorial scripts compile unchanged, to training C and to packed C.
W="-std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -O1"
for name in seed_keras32 seed_larq32 seed_bwn seed_ban seed_bnn seed_identity_sign; do
    "$BNNC" "$TOP/tests/larq/cases/$name.bnn" --input 28,28,1 -o $name.c
    "$BNNC" "$TOP/tests/larq/cases/$name.bnn" --input 28,28,1 --init-weights -o p_$name.c
done
for name in tutorial_mnist tutorial_cifar10; do
    "$BNNC" "$TOP/tests/larq/cases/$name.bnn" -o $name.c
    "$BNNC" "$TOP/tests/larq/cases/$name.bnn" --init-weights -o p_$name.c
done
for file in seed_bnn p_seed_bnn tutorial_mnist p_tutorial_mnist p_seed_ban; do gcc $W -c $file.c -o $file.o; done
