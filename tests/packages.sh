#!/bin/sh
# Are these Debian packages installed? As root, installs what is missing; otherwise prints the one line to run.
missing=
for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then
    echo "installing$missing"
    (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing) > /tmp/bnnc-apt.log 2>&1 && exit 0
    tail -5 /tmp/bnnc-apt.log
    exit 1
fi
echo "missing:$missing"
echo "run:     sudo apt-get install -y$missing"
exit 1
