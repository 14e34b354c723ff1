/* In: a step. Out: its tables, helpers and static function as C, and the call. Holes: the step's own and the standard ones of
 * templates/README.md. Parameters and tables that the body does not use are left out. */
#include "emit/internal.h"
#include "emit/simplify.h"

#include "base/bug.h"
#include "base/embedded.h"

#include <ctype.h>
#include <string.h>

enum { PARAMETERS_MAX = 40 };

bool text_names(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = text; (p = strstr(p, name)); p += n) {
        bool before = p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '_');
        if (!before && !isalnum((unsigned char)p[n]) && p[n] != '_')
            return true;
    }
    return false;
}

const char *runtime_text(const char *path)
{
    for (const Embedded *file = embedded_templates; file->path; file++)
        if (strcmp(file->path, path) == 0)
            return file->text;
    BUG("%s is not in the compiler", path);
}

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
    static const char *const names[] = {"extra", "out_packed", "out_planes", "out_type", "out_words", "parallel"};
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
        const char *name = is_constant(step->inputs[k]) ? arena_printf(arena, "%s_in%d", step->function, k) : arena_printf(arena, "in%d", k);
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
    const char *path = arena_printf(arena, "templates/%s", step->kernel->template_name);
    Holes holes = {.text = runtime_text(path), .step = step, .arena = arena};
    bind_standard(&holes, step, parameters);
    return simplify_c(arena, template_expand(arena, path, holes.text, holes.at, holes.count));
}

static const char *join(Arena *arena, const Parameter *all, int count)
{
    Text text = text_new(arena);
    for (int i = 0; i < count; i++)
        text_printf(&text, "%s%s", i ? ", " : "", all[i].declaration);
    return count ? text.at : "void";
}

/* Constants in their input's layout, where the function names them. */
static void add_constants(Text *out, Arena *arena, const Step *step, const char *body, size_t *bytes)
{
    int own = step->kernel->op == OP_COUNT_OF_KINDS ? 1 : step->value->input_count; /* the rest belongs to the epilogue */
    for (int k = 0; k < own; k++) {
        const Storage *s = step->inputs[k];
        const char *name = arena_printf(arena, "%s_in%d", step->function, k);
        if (!is_constant(s) || !text_names(body, name))
            continue;
        static const struct { const char *type; int size; } types[] = {
            {"float", 4}, {"uint32_t", 4}, {"int32_t", 4}, {"int16_t", 2}, {"int8_t", 1}, {"uint8_t", 1}};
        Table table = {.c_name = name, .c_type = s->c_type, .data = s->data, .is_float = strcmp(s->c_type, "float") == 0};
        for (size_t i = 0; i < sizeof types / sizeof *types; i++)
            if (strcmp(types[i].type, s->c_type) == 0)
                table.element_bytes = types[i].size;
        BUG_IF(!table.element_bytes);
        table.count = s->bytes / (size_t)table.element_bytes;
        table_print(out, &table);
        *bytes += s->bytes;
    }
}

Function function_of(Arena *arena, const Step *step)
{
    Function function = {.step = step};
    Parameter all[PARAMETERS_MAX];
    int count = candidates(arena, step, all), kept = 0;
    const char *body = expand(arena, step, "void");
    for (int i = 0; i < count; i++)
        if (text_names(body, all[i].name)) {
            function.parameter[kept] = all[i].name;
            all[kept++] = all[i];
        }
    function.parameter_count = kept;
    body = expand(arena, step, join(arena, all, kept));
    const char *helpers = step->helpers ? simplify_c(arena, step->helpers) : "", *whole = arena_printf(arena, "%s%s", helpers, body);
    Text out = text_new(arena);
    add_constants(&out, arena, step, whole, &function.table_bytes);
    for (int i = 0; i < step->tables.count; i++) {
        const Table *table = &step->tables.at[i];
        if (!text_names(whole, table->c_name))
            continue;
        table_print(&out, table);
        function.table_bytes += table->count * (size_t)table->element_bytes;
    }
    source_comment(&out, arena, step->value->span);
    text_printf(&out, "%s%s%s", helpers, *helpers ? "\n" : "", body);
    function.text = out.at;
    return function;
}

const char *workspace_member(const char *c_type)
{
    static const struct { const char *type, *member; } members[] = {{"uint32_t", "word"}, {"float", "real"}, {"int32_t", "integer"},
        {"int16_t", "level"}, {"uint8_t", "byte"}, {"int8_t", "signed_byte"}, {"uint16_t", "half"}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(members[i].type, c_type) == 0)
            return members[i].member;
    BUG("no workspace of %s", c_type);
}

static const char *workspace_pointer(Arena *arena, const Places *places, const char *c_type, size_t offset)
{
    const char *member = workspace_member(c_type);
    size_t size = c_type[0] == 'f' || strstr(c_type, "32") ? 4 : strstr(c_type, "16") ? 2 : 1;
    if (offset == 0)
        return arena_printf(arena, "%s%s", places->workspace, member);
    return arena_printf(arena, "%s%s + %zu", places->workspace, member, offset / size);
}

const char *storage_pointer(Arena *arena, const Places *places, const Storage *storage)
{
    if (storage->place == PLACE_WORKSPACE)
        return workspace_pointer(arena, places, storage->c_type, storage->offset);
    return places->leaf(places->context, storage);
}

static const char *argument(Arena *arena, const Step *step, const char *name, const Places *places)
{
    if (strcmp(name, "out") == 0)
        return storage_pointer(arena, places, step->output);
    if (strcmp(name, "count") == 0 || strcmp(name, "seed") == 0)
        return name;
    for (int i = 0; i < step->scratches.count; i++) {
        const Scratch *s = &step->scratches.at[i];
        if (strcmp(s->name, name) == 0)
            return workspace_pointer(arena, places, s->c_type, step->scratch_offset + s->offset);
    }
    int k = 0;
    for (const char *p = name + 2; *p; p++)
        k = k * 10 + (*p - '0');
    return storage_pointer(arena, places, step->inputs[k]);
}

void call_print(Text *out, Arena *arena, const Function *function, const Places *places)
{
    text_printf(out, "%s(", function->step->function);
    for (int i = 0; i < function->parameter_count; i++)
        text_printf(out, "%s%s", i ? ", " : "", argument(arena, function->step, function->parameter[i], places));
    text_add(out, ");\n");
}
