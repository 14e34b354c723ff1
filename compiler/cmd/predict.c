/* bnnc predict: one line per image, its class and, on demand, the outputs. Images come from a data set's test half or from files. */
#include "cmd/commands.h"
#include "cmd/engine.h"

#include <stdlib.h>
#include <string.h>

static void print_numbers(const float *row, int count)
{
    for (int k = 0; k < count; k++)
        printf(" %.6g", (double)row[k]);
}

/* One output: the class. Several: each with its name, the number itself where it is one. */
static void print_row(const Compilation *c, const Feed *feed, const FeedBatch *batch, int sample)
{
    for (int k = 0; k < feed->output_count; k++) {
        const float *row = batch->out[k] + (size_t)sample * (size_t)feed->outputs[k];
        bool number = feed->output_count > 1 && feed->outputs[k] == 1;
        if (feed->output_count > 1)
            printf("%s%s ", k ? "  " : "", feed->output_names[k]);
        if (number)
            printf("%.6g", (double)row[0]);
        else
            printf("%d", feed_predicted(feed, k, row));
        if (c->options->probabilities && !number)
            print_numbers(row, feed->outputs[k]);
    }
    putchar('\n');
}

static void predict_feed(const Compilation *c, Engine *engine, const Feed *feed)
{
    FeedBatch batch = feed_batch_new(feed, ENGINE_BATCH);
    for (int first = 0; first < feed->count; first += ENGINE_BATCH) {
        int count = feed->count - first < ENGINE_BATCH ? feed->count - first : ENGINE_BATCH;
        feed_gather(feed, NULL, first, count, false, &batch);
        engine_run(engine, (const void *const *)batch.x, count, batch.out);
        for (int i = 0; i < count; i++)
            print_row(c, feed, &batch, i);
    }
    feed_batch_free(&batch);
}

/* "A" is image A alone, "A:B" A to B-1; either side of the colon may be empty. */
static bool parse_range(Compilation *c, int count, int *first, int *end)
{
    const char *text = c->options->index;
    *first = 0;
    *end = count;
    if (!text)
        return true;
    char *at;
    long from = strtol(text, &at, 10), to = from + 1;
    if (at == text)
        from = 0;
    if (*at == ':')
        to = at[1] ? strtol(at + 1, &at, 10) : (at++, (long)count);
    else if (at == text)
        from = -1;
    if (*at || from < 0 || to <= from || to > count)
        return compilation_refuse(c, "--index takes A or A:B within 0:%d, not '%s'", count, text);
    *first = (int)from;
    *end = (int)to;
    return true;
}

static bool predict_data(Compilation *c)
{
    DataSet test;
    ImageScale scale;
    const char *error = "";
    int first, end;
    bool one;
    if (!session_data(c, NULL, &test, &one) || !session_scale(c, &scale) || !parse_range(c, test.count, &first, &end))
        return false;
    const Feed *feed = feed_new(c->arena, c->model, &test, scale, false, &error);
    if (!feed)
        return compilation_refuse(c, "%s: %s", c->options->data, error);
    Engine *engine = engine_new(c, c->options->engine ? c->options->engine : "packed");
    if (!engine)
        return false;
    Feed part = feed_part(feed, first, end - first);
    predict_feed(c, engine, &part);
    engine_free(engine);
    return true;
}

/* Reals go to float inputs as they are, their signs to inputs of bits, and bytes to byte inputs; bytes to floats need the scaling. */
static bool predict_file(Compilation *c, Engine *engine, const char *path)
{
    const char *error = "";
    ImageScale scale;
    const Value *input = c->model->graph->inputs.at[0];
    size_t features = (size_t)shape_count(input->shape);
    Array *image = image_read(c->arena, path, &error);
    if (!image || !session_scale(c, &scale))
        return image ? false : compilation_refuse(c, "%s", error);
    if (image->count % features != 0)
        return compilation_refuse(c, "%s: %zu elements are no whole number of images; the model takes %s", path, image->count,
                                  shape_text(c->arena, input->shape, true));
    if (image->reals && input->element != ELEMENT_F32 && input->element != ELEMENT_LEVEL)
        return compilation_refuse(c, "%s: holds floats, the model takes bytes", path);
    image->rank = 2;
    image->dim[0] = (int)(image->count / features);
    image->dim[1] = (int)features;
    DataSet data = { .count = image->dim[0] };
    VEC_PUSH(c->arena, &data.columns, ((Column){ "x", image }));
    const Feed *feed = feed_new(c->arena, c->model, &data, scale, false, &error);
    if (!feed)
        return compilation_refuse(c, "%s: %s", path, error);
    predict_feed(c, engine, feed);
    return true;
}

static bool predict(Compilation *c)
{
    const Options *options = c->options;
    if (!c->weights_origin)
        return compilation_refuse(c, "which weights? --weights FILE, or --init-weights");
    if (options->data && options->more_count)
        return compilation_refuse(c, "images come from --data or from files, not from both");
    if (options->data)
        return predict_data(c);
    if (!options->more_count)
        return compilation_refuse(c, "which images? --data NAME, or files (.npy, .pgm, .ppm, raw bytes)");
    if (c->model->graph->inputs.count != 1)
        return compilation_refuse(c, "the model has %d inputs: --data FOLDER or FILE.npz gives them by name", c->model->graph->inputs.count);
    Engine *engine = engine_new(c, options->engine ? options->engine : "packed");
    bool good = engine != NULL;
    for (int i = 0; i < options->more_count && good; i++)
        good = predict_file(c, engine, options->more_files[i]);
    if (engine)
        engine_free(engine);
    return good;
}

int command_predict(Arena *arena, const Options *options)
{
    Compilation c = compilation_begin(arena, options);
    (void)(compilation_read(&c) && compilation_model(&c) && compilation_weights(&c) && predict(&c));
    return c.status;
}
