# EMB03. No macro is left over, in a model without weights either.
. "$TOP/tests/pitfalls/tools/lib.sh"
for layer in 'Dense(3)' 'MaxPool1D(2)'; do
    echo "model = Sequential([Input((4, 2)), $layer])" > m.bnn
    "$BNNC" m.bnn --init-weights -o m.c
    gcc -std=c99 -Wall -Wextra -Wunused-macros -Werror -c m.c
done
