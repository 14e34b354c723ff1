/* bnnc eval: how well a model with weights does on the test images of a data set, by default as packed C. */
#include "cmd/commands.h"
#include "cmd/engine.h"

#include <string.h>

static int *classify(Compilation *c, const char *name, const Feed *feed, double *seconds)
{
    int *classes = ARENA_ARRAY(c->arena, int, feed->count + 1);
    Engine *engine = engine_new(c, name);
    if (!engine)
        return NULL;
    engine_classify(engine, feed, classes, seconds);
    engine_free(engine);
    return classes;
}

static void print_accuracy(const char *name, const Feed *feed, const int *classes, double seconds)
{
    int right = 0;
    for (int i = 0; i < feed->count; i++)
        right += classes[i] == feed->labels[i];
    printf("%-8s %.2f %% of %d images right (%d), %.1f us an image\n", name, 100.0 * right / feed->count, feed->count, right,
           seconds / feed->count * 1e6);
}

static bool eval(Compilation *c)
{
    DataSet test;
    ImageScale scale;
    const char *error = "", *name = c->options->engine ? c->options->engine : "packed";
    double seconds;
    if (!c->weights_hash)
        return compilation_refuse(c, "which weights? --weights FILE, or --init-weights");
    if (!session_data(c, NULL, &test) || !session_scale(c, &scale))
        return false;
    const Feed *feed = feed_new(c->arena, c->model, &test, scale, &error);
    if (!feed)
        return compilation_refuse(c, "%s: %s", c->options->data, error);
    const int *first = classify(c, name, feed, &seconds);
    if (!first)
        return false;
    print_accuracy(name, feed, first, seconds);
    if (!c->options->compare)
        return true;
    const char *other = strcmp(name, "trainer") == 0 ? "packed" : "trainer";
    const int *second = classify(c, other, feed, &seconds);
    if (!second)
        return false;
    print_accuracy(other, feed, second, seconds);
    int same = 0;
    for (int i = 0; i < feed->count; i++)
        same += first[i] == second[i];
    printf("%s and %s agree on %d of %d images\n", name, other, same, feed->count);
    return true;
}

int command_eval(Arena *arena, const Options *options)
{
    Compilation c = compilation_begin(arena, options);
    (void)(compilation_read(&c) && compilation_model(&c) && compilation_weights(&c) && eval(&c));
    return c.status;
}
