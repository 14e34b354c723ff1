/* bnnc summary: one row a layer: output shape, parameters by bits, memory, operations. */
#include "cmd/commands.h"
#include "cmd/compilation.h"

#include <string.h>

typedef struct {
    const char *cells[8];
} Row;
enum { COLUMNS = 7 };

typedef struct { int64_t parameters, low_bit, macs, low_macs, bits, trainable; } Figures;

/* Multiplications of all products a layer caused: outputs times the length of each sum. */
static int64_t layer_macs(const Graph *graph, const char *name)
{
    int64_t macs = 0;
    for (int i = 0; i < graph->values.count; i++) {
        const Value *value = graph->values.at[i];
        if (value->op != OP_PRODUCT || !value->name || strcmp(value->name, name) != 0)
            continue;
        const Window *window = &value->u.product.window;
        int64_t length = window->in_channels / (window->groups ? window->groups : 1);
        for (int k = 0; k < window->spatial; k++)
            length *= window->kernel[k];
        macs += shape_count(value->shape) * length;
    }
    return macs;
}

static Figures layer_figures(const Graph *graph, const LayerInfo *layer)
{
    Figures figures = { .macs = layer_macs(graph, layer->name) };
    bool low_kernel = false;
    for (int i = 0; i < layer->variables.count; i++) {
        const Variable *variable = layer->variables.at[i];
        int64_t count = shape_count(variable->shape);
        int bits = variable->precision > 0 ? variable->precision : 32;
        figures.parameters += count;
        figures.low_bit += bits < 32 ? count : 0;
        figures.trainable += variable->trainable ? count : 0;
        figures.bits += count * bits;
        low_kernel = low_kernel || bits < 32;
    }
    figures.low_macs = low_kernel && layer->input_precision > 0 && layer->input_precision < 32 ? figures.macs : 0;
    return figures;
}

static const char *count_text(Arena *arena, int64_t count)
{
    return count ? arena_printf(arena, "%lld", (long long)count) : "";
}

static const char *precision_text(Arena *arena, int precision)
{
    return precision > 0 ? arena_printf(arena, "%d", precision) : precision < 0 ? "?" : "";
}

static Row layer_row(Arena *arena, const LayerInfo *layer, const Figures *figures)
{
    return (Row){ { arena_printf(arena, "%s (%s)", layer->name, layer->class_name), shape_text(arena, layer->output_shape, true),
                    precision_text(arena, layer->input_precision), count_text(arena, figures->low_bit),
                    count_text(arena, figures->parameters - figures->low_bit),
                    figures->bits ? arena_printf(arena, "%.2f", (double)figures->bits / 8 / 1024) : "", count_text(arena, figures->macs) } };
}

static void print_row(const Row *row, const int *width)
{
    for (int i = 0; i < COLUMNS; i++) {
        if (i < 2)
            printf("%s%-*s", i ? "  " : "", width[i], row->cells[i]);
        else
            printf("  %*s", width[i], row->cells[i]);
    }
    putchar('\n');
}

static void print_rule(const int *width)
{
    int total = 2 * (COLUMNS - 1);
    for (int i = 0; i < COLUMNS; i++)
        total += width[i];
    while (total-- > 0)
        putchar('-');
    putchar('\n');
}

static void print_table(const Row *rows, int count)
{
    int width[COLUMNS] = { 0 };
    for (int r = 0; r < count; r++)
        for (int i = 0; i < COLUMNS; i++)
            if ((int)strlen(rows[r].cells[i]) > width[i])
                width[i] = (int)strlen(rows[r].cells[i]);
    print_row(&rows[0], width);
    print_rule(width);
    for (int r = 1; r < count; r++)
        print_row(&rows[r], width);
    print_rule(width);
}

static void print_summary(Arena *arena, const Model *model)
{
    Row *rows = ARENA_ARRAY(arena, Row, model->layers.count + 1);
    Figures total = { 0 };
    rows[0] = (Row){ { "layer", "output", "input bits", "low-bit weights", "32-bit weights", "kB", "MACs" } };
    for (int i = 0; i < model->layers.count; i++) {
        Figures figures = layer_figures(model->graph, model->layers.at[i]);
        rows[i + 1] = layer_row(arena, model->layers.at[i], &figures);
        total.parameters += figures.parameters;
        total.low_bit += figures.low_bit;
        total.trainable += figures.trainable;
        total.bits += figures.bits;
        total.macs += figures.macs;
        total.low_macs += figures.low_macs;
    }
    print_table(rows, model->layers.count + 1);
    printf("%s: %lld parameters (%lld trainable, %lld low-bit), %.2f kB, %.1f times smaller than float\n", model->name,
           (long long)total.parameters, (long long)total.trainable, (long long)total.low_bit, (double)total.bits / 8 / 1024,
           total.bits ? 32.0 * (double)total.parameters / (double)total.bits : 1.0);
    printf("%lld multiply-accumulates, %.1f %% of them between low-bit operands\n", (long long)total.macs,
           total.macs ? 100.0 * (double)total.low_macs / (double)total.macs : 0.0);
}

int command_summary(Arena *arena, const Options *options)
{
    Compilation c = compilation_begin(arena, options);
    if (compilation_read(&c) && compilation_model(&c))
        print_summary(arena, c.model);
    return c.status;
}
