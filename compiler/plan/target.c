/* In: a target's name. Out: its row of targets.def; "native" asks the CPU. */
#include "plan/plan.h"

#include <string.h>

static const Target targets[] = {
#define TARGET(name_, header_, lanes_, flags_, gnu_only_, features, summary_) {#name_, summary_, header_, lanes_, flags_, gnu_only_},
#include "plan/targets.def"
#undef TARGET
};

const Target *targets_table(int *count)
{
    *count = (int)(sizeof targets / sizeof *targets);
    return targets;
}

/* __builtin_cpu_supports takes literals only. */
static bool cpu_has(const char *feature)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    if (strcmp(feature, "avx2") == 0)
        return __builtin_cpu_supports("avx2");
#endif
    return feature[0] == '\0';
}

static const Target *native(void)
{
    static const char *const features[] = {
#define TARGET(name_, header_, lanes_, flags_, gnu_only_, features_, summary_) features_,
#include "plan/targets.def"
#undef TARGET
    };
    const Target *best = &targets[0];
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        if (cpu_has(features[i]))
            best = &targets[i];
    return best;
}

const Target *target_find(const char *name)
{
    if (strcmp(name, "native") == 0)
        return native();
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (strcmp(name, targets[i].name) == 0)
            return &targets[i];
    return NULL;
}
