/* In: an inference plan whose weights are constants. Out: model.c and model.h: tables, one function a step, predict, classify, selftest. */
#include "emit/indent.h"
#include "emit/internal.h"

#include "base/bug.h"

#include <string.h>

typedef struct {
    Arena *arena;
    const Plan *plan;
    const Model *model;
    const EmitOptions *options;
    const char *prefix, *PREFIX;
    Function *functions;
} Inference;

static const char *leaf_pointer(void *context, const Storage *storage)
{
    const Inference *inference = context;
    const Graph *graph = inference->plan->graph;
    if (storage->place == PLACE_INPUT)
        return input_name(inference->arena, graph, storage->value->u.feed.index);
    for (int i = 0; i < graph->outputs.count && storage->place == PLACE_OUTPUT; i++)
        if (plan_storage(inference->plan, plan_output(inference->plan, i)) == storage)
            return output_name(inference->arena, graph, i);
    BUG("%s is neither an input nor an output: inference code needs the weights", storage->value->name ? storage->value->name : "a value");
}

static long output_count(const Graph *graph, int i)
{
    return (long)shape_count(graph->outputs.at[i]->shape);
}

/* "const uint8_t input[784], float output[10], fashion_workspace *workspace" */
static const char *parameters(const Inference *inference, bool outputs)
{
    const Graph *graph = inference->plan->graph;
    Text text = text_new(inference->arena);
    for (int i = 0; i < graph->inputs.count; i++)
        text_printf(&text, "const %s %s[%ld], ", input_type(graph->inputs.at[i]), input_name(inference->arena, graph, i),
                    (long)input_elements(graph->inputs.at[i]));
    for (int i = 0; i < graph->outputs.count && outputs; i++)
        text_printf(&text, "float %s[%ld], ", output_name(inference->arena, graph, i), output_count(graph, i));
    text_printf(&text, "%s_workspace *workspace", inference->prefix);
    return text.at;
}

static bool can_classify(const Graph *graph)
{
    return graph->outputs.count == 1 && graph->outputs.at[0]->shape.rank == 1 && output_count(graph, 0) > 1;
}

static void print_predict(Text *out, const Inference *inference)
{
    const Plan *plan = inference->plan;
    Places places = {.plan = plan, .workspace = "workspace->", .leaf = leaf_pointer, .context = (void *)inference};
    text_printf(out, "\nvoid %s_predict(%s)\n{\n", inference->prefix, parameters(inference, true));
    bool workspace = false;
    Text calls = text_new(inference->arena);
    Reuse reuse = reuse_begin(inference->arena, plan);
    for (int i = 0; i < plan->steps.count; i++) {
        const Step *step = plan->steps.at[i];
        reuse_barrier(&reuse, &calls, step);
        call_print(&calls, inference->arena, &inference->functions[i], &places);
        text_printf(&calls, "%s_HOOK(%s, %s);\n", inference->PREFIX, step->function, storage_pointer(inference->arena, &places, step->output));
    }
    workspace = text_names(calls.at, "workspace");
    for (int i = 0; i < plan->graph->inputs.count; i++) {
        const char *name = input_name(inference->arena, plan->graph, i);
        if (!text_names(calls.at, name))
            text_printf(out, "(void)%s;\n", name);
    }
    text_printf(out, "%s%s}\n", workspace ? "" : "(void)workspace;\n", calls.at);
}

static void print_classify(Text *out, const Inference *inference)
{
    const Graph *graph = inference->plan->graph;
    long count = output_count(graph, 0);
    Text inputs = text_new(inference->arena);
    for (int i = 0; i < graph->inputs.count; i++)
        text_printf(&inputs, "%s, ", input_name(inference->arena, graph, i));
    text_printf(out, "\nint %s_classify(%s)\n{\nfloat output[%ld];\nint best = 0;\n", inference->prefix, parameters(inference, false), count);
    text_printf(out, "%s_predict(%soutput, workspace);\n", inference->prefix, inputs.at);
    text_printf(out, "for (int i = 1; i < %ld; i++)\nif (output[i] > output[best])\nbest = i;\nreturn best;\n}\n", count);
}

