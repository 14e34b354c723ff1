/* In: the plans of training C. Out: what its entry points share: names of parameters, pointers to state, inputs and blocks, bodies. */
#include "emit/training.h"

#include "base/bug.h"

#include <ctype.h>
#include <string.h>

const char *state_pointer(const Training *training, const Variable *variable)
{
    const Graph *graph = training->train->graph;
    const Variable *own = graph_variable_named(graph, variable->name);
    if (!own)
        BUG("%s is not among the variables of training", variable->name);
    size_t offset = plan_variable_offset(graph, own);
    return offset ? arena_printf(training->arena, "state + %zu", offset) : "state";
}

const char *label_name(const Training *training, int index)
{
    return training->train->graph->labels.count == 1 ? "label" : arena_printf(training->arena, "label_%d", index + 1);
}

static const char *leaf_pointer(void *context, const Storage *storage)
{
    const Context *at = context;
    const Training *training = at->training;
    const Value *value = storage->value;
    if (storage->place == PLACE_STATE)
        return state_pointer(training, value->u.variable);
    if (storage->place == PLACE_INPUT)
        return value->u.feed.label ? label_name(training, value->u.feed.index)
                                   : input_name(training->arena, at->plan->graph, value->u.feed.index);
    const Graph *graph = at->plan->graph;
    for (int i = 0; i < graph->outputs.count && storage->place == PLACE_OUTPUT; i++)
        if (plan_storage(at->plan, plan_output(at->plan, i)) == storage)
            return output_name(training->arena, graph, i);
    BUG("a constant has no address in a caller");
}

Places places_of(Context *context)
{
    return (Places){.plan = context->plan, .workspace = "buffer->", .leaf = leaf_pointer, .context = context};
}

void add_inputs(const Training *training, Text *text, bool types)
{
    const Graph *graph = training->train->graph;
    for (int i = 0; i < graph->inputs.count; i++)
        text_printf(text, "%s%s%s%s, ", types ? "const " : "", types ? input_type(graph->inputs.at[i]) : "", types ? " *" : "",
                    input_name(training->arena, graph, i));
}

void add_labels(const Training *training, Text *text, bool types)
{
    const Graph *graph = training->train->graph;
    for (int i = 0; i < graph->labels.count; i++)
        text_printf(text, "%s%s%s%s, ", types ? "const " : "", types ? input_type(graph->labels.at[i]) : "", types ? " *" : "",
                    label_name(training, i));
}

/* Blocks of the caller's, which are `void *`, seen as words or floats. */
static const struct { const char *parameter, *view, *qualifier; } views[] = {
    {"workspace", "buffer", ""}, {"packed", "block", "const "}, {"packed", "fresh_block", ""}};

/* Whether the body goes through `view->`; a layer's name in a comment is none. */
static bool goes_through(const char *body, const char *view)
{
    size_t length = strlen(view);
    for (const char *at = strstr(body, view); at; at = strstr(at + 1, view))
        if (strncmp(at + length, "->", 2) == 0 && (at == body || !(isalnum((unsigned char)at[-1]) || at[-1] == '_')))
            return true;
    return false;
}

static bool is_viewed(const char *body, const char *name)
{
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if (strcmp(views[i].parameter, name) == 0 && goes_through(body, views[i].view))
            return true;
    return false;
}

void print_body(Text *out, const Training *training, const char *body, const char *const *names, int count)
{
    text_add(out, "{\n");
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if (goes_through(body, views[i].view))
            text_printf(out, "%s%s_workspace *const %s = (%s%s_workspace *)%s;\n", views[i].qualifier, training->prefix, views[i].view,
                        views[i].qualifier, training->prefix, views[i].parameter);
    for (int i = 0; i < count; i++)
        if (!text_names(body, names[i]) && !is_viewed(body, names[i]))
            text_printf(out, "(void)%s;\n", names[i]);
    text_printf(out, "%s}\n", body);
}

int input_names(const Training *training, const char **names, int count, bool labels)
{
    const Graph *graph = training->train->graph;
    for (int i = 0; i < graph->inputs.count && count < 60; i++)
        names[count++] = input_name(training->arena, graph, i);
    for (int i = 0; i < graph->labels.count && labels && count < 60; i++)
        names[count++] = label_name(training, i);
    return count;
}

void add_calls(Text *body, const Plan *plan, const Function *functions, const Places *places, int phase)
{
    Reuse reuse = reuse_begin(plan->arena, plan);
    for (int i = 0; i < plan->steps.count; i++) {
        if (plan->steps.at[i]->phase != phase)
            continue;
        reuse_barrier(&reuse, body, plan->steps.at[i]);
        call_print(body, plan->arena, &functions[i], places);
    }
}

const char *result_pointer(const Plan *plan, const Places *places, const Value *value)
{
    return storage_pointer(plan->arena, places, plan_storage(plan, value));
}

void add_metric_means(Text *body, const Plan *plan, const Places *places)
{
    for (int i = 0, at = 0; i < plan->graph->metrics.count; i++) {
        const Value *value = plan->graph->metrics.at[i];
        int size = (int)shape_count(value->shape);
        const char *values = result_pointer(plan, places, value);
        if (size == 1)
            text_printf(body, "metrics[%d] = mean_of(%s, count);\n", at, values);
        else
            text_printf(body, "means_of(%s, %d, count, metrics + %d);\n", values, size, at);
        at += size;
    }
}
