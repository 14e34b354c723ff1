# BAD05. Files that are no weight files, whatever their names: exit 2, the file named, nothing written.
. "$TOP/tests/pitfalls/tools/lib.sh"
echo 'model = Sequential([Input((3,)), Dense(2, name="d")])' > m.bnn
echo 'this is a letter' > w.h5
printf '\211HDF\r\n\032\n' > v.h5; head -c 3000 /dev/zero | tr '\000' '\377' >> v.h5
: > empty.h5
for file in w.h5 v.h5 empty.h5; do
    refuses 2 "$file" "$BNNC" m.bnn --weights $file -o m.c
    [ ! -e m.c ]
    [ ! -e m.h ]
done
