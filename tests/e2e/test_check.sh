# bnnc check: what is to be said of a model, nothing written; exit status 0, with --strict 1 when there was a warning.
cat > clean.bnn <<'M'
model = Sequential([Input((4,)), Dense(2)])
M
cat > warned.bnn <<'M'
model = Sequential([Input((4,)), Dense(2)])
stray = Dense(3)
print(image_count)
M
echo 'model = Sequential([Input((4,)), Dens(2)])' > wrong.bnn
status() { got=0; "$@" > out 2> log || got=$?; }
status "$BNNC" check clean.bnn; [ $got = 0 ]; grep -q "^clean.bnn: good" out; [ ! -s log ]
status "$BNNC" check clean.bnn --strict; [ $got = 0 ]
status "$BNNC" check warned.bnn; [ $got = 0 ]; grep -q "^warned.bnn:2:9: warning: " log; grep -q "^warned.bnn:3:7: warning: 'image_count'" log
status "$BNNC" check warned.bnn --strict; [ $got = 1 ]; [ ! -s out ]; grep -q "^bnnc: 2 warnings, with --strict an error" log
status "$BNNC" check wrong.bnn; [ $got = 1 ]; grep -q "did you mean 'Dense'" log
status "$BNNC" check missing.bnn; [ $got = 2 ]
status "$BNNC" clean.bnn --strict -o m.c; [ $got = 2 ]; grep -q -- "--strict" log
[ "$(ls)" = "$(printf 'clean.bnn\nlog\nout\nwarned.bnn\nwrong.bnn')" ]
