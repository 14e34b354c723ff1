/* In: a graph after its passes. Out: the plan: steps in order, with storage for every value and layout, conversions, holes and places.
 * Order: by phase, within a phase as in the graph; a conversion stands before its first reader. */
#include "plan/kernels.h"
#include "plan/layout.h"
#include "plan/planning.h"

#include "base/bug.h"

#include <limits.h>
#include <string.h>

/* Generated code counts the bytes of a value in an int; more is the model's error, or the batch's. */
static void check_bytes(Plan *plan, const Value *value, size_t bytes)
{
    int batch = value->batched ? plan->options.batch : 1;
    if (bytes <= INT_MAX || plan->too_large)
        return;
    plan->too_large = true;
    Span span = value->span.source ? value->span : plan->graph->outputs.at[0]->span;
    Message *message = diag_error(plan->graph->diag, span, "%s for a batch of %d would take %zu bytes; a value may take %d",
                                  shape_text(plan->arena, value->shape, value->batched), batch, bytes, INT_MAX);
    diag_hint(message, batch > 1 ? "--batch-size sets a smaller batch" : "use smaller or fewer dimensions");
}

static Storage *storage_new(Plan *plan, const Value *value, Layout layout, Place place)
{
    Storage *storage = ARENA_NEW(plan->arena, Storage);
    storage->value = value;
    storage->layout = layout;
    storage->place = place;
    storage->c_type = layout_c_type(value, layout);
    storage->bytes_per_sample = layout_bytes(plan, value, layout);
    storage->bytes = storage->bytes_per_sample * (size_t)(value->batched ? plan->options.batch : 1);
    storage->first_step = storage->last_step = plan->steps.count;
    check_bytes(plan, value, storage->bytes);
    VEC_PUSH(plan->arena, &plan->storages, storage);
    plan_note(plan, value)->storage[layout] = storage;
    return storage;
}

size_t plan_variable_offset(const Graph *graph, const Variable *variable)
{
    size_t offset = 0;
    for (int i = 0; i < graph->variables.count && graph->variables.at[i] != variable; i++)
        offset += (size_t)shape_count(graph->variables.at[i]->shape);
    return offset;
}

/* A constant PLAIN as its C type: levels are int16. */
static const void *plain_constant(Plan *plan, const Value *value)
{
    int64_t count = shape_count(value->shape);
    if (value->element == ELEMENT_F32)
        return value->u.data.f32;
    if (value->element == ELEMENT_I32)
        return value->u.data.i32;
    int16_t *levels = ARENA_ARRAY(plan->arena, int16_t, count);
    uint8_t *bytes = (uint8_t *)levels;
    for (int64_t i = 0; i < count; i++) {
        if (value->element == ELEMENT_LEVEL)
            levels[i] = (int16_t)value->u.data.i32[i];
        else
            bytes[i] = (uint8_t)value->u.data.i32[i];
    }
    return levels;
}

/* Do the steps being built read variables from the packed block, where _pack copies those that are read as they are? */
static bool reads_packed(const Plan *plan)
{
    return plan_packs(plan) && plan->planning->phase == PHASE_FORWARD;
}

/* How a leaf comes; constants come in every layout. */
static Layout leaf_layout(const Value *value)
{
    return value->op == OP_INPUT && value->element == ELEMENT_LEVEL ? LAYOUT_PACKED : LAYOUT_PLAIN;
}

static Storage *leaf_storage(Plan *plan, const Value *value, Layout layout)
{
    Place variable = reads_packed(plan) ? PLACE_PACKED : PLACE_STATE;
    Place place = value->op == OP_INPUT ? PLACE_INPUT : value->op == OP_WEIGHT ? variable : PLACE_CONSTANT;
    if (layout != leaf_layout(value) && place != PLACE_CONSTANT)
        return NULL;
    Storage *storage = storage_new(plan, value, layout, place);
    if (place == PLACE_CONSTANT)
        storage->data = layout == LAYOUT_PLAIN ? plain_constant(plan, value) : layout_pack(plan->arena, plan, value, layout);
    if (place == PLACE_STATE)
        storage->offset = 4 * plan_variable_offset(plan->graph, value->u.variable);
    return storage;
}

