# examples/micro: the network fits 12 KB of flash, and computes the same bits here and on Cortex-M processors.
example=$TOP/examples/micro
"$BNNC" "$example/micro.bnn" --init-weights --unroll none --quiet -o micro.c
mkdir flash
mv micro.c micro.h flash
"$BNNC" "$example/micro.bnn" --init-weights --unroll none --selftest --quiet -o micro.c
"${CC:-cc}" -O2 -Wall -Wextra -Werror -I. "$example/main.c" micro.c -o micro
./micro > here.txt
grep -q "the same bits" here.txt

if ! command -v arm-none-eabi-gcc > /dev/null || ! command -v qemu-system-arm > /dev/null; then
    echo "not on this machine: Cortex-M run (apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm)"
    exit 0
fi
m4f="-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16"
cat > firmware.c <<'M'
#include "micro.h"
static micro_workspace workspace;
uint8_t image[28 * 28];
volatile int class;
void Reset_Handler(void) { for (;;) class = micro_classify(image, &workspace); }
M
arm-none-eabi-gcc $m4f -Os -nostartfiles -Wl,--entry=Reset_Handler -Iflash firmware.c flash/micro.c -o firmware.elf
flash=$(arm-none-eabi-size firmware.elf | awk 'NR == 2 { print $1 + $2 }')
echo "flash: $flash bytes"
[ "$flash" -le 12288 ]

on_board() { # machine, flags
    machine=$1; shift
    arm-none-eabi-gcc "$@" -mthumb -Wall -Wextra -Werror --specs=rdimon.specs -Wl,--section-start=.vectors=0 -I. "$example/board.c" "$example/main.c" micro.c -o board.elf
    timeout 60 qemu-system-arm -M "$machine" -nographic -semihosting -kernel board.elf < /dev/null > there.txt
    cmp here.txt there.txt
}
on_board mps2-an386 $m4f -Os
on_board mps2-an386 $m4f -O3
on_board mps2-an385 -mcpu=cortex-m3 -Os
