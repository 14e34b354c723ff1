# CLI01. DESTDIR is a staging place: files lie under it, none of them mentions it.
. "$TOP/tests/pitfalls/tools/lib.sh"
stage=$PWD/stage
make -C "$TOP" --no-print-directory B="$BUILD" install DESTDIR="$stage" PREFIX=/usr > install.log 2>&1 || { cat install.log; exit 1; }
[ -x stage/usr/bin/bnnc ]
[ -e stage/usr/lib/libbnn.a ]
[ -e stage/usr/include/bnn/bnn.h ]
pc=$(find stage -name '*.pc'); cat "$pc"
grep -x 'prefix=/usr' "$pc"
if grep -r "$stage" stage/usr/lib/pkgconfig stage/usr/include; then exit 1; fi
PKG_CONFIG_PATH=stage/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$stage pkg-config --cflags --libs bnn || echo "not on this machine: pkg-config"