static Storage *storage_for(Plan *plan, const Value *value, Layout layout);

static void read_by(Step *step, Storage *storage)
{
    BUG_IF(step->input_count == (int)(sizeof step->inputs / sizeof *step->inputs));
    step->inputs[step->input_count++] = storage;
}

static Step *step_new(Plan *plan, const Kernel *kernel, const Value *value)
{
    Step *step = ARENA_NEW(plan->arena, Step);
    step->plan = plan;
    step->kernel = kernel;
    step->value = step->stored = value;
    return step;
}

/* Appends: its inputs live until here at least, its output from here. */
static void step_append(Plan *plan, Step *step)
{
    step->function = step_name(plan, step);
    for (int k = 0; k < step->input_count; k++)
        step->inputs[k]->last_step = plan->steps.count;
    if (step->output->last_step < plan->steps.count)
        step->output->last_step = plan->steps.count;
    VEC_PUSH(plan->arena, &plan->steps, step);
    step->kernel->bind(step);
}

static Storage *convert(Plan *plan, const Value *value, Layout to)
{
    for (int from = 0; from < LAYOUT_COUNT; from++) {
        Storage *old = plan_note(plan, value)->storage[from];
        if (!old && plan_is_leaf(value) && from == (int)leaf_layout(value))
            old = leaf_storage(plan, value, leaf_layout(value));
        const Kernel *kernel = old ? plan_conversion(plan, value, (Layout)from, to) : NULL;
        if (!kernel)
            continue;
        Step *step = step_new(plan, kernel, value);
        step->phase = plan->planning->phase;
        step->cost = kernel->cost(plan, value);
        read_by(step, old);
        step->output = storage_new(plan, value, to, PLACE_WORKSPACE);
        step_append(plan, step);
        return step->output;
    }
    BUG("%s (%s) cannot be had in layout %d", value->name ? value->name : "?", op_name(value->op), (int)to);
}

static Storage *storage_for(Plan *plan, const Value *value, Layout layout)
{
    Note *note = plan_note(plan, value);
    bool latent = note->storage[layout] && note->storage[layout]->place == PLACE_STATE && reads_packed(plan);
    if ((!note->storage[layout] || latent) && plan_is_leaf(value))
        return leaf_storage(plan, value, layout) ? note->storage[layout] : convert(plan, value, layout);
    if (latent) /* reshaped */
        note->storage[layout] = storage_for(plan, value->input[0], layout);
    return note->storage[layout] ? note->storage[layout] : convert(plan, value, layout);
}

/* A reshape is the same memory, seen through another shape. */
static bool alias(Plan *plan, const Value *value, Note *note)
{
    if (value->op != OP_RESHAPE)
        return false;
    note->storage[note->layout] = storage_for(plan, value->input[0], note->layout);
    return true;
}

static void chain_inputs(Plan *plan, Step *step)
{
    for (const Value *from = step->value; from != step->stored;) {
        const Value *to = plan_note(plan, from)->only_user;
        for (int k = 0; k < to->input_count; k++)
            if (to->input[k] != from)
                read_by(step, storage_for(plan, to->input[k], LAYOUT_PLAIN));
        from = to;
    }
}

static void build_step(Plan *plan, const Value *value, int part)
{
    Note *note = plan_note(plan, value);
    Step *step = step_new(plan, note->kernel, value);
    step->stored = note->stored;
    step->phase = note->phase;
    step->part = part;
    step->why = note->why;
    step->cost = note->cost;
    for (int k = 0; k < value->input_count; k++)
        read_by(step, storage_for(plan, value->input[k], note->kernel->input_layout(plan, value, k)));
    chain_inputs(plan, step);
    Storage *output = plan_note(plan, note->stored)->storage[note->layout];
    step->output = output ? output : storage_new(plan, note->stored, note->layout, PLACE_WORKSPACE);
    step_append(plan, step);
}

