# DATA03. Half a gzip file is no data set.
. "$TOP/tests/pitfalls/tools/lib.sh"
small_data d 40 3
echo 'model = Sequential([Input((1, 4), dtype="uint8"), Flatten(), Dense(3, activation="softmax")])' > m.bnn
gzip -c d/t10k-images-idx3-ubyte > whole.gz; rm d/t10k-images-idx3-ubyte
head -c $(($(wc -c < whole.gz) / 2)) whole.gz > d/t10k-images-idx3-ubyte.gz
refuses 2 "t10k-images-idx3-ubyte.gz: the gzip data ends too early" "$BNNC" eval m.bnn --init-weights --data ./d
grep -E "[0-9]+ of (the )?160" refused.log
