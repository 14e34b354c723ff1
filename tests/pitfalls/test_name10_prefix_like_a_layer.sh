# NAME10. A prefix that layers' names begin with: no endless search for a free name, and the C compiles.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((6, 6, 1)), MaxPool2D(2), Flatten(), Dense(2, name="m_x"), Dense(2, name="layer_x")])' > m.bnn
for prefix in m max max_pooling2d layer dense step; do
    cp m.bnn $prefix.bnn 2> /dev/null || true
    (nm "$BNNC" | grep -q __asan_init || ulimit -v 2000000 # a sanitizer reserves terabytes
     timeout 20 "$BNNC" $prefix.bnn --init-weights -o $prefix.c)
    gcc -std=c99 -Wall -Werror -c $prefix.c
done
