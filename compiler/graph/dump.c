/* Dump: in: a graph. out: one value a line, then what is done with the values; stable, for golden files.
 *     %4 = product(%3, %2) level {-1,+1} ... */
#include "graph/operators.h"

static void dump_element(const Value *value, FILE *out)
{
    fputs(element_name(value->element), out);
    if (value->element == ELEMENT_LEVEL || value->element == ELEMENT_I32)
        fprintf(out, "[%d..%d", value->lo, value->hi);
    if (value->element == ELEMENT_LEVEL || value->element == ELEMENT_I32)
        fprintf(out, value->step > 1 ? "/%d]" : "]", value->step);
}

static void dump_value(const Value *value, Arena *arena, FILE *out)
{
    fprintf(out, "%%%d = %s", value->id, op_name(value->op));
    for (int i = 0; i < value->input_count; i++)
        fprintf(out, "%s%%%d", i ? ", " : " ", value->input[i]->id);
    if (value->input_count)
        fputs(":", out);
    op_row(value->op)->dump(value, arena, out);
    fputs(" -> ", out);
    dump_element(value, out);
    fprintf(out, " %s", shape_text(arena, value->shape, value->batched));
    if (value->name)
        fprintf(out, "  # %s", value->name);
    fputc('\n', out);
}

void graph_dump(const Graph *graph, FILE *out)
{
    Arena *arena = arena_new();
    for (int i = 0; i < graph->values.count; i++)
        dump_value(graph->values.at[i], arena, out);
    for (int i = 0; i < graph->outputs.count; i++)
        fprintf(out, "output %s = %%%d\n", i < graph->output_names.count ? graph->output_names.at[i] : "", graph->outputs.at[i]->id);
    for (int i = 0; i < graph->extra_losses.count; i++)
        fprintf(out, "extra loss = %%%d\n", graph->extra_losses.at[i]->id);
    if (graph->loss)
        fprintf(out, "loss = %%%d\n", graph->loss->id);
    for (int i = 0; i < graph->metrics.count; i++)
        fprintf(out, "metric %s = %%%d\n", graph->metric_names.at[i], graph->metrics.at[i]->id);
    for (int i = 0; i < graph->gradients.count; i++) {
        const Update *gradient = &graph->gradients.at[i];
        fprintf(out, "gradient %s = %%%d\n", gradient->target ? gradient->target->name : "input", gradient->value->id);
    }
    for (int i = 0; i < graph->updates.count; i++)
        fprintf(out, "update %s = %%%d\n", graph->updates.at[i].target->name, graph->updates.at[i].value->id);
    arena_free(arena);
}
