/* The table of toolchains. Out: those of them that this machine has; the others are named. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRICT " -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

static const Toolchain all[] = {
    { "tcc, generic", JIT_TCC, NULL, NULL, "generic" },
    { "gcc -O0 -std=c99, generic", JIT_CC, "gcc", "-O0 -std=c99" STRICT, "generic" },
    { "gcc -O3, generic", JIT_CC, "gcc", "-O3", "generic" },
    { "gcc -O3 -mfma, generic", JIT_CC, "gcc", "-O3 -mavx2 -mfma", "generic" },
    { "clang -O2, generic", JIT_CC, "clang", "-O2 -std=c99" STRICT, "generic" },
    { "gcc -O3, avx2", JIT_CC, "gcc", "-O3 -mavx2 -Wall -Wextra -Werror", "avx2" },
    { "clang -O2, avx2", JIT_CC, "clang", "-O2 -mavx2 -mfma", "avx2" },
    { "gcc -O1, generic, 3 threads", JIT_CC, "gcc", "-O1 -fopenmp", "generic" },
};

static bool present(const Toolchain *toolchain)
{
    const char *why = NULL;
    char probe[64];
    if (strcmp(toolchain->target, "avx2") == 0 && !__builtin_cpu_supports("avx2"))
        return false;
    if (strstr(toolchain->name, "-mfma") && !__builtin_cpu_supports("fma"))
        return false;
    if (toolchain->kind == JIT_TCC)
        return jit_available(JIT_TCC, &why);
    snprintf(probe, sizeof probe, "command -v %s >/dev/null 2>&1", toolchain->compiler);
    return system(probe) == 0;
}

int check_toolchains(Toolchain *out, int room)
{
    int count = 0;
    setenv("OMP_NUM_THREADS", "3", 1);
    setenv("OMP_WAIT_POLICY", "passive", 1);
    for (size_t i = 0; i < sizeof all / sizeof *all && count < room; i++) {
        if (present(&all[i]))
            out[count++] = all[i];
        else
            printf("not on this machine: %s\n", all[i].name);
    }
    return count;
}
