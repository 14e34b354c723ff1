/* Verifier: in: a graph after a pass. out: nothing, or a BUG that names the pass and the broken promise. */
#include "graph/operators.h"

static void fail(const char *after_pass, const Value *value, const char *what)
{
    BUG("graph after %s: value %d (%s %s): %s", after_pass, value->id, op_name(value->op), value->name ? value->name : "", what);
}

static void check_arity(const Value *value, const char *after_pass)
{
    static const struct { int low, high; } arity[] = {
#define OP(name, text, low, high, summary) {low, high},
#include "graph/ops.def"
#undef OP
    };
    if (value->input_count < arity[value->op].low || value->input_count > arity[value->op].high)
        fail(after_pass, value, "wrong number of inputs");
}

/* What follows from inputs and attributes must be what the value says. */
static void check_inferred(const Value *value, const char *after_pass)
{
    Value copy = *value;
    op_row(value->op)->infer(&copy);
    if (!shape_equal(copy.shape, value->shape) || copy.batched != value->batched)
        fail(after_pass, value, "shape does not follow from its inputs");
    if (copy.element != value->element || copy.lo != value->lo || copy.hi != value->hi || copy.step != value->step)
        fail(after_pass, value, "element does not follow from its inputs");
}

static void check_listed(const Graph *graph, const Value *value, const char *after_pass)
{
    if (!value || value->id < 0 || value->id >= graph->values.count || graph->values.at[value->id] != value)
        BUG("graph after %s: a result is not in the graph", after_pass);
}

static void check_updates(const Graph *graph, const char *after_pass)
{
    for (int i = 0; i < graph->updates.count; i++) {
        const Update *update = &graph->updates.at[i];
        check_listed(graph, update->value, after_pass);
        if (!update->target || update->value->batched || update->value->element != ELEMENT_F32)
            fail(after_pass, update->value, "an update must be an unbatched float of a variable");
        if (shape_count(update->value->shape) != shape_count(update->target->shape))
            fail(after_pass, update->value, arena_printf(graph->arena, "update of %s has another size", update->target->name));
        const Variable *read = graph_variable_read(update->value);
        if (read && read != update->target)
            fail(after_pass, update->value, "an update must not be another variable: that may have its new value by then");
    }
}

void graph_verify(const Graph *graph, const char *after_pass)
{
    for (int i = 0; i < graph->values.count; i++) {
        const Value *value = graph->values.at[i];
        if (value->id != i)
            fail(after_pass, value, "id is not the position");
        check_arity(value, after_pass);
        for (int k = 0; k < value->input_count; k++)
            if (value->input[k]->id >= i || graph->values.at[value->input[k]->id] != value->input[k])
                fail(after_pass, value, "input does not come before it");
        check_inferred(value, after_pass);
    }
    for (int i = 0; i < graph->inputs.count; i++)
        check_listed(graph, graph->inputs.at[i], after_pass);
    for (int i = 0; i < graph->labels.count; i++)
        check_listed(graph, graph->labels.at[i], after_pass);
    for (int i = 0; i < graph->outputs.count; i++)
        check_listed(graph, graph->outputs.at[i], after_pass);
    for (int i = 0; i < graph->gradients.count; i++)
        check_listed(graph, graph->gradients.at[i].value, after_pass);
    for (int i = 0; i < graph->metrics.count; i++)
        check_listed(graph, graph->metrics.at[i], after_pass);
    if (graph->loss)
        check_listed(graph, graph->loss, after_pass);
    check_updates(graph, after_pass);
}
