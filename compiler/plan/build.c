/* In: a graph after its passes. Out: the plan: steps in order, with storage for every value and layout, conversions, holes and places.
 * Order: by phase, within a phase as in the graph; a conversion stands before its first reader. */
#include "plan/kernels.h"
#include "plan/layout.h"
#include "plan/planning.h"

#include "base/bug.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

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
    if (storage->bytes > INT_MAX)
        BUG("%s needs %zu bytes for one value", value->name ? value->name : "a value", storage->bytes);
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

/* --- names of step functions: the layer's, made an identifier, and unique */
static bool name_taken(const Plan *plan, const char *name)
{
    static const char *const reserved[] = {
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if",
        "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union",
        "unsigned", "void", "volatile", "while", "main", "input", "output", "workspace", "state", "count", "seed", "sample", "row", "out", "class",
        "new", "delete", "this", "template", "bool", "true", "false", "and", "or", "not", "xor", "try", "catch", "using", "namespace", "index",
        "step", "real", "word", "labels", "metrics", "x", "y", "y0", "y1", "j0", "j1", "exp2", "exp10", "log2", "log10", "log1p", "expm1", "atan2",
        "pow10", "rate_scale", "packed", "buffer", "block", "fresh_block", "stream_of", "truncated_normal", "mix", "normal", "orthogonal", "orthonormalize", "identity", "workspace_of"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(reserved[i], name) == 0)
            return true;
    for (int i = 0; i < plan->steps.count; i++)
        if (plan->steps.at[i]->function && strcmp(plan->steps.at[i]->function, name) == 0)
            return true;
    return false;
}

/* Parameters are named after the layers of inputs and outputs, where there are several: functions leave these names to them. */
static bool names_same(const char *identifier, const char *layer)
{
    for (; *identifier && *layer; identifier++, layer++)
        if (*identifier != (isalnum((unsigned char)*layer) ? *layer : '_'))
            return false;
    return !*layer && (!*identifier || strcmp(identifier, "_output") == 0);
}

static bool is_parameter(const Graph *graph, const char *name)
{
    for (int i = 0; i < graph->inputs.count; i++)
        if (graph->inputs.at[i]->name && names_same(name, graph->inputs.at[i]->name))
            return true;
    for (int i = 0; i < graph->output_names.count && graph->outputs.count > 1; i++)
        if (names_same(name, graph->output_names.at[i]))
            return true;
    return false;
}

/* Names that begin like the runtime's, or like the public ones of this file (PREFIX_predict). */
static bool is_public(const Plan *plan, const char *name)
{
    size_t length = strlen(plan->options.prefix);
    return strncmp(name, "bnn_", 4) == 0 || (strncmp(name, plan->options.prefix, length) == 0 && (name[length] == '_' || !name[length]));
}

/* Letters, digits and single underscores: two in a row are the implementation's in C++. */
static const char *identifier(Arena *arena, const char *text)
{
    char *name = arena_strdup(arena, text), *to = name;
    for (const char *p = text; *p; p++)
        if (isalnum((unsigned char)*p))
            *to++ = *p;
        else if (to == name || to[-1] != '_')
            *to++ = '_';
    *to = 0;
    bool plain = true; /* one lower-case word may be a built-in function of the C compiler */
    for (const char *p = name; *p; p++)
        plain &= islower((unsigned char)*p) != 0;
    return plain ? arena_printf(arena, "%s_layer", name) : isalpha((unsigned char)*name) ? name : arena_printf(arena, "layer_%s", name);
}

static const char *function_name(const Plan *plan, const Step *step)
{
    static const char *const roles[] = {"", "_input_gradient", "_kernel_gradient"};
    const Value *value = step->value;
    const char *base = identifier(plan->arena, value->name ? value->name : op_name(value->op)), *suffix = "";
    if (plan->options.training && !plan->graph->training)
        base = arena_printf(plan->arena, "evaluate_%s", base);
    if (step->kernel->op == OP_PRODUCT)
        suffix = roles[value->u.product.role];
    else
        suffix = arena_printf(plan->arena, "_%s", step->kernel->name);
    const char *name = arena_printf(plan->arena, "%s%s", base, suffix);
    if (is_public(plan, name)) {
        base = arena_printf(plan->arena, "%s_%s", is_public(plan, "layer_") ? "step" : "layer", base);
        name = arena_printf(plan->arena, "%s%s", base, suffix);
    }
    for (int i = 2; name_taken(plan, name) || is_parameter(plan->graph, name); i++)
        name = arena_printf(plan->arena, "%s%s_%d", base, suffix, i);
    return name;
}

/* --- steps */
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
    step->function = function_name(plan, step);
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
    plan_survey(plan);
    plan_select(plan);
    build_steps(plan);
    place_results(plan);
    plan_place(plan);
    for (int i = 0; i < graph->variables.count; i++)
        plan->state_bytes += 4 * (size_t)shape_count(graph->variables.at[i]->shape);
    return plan;
}
