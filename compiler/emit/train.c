/* In: a training plan, and an inference plan over the same variables. Out: model.c and model.h: the table of variables, init, forward,
 * backward, update, train_batch, evaluate. State and workspace are the caller's. */
#include "emit/indent.h"
#include "emit/internal.h"

#include "base/bug.h"

#include <math.h>
#include <string.h>

typedef struct {
    Arena *arena;
    const Plan *train, *evaluate;
    const EmitOptions *options;
    const char *prefix, *PREFIX;
    Function *functions, *evaluate_functions;
} Training;
typedef struct { const Training *training; const Plan *plan; } Context;

static const Variable *variable_called(const Graph *graph, const char *name)
{
    for (int i = 0; i < graph->variables.count; i++)
        if (strcmp(graph->variables.at[i]->name, name) == 0)
            return graph->variables.at[i];
    return NULL;
}

static const char *state_pointer(const Training *training, const Variable *variable)
{
    const Graph *graph = training->train->graph;
    const Variable *own = variable_called(graph, variable->name);
    if (!own)
        BUG("%s is not among the variables of training", variable->name);
    size_t offset = plan_variable_offset(graph, own);
    return offset ? arena_printf(training->arena, "state + %zu", offset) : "state";
}

static const char *label_name(const Training *training, int index)
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

/* --- parameters */
static void add_inputs(const Training *training, Text *text, const Graph *graph)
{
    for (int i = 0; i < graph->inputs.count; i++)
        text_printf(text, "const %s *%s, ", input_type(graph->inputs.at[i]), input_name(training->arena, graph, i));
}

static void add_labels(const Training *training, Text *text)
{
    const Graph *graph = training->train->graph;
    for (int i = 0; i < graph->labels.count; i++)
        text_printf(text, "const %s *%s, ", input_type(graph->labels.at[i]), label_name(training, i));
}

static const char *train_parameters(const Training *training)
{
    Text text = text_new(training->arena);
    text_add(&text, "float *state, void *workspace, ");
    add_inputs(training, &text, training->train->graph);
    add_labels(training, &text);
    text_add(&text, "int count, uint64_t seed, float rate_scale, float *metrics");
    return text.at;
}

static const char *train_arguments(const Training *training)
{
    const Graph *graph = training->train->graph;
    Text text = text_new(training->arena);
    text_add(&text, "state, workspace, ");
    for (int i = 0; i < graph->inputs.count; i++)
        text_printf(&text, "%s, ", input_name(training->arena, graph, i));
    for (int i = 0; i < graph->labels.count; i++)
        text_printf(&text, "%s, ", label_name(training, i));
    text_add(&text, "count, seed, rate_scale, metrics");
    return text.at;
}

static const char *evaluate_parameters(const Training *training)
{
    const Graph *graph = training->evaluate->graph;
    Text text = text_new(training->arena);
    text_add(&text, "const float *state, void *workspace, ");
    add_inputs(training, &text, graph);
    text_add(&text, "int count");
    for (int i = 0; i < graph->outputs.count; i++)
        text_printf(&text, ", float *%s", output_name(training->arena, graph, i));
    return text.at;
}

static const char *test_parameters(const Training *training)
{
    const Graph *graph = training->evaluate->graph;
    Text text = text_new(training->arena);
    text_add(&text, "const float *state, void *workspace, ");
    add_inputs(training, &text, graph);
    add_labels(training, &text);
    text_add(&text, "int count, float *metrics");
    for (int i = 0; i < graph->outputs.count; i++)
        text_printf(&text, ", float *%s", output_name(training->arena, graph, i));
    return text.at;
}

/* A body in braces; parameters that it does not use are mentioned, so that no compiler warns. */
static void print_body(Text *out, const Training *training, const char *body, const char *const *names, int count)
{
    text_add(out, "{\n");
    if (strstr(body, "buffer->"))
        text_printf(out, "%s_workspace *const buffer = (%s_workspace *)workspace;\n", training->prefix, training->prefix);
    for (int i = 0; i < count; i++)
        if (!text_names(body, names[i]) && !(strcmp(names[i], "workspace") == 0 && strstr(body, "buffer->")))
            text_printf(out, "(void)%s;\n", names[i]);
    text_printf(out, "%s}\n", body);
}

