/* From a model to callable functions: see program.h. The glue appended to the generated text gives every model the same signature. */
#include "run/program.h"

#include "base/bug.h"

#include <string.h>

#define STEM "model"

static Plan *finish(Arena *arena, const Graph *graph, const PlanOptions *options)
{
    Plan *plan = plan_build(arena, graph, options);
    if (plan)
        plan_verify(plan);
    return plan;
}

Plan *program_plan_train(Arena *arena, const Model *model, const PlanOptions *options, const Graph **graph)
{
    PassOptions passes = { .mode = MODE_TRAIN, .model = model };
    PlanOptions training = *options;
    training.training = true;
    const Graph *lowered = passes_run(model->graph, &passes);
    if (graph)
        *graph = lowered;
    return finish(arena, lowered, &training);
}

Plan *program_plan_evaluate(Arena *arena, const Model *model, const PlanOptions *options)
{
    PassOptions passes = { .mode = MODE_INFER, .model = model, .scores = model->compile.present };
    PlanOptions training = *options;
    training.training = true;
    return finish(arena, passes_run(model->graph, &passes), &training);
}

Plan *program_plan_packed(Arena *arena, const Model *model, const PlanOptions *options)
{
    PassOptions passes = { .mode = MODE_INFER, .model = model, .constants = true };
    PlanOptions inference = *options;
    inference.training = false;
    inference.batch = 1;
    return finish(arena, passes_run(model->graph, &passes), &inference);
}

static void add_arguments(Text *text, const char *array, int count)
{
    for (int i = 0; i < count; i++)
        text_printf(text, "%s[%d], ", array, i);
}

/* The last arguments of a call. */
static void add_outputs(Text *text, int count)
{
    for (int i = 0; i < count; i++)
        text_printf(text, ", out[%d]", i);
    text_add(text, ");\n}\n");
}

static const char *train_glue(Arena *arena, const CFile *c, const Graph *graph)
{
    Text text = c_file_text(arena, c);
    text_add(&text, "\n#include <stddef.h>\nconst size_t jit_sizes[3] = { MODEL_STATE_BYTES, MODEL_WORKSPACE_BYTES, MODEL_VARIABLE_COUNT };\n"
                    "float jit_train(float *state, void *workspace, const void *const *x, const void *const *y, int count, uint64_t seed,\n"
                    "                float rate_scale, float *metrics)\n{\n    return model_train_batch(state, workspace, ");
    add_arguments(&text, "x", graph->inputs.count);
    add_arguments(&text, "y", graph->labels.count);
    text_add(&text, "count, seed, rate_scale, metrics);\n}\n"
                    "void jit_evaluate(const float *state, void *workspace, const void *const *x, int count, float *const *out)\n{\n"
                    "    model_evaluate(state, workspace, ");
    add_arguments(&text, "x", graph->inputs.count);
    text_add(&text, "count");
    add_outputs(&text, graph->outputs.count);
    text_add(&text, "float jit_test(const float *state, void *workspace, const void *const *x, const void *const *y, int count, float *metrics,\n"
                    "               float *const *out)\n{\n    return model_test_batch(state, workspace, ");
    add_arguments(&text, "x", graph->inputs.count);
    add_arguments(&text, "y", graph->labels.count);
    text_add(&text, "count, metrics");
    add_outputs(&text, graph->outputs.count);
    return text.at;
}

static const char *packed_glue(Arena *arena, const CFile *c, const Graph *graph)
{
    Text text = c_file_text(arena, c);
    text_add(&text, "\n#include <stddef.h>\nconst size_t jit_sizes[1] = { sizeof(model_workspace) };\n"
                    "void jit_predict(const void *const *x, float *const *out, void *workspace)\n{\n    model_predict(");
    add_arguments(&text, "x", graph->inputs.count);
    add_arguments(&text, "out", graph->outputs.count);
    text_add(&text, "workspace);\n}\n");
    return text.at;
}

