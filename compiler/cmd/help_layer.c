/* Help on a layer: in: its row. out: signature, line of help, names, and what it does to shapes. The shapes are not written down anywhere: the
 * layer is compiled on small inputs of each rank, and those that it takes are shown with what comes out. */
#include "cmd/help.h"

#include <stdio.h>
#include <string.h>

enum { RANKS = 4, SHOWN = 2 };
static const char *const inputs[RANKS] = { "(8,)", "(8, 4)", "(8, 8, 4)", "(6, 6, 6, 4)" };
static const char *const permutations[RANKS] = { "(1,)", "(2, 1)", "(2, 1, 3)", "(2, 1, 3, 4)" };

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* A value that a required parameter "name: type" will take. */
static const char *example_value(const char *parameter, int rank)
{
    static const struct { const char *type, *value; } values[] = {
        { "int", "4" }, { "ints", "3" }, { "float", "0.5" }, { "shape", "(-1,)" }, { "any", "0.25" }, { "activation", "\"relu\"" }, { "object", "lambda x: x" },
    };
    const char *type = strstr(parameter, ": ") + 2;
    if (begins(parameter, "dims:"))
        return permutations[rank];
    if (begins(parameter, "axes:"))
        return "1";
    if (begins(parameter, "layer:"))
        return "Dense(3)";
    const char *value = "4";
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (begins(type, values[i].type))
            value = values[i].value;
    return value;
}

/* The parameters of the row that have no default, or none that suits these inputs, as "name=value, ..."; what follows the first " = " of a parameter is its default. */
static const char *example_arguments(Arena *arena, const LayerRow *row, int rank)
{
    static const struct { const char *name, *arguments; } own[] = {
        { "Normalization", "mean=0.5, variance=2.0" }, /* without them it would have to see data */
        { "GroupNormalization", "groups=4" },          /* 32 as it is, more than these inputs have channels */
    };
    Text text = text_new(arena);
    for (const char *at = row->signature, *end; *at; at = *end ? end + 2 : end) {
        end = strstr(at, ", ") ? strstr(at, ", ") : at + strlen(at);
        const char *parameter = arena_strndup(arena, at, (size_t)(end - at));
        if (strstr(parameter, " = ") || !strstr(parameter, ": "))
            continue;
        text_printf(&text, "%s%.*s=%s", text.length ? ", " : "", (int)strcspn(parameter, ":"), parameter, example_value(parameter, rank));
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(row->name, own[i].name) == 0)
            text_add(&text, own[i].arguments);
    return text.at ? text.at : "";
}

static const Model *example_model(Arena *arena, const LayerRow *row, int rank, const char *call, Diag *diag)
{
    FrontOptions options = { .set_count = 0 };
    const char *source = arena_printf(arena, "x = Input(%s)\nmodel = Model(x, %s(%s)(%s))\n", inputs[rank], row->name, example_arguments(arena, row, rank), call);
    return model_from_source(arena, source_from_text(arena, "help", source, strlen(source)), &options, diag);
}

int help_example(Arena *arena, const LayerRow *row, int rank, HelpExample *out)
{
    static const char *const calls[] = { "x", "[x, x]" };
    for (; rank < RANKS; rank++)
        for (int i = 0; i < 2; i++) {
            Diag *diag = diag_new(arena);
            const Model *model = example_model(arena, row, rank, calls[i], diag);
            if (i == 0 && !model)
                out->why_not = diag;
            if (!model)
                continue;
            *out = (HelpExample){ .input = inputs[rank], .arguments = example_arguments(arena, row, rank), .call = calls[i], .model = model };
            return rank + 1;
        }
    return 0;
}

static void print_shapes(Arena *arena, const LayerRow *row)
{
    HelpExample example = { .why_not = NULL };
    int shown = 0;
    for (int next = 0; shown < SHOWN && (next = help_example(arena, row, next, &example)) > 0; shown++) {
        const Value *in = example.model->graph->inputs.at[0], *out = example.model->graph->outputs.at[0];
        printf("  %s %s%s -> %s%s%s\n", shown ? "       " : "shapes:", shape_text(arena, in->shape, true), *example.call == '[' ? " twice" : "",
               shape_text(arena, out->shape, out->batched), *example.arguments ? "  with " : "", example.arguments);
    }
    if (!shown)
        printf("  shapes: %s\n", strcmp(row->name, "InputLayer") ? diag_text(example.why_not, 0, NULL, NULL, NULL) : "what its arguments say, the batch in front");
}

static void print_row(Arena *arena, const LayerRow *row)
{
    bool larq = strcmp(row->module, "larq") == 0;
    printf("%s(%s)\n\n  %s\n\n", row->name, row->signature, row->summary);
    print_shapes(arena, row);
    printf("  full name: %s.layers.%s\n", larq ? "larq" : "tf.keras", row->name);
    if (*row->aliases)
        printf("  also: %s\n", row->aliases);
    printf("  formula: as in %s\n", larq ? "Larq 0.13" : "Keras 2.15");
}

static bool is_named(const LayerRow *row, const char *topic)
{
    const char *dot = strrchr(topic, '.'), *name = dot ? dot + 1 : topic, *alias = strstr(row->aliases, name);
    size_t length = strlen(name);
    return strcmp(row->name, name) == 0 ||
           (alias && length && (alias == row->aliases || strchr(", ", alias[-1])) && (alias[length] == '\0' || strchr(", ", alias[length])));
}

bool help_layer(Arena *arena, const char *topic)
{
    int count;
    const LayerRow *rows = layers_table(&count);
    for (int i = 0; i < count; i++)
        if (is_named(&rows[i], topic))
            return print_row(arena, &rows[i]), true;
    return false;
}

void help_layers(void)
{
    int count;
    const LayerRow *rows = layers_table(&count);
    for (int i = 0; i < count; i++)
        printf("  %-28s %s\n", rows[i].name, rows[i].summary);
}