/* --- selftest: vectors one after the other, inputs concatenated within each */
static void selftest_tables(Draft *draft, const Inference *inference)
{
    const Graph *graph = inference->plan->graph;
    const EmitOptions *options = inference->options;
    const char *bytes = options->selftest_inputs;
    for (int i = 0; i < graph->inputs.count; i++) {
        size_t size = input_element_bytes(graph->inputs.at[i]);
        size_t count = input_elements(graph->inputs.at[i]) * (size_t)options->selftest_count;
        Table table = {.c_name = arena_printf(inference->arena, "selftest_input_%d", i), .c_type = input_type(graph->inputs.at[i]), .data = bytes,
                       .count = count, .element_bytes = (int)size, .is_float = graph->inputs.at[i]->element == ELEMENT_F32};
        draft_add_table(draft, &table);
        bytes += size * count;
    }
    size_t total = 0;
    for (int i = 0; i < graph->outputs.count; i++)
        total += (size_t)output_count(graph, i);
    Table table = {.c_name = "selftest_output", .c_type = "float", .data = options->selftest_outputs,
                   .count = total * (size_t)options->selftest_count, .element_bytes = 4, .is_float = true};
    draft_add_table(draft, &table);
}

static void print_selftest(Draft *draft, const Inference *inference)
{
    Text *out = &draft->code;
    const Graph *graph = inference->plan->graph;
    const EmitOptions *options = inference->options;
    selftest_tables(draft, inference);
    text_printf(out, "\nint %s_selftest(%s_workspace *workspace)\n{\n", inference->prefix, inference->prefix);
    long total = 0;
    Text arguments = text_new(inference->arena);
    for (int i = 0; i < graph->inputs.count; i++)
        text_printf(&arguments, "selftest_input_%d + vector * %ld, ", i, (long)input_elements(graph->inputs.at[i]));
    for (int i = 0; i < graph->outputs.count; i++) {
        text_printf(&arguments, "output + %ld, ", total);
        total += output_count(graph, i);
    }
    text_printf(out, "float output[%ld];\nfor (int vector = 0; vector < %d; vector++) {\n", total, options->selftest_count);
    text_printf(out, "%s_predict(%sworkspace);\n", inference->prefix, arguments.at);
    text_printf(out, "for (int i = 0; i < %ld; i++) {\nconst float expected = selftest_output[vector * %ld + i];\n", total, total);
    text_add(out, "if (!(output[i] == expected || (output[i] != output[i] && expected != expected)))\nreturn vector + 1;\n}\n}\nreturn 0;\n}\n");
}

/* --- the two files */
static Draft print_model(const Inference *inference, const Unit *unit)
{
    Draft draft = draft_new(inference->arena);
    Text *out = &draft.code;
    functions_print(&draft, unit->functions, unit->count);
    print_predict(out, inference);
    if (can_classify(inference->plan->graph))
        print_classify(out, inference);
    if (inference->options->selftest)
        print_selftest(&draft, inference);
    return draft;
}

static const CFile *print_c(const Inference *inference, const Unit *unit, const Emitted *sizes)
{
    Arena *arena = inference->arena;
    Draft draft = draft_new(arena), model = print_model(inference, unit);
    Text *out = &draft.code;
    Names used = {.arena = arena};
    names_add(&used, model.code.at);
    opening_print(out, arena, unit, sizes, model.tables.count > 0, false);
    runtime_print(out, arena, inference->plan, &used);
    barrier_print(out, &used);
    text_printf(out, "\n/* Called after each step with its result: for timing and dumps. */\n#ifndef %s_HOOK\n#define %s_HOOK(step, result) ((void)0)\n#endif\n",
                inference->PREFIX, inference->PREFIX);
    draft_append(&draft, &model);
    return draft_finish(&draft);
}