/* ISO C has no conversion from object to function pointers; POSIX says the bits are the same. */
static void *symbol(Jit *jit, const char *name)
{
    void *found = jit_symbol(jit, name);
    if (!found)
        BUG("generated code lacks %s", name);
    return found;
}

#define FUNCTION(field, jit, name)                          \
    do {                                                    \
        void *found_function = symbol((jit), (name));       \
        memcpy(&(field), &found_function, sizeof(field));   \
    } while (0)

static Jit *build(Arena *arena, const char *c_text, const char *h_text, const ProgramOptions *options, const char **error)
{
    JitOptions jit = options->jit;
    const char *target_flags = options->target && options->target->compiler_flags ? options->target->compiler_flags : "";
    jit.flags = arena_printf(arena, "%s %s", target_flags, jit.flags ? jit.flags : "");
    return jit_compile(arena, STEM, c_text, h_text, &jit, error);
}

static PlanOptions plan_options(const ProgramOptions *options)
{
    return (PlanOptions){ .prefix = STEM, .target = options->target, .unroll = options->unroll, .max_code = options->max_code,
                          .batch = options->batch ? options->batch : 1 };
}

TrainProgram *program_train(Arena *arena, const Model *model, const ProgramOptions *options, const char **error)
{
    PlanOptions plan_settings = plan_options(options);
    const Graph *graph;
    Plan *train = program_plan_train(arena, model, &plan_settings, &graph);
    Plan *evaluate = train ? program_plan_evaluate(arena, model, &plan_settings) : NULL;
    if (!evaluate)
        return NULL;
    EmitOptions emit = { .file_stem = STEM, .source_hash = "", .options_text = "" };
    Emitted text = emit_training(arena, train, evaluate, model, &emit);
    Jit *jit = build(arena, train_glue(arena, text.c, graph), text.h_text, options, error);
    if (!jit)
        return NULL;
    TrainProgram *program = ARENA_NEW(arena, TrainProgram);
    const size_t *sizes = symbol(jit, "jit_sizes");
    *program = (TrainProgram){ .jit = jit, .state_bytes = sizes[0], .workspace_bytes = sizes[1], .variable_count = (int)sizes[2],
                               .batch = plan_settings.batch, .variables = symbol(jit, "model_variables"),
                               .part_count = graph_metric_numbers(graph), .metrics = model->compile.metrics.at, .graph = model->graph,
                               .rules = model->compile.rule,
                               .metric_count = model->compile.metrics.count };
    FUNCTION(program->init, jit, "model_init");
    FUNCTION(program->train, jit, "jit_train");
    FUNCTION(program->evaluate, jit, "jit_evaluate");
    FUNCTION(program->test, jit, "jit_test");
    return program;
}

const bnn_variable *program_variable(const TrainProgram *program, const char *name)
{
    for (int i = 0; i < program->variable_count; i++)
        if (strcmp(program->variables[i].name, name) == 0)
            return &program->variables[i];
    return NULL;
}

PackedProgram *program_packed(Arena *arena, const Model *model, const ProgramOptions *options, const char **error)
{
    PlanOptions plan_settings = plan_options(options);
    Plan *plan = program_plan_packed(arena, model, &plan_settings);
    if (!plan)
        return NULL;
    EmitOptions emit = { .file_stem = STEM, .source_hash = "", .weights_origin = "", .options_text = "" };
    Emitted text = emit_inference(arena, plan, model, &emit);
    Jit *jit = build(arena, packed_glue(arena, text.c, model->graph), text.h_text, options, error);
    if (!jit)
        return NULL;
    PackedProgram *program = ARENA_NEW(arena, PackedProgram);
    const size_t *sizes = symbol(jit, "jit_sizes");
    *program = (PackedProgram){ .jit = jit, .workspace_bytes = sizes[0], .weight_bytes = text.weight_bytes };
    FUNCTION(program->predict, jit, "jit_predict");
    return program;
}
