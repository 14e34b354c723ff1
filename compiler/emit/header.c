/* What both kinds of output share: the comment at the top, the contract about floats, the workspace union, names of parameters. */
#include "base/version.h"
#include "emit/internal.h"

#include "base/bug.h"

#include <ctype.h>
#include <string.h>

const char *upper_case(Arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *p = copy; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return copy;
}

/* Text inside a comment: no end of comment, no control characters. */
static void comment_text(Text *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = text[i] == '\t' ? ' ' : text[i];
        if ((unsigned char)c < 32)
            continue;
        text_add_char(out, c);
        if ((c == '*' && i + 1 < length && text[i + 1] == '/') || (c == '/' && i + 1 < length && text[i + 1] == '*'))
            text_add_char(out, ' ');
    }
}

void source_comment(Text *out, Arena *arena, Span span)
{
    if (!span.source || span.source->prelude)
        return;
    int line, column;
    size_t length;
    source_position(span.source, span.begin, &line, &column);
    const char *text = source_line(span.source, line, &length);
    while (length && isspace((unsigned char)*text)) {
        text++;
        length--;
    }
    text_printf(out, "\n/* line %d: ", line);
    comment_text(out, text, length);
    text_add(out, length && text[length - 1] == '\\' ? " */\n" : " */\n");
    (void)arena;
}

double step_macs(const Step *step)
{
    const Value *value = step->value;
    if (value->op != OP_PRODUCT)
        return 0;
    double rows = 1;
    if (value->u.product.window.spatial == 0) {
        const Shape shape = value->input[0]->shape;
        for (int i = 0; i + 1 < shape.rank; i++)
            rows *= shape.dim[i];
    }
    return rows * (double)window_macs(&value->u.product.window);
}

static void layer_row(Text *out, Arena *arena, const Function *function)
{
    const Step *step = function->step;
    const char *name = step->value->name ? step->value->name : op_name(step->value->op);
    Text cut = text_new(arena);
    comment_text(&cut, name, strlen(name));
    text_printf(out, " *   %-28s %-18s %-18s", cut.at, step->kernel->name, shape_text(arena, step->stored->shape, false));
    text_printf(out, " %10.0f %9zu %9zu\n", step_macs(step), function->table_bytes, step->output->bytes_per_sample + step->scratch_bytes);
}

void comment_header(Text *out, Arena *arena, const Unit *unit, const Emitted *sizes)
{
    const EmitOptions *options = unit->options;
    const Plan *plan = unit->plan;
    text_add(out, "/* Model: ");
    comment_text(out, unit->model->name, strlen(unit->model->name));
    text_printf(out, "\n * Made by bnnc " BNNC_VERSION ". What it makes is yours: use and license this file as you like.\n");
    if (options->source_hash && options->source_hash[0])
        text_printf(out, " * Source:  sha256 %s\n", options->source_hash);
    if (options->weights_origin && options->weights_origin[0])
        text_printf(out, " * Weights: %s\n", options->weights_origin);
    text_printf(out, " * Target:  %s%s%s\n", plan->options.target->name, plan->options.target->compiler_flags[0] ? ", compile with " : "",
                plan->options.target->compiler_flags);
    if (options->options_text && options->options_text[0]) {
        text_add(out, " * Options: ");
        comment_text(out, options->options_text, strlen(options->options_text));
        text_add_char(out, '\n');
    }
    text_printf(out, " *\n *   %-28s %-18s %-18s %10s %9s %9s\n", "layer", "kernel", "output", "MAC", "weights", "workspace");
    for (int i = 0; i < unit->count; i++)
        layer_row(out, arena, &unit->functions[i]);
    text_printf(out, " * %zu bytes of weights, %zu bytes of workspace. */\n", sizes->weight_bytes, sizes->workspace_bytes);
}

/* Every a*b+c rounds twice, whatever the compiler is told (clang obeys all but -ffp-contract=fast). gcc 12 fuses a*b+c beside a*b-c in
 * neighbouring lanes (vfmaddsub) even so: it is told that the machine has no such instructions. No floating-point exception is asked for,
 * which lets gcc use vectors more often. */
static void contract_print(Text *out)
{
    text_add(out, "#if defined(__FAST_MATH__)\n"
                  "#error \"-ffast-math would change this model's results: compile this file without it\"\n"
                  "#endif\n"
                  "#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0 && __FLT_EVAL_METHOD__ != 16\n"
                  "#error \"float arithmetic has excess precision here: compile with -msse2 -mfpmath=sse, or the like\"\n"
                  "#endif\n"
                  "#if defined(__clang__)\n#pragma STDC FP_CONTRACT OFF\n"
                  "#elif defined(__GNUC__)\n#pragma GCC optimize(\"fp-contract=off\", \"no-trapping-math\")\n"
                  "#if defined(__FMA__) || defined(__FMA4__) || defined(__AVX512F__)\n"
                  "#pragma GCC target(\"no-fma,no-fma4,no-avx512f\") /* gcc's vectorizers fuse products and sums all the same */\n#endif\n"
                  "#else\n#pragma STDC FP_CONTRACT OFF\n#endif\n\n");
}

