/* Rows of a data set for generated code: see feed.h. Nothing is allocated once feed_new has returned. */
#include "run/feed.h"

#include <string.h>

static Feed *fail(const char **error, const char *message)
{
    *error = message;
    return NULL;
}

static const char *image_shape(Arena *arena, const DataSet *data)
{
    Shape shape = { .rank = data->rank };
    memcpy(shape.dim, data->dim, sizeof data->dim);
    return shape_text(arena, shape, true);
}

static bool hinge(const Model *model)
{
    const char *name = model->compile.present && model->compile.loss_name ? model->compile.loss_name[0] : NULL;
    return name && strstr(name, "hinge") != NULL && strstr(name, "categorical") == NULL;
}

/* Keras maps labels 0/1 to -1/+1 for its hinge losses; doing it here gives the same numbers. */
static LabelForm label_form(const Model *model, int outputs)
{
    if (model->compile.present && model->compile.sparse_labels && model->compile.sparse_labels[0])
        return LABEL_CLASS;
    if (outputs == 1)
        return hinge(model) ? LABEL_SINGLE_PLUS_MINUS : LABEL_SINGLE;
    return hinge(model) ? LABEL_PLUS_MINUS : LABEL_ONE_HOT;
}

static bool fill_table(Feed *feed, ImageScale scale)
{
    if (feed->element == ELEMENT_F32 && !scale.known)
        return false;
    for (int i = 0; i < 256; i++)
        feed->value_of_byte[i] = (float)(i * scale.scale + scale.offset);
    return true;
}

Feed *feed_new(Arena *arena, const Model *model, const DataSet *data, ImageScale scale, const char **error)
{
    const Graph *graph = model->graph;
    if (graph->inputs.count != 1 || graph->outputs.count != 1)
        return fail(error, arena_printf(arena, "a data set feeds one input and one output; this model has %d and %d: call the generated C instead",
                                        graph->inputs.count, graph->outputs.count));
    const Value *input = graph->inputs.at[0], *output = graph->outputs.at[0];
    Feed *feed = ARENA_NEW(arena, Feed);
    *feed = (Feed){ .images = data->images, .labels = data->labels, .count = data->count, .features = 1, .element = input->element,
                    .outputs = (int)shape_count(output->shape) };
    for (int i = 0; i < data->rank; i++)
        feed->features *= (size_t)data->dim[i];
    if (feed->features != (size_t)shape_count(input->shape))
        return fail(error, arena_printf(arena, "the model takes %s, the data set's images are %s", shape_text(arena, input->shape, true),
                                        image_shape(arena, data)));
    if (feed->element == ELEMENT_I8)
        return fail(error, "the model takes int8 input, the data set holds unsigned bytes: use Input(..., dtype=\"uint8\")");
    if (!fill_table(feed, scale))
        return fail(error, "the model takes float input and nothing says how bytes become floats: begin it with Input(SHAPE, dtype=\"uint8\"), "
                           "Rescaling(1 / 127.5, offset=-1), or give --scale 1/127.5,-1");
    feed->label_form = label_form(model, feed->outputs);
    feed->label_width = feed->label_form == LABEL_ONE_HOT || feed->label_form == LABEL_PLUS_MINUS ? feed->outputs : 1;
    int classes = feed->outputs == 1 && feed->label_form != LABEL_CLASS ? 2 : feed->outputs;
    for (int i = 0; i < data->count && data->classes > classes; i++)
        if (data->labels[i] >= classes)
            return fail(error, arena_printf(arena, "the label of image %d is %d, the model tells the classes 0 to %d apart", i, data->labels[i],
                                            classes - 1));
    return feed;
}

Feed feed_part(const Feed *feed, int first, int count)
{
    Feed part = *feed;
    part.images += (size_t)first * feed->features;
    part.labels += first;
    part.count = count;
    return part;
}

size_t feed_input_bytes(const Feed *feed)
{
    return feed->features * (feed->element == ELEMENT_F32 ? sizeof(float) : 1);
}

size_t feed_label_bytes(const Feed *feed)
{
    return feed->label_form == LABEL_CLASS ? sizeof(int32_t) : sizeof(float) * (size_t)feed->label_width;
}

static void put_row(const Feed *feed, int row, void *x)
{
    const uint8_t *bytes = feed->images + (size_t)row * feed->features;
    if (feed->element != ELEMENT_F32) {
        memcpy(x, bytes, feed->features);
        return;
    }
    float *out = x;
    for (size_t i = 0; i < feed->features; i++)
        out[i] = feed->value_of_byte[bytes[i]];
}

static void put_label(const Feed *feed, int row, void *y)
{
    int label = feed->labels[row];
    float *out = y;
    float low = feed->label_form == LABEL_PLUS_MINUS || feed->label_form == LABEL_SINGLE_PLUS_MINUS ? -1.0f : 0.0f;
    if (feed->label_form == LABEL_CLASS) {
        *(int32_t *)y = label;
    } else if (feed->label_width == 1) {
        out[0] = label ? 1.0f : low;
    } else {
        for (int i = 0; i < feed->label_width; i++)
            out[i] = i == label ? 1.0f : low;
    }
}

void feed_gather(const Feed *feed, const int *rows, int count, void *x, void *y)
{
    char *inputs = x, *labels = y;
    for (int i = 0; i < count; i++) {
        put_row(feed, rows[i], inputs + (size_t)i * feed_input_bytes(feed));
        if (labels)
            put_label(feed, rows[i], labels + (size_t)i * feed_label_bytes(feed));
    }
}

void feed_copy(const Feed *feed, int first, int count, void *x)
{
    for (int i = 0; i < count; i++)
        put_row(feed, first + i, (char *)x + (size_t)i * feed_input_bytes(feed));
}

int feed_predicted(const Feed *feed, const float *output)
{
    if (feed->outputs == 1)
        return output[0] > (feed->label_form == LABEL_SINGLE_PLUS_MINUS ? 0.0f : 0.5f);
    int best = 0;
    for (int i = 1; i < feed->outputs; i++)
        if (output[i] > output[best])
            best = i;
    return best;
}
