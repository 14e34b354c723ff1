/* Passes: in: a semantic graph and a mode. out: the graph after the rows of passes.def for that mode, verified after each. */
#include "passes/support.h"

#include <string.h>

const PassRow *passes_table(int *count)
{
    static const PassRow rows[] = {
#define PASS(function, name, modes, canonical, summary) {name, summary, modes, canonical, pass_##function},
#include "passes/passes.def"
#undef PASS
    };
    *count = sizeof rows / sizeof *rows;
    return rows;
}

static Graph *copy_graph(const Graph *old)
{
    Value **map;
    Graph *to = graph_rewrite_begin(old, &map);
    for (int i = 0; i < old->values.count; i++)
        map[i] = graph_copy_value(to, old->values.at[i], map);
    graph_rewrite_finish(to, old, map);
    return to;
}

static bool stops(const PassOptions *options, const PassRow *rows, int i, int count)
{
    if (!options->stop_after)
        return false;
    if (strcmp(options->stop_after, "canonical") == 0) {
        for (int k = i + 1; k < count; k++)
            if (rows[k].canonical && rows[k].modes & options->mode)
                return false;
        return rows[i].canonical;
    }
    return strcmp(options->stop_after, rows[i].name) == 0;
}

Graph *passes_run(const Graph *semantic, const PassOptions *options)
{
    int count;
    const PassRow *rows = passes_table(&count);
    Graph *graph = copy_graph(semantic);
    graph->training = options->mode == MODE_TRAIN;
    for (int i = 0; i < count; i++) {
        if (!(rows[i].modes & options->mode))
            continue;
        rows[i].run(&graph, options);
        graph_verify(graph, rows[i].name);
        if (stops(options, rows, i, count))
            break;
    }
    return graph;
}

typedef struct { VEC(PassNote) list; } Notes;

void pass_note(Graph *graph, const Value *about, const char *format, ...)
{
    if (!graph->notes)
        graph->notes = ARENA_NEW(graph->arena, Notes);
    Notes *notes = graph->notes;
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(graph->arena, format, arguments);
    va_end(arguments);
    VEC_PUSH(graph->arena, &notes->list, ((PassNote){about->name, text, about->span}));
}

const PassNote *passes_notes(const Graph *graph, int *count)
{
    const Notes *notes = graph->notes;
    *count = notes ? notes->list.count : 0;
    return notes ? notes->list.at : NULL;
}
