/* In: a graph. Out: for each value how often it is used, whether it is a result, which chain of pointwise values its step stores, and
 * whether it belongs to the forward, backward or update part of training. */
#include "plan/planning.h"

#include "base/bug.h"

Note *plan_note(const Plan *plan, const Value *value)
{
    BUG_IF(value->id < 0 || value->id >= plan->planning->notes.count);
    return &plan->planning->notes.at[value->id];
}

bool plan_is_leaf(const Value *value)
{
    return value->op == OP_INPUT || value->op == OP_WEIGHT || value->op == OP_CONSTANT;
}

static void mark_result(Plan *plan, const Value *value)
{
    Note *note = plan_note(plan, value);
    note->uses++;
    note->result = true;
    note->wanted |= 1u << LAYOUT_PLAIN;
}

static void mark_results(Plan *plan)
{
    const Graph *graph = plan->graph;
    for (int i = 0; i < graph->outputs.count; i++)
        mark_result(plan, graph->outputs.at[i]);
    for (int i = 0; i < graph->updates.count; i++)
        mark_result(plan, graph->updates.at[i].value);
    for (int i = 0; i < graph->gradients.count; i++)
        mark_result(plan, graph->gradients.at[i].value);
    for (int i = 0; i < graph->metrics.count; i++)
        mark_result(plan, graph->metrics.at[i]);
    if (graph->loss)
        mark_result(plan, graph->loss);
}

static void count_uses(Plan *plan, const Value *value)
{
    for (int k = 0; k < value->input_count; k++) {
        Note *note = plan_note(plan, value->input[k]);
        if (note->only_user == value)
            continue;
        note->uses++;
        note->only_user = value;
    }
}

/* Inference outputs are float32 in memory of the caller's. A value that cannot be written there (an integer, an input, an output that
 * occurs twice) gets a copying map. */
static const Value *copy_of(Plan *plan, Value *value, int id)
{
    Value *copy = ARENA_NEW(plan->arena, Value);
    *copy = (Value){.id = id, .op = OP_MAP, .element = ELEMENT_F32, .shape = value->shape, .batched = value->batched, .input_count = 1,
                    .span = value->span, .name = value->name};
    copy->input = ARENA_ARRAY(plan->arena, Value *, 1);
    copy->input[0] = value;
    copy->u.expr = expr_arg(plan->graph->pool, 0);
    return copy;
}

static const Value *reshape_root(const Value *value)
{
    while (value->op == OP_RESHAPE)
        value = value->input[0];
    return value;
}

static bool needs_copy(const Graph *graph, int index)
{
    const Value *value = graph->outputs.at[index], *root = reshape_root(value);
    bool again = false;
    for (int i = 0; i < index; i++)
        again |= reshape_root(graph->outputs.at[i]) == root;
    return again || plan_is_leaf(root) || value->element != ELEMENT_F32;
}

static void add_note(Plan *plan, const Value *value)
{
    Note note = {.value = value, .stored = value, .head = plan_is_leaf(value) ? NULL : value};
    VEC_PUSH(plan->arena, &plan->planning->notes, note);
}

static void add_copies(Plan *plan)
{
    const Graph *graph = plan->graph;
    for (int i = 0; i < graph->outputs.count; i++) {
        const Value *copy = NULL;
        if (!graph->training && needs_copy(graph, i)) {
            copy = copy_of(plan, graph->outputs.at[i], plan->planning->notes.count);
            add_note(plan, copy);
        }
        VEC_PUSH(plan->arena, &plan->planning->copies, copy);
    }
}

/* --- phases: the graph's own; what an earlier phase reads belongs to it, too. What the outputs of an evaluation need of the variables
 * alone is packed. */
bool plan_packs(const Plan *plan)
{
    return plan->options.training && !plan->graph->training;
}