static int input_names(const Training *training, const char **names, int count, bool labels)
{
    const Graph *graph = training->train->graph;
    for (int i = 0; i < graph->inputs.count && count < 60; i++)
        names[count++] = input_name(training->arena, graph, i);
    for (int i = 0; i < graph->labels.count && labels && count < 60; i++)
        names[count++] = label_name(training, i);
    return count;
}

static void print_train_body(Text *out, const Training *training, const char *body)
{
    const char *names[64] = {"state", "workspace", "count", "seed", "rate_scale", "metrics"};
    print_body(out, training, body, names, input_names(training, names, 6, true));
}

static void add_calls(Text *body, const Training *training, const Plan *plan, const Function *functions, const Places *places, int phase)
{
    for (int i = 0; i < plan->steps.count; i++)
        if (plan->steps.at[i]->phase == phase)
            call_print(body, training->arena, &functions[i], places);
}

/* --- the parts of a training step */
static const char *result_pointer(const Plan *plan, const Places *places, const Value *value)
{
    return storage_pointer(plan->arena, places, plan_storage(plan, value));
}

static void add_metric_means(Text *body, const Plan *plan, const Places *places)
{
    for (int i = 0; i < plan->graph->metrics.count; i++)
        text_printf(body, "metrics[%d] = mean_of(%s, count);\n", i, result_pointer(plan, places, plan->graph->metrics.at[i]));
}

static void print_forward(Text *out, const Training *training, const Places *places)
{
    const Graph *graph = training->train->graph;
    Text body = text_new(training->arena);
    const Variable *rate = variable_called(graph, "rate_scale");
    if (rate)
        text_printf(&body, "state[%zu] = rate_scale;\n", plan_variable_offset(graph, rate));
    add_calls(&body, training, training->train, training->functions, places, 0);
    add_metric_means(&body, training->train, places);
    if (graph->loss)
        text_printf(&body, "return *(%s);\n", result_pointer(training->train, places, graph->loss));
    else
        text_add(&body, "return 0.0f;\n");
    text_printf(out, "\nfloat %s_forward(%s)\n", training->prefix, train_parameters(training));
    print_train_body(out, training, body.at);
}

/* No value is another variable, so their order does not matter (graph/verify.c). */
static void add_assignments(Text *body, const Training *training, const Places *places)
{
    const Graph *graph = training->train->graph;
    for (int i = 0; i < graph->updates.count; i++) {
        const Update *update = &graph->updates.at[i];
        const char *to = state_pointer(training, update->target), *from = result_pointer(training->train, places, update->value);
        if (strcmp(to, from) != 0)
            text_printf(body, "assign(%s, %s, %ld); /* %s */\n", to, from, (long)shape_count(update->target->shape), update->target->name);
    }
}

static void print_phase(Text *out, const Training *training, const Places *places, const char *name, int phase)
{
    Text body = text_new(training->arena);
    add_calls(&body, training, training->train, training->functions, places, phase);
    if (phase == 2)
        add_assignments(&body, training, places);
    text_printf(out, "\nvoid %s_%s(%s)\n", training->prefix, name, train_parameters(training));
    print_train_body(out, training, body.at);
}

static void print_train_batch(Text *out, const Training *training)
{
    const char *arguments = train_arguments(training), *prefix = training->prefix;
    text_printf(out, "\nfloat %s_train_batch(%s)\n{\n", prefix, train_parameters(training));
    text_printf(out, "const float loss = %s_forward(%s);\n%s_backward(%s);\n", prefix, arguments, prefix, arguments);
    text_printf(out, "%s_update(%s);\nreturn loss;\n}\n", prefix, arguments);
}

static void print_evaluate(Text *out, const Training *training, const Places *places)
{
    const char *names[64] = {"state", "workspace", "count"};
    Text body = text_new(training->arena);
    add_calls(&body, training, training->evaluate, training->evaluate_functions, places, 0);
    text_printf(out, "\nvoid %s_evaluate(%s)\n", training->prefix, evaluate_parameters(training));
    print_body(out, training, body.at, names, input_names(training, names, 3, false));
}

