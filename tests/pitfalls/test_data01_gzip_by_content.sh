# DATA01. Gzipped or not is told by the content, whatever the name says.
. "$TOP/tests/pitfalls/tools/lib.sh"
small_data plain 12 3
cat > m.bnn <<'M'
model = Sequential([Input((1, 4), dtype="uint8"), Flatten(), Dense(3, activation="softmax")])
M
for kind in plain/as.plain gzip/as.plain plain/as.gz gzip/as.gz; do
    mkdir -p $kind
    for file in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do
        case $kind in
        plain/as.plain) cp plain/$file $kind/ ;;
        gzip/as.plain) gzip -c plain/$file > $kind/$file ;;
        plain/as.gz) cp plain/$file $kind/$file.gz ;;
        gzip/as.gz) gzip -c plain/$file > $kind/$file.gz ;;
        esac
    done
    "$BNNC" eval m.bnn --init-weights --engine=interp --data ./$kind | sed 's/, [0-9.]* [a-z]* an image//' > out.$(echo $kind | tr / _)
done
for out in out.*; do cmp $out out.plain_as.plain; done
