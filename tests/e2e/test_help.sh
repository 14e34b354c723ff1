# bnnc help: every name of every topic has a signature, a docstring, the name it goes by elsewhere and where its formula is from; layers say
# what they do to shapes; a wrong name lists the near ones.
families="quantizers activations initializers regularizers constraints losses metrics optimizers schedules callbacks functions models"
"$BNNC" help > overview
for topic in layers $families kernels targets passes; do
    grep -qw $topic overview
    "$BNNC" help $topic > $topic
    [ "$(wc -l < $topic)" -ge 2 ]
    if ! awk 'NF < 2 { print "no text: " $0; bad = 1 } END { exit bad }' $topic; then echo "topic $topic"; exit 1; fi
done
fail() { echo "bnnc help $name: $1"; cat text; exit 1; }
for topic in layers $families; do
    for name in $(awk '{ print $1 }' $topic); do
        "$BNNC" help "$name" > text || fail "status"
        sed -n "/^$name(.*)\$/,\$p" text > entry
        [ -s entry ] || fail "no signature"
        sed -n 3p entry | grep -qE "^  .{3}" || fail "no docstring"
        grep -q "^  full name: " text || fail "no full name"
        grep -q "^  formula: as in " text || fail "no source"
        case $topic in callbacks | functions | models) ;; *) grep -q "^  shapes: " text || fail "no shapes" ;; esac
        case $topic-$name in layers-InputLayer | layers-RandomTranslation) ;; layers-*) grep -qE "^  shapes: \(None, .*\)( twice)? -> \(None" text || fail "no example" ;; esac
    done
done
for command in compile train eval predict summary check; do "$BNNC" help $command | grep -q "^  -"; done
"$BNNC" help tf.keras.layers.MaxPool2D | grep -q "^MaxPooling2D("
"$BNNC" help QuantConv2D | grep -q "(None, 8, 8, 4) -> (None, 6, 6, 4)"
"$BNNC" help mse | grep -q "also: mean_squared_error, mse, MSE"
"$BNNC" help Identity | grep -c "^Identity(" | grep -qx 1
got=0; "$BNNC" help SteSing > out 2> err || got=$?; [ $got = 2 ]; [ ! -s out ]; grep -q "did you mean 'SteSign'" err
got=0; "$BNNC" help max_pool 2> err || got=$?; [ $got = 2 ]; grep -q "MaxPooling2D" err
got=0; "$BNNC" help zzzz 2> err || got=$?; [ $got = 2 ]; grep -q "lists the topics" err
