/* In: a training plan, and an inference plan over the same variables. Out: model.c and model.h: the table of variables, init, forward,
 * backward, update, train_batch, and evaluation. State and workspace are the caller's. */
#include "emit/indent.h"
#include "emit/training.h"

#include <string.h>

static const char *train_parameters(const Training *training)
{
    Text text = text_new(training->arena);
    text_add(&text, "float *state, void *workspace, ");
    add_inputs(training, &text, true);
    add_labels(training, &text, true);
    text_add(&text, "int count, uint64_t seed, float rate_scale, float *metrics");
    return text.at;
}

static const char *train_arguments(const Training *training)
{
    Text text = text_new(training->arena);
    text_add(&text, "state, workspace, ");
    add_inputs(training, &text, false);
    add_labels(training, &text, false);
    text_add(&text, "count, seed, rate_scale, metrics");
    return text.at;
}

static void print_train_body(Text *out, const Training *training, const char *body)
{
    const char *names[BODY_NAMES] = {"state", "workspace", "count", "seed", "rate_scale", "metrics"};
    print_body(out, training, body, names, input_names(training, names, 6, true));
}

/* --- the parts of a training step */
static void print_forward(Text *out, const Training *training, const Places *places)
{
    const Graph *graph = training->train->graph;
    Text body = text_new(training->arena);
    const Variable *rate = graph_variable_named(graph, "rate_scale");
    if (rate)
        text_printf(&body, "state[%zu] = rate_scale;\n", plan_variable_offset(graph, rate));
    add_calls(&body, training->train, training->functions, places, PHASE_FORWARD);
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
    add_calls(&body, training->train, training->functions, places, phase);
    if (phase == PHASE_UPDATE)
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

/* --- the two files */
static void print_entries(Draft *draft, const Training *training)
{
    Text *out = &draft->code;
    Context context = {training, training->train};
    const Places places = places_of(&context);
    init_print(draft, training);
    print_forward(out, training, &places);
    print_phase(out, training, &places, "backward", PHASE_BACKWARD);
    print_phase(out, training, &places, "update", PHASE_UPDATE);
    print_train_batch(out, training);
    evaluation_print(out, training);
}

static void print_helpers(Text *out, const char *entries)
{
    if (text_names(entries, "assign"))
        text_add(out, "\nstatic void assign(float *to, const float *from, int count)\n{\nfor (int i = 0; i < count; i++)\nto[i] = from[i];\n}\n");
    if (text_names(entries, "mean_of"))
        text_add(out, "\nstatic float mean_of(const float *values, int count)\n{\nfloat sum = 0.0f;\nfor (int i = 0; i < count; i++)\n"
                      "sum += values[i];\nreturn sum / (float)count;\n}\n");
    if (text_names(entries, "means_of"))
        text_add(out, "\nstatic void means_of(const float *values, int size, int count, float *means)\n{\nfor (int k = 0; k < size; k++) {\n"
                      "float sum = 0.0f;\nfor (int i = 0; i < count; i++)\nsum += values[i * size + k];\nmeans[k] = sum / (float)count;\n}\n}\n");
}

static Draft print_model(const Training *training)
{
    Draft draft = draft_new(training->arena), entries = draft_new(training->arena);
    functions_print(&draft, training->functions, training->train->steps.count);
    functions_print(&draft, training->evaluate_functions, training->evaluate->steps.count);
    variables_print(&draft.code, training);
    print_entries(&entries, training);
    print_helpers(&draft.code, entries.code.at);
    draft_append(&draft, &entries);
    return draft;
}

static const CFile *print_c(const Training *training, const Unit *unit, const Emitted *sizes)
{
    Arena *arena = training->arena;
    const Plan *plans[] = {training->train, training->evaluate};
    const char *prefix = training->prefix;
    Draft draft = draft_new(arena), model = print_model(training);
    Text *out = &draft.code;
    Names used = {.arena = arena};
    names_add(&used, model.code.at);
    opening_print(out, arena, unit, sizes, model.tables.count > 0, true);
    text_add(out, "#if BNN_ABI != 1\n#error \"this file needs the bnn runtime with ABI 1: generate it again with the bnnc of that runtime\"\n#endif\n");
    runtime_print(out, arena, training->train, &used);
    barrier_print(out, &used);
    workspace_typedef(out, prefix, plans, 2);
    draft_append(&draft, &model);
    return draft_finish(&draft);
}

static void print_sizes(Text *out, const Training *training, const Emitted *sizes)
{
    const Graph *graph = training->train->graph, *evaluate = training->evaluate->graph;
    const char *P = training->PREFIX;
    text_printf(out, "#define %s_STATE_BYTES %zu\n#define %s_WORKSPACE_BYTES %zu\n#define %s_PACKED_BYTES %zu\n#define %s_BATCH %d\n", P,
                training->train->state_bytes ? training->train->state_bytes : 4, P, sizes->workspace_bytes, P,
                training->evaluate->packed_bytes ? training->evaluate->packed_bytes : 4, P, training->train->options.batch);
    for (int i = 0; i < graph->inputs.count; i++)
        text_printf(out, "#define %s_%s_COUNT %ld\n", P, graph->inputs.count == 1 ? "INPUT" : upper_case(training->arena, input_name(training->arena, graph, i)),
                    (long)input_elements(graph->inputs.at[i]));
    for (int i = 0; i < graph->labels.count; i++)
        text_printf(out, "#define %s_%s_COUNT %ld\n", P, upper_case(training->arena, label_name(training, i)), (long)shape_count(graph->labels.at[i]->shape));
    for (int i = 0; i < evaluate->outputs.count; i++)
        text_printf(out, "#define %s_%s_COUNT %ld\n", P,
                    evaluate->outputs.count == 1 ? "OUTPUT" : upper_case(training->arena, output_name(training->arena, evaluate, i)),
                    (long)shape_count(evaluate->outputs.at[i]->shape));
    text_printf(out, "#define %s_METRIC_COUNT %d\n#define %s_VARIABLE_COUNT %d\n", P, graph_metric_numbers(graph), P, graph->variables.count);
}

/* What stands where in metrics: those that are more than a mean are formed by the caller from sums over all samples. */
static const char *metrics_text(const Training *training)
{
    const Graph *graph = training->train->graph;
    Text text = text_new(training->arena);
    if (graph_metric_numbers(graph) == graph->metrics.count)
        return "one mean a metric";
    text_add(&text, "means of the parts of each metric:");
    for (int i = 0; i < graph->metrics.count; i++)
        text_printf(&text, "%s %s %d", i ? "," : "", graph->metric_names.at[i], (int)shape_count(graph->metrics.at[i]->shape));
    return text.at;
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
    text_printf(&out, "/* One step on `count` samples (1 to %s_BATCH): returns the loss; metrics receives %s.\n"
                      " * seed: of dropout and the like, one for a whole run. rate_scale: times every learning rate, 1 leaves them as they are. */\n"
                      "float %s_train_batch(%s);\n/* Its three parts, in this order. */\n", P, metrics_text(training), prefix, parameters);
    text_printf(&out, "float %s_forward(%s);\nvoid %s_backward(%s);\nvoid %s_update(%s);\n", prefix, parameters, prefix, parameters, prefix, parameters);
    evaluation_print_prototypes(&out, training);
    text_add(&out, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    return indent_c(training->arena, out.at);
}

Emitted emit_training(Arena *arena, const Plan *train, const Plan *evaluate, const Model *model, const EmitOptions *options)
{
    size_t evaluation_bytes = evaluation_workspace_bytes(evaluate);
    Emitted emitted = {.workspace_bytes = train->workspace_bytes > evaluation_bytes ? train->workspace_bytes : evaluation_bytes};
    if (emitted.workspace_bytes < 4)
        emitted.workspace_bytes = 4;
    Training training = {.arena = arena, .train = train, .evaluate = evaluate, .options = options, .prefix = train->options.prefix,
                         .PREFIX = upper_case(arena, train->options.prefix)};
    training.functions = functions_of(arena, train, &emitted);
    training.evaluate_functions = functions_of(arena, evaluate, &emitted);
    Unit unit = {model, options, train, training.functions, train->steps.count};
    emitted.c = print_c(&training, &unit, &emitted);
    emitted.h_text = print_h(&training, &unit, &emitted);
    return emitted;
}