static void build_value(Plan *plan, const Value *end)
{
    Note *note = plan_note(plan, end);
    if (!note->head || !note->wanted)
        return;
    const Value *head = note->head;
    if (plan_note(plan, head)->stored != end || alias(plan, head, note))
        return;
    int parts = head->op == OP_CONCAT ? head->input_count : 1;
    for (int part = 0; part < parts; part++)
        build_step(plan, head, part);
}

static void build_phase(Plan *plan, int phase)
{
    plan->planning->phase = phase;
    for (int i = 0; i < plan->planning->notes.count; i++)
        if (plan->planning->notes.at[i].phase == phase)
            build_value(plan, plan->planning->notes.at[i].value);
}

/* Every layout in which later phases want what the variables decide. */
static void pack_layouts(Plan *plan)
{
    for (int i = 0; i < plan->planning->notes.count; i++) {
        const Note *note = &plan->planning->notes.at[i];
        for (int layout = 0; layout < LAYOUT_COUNT && note->phase == PHASE_PACK; layout++)
            if (note->wanted >> layout & 1)
                storage_for(plan, note->value, (Layout)layout);
    }
}

/* What _pack computes and a later phase reads lies in the packed block. */
static void place_packed(Plan *plan)
{
    for (int i = 0; i < plan->steps.count; i++) {
        const Step *step = plan->steps.at[i];
        for (int k = 0; k < step->input_count && step->phase != PHASE_PACK; k++) {
            Storage *input = step->inputs[k];
            if (input->place == PLACE_WORKSPACE && plan->steps.at[input->first_step]->phase == PHASE_PACK)
                input->place = PLACE_PACKED;
        }
    }
}

static void build_steps(Plan *plan)
{
    if (plan_packs(plan)) {
        build_phase(plan, PHASE_PACK);
        pack_layouts(plan);
    }
    for (int phase = PHASE_FORWARD; phase <= PHASE_UPDATE; phase++)
        build_phase(plan, phase);
    place_packed(plan);
}

/* Results live to the end; outputs of inference lie with the caller. */
static void place_results(Plan *plan)
{
    const Graph *graph = plan->graph;
    for (int i = 0; i < plan->planning->notes.count; i++) {
        Note *note = &plan->planning->notes.at[i];
        if (note->result)
            storage_for(plan, note->value, LAYOUT_PLAIN)->last_step = INT_MAX;
    }
    for (int i = 0; i < graph->outputs.count && !graph->training; i++)
        storage_for(plan, plan_output(plan, i), LAYOUT_PLAIN)->place = PLACE_OUTPUT;
    for (int i = 0; i < plan->storages.count; i++)
        if (plan->storages.at[i]->last_step == INT_MAX)
            plan->storages.at[i]->last_step = plan->steps.count ? plan->steps.count - 1 : 0;
}

const Value *plan_output(const Plan *plan, int index)
{
    const Value *copy = plan->planning->copies.at[index];
    return copy ? copy : plan->graph->outputs.at[index];
}

Storage *plan_storage(const Plan *plan, const Value *value)
{
    Storage *storage = plan_note(plan, value)->storage[LAYOUT_PLAIN];
    BUG_IF(!storage);
    return storage;
}

Plan *plan_build(Arena *arena, const Graph *graph, const PlanOptions *options)
{
    Plan *plan = ARENA_NEW(arena, Plan);
    plan->arena = arena;
    plan->graph = graph;
    plan->options = *options;
    if (plan->options.batch < 1)
        plan->options.batch = 1;
    if (!plan->options.max_code)
        plan->options.max_code = 16384;
    for (int i = 0; i < graph->values.count; i++) {
        const Value *value = graph->values.at[i];
        check_bytes(plan, value, 4 * (size_t)shape_count(value->shape) * (size_t)(value->batched ? plan->options.batch : 1));
    }
    if (plan->too_large)
        return NULL;
    plan_survey(plan);
    plan_select(plan);
    build_steps(plan);
    place_results(plan);
    plan_place(plan);
    for (int i = 0; i < graph->variables.count; i++)
        plan->state_bytes += 4 * (size_t)shape_count(graph->variables.at[i]->shape);
    return plan->too_large ? NULL : plan;
}
