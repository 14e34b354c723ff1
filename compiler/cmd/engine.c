/* See engine.h. */
#include "cmd/engine.h"

#include "base/bug.h"
#include "run/interp.h"
#include "run/progress.h"

#include <stdlib.h>
#include <string.h>

struct Engine {
    void (*run)(Engine *engine, const void *const *x, int count, float *const *out);
    const Graph *graph;          /* of the model, or what the interpreter runs */
    size_t inputs[FEED_MAX], outputs[FEED_MAX];  /* elements of a row */
    PackedProgram *packed;
    TrainProgram *trainer;
    Interp *interp;
    float *state;
    void *workspace;
    int32_t *integers[FEED_MAX]; /* the interpreter takes integer inputs as int32 */
};

static void *buffer(size_t bytes)
{
    void *at = aligned_alloc(64, (bytes + 64) / 64 * 64);
    BUG_IF(!at);
    memset(at, 0, bytes);
    return at;
}

static size_t row_bytes(const Engine *engine, int input)
{
    const Value *value = engine->graph->inputs.at[input];
    return input_elements(value) * input_element_bytes(value);
}

static void run_packed(Engine *engine, const void *const *x, int count, float *const *out)
{
    const void *inputs[FEED_MAX];
    float *outputs[FEED_MAX];
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < engine->graph->inputs.count; k++)
            inputs[k] = (const char *)x[k] + (size_t)i * row_bytes(engine, k);
        for (int k = 0; k < engine->graph->outputs.count; k++)
            outputs[k] = out[k] + (size_t)i * engine->outputs[k];
        engine->packed->predict(inputs, outputs, engine->workspace);
    }
}

static void run_trainer(Engine *engine, const void *const *x, int count, float *const *out)
{
    engine->trainer->evaluate(engine->state, engine->workspace, x, count, out);
}

static int32_t integer_of(Element element, const void *x, size_t i)
{
    return element == ELEMENT_U8 ? ((const uint8_t *)x)[i] : ((const int8_t *)x)[i];
}

static const void *interp_input(Engine *engine, int input, const void *x, int count)
{
    const Value *value = engine->graph->inputs.at[input];
    size_t width = engine->inputs[input];
    int32_t *out = engine->integers[input];
    if (value->element == ELEMENT_F32)
        return x;
    for (int row = 0; row < count && value->element == ELEMENT_LEVEL; row++)
        input_unpack(value, (const uint32_t *)x + (size_t)row * input_elements(value), out + (size_t)row * width);
    for (size_t i = 0; i < (size_t)count * width && value->element != ELEMENT_LEVEL; i++)
        out[i] = integer_of(value->element, x, i);
    return out;
}

static void run_interp(Engine *engine, const void *const *x, int count, float *const *out)
{
    const void *inputs[FEED_MAX];
    for (int k = 0; k < engine->graph->inputs.count; k++)
        inputs[k] = interp_input(engine, k, x[k], count);
    interp_run(engine->interp, count, inputs, NULL);
    for (int k = 0; k < engine->graph->outputs.count; k++) {
        Tensor result = interp_result(engine->interp, engine->graph->outputs.at[k]);
        for (size_t i = 0; i < (size_t)count * engine->outputs[k]; i++)
            out[k][i] = result.f32 ? result.f32[i] : (float)result.i32[i];
    }
}

static bool begin_packed(Compilation *c, Engine *engine, const ProgramOptions *options)
{
    const char *error = "";
    engine->run = run_packed;
    engine->packed = program_packed(c->arena, c->model, options, &error);
    if (!engine->packed)
        return compilation_no_program(c, error);
    engine->workspace = buffer(engine->packed->workspace_bytes);
    return true;
}

static bool begin_trainer(Compilation *c, Engine *engine, const ProgramOptions *options)
{
    const char *error = "";
    engine->run = run_trainer;
    if (!c->model->compile.present)
        return compilation_reject(c, c->model->span, "add model.compile(optimizer=..., loss=...)", "the trainer needs an optimizer and a loss");
    TrainProgram *program = engine->trainer = program_train(c->arena, c->model, options, &error);
    if (!program)
        return compilation_no_program(c, error);
    engine->workspace = buffer(program->workspace_bytes);
    engine->state = buffer(program->state_bytes);
    for (int i = 0; i < c->model->graph->variables.count; i++) {
        const Variable *variable = c->model->graph->variables.at[i];
        const bnn_variable *row = program_variable(program, variable->name);
        if (row)
            variable_values(variable, engine->state + row->offset);
    }
    return true;
}

static bool begin_interp(Compilation *c, Engine *engine)
{
    PassOptions passes = { .mode = MODE_INFER, .model = c->model, .constants = true, .stop_after = "canonical" };
    engine->run = run_interp;
    engine->graph = passes_run(c->model->graph, &passes);
    engine->interp = interp_new(engine->graph, 0);
    for (int i = 0; i < engine->graph->inputs.count; i++)
        engine->integers[i] = buffer(ENGINE_BATCH * engine->inputs[i] * sizeof(int32_t));
    return true;
}

Engine *engine_new(Compilation *c, const char *name)
{
    const Graph *graph = c->model->graph;
    ProgramOptions options;
    if (graph->inputs.count > FEED_MAX || graph->outputs.count > FEED_MAX)
        return compilation_refuse(c, "at most %d inputs and outputs run here: call the generated C instead", FEED_MAX), NULL;
    if (!session_program_options(c, &options))
        return NULL;
    options.batch = ENGINE_BATCH;
    Engine *engine = ARENA_NEW(c->arena, Engine);
    *engine = (Engine){ .graph = graph };
    for (int i = 0; i < graph->inputs.count; i++)
        engine->inputs[i] = (size_t)shape_count(graph->inputs.at[i]->shape);
    for (int i = 0; i < graph->outputs.count; i++)
        engine->outputs[i] = (size_t)shape_count(graph->outputs.at[i]->shape);
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
    for (int i = 0; i < FEED_MAX; i++)
        free(engine->integers[i]);
}

void engine_run(Engine *engine, const void *const *x, int count, float *const *out)
{
    engine->run(engine, x, count, out);
}

void engine_classify(Engine *engine, const Feed *feed, int *classes, double *seconds)
{
    FeedBatch batch = feed_batch_new(feed, ENGINE_BATCH);
    *seconds = 0;
    for (int first = 0; first < feed->count; first += ENGINE_BATCH) {
        int count = feed->count - first < ENGINE_BATCH ? feed->count - first : ENGINE_BATCH;
        feed_gather(feed, NULL, first, count, false, &batch);
        double start = progress_seconds();
        engine_run(engine, (const void *const *)batch.x, count, batch.out);
        *seconds += progress_seconds() - start;
        for (int i = 0; i < count; i++)
            classes[first + i] = feed_predicted(feed, 0, batch.out[0] + (size_t)i * (size_t)feed->outputs[0]);
    }
    feed_batch_free(&batch);
}

const TrainProgram *engine_program(const Engine *engine)
{
    return engine->trainer;
}

Scores engine_test(Engine *engine, const Feed *feed, int *classes)
{
    BUG_IF(!engine->trainer);
    return program_test(engine->trainer, engine->state, engine->workspace, feed, ENGINE_BATCH, classes);
}
