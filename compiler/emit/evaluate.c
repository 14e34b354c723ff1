/* In: the evaluation plan of training C. Out: pack (variables -> what inference reads of them: bits, and floats that stay floats),
 * predict (inference from that block alone), evaluate and test_batch (both, with the block at the end of the workspace). */
#include "emit/training.h"

enum { ALIGN = 64 };

static size_t block_offset(const Plan *evaluate)
{
    return (evaluate->workspace_bytes + ALIGN - 1) / ALIGN * ALIGN;
}

size_t evaluation_workspace_bytes(const Plan *evaluate)
{
    return block_offset(evaluate) + evaluate->packed_bytes;
}

/* --- parameters */
static void add_outputs(const Training *training, Text *text, bool types)
{
    const Graph *graph = training->evaluate->graph;
    for (int i = 0; i < graph->outputs.count; i++)
        text_printf(text, ", %s%s", types ? "float *" : "", output_name(training->arena, graph, i));
}

static const char *parameters(const Training *training, const char *first, bool labels, const char *count)
{
    Text text = text_new(training->arena);
    text_printf(&text, "%s, void *workspace, ", first);
    add_inputs(training, &text, true);
    if (labels)
        add_labels(training, &text, true);
    text_add(&text, count);
    add_outputs(training, &text, true);
    return text.at;
}

static const char *predict_parameters(const Training *training)
{
    return parameters(training, "const void *packed", false, "int count");
}

static const char *evaluate_parameters(const Training *training)
{
    return parameters(training, "const float *state", false, "int count");
}

static const char *test_parameters(const Training *training)
{
    return parameters(training, "const float *state", true, "int count, float *metrics");
}

/* --- functions */
static void add_copies(Text *body, const Training *training, const Places *places)
{
    const Plan *plan = training->evaluate;
    for (int i = 0; i < plan->storages.count; i++) {
        const Storage *storage = plan->storages.at[i];
        if (storage->place != PLACE_PACKED || storage->value->op != OP_WEIGHT)
            continue;
        const Variable *variable = storage->value->u.variable;
        text_printf(body, "assign(%s, %s, %ld); /* %s */\n", storage_pointer(training->arena, places, storage), state_pointer(training, variable),
                    (long)shape_count(variable->shape), variable->name);
    }
}

static void print_pack(Text *out, const Training *training, Places places)
{
    static const char *const names[] = {"state", "workspace", "packed"};
    Text body = text_new(training->arena);
    places.packed = "fresh_block->";
    add_calls(&body, training->evaluate, training->evaluate_functions, &places, PHASE_PACK);
    add_copies(&body, training, &places);
    text_printf(out, "\nvoid %s_pack(const float *state, void *workspace, void *packed)\n", training->prefix);
    print_body(out, training, body.at, names, 3);
}

static void print_predict(Text *out, const Training *training, Places places)
{
    const char *names[BODY_NAMES] = {"packed", "workspace", "count"};
    Text body = text_new(training->arena);
    places.packed = "block->";
    add_calls(&body, training->evaluate, training->evaluate_functions, &places, PHASE_FORWARD);
    text_printf(out, "\nvoid %s_predict(%s)\n", training->prefix, predict_parameters(training));
    print_body(out, training, body.at, names, input_names(training, names, 3, false));
}

/* Packs into the end of the workspace and predicts from there. */
static void add_prediction(Text *body, const Training *training)
{
    const char *packed = arena_printf(training->arena, "(char *)workspace + %zu", block_offset(training->evaluate));
    text_printf(body, "%s_pack(state, workspace, %s);\n%s_predict(%s, workspace, ", training->prefix, packed, training->prefix, packed);
    add_inputs(training, body, false);
    text_add(body, "count");
    add_outputs(training, body, false);
    text_add(body, ");\n");
}

static void print_evaluate(Text *out, const Training *training)
{
    Text body = text_new(training->arena);
    add_prediction(&body, training);
    text_printf(out, "\nvoid %s_evaluate(%s)\n{\n%s}\n", training->prefix, evaluate_parameters(training), body.at);
}

/* The outputs as evaluate gives them, then loss and metrics. */
static void print_test(Text *out, const Training *training, Places places)
{
    const Plan *plan = training->evaluate;
    const char *names[BODY_NAMES] = {"state", "workspace", "count", "metrics"};
    Text body = text_new(training->arena);
    places.packed = places.workspace;
    places.packed_offset = block_offset(plan);
    add_prediction(&body, training);
    add_calls(&body, plan, training->evaluate_functions, &places, PHASE_TEST);
    add_metric_means(&body, plan, &places);
    text_printf(&body, "return *(%s);\n", result_pointer(plan, &places, plan->graph->loss));
    text_printf(out, "\nfloat %s_test_batch(%s)\n", training->prefix, test_parameters(training));
    print_body(out, training, body.at, names, input_names(training, names, 4, true));
}

void evaluation_print(Text *out, const Training *training)
{
    Context context = {training, training->evaluate};
    const Places places = places_of(&context);
    print_pack(out, training, places);
    print_predict(out, training, places);
    print_evaluate(out, training);
    if (training->evaluate->graph->loss)
        print_test(out, training, places);
}

void evaluation_print_prototypes(Text *out, const Training *training)
{
    const char *prefix = training->prefix, *P = training->PREFIX;
    text_printf(out, "/* What inference reads of the variables, bits and floats: PACKED_BYTES of the caller's, aligned for uint64_t. */\n"
                     "void %s_pack(const float *state, void *workspace, void *packed);\n", prefix);
    text_printf(out, "/* Inference on `count` samples (1 to %s_BATCH) from that block alone. */\nvoid %s_predict(%s);\n", P, prefix,
                predict_parameters(training));
    text_printf(out, "/* Both at once. */\nvoid %s_evaluate(%s);\n", prefix, evaluate_parameters(training));
    if (training->evaluate->graph->loss)
        text_printf(out, "/* The same, and loss and metrics as train_batch gives them. */\nfloat %s_test_batch(%s);\n", prefix,
                    test_parameters(training));
}
