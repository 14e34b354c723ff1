/* In: the variables of training C. Out: the table that says what lies where in the state block, and init. */
#include "emit/training.h"

#include <math.h>
#include <string.h>

static int variable_kind(const Variable *variable)
{
    if (!variable->state)
        return 0;
    return variable->slot_of || !strchr(variable->name, '/') ? 2 : 1;
}

static const char *number(Arena *arena, float value)
{
    return isfinite(value) ? text_float(arena, value) : "0.0f";
}

void variables_print(Text *out, const Training *training)
{
    static const char *const kinds[] = {"CONSTANT", "UNIFORM", "NORMAL", "TRUNCATED_NORMAL", "ORTHOGONAL", "IDENTITY", "ARRAY"};
    const Graph *graph = training->train->graph;
    Arena *arena = training->arena;
    text_printf(out, "\nconst bnn_variable %s_variables[%d] = {\n", training->prefix, graph->variables.count ? graph->variables.count : 1);
    for (int i = 0; i < graph->variables.count; i++) {
        const Variable *v = graph->variables.at[i];
        text_printf(out, "{\"%s\", %d, {", v->name, v->shape.rank);
        for (int d = 0; d < v->shape.rank; d++)
            text_printf(out, "%s%d", d ? ", " : "", v->shape.dim[d]);
        text_printf(out, "%s}, %zu, %ld, %d, %d, BNN_INIT_%s, %s, %s},\n", v->shape.rank ? "" : "0", plan_variable_offset(graph, v),
                    (long)shape_count(v->shape), variable_kind(v), v->trainable && !v->state, kinds[v->initializer.kind],
                    number(arena, v->initializer.a), number(arena, v->initializer.b));
    }
    text_printf(out, "%s};\n", graph->variables.count ? "" : "{\"\", 0, {0}, 0, 0, 0, 0, BNN_INIT_CONSTANT, 0.0f, 0.0f}\n");
}

/* Initial values that are numbers, and slots that start as their variable. */
void init_print(Draft *draft, const Training *training)
{
    const Graph *graph = training->train->graph;
    Text body = text_new(training->arena);
    text_printf(&body, "for (int i = 0; i < %d; i++)\nbnn_initialize(&%s_variables[i], seed, state + %s_variables[i].offset);\n",
                graph->variables.count, training->prefix, training->prefix);
    for (int i = 0; i < graph->variables.count; i++) {
        const Variable *v = graph->variables.at[i];
        long count = (long)shape_count(v->shape);
        if (v->initializer.kind != INIT_ARRAY)
            continue;
        const char *from = v->slot_of ? state_pointer(training, v->slot_of) : arena_printf(training->arena, "initial_%d", i);
        text_printf(&body, "assign(%s, %s, %ld);\n", state_pointer(training, v), from, count);
        if (!v->slot_of) {
            Table table = {.c_name = from, .c_type = "float", .data = v->initializer.array, .count = (size_t)count, .element_bytes = 4, .is_float = true};
            draft_add_table(draft, &table);
        }
    }
    text_printf(&draft->code, "\nvoid %s_init(float *state, uint64_t seed)\n{\n%s}\n", training->prefix, graph->variables.count ? body.at : "(void)state;\n(void)seed;\n");
}
