# WGT09. The lists of names as strings of variable and of fixed length and in pieces; numbers in other types and orders, packed, or in the
# layout of newer libraries: the same result.
. "$TOP/tests/pitfalls/tools/lib.sh"
keras=$TOP/tests/pitfalls/keras
for file in plain plain_pieces plain_fixed_double plain_half plain_packed plain_bare; do
    "$BNNC" predict $keras/plain.bnn --weights $keras/$file.h5 --probabilities $keras/plain.npy > out
    cmp out $keras/plain.expected
done
