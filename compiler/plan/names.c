/* In: a step. Out: the name of its C function: the layer's, made an identifier that nothing else in the file has. */
#include "plan/planning.h"

#include <ctype.h>
#include <string.h>

static bool name_taken(const Plan *plan, const char *name)
{
    static const char *const reserved[] = {
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if",
        "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union",
        "unsigned", "void", "volatile", "while", "main", "input", "output", "workspace", "state", "count", "seed", "sample", "row", "out", "class",
        "new", "delete", "this", "template", "bool", "true", "false", "and", "or", "not", "xor", "try", "catch", "using", "namespace", "index",
        "step", "real", "word", "labels", "metrics", "x", "y", "y0", "y1", "j0", "j1", "exp2", "exp10", "log2", "log10", "log1p", "expm1", "atan2",
        "pow10", "rate_scale", "packed", "buffer", "block", "fresh_block", "workspace_of"};
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

const char *step_name(const Plan *plan, const Step *step)
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
