/* In: surveyed values. Out: for each step the cheapest row of kernels.def that applies, and why better ones did not. Consumers are served
 * first, so that a producer knows in which layouts it is wanted; a layout it does not store costs a conversion. */
#include "plan/kernels.h"
#include "plan/planning.h"

#include "base/bug.h"

#include <float.h>

static const Kernel kernels[] = {
#define KERNEL(name_, op_, template_, refuses_, cost_, input_, output_, bind_, summary_) \
    {#name_, OP_##op_, template_, summary_, refuses_, cost_, input_, output_, bind_},
#include "plan/kernels.def"
#undef KERNEL
};

const Kernel *kernels_table(int *count)
{
    *count = (int)(sizeof kernels / sizeof *kernels);
    return kernels;
}

const Value *plan_stored(const Plan *plan, const Value *value)
{
    return plan_note(plan, value)->stored;
}

bool plan_wants(const Plan *plan, const Value *value, Layout layout)
{
    return plan_note(plan, value)->wanted >> layout & 1;
}

Layout layout_in_plain(const Plan *plan, const Value *value, int input)
{
    (void)plan, (void)value, (void)input;
    return LAYOUT_PLAIN;
}

Layout layout_in_packed(const Plan *plan, const Value *value, int input)
{
    (void)plan, (void)value, (void)input;
    return LAYOUT_PACKED;
}

Layout layout_out_plain(const Plan *plan, const Value *value)
{
    (void)plan, (void)value;
    return LAYOUT_PLAIN;
}

Layout layout_out_packed(const Plan *plan, const Value *value)
{
    (void)plan, (void)value;
    return LAYOUT_PACKED;
}

Layout layout_out_stored(const Plan *plan, const Value *value)
{
    const Value *stored = plan_stored(plan, value);
    bool bits = stored->element == ELEMENT_LEVEL && planes_of(stored->lo, stored->hi, stored->step).count > 0;
    return bits && plan_wants(plan, stored, LAYOUT_PACKED) ? LAYOUT_PACKED : LAYOUT_PLAIN;
}

const char *refuses_nothing(const Plan *plan, const Value *value)
{
    (void)plan, (void)value;
    return NULL;
}

const char *refuses_packed(const Plan *plan, const Value *value)
{
    (void)plan;
    if (value->element == ELEMENT_F32 || value->element == ELEMENT_I32)
        return "not a set of levels";
    if (planes_of(value->lo, value->hi, value->step).count == 0)
        return "more levels than planes";
    return value->shape.rank == 0 ? "no channels" : NULL;
}

static double conversion_cost(const Value *value)
{
    return 2.0 * (double)shape_count(value->shape);
}

static double total_cost(const Plan *plan, const Kernel *kernel, const Value *value, const Value *stored)
{
    double cost = kernel->cost(plan, value);
    Layout layout = kernel->output_layout(plan, value);
    for (int l = 0; l < LAYOUT_COUNT; l++)
        if (l != (int)layout && plan_wants(plan, stored, (Layout)l))
            cost += conversion_cost(stored);
    return cost;
}

static void choose(Plan *plan, const Value *value)
{
    Note *note = plan_note(plan, value);
    double best = DBL_MAX;
    Text why = text_new(plan->arena);
    for (int i = 0; i < (int)(sizeof kernels / sizeof *kernels); i++) {
        if (kernels[i].op != value->op)
            continue;
        const char *reason = kernels[i].refuses(plan, value);
        if (reason) {
            text_printf(&why, "%s%s: %s", why.length ? "; " : "", kernels[i].name, reason);
            continue;
        }
        double cost = total_cost(plan, &kernels[i], value, note->stored);
        if (cost < best) {
            best = cost;
            note->kernel = &kernels[i];
        }
    }
    if (!note->kernel)
        BUG("no kernel computes %s of %s (%s)", op_name(value->op), value->name ? value->name : "?", why.at);
    note->layout = note->kernel->output_layout(plan, value);
    note->why = why.at;
    note->cost = note->kernel->cost(plan, value);
}

static void want_inputs(Plan *plan, const Value *value)
{
    const Note *note = plan_note(plan, value);
    for (int k = 0; k < value->input_count; k++)
        plan_note(plan, value->input[k])->wanted |= 1u << note->kernel->input_layout(plan, value, k);
    for (const Value *from = value; from != note->stored;) { /* operands of the chain */
        const Value *to = plan_note(plan, from)->only_user;
        for (int k = 0; k < to->input_count; k++)
            if (to->input[k] != from)
                plan_note(plan, to->input[k])->wanted |= 1u << LAYOUT_PLAIN;
        from = to;
    }
}

/* The head of a chain is visited where its end stands, after everybody who reads the end. */
void plan_select(Plan *plan)
{
    for (int i = plan->planning->notes.count; i-- > 0;) {
        const Note *note = &plan->planning->notes.at[i];
        if (!note->head || !note->wanted || plan_note(plan, note->head)->stored != note->value)
            continue;
        choose(plan, note->head);
        want_inputs(plan, note->head);
    }
}

const Kernel *plan_conversion(const Plan *plan, const Value *value, Layout from, Layout to)
{
    for (int i = 0; i < (int)(sizeof kernels / sizeof *kernels); i++) {
        const Kernel *k = &kernels[i];
        if (k->op == OP_COUNT_OF_KINDS && k->input_layout(plan, value, 0) == from && k->output_layout(plan, value) == to && !k->refuses(plan, value))
            return k;
    }
    return NULL;
}