/* The outputs as evaluate gives them, then loss and metrics. */
static void print_test(Text *out, const Training *training, const Places *places)
{
    const Graph *graph = training->evaluate->graph;
    const char *names[64] = {"state", "workspace", "count", "metrics"};
    Text body = text_new(training->arena);
    for (int phase = 0; phase < 2; phase++)
        add_calls(&body, training, training->evaluate, training->evaluate_functions, places, phase);
    add_metric_means(&body, training->evaluate, places);
    text_printf(&body, "return *(%s);\n", result_pointer(training->evaluate, places, graph->loss));
    text_printf(out, "\nfloat %s_test_batch(%s)\n", training->prefix, test_parameters(training));
    print_body(out, training, body.at, names, input_names(training, names, 4, true));
}

static void print_evaluation(Text *out, const Training *training)
{
    Context context = {training, training->evaluate};
    Places places = {.plan = training->evaluate, .workspace = "buffer->", .leaf = leaf_pointer, .context = &context};
    print_evaluate(out, training, &places);
    if (training->evaluate->graph->loss)
        print_test(out, training, &places);
}

/* --- variables */
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

static void print_variables(Text *out, const Training *training)
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
static void print_init(Draft *draft, const Training *training)
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

/* --- the two files */
static void print_entries(Draft *draft, const Training *training)
{
    Text *out = &draft->code;
    Context context = {training, training->train};
    Places places = {.plan = training->train, .workspace = "buffer->", .leaf = leaf_pointer, .context = &context};
    print_init(draft, training);
    print_forward(out, training, &places);
    print_phase(out, training, &places, "backward", 1);
    print_phase(out, training, &places, "update", 2);
    print_train_batch(out, training);
    print_evaluation(out, training);
}

static void print_helpers(Text *out, const char *entries)
{
    if (text_names(entries, "assign"))
        text_add(out, "\nstatic void assign(float *to, const float *from, int count)\n{\nfor (int i = 0; i < count; i++)\nto[i] = from[i];\n}\n");
    if (text_names(entries, "mean_of"))
        text_add(out, "\nstatic float mean_of(const float *values, int count)\n{\nfloat sum = 0.0f;\nfor (int i = 0; i < count; i++)\n"
                      "sum += values[i];\nreturn sum / (float)count;\n}\n");
}

static Draft print_model(const Training *training)
{
    Draft draft = draft_new(training->arena), entries = draft_new(training->arena);
    functions_print(&draft, training->functions, training->train->steps.count);
    functions_print(&draft, training->evaluate_functions, training->evaluate->steps.count);
    print_variables(&draft.code, training);
    print_entries(&entries, training);
    print_helpers(&draft.code, entries.code.at);
    draft_append(&draft, &entries);
    return draft;
}

static const char *print_c(const Training *training, const Unit *unit, const Emitted *sizes)
{
    Arena *arena = training->arena;
    const Plan *plans[] = {training->train, training->evaluate};
    const char *prefix = training->prefix;
    Draft draft = draft_new(arena), model = print_model(training);
    Text *out = &draft.code;
    Names used = {.arena = arena};
    names_add(&used, model.code.at);
    comment_header(out, arena, unit, sizes);
    contract_print(out);
    macros_print(out, model.tables.count > 0, true);
    text_printf(out, "#include \"%s.h\"\n\n", training->options->file_stem);
    text_add(out, "#if BNN_ABI != 1\n#error \"this file needs the bnn runtime with ABI 1: generate it again with the bnnc of that runtime\"\n#endif\n");
    if (!training->train->options.link_runtime)
        text_printf(out, "#define bnn_random %s_random /* this file has its own copies */\n#define bnn_initialize %s_initialize\n", prefix, prefix);
    runtime_print(out, arena, training->train, &used);
    workspace_typedef(out, prefix, plans, 2);
    draft_append(&draft, &model);
    return draft_finish(&draft);
}

