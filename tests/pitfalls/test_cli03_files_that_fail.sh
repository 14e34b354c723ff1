# CLI03. Outputs that cannot be written and inputs that cannot be read: exit 2, name and reason, and no half of a pair.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((3,)), Dense(2)])' > m.bnn
mkdir folder m2.h
refuses 2 "nowhere" "$BNNC" m.bnn --init-weights -o nowhere/m.c
refuses 2 "/proc/" "$BNNC" m.bnn --init-weights -o /proc/m.c
refuses 2 "missing.bnn" "$BNNC" missing.bnn -o m.c
grep -q "No such file" refused.log
refuses 2 "folder" "$BNNC" folder -o m.c
refuses 2 "m2" "$BNNC" m.bnn --init-weights -o m2.c
[ ! -e m2.c ]
[ ! -e m.c ]
if [ -c /dev/full ]; then if "$BNNC" summary m.bnn > /dev/full; then exit 1; fi; fi
echo 'model = Sequential([Input((3,)), Dens(2)])' > bad.bnn
refuses 1 "Dens" "$BNNC" bad.bnn --init-weights -o bad.c
[ ! -e bad.c ]
[ ! -e bad.h ]
if ls -A | grep -E 'tmp'; then exit 1; fi
