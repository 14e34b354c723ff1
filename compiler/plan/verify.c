/* In: a finished plan. Out: nothing, or BUG: a buffer read before it is written, two live buffers that overlap, a buffer outside the
 * workspace, regions that do not tile an output, a step without function, output or template. */
#include "base/bug.h"
#include "plan/product.h"

#include <string.h>

static size_t end_of(const Storage *s)
{
    return s->offset + s->bytes;
}

static void check_pair(const Storage *a, const Storage *b)
{
    bool together = a->first_step <= b->last_step && b->first_step <= a->last_step;
    bool overlap = a->offset < end_of(b) && b->offset < end_of(a);
    if (together && overlap)
        BUG("values %d and %d overlap in the workspace (steps %d..%d at %zu, steps %d..%d at %zu)", a->value->id, b->value->id, a->first_step,
            a->last_step, a->offset, b->first_step, b->last_step, b->offset);
}

static void check_scratch(const Plan *plan, int index)
{
    const Step *step = plan->steps.at[index];
    Storage scratch = {.value = step->value, .offset = step->scratch_offset, .bytes = step->scratch_bytes, .first_step = index, .last_step = index};
    if (end_of(&scratch) > plan->workspace_bytes)
        BUG("%s: scratch outside the workspace", step->function);
    for (int i = 0; i < plan->storages.count; i++)
        if (plan->storages.at[i]->place == PLACE_WORKSPACE)
            check_pair(&scratch, plan->storages.at[i]);
}

static void check_step(const Plan *plan, int index)
{
    const Step *step = plan->steps.at[index];
    if (!step->function || !step->output || !step->kernel->template_name)
        BUG("step %d is not complete", index);
    if (step->output->first_step > index || step->output->last_step < index)
        BUG("%s: its output does not live", step->function);
    bool packs = step->phase == PHASE_PACK && step->output->place == PLACE_PACKED;
    if (step->output->place != PLACE_WORKSPACE && step->output->place != PLACE_OUTPUT && !packs)
        BUG("%s: its output cannot be written", step->function);
    for (int k = 0; k < step->input_count; k++) {
        const Storage *input = step->inputs[k];
        bool written = input->place == PLACE_WORKSPACE || input->place == PLACE_OUTPUT;
        if (written && (input->first_step >= index || input->last_step < index))
            BUG("%s: input %d is not there", step->function, k);
        if (step->phase == PHASE_FORWARD && plan->packed_bytes && input->place == PLACE_STATE)
            BUG("%s: input %d is a variable that _pack did not pack", step->function, k);
        if (input == step->output)
            BUG("%s: input %d is the output", step->function, k);
    }
    for (int i = 0; i < index; i++)
        if (strcmp(plan->steps.at[i]->function, step->function) == 0)
            BUG("two steps are called %s", step->function);
}

void plan_verify(const Plan *plan)
{
    for (int i = 0; i < plan->steps.count; i++) {
        check_step(plan, i);
        regions_verify(plan->steps.at[i]);
        if (plan->steps.at[i]->scratch_bytes)
            check_scratch(plan, i);
    }
    for (int i = 0; i < plan->storages.count; i++) {
        const Storage *s = plan->storages.at[i];
        if (s->place != PLACE_WORKSPACE)
            continue;
        if (end_of(s) > plan->workspace_bytes)
            BUG("value %d lies outside the workspace", s->value->id);
        for (int j = 0; j < i; j++)
            if (plan->storages.at[j]->place == PLACE_WORKSPACE)
                check_pair(plan->storages.at[j], s);
    }
}
