/* --dump=plan: one step a line: number, function, kernel, inputs with layouts, output with layout, shape and place, regions
 * where there are several. */
#include "plan/plan.h"

static const char *layout_name(Layout layout)
{
    static const char *const names[] = {
#define LAYOUT(name, text) text,
#include "plan/layouts.def"
#undef LAYOUT
    };
    return names[layout];
}

static void dump_place(const Storage *s, FILE *out)
{
    static const char *const places[] = {[PLACE_INPUT] = "input", [PLACE_OUTPUT] = "output", [PLACE_WORKSPACE] = "workspace",
                                         [PLACE_STATE] = "state", [PLACE_CONSTANT] = "constant", [PLACE_PACKED] = "packed"};
    fprintf(out, "%s", places[s->place]);
    if (s->place == PLACE_WORKSPACE || s->place == PLACE_STATE || s->place == PLACE_PACKED)
        fprintf(out, "+%zu", s->offset);
}

/* " regions rows 1..55 cols 1..55 taps 0..3 x 0..3, ...": where there are several. Slices only where there are several, too. */
static void dump_regions(const Step *step, FILE *out)
{
    for (int i = 0; i < step->regions.count && step->regions.count > 1; i++) {
        const Region *r = &step->regions.at[i];
        bool volume = step->view.targets[0] > 1 || step->view.kernel[0] > 1;
        fputs(i ? ", " : " regions ", out);
        if (volume)
            fprintf(out, "slices %d..%d ", r->from[0], r->to[0]);
        fprintf(out, "rows %d..%d cols %d..%d taps ", r->from[1], r->to[1], r->from[2], r->to[2]);
        if (volume)
            fprintf(out, "%d..%d x ", r->tap_from[0], r->tap_to[0]);
        fprintf(out, "%d..%d x %d..%d", r->tap_from[1], r->tap_to[1], r->tap_from[2], r->tap_to[2]);
    }
}

static void dump_step(const Plan *plan, int index, FILE *out)
{
    const Step *step = plan->steps.at[index];
    fprintf(out, "%d %s = %s(", index, step->function, step->kernel->name);
    for (int k = 0; k < step->input_count; k++) {
        fprintf(out, "%s%%%d:%s@", k ? ", " : "", step->inputs[k]->value->id, layout_name(step->inputs[k]->layout));
        dump_place(step->inputs[k], out);
    }
    const Storage *output = step->output;
    fprintf(out, ") -> %%%d:%s %s %zu bytes @", step->stored->id, layout_name(output->layout),
            shape_text(plan->arena, step->stored->shape, step->stored->batched), output->bytes);
    dump_place(output, out);
    if (step->scratch_bytes)
        fprintf(out, " scratch %zu@%zu", step->scratch_bytes, step->scratch_offset);
    dump_regions(step, out);
    if (plan->graph->training)
        fprintf(out, " phase %d", step->phase);
    if (step->why && step->why[0])
        fprintf(out, " (%s)", step->why);
    fputc('\n', out);
}

void plan_dump(const Plan *plan, FILE *out)
{
    fprintf(out, "plan for %s, workspace %zu bytes, state %zu bytes\n", plan->options.target->name, plan->workspace_bytes, plan->state_bytes);
    for (int i = 0; i < plan->steps.count; i++)
        dump_step(plan, i, out);
}
