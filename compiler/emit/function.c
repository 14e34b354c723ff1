/* In: a step. Out: its tables, helpers and static function as C. Holes: the step's own and the standard ones of
 * templates/README.md. Parameters and tables that the body does not use are left out. */
#include "emit/internal.h"
#include "emit/simplify.h"

#include "base/bug.h"

#include <string.h>

enum { PARAMETERS_MAX = 40 };

static bool is_constant(const Storage *storage)
{
    return storage->place == PLACE_CONSTANT;
}

typedef struct { const char *name, *declaration; } Parameter;

/* Every parameter a step may have, in order. */
static int candidates(Arena *arena, const Step *step, Parameter *all)
{
    int count = 0;
    for (int k = 0; k < step->input_count; k++)
        if (!is_constant(step->inputs[k])) {
            const char *name = arena_printf(arena, "in%d", k);
            all[count++] = (Parameter){name, arena_printf(arena, "const %s *restrict %s", step->inputs[k]->c_type, name)};
        }
    all[count++] = (Parameter){"out", arena_printf(arena, "%s *restrict out", step->output->c_type)};
    for (int i = 0; i < step->scratches.count; i++) {
        const Scratch *s = &step->scratches.at[i];
        all[count++] = (Parameter){s->name, arena_printf(arena, "%s *restrict %s", s->c_type, s->name)};
    }
    if (step->plan->options.training) {
        all[count++] = (Parameter){"count", "int count"};
        all[count++] = (Parameter){"seed", "uint64_t seed"};
    }
    BUG_IF(count > PARAMETERS_MAX);
    return count;
}

static bool is_batched(const Step *step)
{
    bool batched = step->value->batched;
    for (int k = 0; k < step->value->input_count && step->kernel->op != OP_COUNT_OF_KINDS; k++)
        batched |= step->value->input[k]->batched;
    return (batched || step->value->op == OP_COUNT) && step->plan->options.training;
}

static bool has_hole(const Step *step, const char *name)
{
    for (int i = 0; i < step->holes.count; i++)
        if (strcmp(step->holes.at[i].name, name) == 0)
            return true;
    return false;
}

typedef struct { Hole at[160]; int count; const char *text; const Step *step; Arena *arena; } Holes;

static void add_hole(Holes *holes, const char *name, const char *text)
{
    BUG_IF(holes->count == 160);
    holes->at[holes->count++] = (Hole){name, text};
}

/* Standard holes are bound only where the template has them. */
static void add_standard(Holes *holes, const char *name, const char *text)
{
    const char *hole = arena_printf(holes->arena, "$%s$", name);
    bool used = strstr(holes->text, hole) != NULL;
    for (int i = 0; i < holes->step->holes.count; i++)
        used |= strstr(holes->step->holes.at[i].text, hole) != NULL;
    if (used)
        add_hole(holes, name, text);
}