static void mark_packed(Plan *plan)
{
    for (int i = 0; i < plan->graph->values.count; i++) {
        const Value *value = plan->graph->values.at[i];
        Note *note = plan_note(plan, value);
        bool packed = note->phase == PHASE_FORWARD && !note->result && !value->batched && value->op != OP_INPUT && value->op != OP_RANDOM &&
                      value->op != OP_COUNT && value->op != OP_CONSTANT;
        for (int k = 0; k < value->input_count; k++)
            packed &= value->input[k]->op == OP_CONSTANT || plan_note(plan, value->input[k])->phase == PHASE_PACK;
        if (packed)
            note->phase = PHASE_PACK;
    }
}

static void mark_phases(Plan *plan)
{
    const Graph *graph = plan->graph;
    int count = graph->values.count;
    for (int i = 0; i < count && (graph->training || graph->loss); i++)
        plan_note(plan, graph->values.at[i])->phase = graph->values.at[i]->phase;
    for (int i = 0; i < graph->outputs.count; i++)
        plan_note(plan, graph->outputs.at[i])->phase = 0;
    for (int i = 0; i < graph->metrics.count && graph->training; i++)
        plan_note(plan, graph->metrics.at[i])->phase = 0;
    if (graph->loss && graph->training)
        plan_note(plan, graph->loss)->phase = 0;
    for (int i = count - 1; i >= 0; i--) {
        const Value *value = graph->values.at[i];
        for (int k = 0; k < value->input_count; k++) {
            Note *input = plan_note(plan, value->input[k]);
            int phase = plan_note(plan, value)->phase;
            input->phase = input->phase < phase ? input->phase : phase;
        }
    }
}

/* --- chains: maps, quantizers and thresholds that only the product feeds, with other operands per channel at most */
static bool per_channel(const Value *value, int channels)
{
    int64_t count = shape_count(value->shape);
    bool last = value->shape.rank > 0 && value->shape.dim[value->shape.rank - 1] == count;
    return !value->batched && (count == 1 || (last && count == channels));
}

static bool chains(const Plan *plan, const Value *from, const Value *to)
{
    if (to->op != OP_MAP && to->op != OP_QUANTIZE && to->op != OP_THRESHOLD)
        return false;
    if (!shape_equal(from->shape, to->shape) || from->batched != to->batched || from->shape.rank == 0)
        return false;
    int channels = from->shape.dim[from->shape.rank - 1];
    for (int k = 0; k < to->input_count; k++)
        if (to->input[k] != from && !per_channel(to->input[k], channels))
            return false;
    const Note *note = plan_note(plan, to);
    return note->head == to && plan_note(plan, from)->phase == note->phase; /* the sum of two products is stored by one of them */
}

static void find_chain(Plan *plan, const Value *head)
{
    const Value *end = head;
    int operands = 2;
    for (;;) {
        const Note *note = plan_note(plan, end);
        if (note->uses != 1 || note->result || !chains(plan, end, note->only_user))
            break;
        operands += note->only_user->input_count - 1;
        if (operands > 24)
            break;
        end = note->only_user;
        plan_note(plan, end)->head = head;
    }
    plan_note(plan, head)->stored = end;
}

void plan_survey(Plan *plan)
{
    const Graph *graph = plan->graph;
    plan->planning = ARENA_NEW(plan->arena, struct Planning);
    for (int i = 0; i < graph->values.count; i++) {
        BUG_IF(graph->values.at[i]->id != i);
        add_note(plan, graph->values.at[i]);
    }
    for (int i = 0; i < graph->values.count; i++)
        count_uses(plan, graph->values.at[i]);
    mark_results(plan);
    add_copies(plan);
    for (int i = 0; i < plan->planning->copies.count; i++) {
        const Value *copy = plan->planning->copies.at[i];
        if (copy) {
            plan_note(plan, copy)->uses = 1;
            plan_note(plan, copy)->result = true;
            plan_note(plan, copy)->wanted = 1u << LAYOUT_PLAIN;
        }
    }
    mark_phases(plan);
    if (plan_packs(plan))
        mark_packed(plan);
    for (int i = 0; i < graph->values.count; i++)
        if (graph->values.at[i]->op == OP_PRODUCT)
            find_chain(plan, graph->values.at[i]);
}
