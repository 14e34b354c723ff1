# LANG11. CRLF line ends give the tree that LF gives, over continuation lines and long strings too.
. "$TOP/tests/pitfalls/tools/lib.sh"
cat > unix.bnn <<'M'
"""A model
of two lines."""
units = 2 + \
    3
text = '''a
b'''
if units == 5:
    model = Sequential([
        Input((3,)),  # a comment
        Dense(units),
    ])
M
sed 's/$/\r/' unix.bnn > windows.bnn
"$BNNC" unix.bnn --dump=ast > unix.ast
"$BNNC" windows.bnn --dump=ast > windows.ast
cmp unix.ast windows.ast
"$BNNC" check windows.bnn