static bool may_go_unused(const char *name)
{
    static const char *const names[] = {"extra", "extra_parameters", "out_packed", "out_planes", "out_type", "out_words", "parallel"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void bind_standard(Holes *holes, const Step *step, const char *parameters)
{
    Arena *arena = holes->arena;
    bool batched = is_batched(step);
    add_standard(holes, "layer", step->function);
    add_standard(holes, "params", parameters);
    for (int k = 0; k < step->input_count; k++) {
        const char *name = is_constant(step->inputs[k]) ? step_constant_table(step, k).c_name : arena_printf(arena, "in%d", k);
        add_standard(holes, arena_printf(arena, "in%d", k), name);
    }
    add_standard(holes, "out", "out");
    add_standard(holes, "samples", batched ? "count" : "1");
    add_standard(holes, "batched", batched ? "1" : "0");
    if (!has_hole(step, "parallel"))
        add_standard(holes, "parallel", step->plan->options.training ? "1" : "0");
    for (int i = 0; i < step->holes.count; i++) {
        if (may_go_unused(step->holes.at[i].name))
            add_standard(holes, step->holes.at[i].name, step->holes.at[i].text);
        else
            add_hole(holes, step->holes.at[i].name, step->holes.at[i].text);
    }
}

static const char *expand(Arena *arena, const Step *step, const char *parameters)
{
    const char *name = step->kernel->template_name;
    Holes holes = {.text = template_text(arena, name), .step = step, .arena = arena};
    bind_standard(&holes, step, parameters);
    return simplify_c(arena, template_expand(arena, name, holes.text, holes.at, holes.count));
}

static const char *join(Arena *arena, const Parameter *all, int count)
{
    Text text = text_new(arena);
    for (int i = 0; i < count; i++)
        text_printf(&text, "%s%s", i ? ", " : "", all[i].declaration);
    return count ? text.at : "void";
}

static bool has_table(const Function *function, const char *name)
{
    for (int i = 0; i < function->tables.count; i++)
        if (strcmp(function->tables.at[i].c_name, name) == 0)
            return true;
    return false;
}

/* Printed with the first function that uses it. */
static void add_table(Arena *arena, Function *functions, int index, const Names *used, Table table)
{
    if (!names_have(used, table.c_name))
        return;
    for (int i = 0; i <= index; i++)
        if (has_table(&functions[i], table.c_name))
            return;
    VEC_PUSH(arena, &functions[index].tables, table);
    functions[index].table_bytes += table.count * (size_t)table.element_bytes;
}

static void add_tables(Arena *arena, Function *functions, int index, const Names *used)
{
    const Step *step = functions[index].step;
    int own = step->kernel->op == OP_COUNT_OF_KINDS ? 1 : step->value->input_count; /* the rest belongs to the epilogue */
    for (int k = 0; k < own; k++)
        if (is_constant(step->inputs[k]))
            add_table(arena, functions, index, used, step_constant_table(step, k));
    for (int i = 0; i < step->tables.count; i++)
        add_table(arena, functions, index, used, step->tables.at[i]);
}

/* The function is expanded with every parameter it may have, then those that its body does not name go. */
static void make_function(Arena *arena, const Step *step, Function *functions, int index)
{
    Function *function = &functions[index];
    function->step = step;
    Parameter all[PARAMETERS_MAX];
    int count = candidates(arena, step, all), kept = 0;
    const char *every = join(arena, all, count), *body = expand(arena, step, every), *list = strstr(body, every);
    const char *helpers = step->helpers ? simplify_c(arena, step->helpers) : "";
    if (!list)
        BUG("%s: the template has no $params$", step->function);
    const char *before = arena_strndup(arena, body, (size_t)(list - body)), *after = list + strlen(every);
    Names used = {.arena = arena};
    names_add(&used, before);
    names_add(&used, after);
    for (int i = 0; i < count; i++)
        if (names_have(&used, all[i].name)) {
            function->parameter[kept] = all[i].name;
            all[kept++] = all[i];
        }
    function->parameter_count = kept;
    names_add(&used, helpers);
    add_tables(arena, functions, index, &used);
    Text out = text_new(arena);
    source_comment(&out, arena, step->value->span);
    text_printf(&out, "%s%s%s", helpers, *helpers ? "\n" : "", unused_mentioned(arena, before));
    text_add(&out, join(arena, all, kept));
    text_add(&out, after);
    function->text = out.at;
}

Function *functions_of(Arena *arena, const Plan *plan, Emitted *emitted)
{
    Function *functions = ARENA_ARRAY(arena, Function, plan->steps.count + 1);
    for (int i = 0; i < plan->steps.count; i++) {
        make_function(arena, plan->steps.at[i], functions, i);
        emitted->weight_bytes += functions[i].table_bytes;
        StackBound stack = stack_bound(functions[i].text, plan->options.target->lanes);
        emitted->stack_bytes = stack.optimized > emitted->stack_bytes ? stack.optimized : emitted->stack_bytes;
        emitted->stack_bytes_plain = stack.plain > emitted->stack_bytes_plain ? stack.plain : emitted->stack_bytes_plain;
    }
    return functions;
}

void functions_print(Draft *draft, const Function *functions, int count)
{
    for (int i = 0; i < count; i++) {
        text_add_char(&draft->code, '\n');
        for (int k = 0; k < functions[i].tables.count; k++)
            draft_add_table(draft, &functions[i].tables.at[k]);
        text_add(&draft->code, functions[i].text);
    }
}
