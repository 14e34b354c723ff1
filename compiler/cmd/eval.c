/* bnnc eval: how well a model with weights does on the test half of a data set: the share of right classes by an engine, packed C by default, and
 * loss and metrics of compile() by the trainer's forward pass. */
#include "cmd/commands.h"
#include "cmd/engine.h"

#include <string.h>

typedef struct {
    const char *engine;
    int *classes;              /* predicted */
    int right;                 /* -1: the labels are no classes */
    double seconds;            /* 0: not measured */
    Logs logs;                 /* loss and metrics; the trainer's engine alone */
} Result;

static bool measure(Compilation *c, const char *name, const Feed *feed, Result *out)
{
    bool trainer = strcmp(name, "trainer") == 0;
    *out = (Result){ .engine = name, .classes = ARENA_ARRAY(c->arena, int, feed->count + 1), .right = feed->classes ? 0 : -1 };
    Engine *engine = engine_new(c, name);
    if (!engine)
        return false;
    if (trainer) {
        Scores scores = engine_test(engine, feed, out->classes);
        scores_log(&scores, engine_program(engine), scores_names(c->arena, engine_program(engine), ""), &out->logs);
    } else {
        engine_classify(engine, feed, out->classes, &out->seconds);
    }
    engine_free(engine);
    for (int i = 0; i < feed->count && feed->classes; i++)
        out->right += out->classes[i] == feed_class(feed, i);
    return true;
}

static void print_result(const Result *result, int count)
{
    printf("%-8s", result->engine);
    for (int i = 0; i < result->logs.count; i++)
        printf(" %s %.4f ", result->logs.name[i], result->logs.value[i]);
    if (result->right >= 0)
        printf(" %.2f %% of %d images right (%d)", 100.0 * result->right / count, count, result->right);
    if (result->seconds > 0)
        printf("%s %.1f us an image", result->right >= 0 ? "," : "", result->seconds / count * 1e6);
    putchar('\n');
}

static void print_json(const Result *result, int count)
{
    printf("{\"engine\": \"%s\", \"samples\": %d", result->engine, count);
    if (result->right >= 0)
        printf(", \"right\": %d", result->right);
    if (result->seconds > 0)
        printf(", \"us_per_sample\": %.3f", result->seconds / count * 1e6);
    for (int i = 0; i < result->logs.count; i++)
        logs_print_json(stdout, result->logs.name[i], result->logs.value[i]);
    puts("}");
}

static int agreements(const Result *a, const Result *b, int count)
{
    int same = 0;
    for (int i = 0; i < count; i++)
        same += a->classes[i] == b->classes[i];
    return same;
}

/* The engine that was asked for; then the trainer, or packed C to compare it with. */
static bool run_engines(Compilation *c, const Feed *feed)
{
    const char *name = c->options->engine ? c->options->engine : "packed";
    bool trainer = strcmp(name, "trainer") == 0, second = c->options->compare || (c->model->compile.present && !trainer);
    void (*print)(const Result *, int) = c->options->json ? print_json : print_result;
    Result first, other;
    if (!measure(c, name, feed, &first))
        return false;
    print(&first, feed->count);
    if (!second)
        return true;
    if (!measure(c, trainer ? "packed" : "trainer", feed, &other))
        return false;
    print(&other, feed->count);
    if (c->options->compare && c->options->json)
        printf("{\"agree\": %d, \"samples\": %d}\n", agreements(&first, &other, feed->count), feed->count);
    else if (c->options->compare)
        printf("%s and %s agree on %d of %d images\n", name, other.engine, agreements(&first, &other, feed->count), feed->count);
    return true;
}

static bool eval(Compilation *c)
{
    DataSet test;
    ImageScale scale;
    const char *error = "";
    bool one;
    if (!c->weights_origin)
        return compilation_refuse(c, "which weights? --weights FILE, or --init-weights");
    if (!session_data(c, NULL, &test, &one) || !session_scale(c, &scale))
        return false;
    const Feed *feed = feed_new(c->arena, c->model, &test, scale, true, &error);
    if (!feed)
        return compilation_refuse(c, "%s: %s", c->options->data, error);
    return run_engines(c, feed);
}

int command_eval(Arena *arena, const Options *options)
{
    Compilation c = compilation_begin(arena, options);
    (void)(compilation_read(&c) && compilation_model(&c) && compilation_weights(&c) && eval(&c));
    return c.status;
}
