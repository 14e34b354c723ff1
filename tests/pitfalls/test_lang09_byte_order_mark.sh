# LANG09. A byte order mark is skipped, and columns are counted without it.
. "$TOP/tests/pitfalls/tools/lib.sh"
printf '\357\273\277model = Dens(3)\n' > mark.bnn
refuses 1 "mark.bnn:1:9: error" "$BNNC" check mark.bnn
printf '\357\273\277model = Sequential([Input((3,)), Dense(2)])\n' > good.bnn
"$BNNC" check good.bnn
