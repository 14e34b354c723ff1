#!/bin/sh
# Includes go down only: base < front < expr < graph < lang < layers < passes < plan < emit < io < run < cmd; io knows base alone.
order="base front expr graph lang layers passes plan emit io run cmd"
bad=0
rank() { n=0; for layer in $order; do [ "$layer" = "$1" ] && { echo $n; return; }; n=$((n + 1)); done; echo none; }
for layer in $order; do
    mine=$(rank $layer)
    for target in $(grep -rhoE '^#include "[a-z]+/' compiler/$layer --include=*.c --include=*.h --include=*.l --include=*.y --include=*.def | sed 's/.*"//; s,/,,' | sort -u); do
        theirs=$(rank "$target")
        [ "$theirs" = none ] && continue
        if [ "$theirs" -gt "$mine" ] || { [ $layer = io ] && [ "$target" != io ] && [ "$target" != base ]; }; then
            grep -rnE "^#include \"$target/" compiler/$layer
            echo "  $layer must not include $target"
            bad=$((bad + 1))
        fi
    done
done
[ $bad -eq 0 ]
