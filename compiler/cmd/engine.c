/* See engine.h. */
#include "cmd/engine.h"

#include "base/bug.h"
#include "run/interp.h"
#include "run/progress.h"

#include <stdlib.h>
#include <string.h>

struct Engine {
    void (*run)(Engine *engine, const void *x, int count, float *out);
    const Graph *graph;          /* of the model, or what the interpreter runs */
    Element element;
    size_t inputs, outputs;      /* elements of a row */
    PackedProgram *packed;
    TrainProgram *trainer;
    Interp *interp;
    float *state;
    void *workspace;
    int32_t *integers;           /* the interpreter takes integer inputs as int32 */
};

static void *buffer(size_t bytes)
{
    void *at = aligned_alloc(64, (bytes + 64) / 64 * 64);
    BUG_IF(!at);
    memset(at, 0, bytes);
    return at;
}

static size_t row_bytes(const Engine *engine)
{
    return engine->inputs * (engine->element == ELEMENT_F32 ? sizeof(float) : 1);
}

static void run_packed(Engine *engine, const void *x, int count, float *out)
{
    for (int i = 0; i < count; i++) {
        const void *inputs[] = { (const char *)x + (size_t)i * row_bytes(engine) };
        float *outputs[] = { out + (size_t)i * engine->outputs };
        engine->packed->predict(inputs, outputs, engine->workspace);
    }
}

static void run_trainer(Engine *engine, const void *x, int count, float *out)
{
    const void *inputs[] = { x };
    float *outputs[] = { out };
    engine->trainer->evaluate(engine->state, engine->workspace, inputs, count, outputs);
}

static void run_interp(Engine *engine, const void *x, int count, float *out)
{
    const void *inputs[] = { x };
    size_t total = (size_t)count * engine->inputs;
    if (engine->element != ELEMENT_F32) {
        for (size_t i = 0; i < total; i++)
            engine->integers[i] = engine->element == ELEMENT_U8 ? ((const uint8_t *)x)[i] : ((const int8_t *)x)[i];
        inputs[0] = engine->integers;
    }
    interp_run(engine->interp, count, inputs, NULL);
    Tensor result = interp_result(engine->interp, engine->graph->outputs.at[0]);
    for (size_t i = 0; i < (size_t)count * engine->outputs; i++)
        out[i] = result.f32 ? result.f32[i] : (float)result.i32[i];
}

static bool begin_packed(Compilation *c, Engine *engine, const ProgramOptions *options)
{
    const char *error = "";
    engine->run = run_packed;
    engine->packed = program_packed(c->arena, c->model, options, &error);
    if (!engine->packed)
        return compilation_refuse(c, "the generated C does not compile here: %s", error);
    engine->workspace = buffer(engine->packed->workspace_bytes);
    return true;
}

static const Variable *variable_find(const Graph *graph, const char *name)
{
    for (int i = 0; i < graph->variables.count; i++)
        if (strcmp(graph->variables.at[i]->name, name) == 0)
            return graph->variables.at[i];
    return NULL;
}

static bool begin_trainer(Compilation *c, Engine *engine, const ProgramOptions *options)
{
    const char *error = "";
    engine->run = run_trainer;
    if (!c->model->compile.present)
        return compilation_reject(c, c->model->span, "add model.compile(optimizer=..., loss=...)", "the trainer needs an optimizer and a loss");
    TrainProgram *program = engine->trainer = program_train(c->arena, c->model, options, &error);
    if (!program)
        return compilation_refuse(c, "the generated C does not compile here: %s", error);
    engine->workspace = buffer(program->workspace_bytes);
    engine->state = buffer(program->state_bytes);
    for (int i = 0; i < program->variable_count; i++) {
        const bnn_variable *row = &program->variables[i];
        const Variable *variable = variable_find(c->model->graph, row->name);
        if (variable && variable->data)
            memcpy(engine->state + row->offset, variable->data, row->count * sizeof(float));
    }
    return true;
}

static bool begin_interp(Compilation *c, Engine *engine)
{
    PassOptions passes = { .mode = MODE_INFER, .model = c->model, .constants = true, .stop_after = "canonical" };
    engine->run = run_interp;
    engine->graph = passes_run(c->model->graph, &passes);
    engine->interp = interp_new(engine->graph, 0);
    engine->integers = buffer(ENGINE_BATCH * engine->inputs * sizeof(int32_t));
    return true;
}

Engine *engine_new(Compilation *c, const char *name)
{
    const Graph *graph = c->model->graph;
    ProgramOptions options;
    if (graph->inputs.count != 1 || graph->outputs.count != 1)
        return compilation_refuse(c, "only models with one input and one output run here; this one has %d and %d: call the generated C instead",
                                  graph->inputs.count, graph->outputs.count), NULL;
    if (!session_program_options(c, &options))
        return NULL;
    options.batch = ENGINE_BATCH;
    Engine *engine = ARENA_NEW(c->arena, Engine);
    *engine = (Engine){ .graph = graph, .element = graph->inputs.at[0]->element, .inputs = (size_t)shape_count(graph->inputs.at[0]->shape),
                        .outputs = (size_t)shape_count(graph->outputs.at[0]->shape) };
    bool good = strcmp(name, "trainer") == 0  ? begin_trainer(c, engine, &options)
                : strcmp(name, "interp") == 0 ? begin_interp(c, engine)
                                              : begin_packed(c, engine, &options);
    return good ? engine : NULL;
}

void engine_free(Engine *engine)
{
    if (engine->packed)
        jit_free(engine->packed->jit);
    if (engine->trainer)
        jit_free(engine->trainer->jit);
    if (engine->interp)
        interp_free(engine->interp);
    free(engine->state);
    free(engine->workspace);
    free(engine->integers);
}

void engine_run(Engine *engine, const void *x, int count, float *out)
{
    engine->run(engine, x, count, out);
}

void engine_classify(Engine *engine, const Feed *feed, int *classes, double *seconds)
{
    void *x = buffer(ENGINE_BATCH * feed_input_bytes(feed));
    float *out = buffer(ENGINE_BATCH * (size_t)feed->outputs * sizeof(float));
    *seconds = 0;
    for (int first = 0; first < feed->count; first += ENGINE_BATCH) {
        int count = feed->count - first < ENGINE_BATCH ? feed->count - first : ENGINE_BATCH;
        feed_copy(feed, first, count, x);
        double start = progress_seconds();
        engine_run(engine, x, count, out);
        *seconds += progress_seconds() - start;
        for (int i = 0; i < count; i++)
            classes[first + i] = feed_predicted(feed, out + (size_t)i * (size_t)feed->outputs);
    }
    free(x);
    free(out);
}