/* What the rest of the file is written with. */
static void macros_print(Text *out, bool tables, bool training)
{
    text_add(out, "#ifdef __cplusplus\n#define restrict __restrict /* for a C++ file that includes this one */\n#endif\n");
    if (tables)
        text_add(out, "#ifndef BNN_CONST\n#define BNN_CONST static const /* where tables of weights go; they are read through plain pointers */\n#endif\n");
    if (training)
        text_add(out, "#ifdef _OPENMP\n#define BNN_PARALLEL_FOR _Pragma(\"omp parallel for schedule(static)\")\n"
                      "#else\n#define BNN_PARALLEL_FOR\n#endif\n");
    text_add_char(out, '\n');
}

void opening_print(Text *out, Arena *arena, const Unit *unit, const Emitted *sizes, bool tables, bool training)
{
    comment_header(out, arena, unit, sizes);
    contract_print(out);
    macros_print(out, tables, training);
    text_printf(out, "#include \"%s.h\"\n\n", unit->options->file_stem);
}

/* --- workspace */
static size_t type_size(const char *c_type)
{
    return strstr(c_type, "32") || c_type[0] == 'f' ? 4 : strstr(c_type, "16") ? 2 : 1;
}

static bool uses_type(const Plan *plan, const char *c_type)
{
    for (int i = 0; i < plan->storages.count; i++)
        if ((plan->storages.at[i]->place == PLACE_WORKSPACE || plan->storages.at[i]->place == PLACE_PACKED) && strcmp(plan->storages.at[i]->c_type, c_type) == 0)
            return true;
    for (int i = 0; i < plan->steps.count; i++)
        for (int k = 0; k < plan->steps.at[i]->scratches.count; k++)
            if (strcmp(plan->steps.at[i]->scratches.at[k].c_type, c_type) == 0)
                return true;
    return false;
}

void workspace_typedef(Text *out, const char *prefix, const Plan *const *plans, int count)
{
    static const char *const types[] = {"uint32_t", "float", "int32_t", "int16_t", "uint16_t", "uint8_t", "int8_t"};
    size_t bytes = 4;
    for (int i = 0; i < count; i++)
        bytes = plans[i]->workspace_bytes > bytes ? plans[i]->workspace_bytes : bytes;
    text_add(out, "typedef union {\n");
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        bool used = t == 0;
        for (int i = 0; i < count; i++)
            used |= uses_type(plans[i], types[t]);
        if (used)
            text_printf(out, "%s %s[%zu];\n", types[t], workspace_member(types[t]), bytes / type_size(types[t]));
    }
    text_printf(out, "} %s_workspace;\n", prefix);
}

/* --- parameters */
static const char *parameter_name(Arena *arena, const char *layer, const char *kind, int index)
{
    static const char *const taken[] = {"workspace", "packed", "buffer", "block", "fresh_block", "state", "count", "seed", "metrics", "rate_scale", "input", "output", "int", "float", "char"};
    if (!layer)
        return arena_printf(arena, "%s_%d", kind, index + 1);
    char *name = arena_strdup(arena, layer);
    for (char *p = name; *p; p++)
        *p = isalnum((unsigned char)*p) ? *p : '_';
    bool plain = true;
    for (char *p = name; *p; p++)
        plain &= islower((unsigned char)*p) != 0;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        plain |= strcmp(name, taken[i]) == 0;
    return plain || !isalpha((unsigned char)*name) ? arena_printf(arena, "%s_%s", kind, name) : name;
}

const char *input_name(Arena *arena, const Graph *graph, int index)
{
    return graph->inputs.count == 1 ? "input" : parameter_name(arena, graph->inputs.at[index]->name, "input", index);
}

const char *output_name(Arena *arena, const Graph *graph, int index)
{
    if (graph->outputs.count == 1)
        return "output";
    const char *name = index < graph->output_names.count ? graph->output_names.at[index] : NULL;
    const char *text = parameter_name(arena, name, "output", index);
    for (int i = 0; i < graph->inputs.count; i++)
        if (strcmp(text, input_name(arena, graph, i)) == 0)
            return arena_printf(arena, "%s_output", text);
    for (int i = 0; i < index; i++)
        if (strcmp(text, output_name(arena, graph, i)) == 0)
            return arena_printf(arena, "%s_%d", text, index + 1);
    return text;
}

const char *input_type(const Value *value)
{
    static const char *const types[] = {[ELEMENT_F32] = "float", [ELEMENT_I32] = "int32_t", [ELEMENT_U8] = "uint8_t", [ELEMENT_I8] = "int8_t",
                                        [ELEMENT_LEVEL] = "uint32_t"};
    return types[value->element];
}
