/* Reuse: in: the steps of a function in their order. out: before which of them a barrier must stand. Workspace that held one type takes another
 * when its value is dead; a compiler that sees both accesses, each through a pointer of its own type, believes them apart and may move the later
 * one up (C11 6.5p7). Steps of one type need none. */
#include "emit/internal.h"

#include <string.h>

static bool other_type(const char *a, const char *b)
{
    return strcmp(a, b) != 0;
}

/* Whether the workspace, scratch memory included, holds more than one type at all. */
static bool is_mixed(const Plan *plan)
{
    const char *first = NULL;
    bool mixed = false;
    for (int i = 0; i < plan->storages.count; i++) {
        const Storage *storage = plan->storages.at[i];
        if (storage->place != PLACE_WORKSPACE)
            continue;
        first = first ? first : storage->c_type;
        mixed |= other_type(first, storage->c_type);
    }
    for (int i = 0; i < plan->steps.count; i++)
        for (int k = 0; k < plan->steps.at[i]->scratches.count; k++) {
            const char *c_type = plan->steps.at[i]->scratches.at[k].c_type;
            first = first ? first : c_type;
            mixed |= other_type(first, c_type);
        }
    return mixed;
}

Reuse reuse_begin(Arena *arena, const Plan *plan)
{
    return (Reuse){.arena = arena, .mixed = is_mixed(plan), .fresh = true};
}

static bool clashes(const Reuse *reuse, size_t begin, size_t bytes, const char *c_type)
{
    for (int i = 0; i < reuse->seen.count; i++) {
        const Access *seen = &reuse->seen.at[i];
        if (begin < seen->end && seen->begin < begin + bytes && other_type(seen->c_type, c_type))
            return true;
    }
    return false;
}

static void remember(Reuse *reuse, size_t begin, size_t bytes, const char *c_type)
{
    VEC_PUSH(reuse->arena, &reuse->seen, ((Access){begin, begin + bytes, c_type}));
}

void reuse_barrier(Reuse *reuse, Text *calls, const Step *step)
{
    if (!reuse->mixed)
        return;
    bool clash = reuse->fresh; /* what ran before, another function or this one, is not known */
    if (step->output->place == PLACE_WORKSPACE)
        clash |= clashes(reuse, step->output->offset, step->output->bytes, step->output->c_type);
    for (int i = 0; i < step->scratches.count; i++)
        clash |= clashes(reuse, step->scratch_offset + step->scratches.at[i].offset, step->scratches.at[i].bytes, step->scratches.at[i].c_type);
    if (clash) {
        text_add(calls, "BNN_BARRIER();\n");
        reuse->seen.count = 0;
    }
    reuse->fresh = false;
    for (int i = 0; i < step->input_count; i++)
        if (step->inputs[i]->place == PLACE_WORKSPACE)
            remember(reuse, step->inputs[i]->offset, step->inputs[i]->bytes, step->inputs[i]->c_type);
    if (step->output->place == PLACE_WORKSPACE)
        remember(reuse, step->output->offset, step->output->bytes, step->output->c_type);
    for (int i = 0; i < step->scratches.count; i++)
        remember(reuse, step->scratch_offset + step->scratches.at[i].offset, step->scratches.at[i].bytes, step->scratches.at[i].c_type);
}

void barrier_print(Text *out, const Names *used)
{
    if (names_have(used, "BNN_BARRIER"))
        text_add(out, "\n#ifdef __GNUC__\n#define BNN_BARRIER() __asm__ __volatile__(\"\" : : : \"memory\") /* workspace takes values of another type from here on */\n"
                      "#else\n#define BNN_BARRIER() ((void)0)\n#endif\n");
}
