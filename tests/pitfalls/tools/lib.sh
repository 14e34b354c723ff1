# What the shell tests share.

# refuses STATUS TEXT COMMAND...: the command ends with STATUS and says TEXT.
refuses() {
    want=$1 text=$2; shift 2; got=0
    "$@" > refused.log 2>&1 || got=$?
    if [ $got -ne "$want" ] || ! grep -qF -- "$text" refused.log; then
        echo "'$*' ended with $got, want $want and '$text'; it said:"; head -5 refused.log; return 1
    fi
}
# A data set of COUNT images of 1x1x4 in folder $1, values and classes by formula; labels below $3.
small_data() {
    mkdir -p "$1"
    for part in train t10k; do
        "$MAKE_DATA" idx "$1/$part-images-idx3-ubyte" "$2,1,4" $(awk -v n="$2" 'BEGIN { for (i = 0; i < 4 * n; i++) print (i * 37 + int(i / 5) * 11) % 256 }')
        "$MAKE_DATA" idx "$1/$part-labels-idx1-ubyte" "$2" $(awk -v n="$2" -v k="$3" 'BEGIN { for (i = 0; i < n; i++) print (i * 3 + int(i / 4)) % k }')
    done
}
# same TEXT COMMAND...: the command prints exactly TEXT.
same() {
    want=$1; shift; got=$("$@")
    if [ "$got" != "$want" ]; then echo "'$*' printed '$got', want '$want'"; return 1; fi
}