static void print_counts(Text *out, const Inference *inference)
{
    const Graph *graph = inference->plan->graph;
    for (int i = 0; i < graph->inputs.count; i++) {
        const char *name = graph->inputs.count == 1 ? "INPUT" : upper_case(inference->arena, input_name(inference->arena, graph, i));
        const char *bits = " /* words: channel c of a pixel is bit c%32 of its word c/32, 1 for -1; unused bits are 0 */";
        text_printf(out, "#define %s_%s_COUNT %ld%s\n", inference->PREFIX, name, (long)input_elements(graph->inputs.at[i]),
                    graph->inputs.at[i]->element == ELEMENT_LEVEL ? bits : "");
    }
    for (int i = 0; i < graph->outputs.count; i++) {
        const char *name = graph->outputs.count == 1 ? "OUTPUT" : upper_case(inference->arena, output_name(inference->arena, graph, i));
        text_printf(out, "#define %s_%s_COUNT %ld\n", inference->PREFIX, name, output_count(graph, i));
    }
}

static const char *print_h(const Inference *inference, const Unit *unit, const Emitted *sizes)
{
    Arena *arena = inference->arena;
    Text out = text_new(arena);
    const char *prefix = inference->prefix, *PREFIX = inference->PREFIX;
    const Plan *plans[] = {inference->plan};
    comment_header(&out, arena, unit, sizes);
    text_printf(&out, "#ifndef %s_H\n#define %s_H\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n", PREFIX, PREFIX);
    print_counts(&out, inference);
    text_printf(&out, "#define %s_WEIGHT_BYTES %zu /* constant tables */\n", PREFIX, sizes->weight_bytes);
    text_printf(&out, "#ifdef __OPTIMIZE__\n#define %s_STACK_BYTES %zu /* the entry points take no more */\n#else\n#define %s_STACK_BYTES %zu\n#endif\n", PREFIX,
                sizes->stack_bytes, PREFIX, sizes->stack_bytes_plain);
    text_add(&out, "\n/* One per thread. */\n");
    workspace_typedef(&out, prefix, plans, 1);
    text_printf(&out, "\nvoid %s_predict(%s);\n", prefix, parameters(inference, true));
    if (can_classify(inference->plan->graph))
        text_printf(&out, "/* The index of the largest output, the first one if there are several. */\nint %s_classify(%s);\n", prefix,
                    parameters(inference, false));
    if (inference->options->selftest)
        text_printf(&out, "/* Known inputs give the known outputs, bit for bit: 0, else the number of the first wrong vector. */\n"
                          "int %s_selftest(%s_workspace *workspace);\n", prefix, prefix);
    text_add(&out, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    return indent_c(arena, out.at);
}

/* The frames of predict and classify, or selftest, with the outputs in it. */
static void add_entry_stack(const Inference *inference, Emitted *emitted)
{
    enum { FRAMES = 512 };
    const Graph *graph = inference->plan->graph;
    size_t bytes = FRAMES;
    for (int i = 0; i < graph->outputs.count; i++)
        bytes += 4 * (size_t)output_count(graph, i);
    emitted->stack_bytes += bytes;
    emitted->stack_bytes_plain += bytes;
}

Emitted emit_inference(Arena *arena, const Plan *plan, const Model *model, const EmitOptions *options)
{
    Inference inference = {.arena = arena, .plan = plan, .model = model, .options = options, .prefix = plan->options.prefix,
                           .PREFIX = upper_case(arena, plan->options.prefix)};
    Emitted emitted = {.workspace_bytes = plan->workspace_bytes > 4 ? plan->workspace_bytes : 4};
    inference.functions = functions_of(arena, plan, &emitted);
    Unit unit = {model, options, plan, inference.functions, plan->steps.count};
    add_entry_stack(&inference, &emitted);
    emitted.c = print_c(&inference, &unit, &emitted);
    emitted.h_text = print_h(&inference, &unit, &emitted);
    return emitted;
}