static void print_sizes(Text *out, const Training *training, const Emitted *sizes)
{
    const Graph *graph = training->train->graph, *evaluate = training->evaluate->graph;
    const char *P = training->PREFIX;
    text_printf(out, "#define %s_STATE_BYTES %zu\n#define %s_WORKSPACE_BYTES %zu\n#define %s_BATCH %d\n", P,
                training->train->state_bytes ? training->train->state_bytes : 4, P, sizes->workspace_bytes, P, training->train->options.batch);
    for (int i = 0; i < graph->inputs.count; i++)
        text_printf(out, "#define %s_%s_COUNT %ld\n", P, graph->inputs.count == 1 ? "INPUT" : upper(training->arena, input_name(training->arena, graph, i)),
                    (long)shape_count(graph->inputs.at[i]->shape));
    for (int i = 0; i < graph->labels.count; i++)
        text_printf(out, "#define %s_%s_COUNT %ld\n", P, upper(training->arena, label_name(training, i)), (long)shape_count(graph->labels.at[i]->shape));
    for (int i = 0; i < evaluate->outputs.count; i++)
        text_printf(out, "#define %s_%s_COUNT %ld\n", P,
                    evaluate->outputs.count == 1 ? "OUTPUT" : upper(training->arena, output_name(training->arena, evaluate, i)),
                    (long)shape_count(evaluate->outputs.at[i]->shape));
    text_printf(out, "#define %s_METRIC_COUNT %d\n#define %s_VARIABLE_COUNT %d\n", P, graph->metrics.count, P, graph->variables.count);
}

static const char *print_h(const Training *training, const Unit *unit, const Emitted *sizes)
{
    Text out = text_new(training->arena);
    const char *prefix = training->prefix, *P = training->PREFIX, *parameters = train_parameters(training);
    comment_header(&out, training->arena, unit, sizes);
    text_printf(&out, "#ifndef %s_H\n#define %s_H\n\n", P, P);
    text_add(&out, training->train->options.link_runtime ? "#include <bnn.h>\n" : runtime_text("runtime/bnn.h"));
    text_add(&out, "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    print_sizes(&out, training, sizes);
    text_printf(&out, "\n/* What lies where in the state block. State and workspace: memory of the caller's, aligned for uint64_t. */\n"
                      "extern const bnn_variable %s_variables[%d];\n\nvoid %s_init(float *state, uint64_t seed);\n", prefix,
                training->train->graph->variables.count ? training->train->graph->variables.count : 1, prefix);
    text_printf(&out, "/* One step on `count` samples (1 to %s_BATCH): returns the loss; metrics receives one mean a metric. */\n"
                      "float %s_train_batch(%s);\n/* Its three parts, in this order. */\n", P, prefix, parameters);
    text_printf(&out, "float %s_forward(%s);\nvoid %s_backward(%s);\nvoid %s_update(%s);\n", prefix, parameters, prefix, parameters, prefix, parameters);
    text_printf(&out, "/* Inference on `count` samples (1 to %s_BATCH). */\nvoid %s_evaluate(%s);\n", P, prefix, evaluate_parameters(training));
    if (training->evaluate->graph->loss)
        text_printf(&out, "/* The same, and loss and metrics as train_batch gives them. */\nfloat %s_test_batch(%s);\n", prefix, test_parameters(training));
    text_add(&out, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    return indent_c(training->arena, out.at);
}

Emitted emit_training(Arena *arena, const Plan *train, const Plan *evaluate, const Model *model, const EmitOptions *options)
{
    Emitted emitted = {.workspace_bytes = train->workspace_bytes > evaluate->workspace_bytes ? train->workspace_bytes : evaluate->workspace_bytes};
    if (emitted.workspace_bytes < 4)
        emitted.workspace_bytes = 4;
    Training training = {.arena = arena, .train = train, .evaluate = evaluate, .options = options, .prefix = train->options.prefix,
                         .PREFIX = upper(arena, train->options.prefix)};
    training.functions = functions_of(arena, train, &emitted);
    training.evaluate_functions = functions_of(arena, evaluate, &emitted);
    Unit unit = {model, options, train, training.functions, train->steps.count};
    emitted.c_text = print_c(&training, &unit, &emitted);
    emitted.h_text = print_h(&training, &unit, &emitted);
    return emitted;
}
