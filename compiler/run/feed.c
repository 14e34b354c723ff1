/* Rows of a data set for generated code: see feed.h. Nothing is allocated once feed_new has returned. */
#include "run/feed.h"

#include "base/bug.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    Arena *arena;
    const Model *model;
    const DataSet *data;
    ImageScale scale;
    const char **error;
} Search;

static bool fail(const Search *search, const char *message)
{
    *search->error = message;
    return false;
}

static const char *rows_text(Arena *arena, const Array *array)
{
    Text text = text_new(arena);
    text_add(&text, "(None");
    for (int i = 1; i < array->rank; i++)
        text_printf(&text, ", %d", array->dim[i]);
    text_add(&text, array->rank > 1 ? ")" : ",)");
    return text.at;
}

static const char *there_is(const Search *search)
{
    Text text = text_new(search->arena);
    for (int i = 0; i < search->data->columns.count; i++)
        text_printf(&text, "%s%s", i ? ", " : "", search->data->columns.at[i].name);
    return text.at;
}

static const Array *find(const Search *search, const char *name, const char *alone, int count)
{
    const Array *array = data_column(search->data, name);
    if (!array && count == 1)
        array = data_column(search->data, alone);
    if (!array)
        *search->error = arena_printf(search->arena, "no array '%s'%s%s%s; there is: %s", name, count == 1 ? " or '" : "", count == 1 ? alone : "",
                                      count == 1 ? "'" : "", there_is(search));
    return array;
}

static size_t row_elements(const Array *array)
{
    return array->count / (size_t)array->dim[0];
}

/* --- inputs */
static bool fits_input(const Search *search, const FeedColumn *column)
{
    const Array *array = column->array;
    if (column->element == ELEMENT_F32 && array->bytes && !search->scale.known)
        return fail(search, "the model takes float input and nothing says how bytes become floats: begin it with Input(SHAPE, dtype=\"uint8\"), "
                            "Rescaling(1 / 127.5, offset=-1), or give --scale 1/127.5,-1");
    if (column->element == ELEMENT_I8 && array->bytes)
        return fail(search, "the model takes int8 input, the data set holds unsigned bytes: use Input(..., dtype=\"uint8\")");
    if (column->element == ELEMENT_LEVEL && array->bytes)
        return fail(search, arena_printf(search->arena, "'%s' holds unsigned bytes, the model takes bits: numbers below 0 are -1, others +1", column->name));
    if (column->element == ELEMENT_U8 && !array->bytes)
        return fail(search, arena_printf(search->arena, "'%s' holds no unsigned bytes, the model takes uint8", column->name));
    if (column->element == ELEMENT_I8 && !array->whole)
        return fail(search, arena_printf(search->arena, "'%s' holds no integers, the model takes int8", column->name));
    for (size_t i = 0; column->element == ELEMENT_I8 && i < array->count; i++)
        if (array->whole[i] < -128 || array->whole[i] > 127)
            return fail(search, arena_printf(search->arena, "'%s' holds %d, the model takes int8", column->name, array->whole[i]));
    return true;
}

static bool set_input(const Search *search, int index, FeedColumn *column)
{
    const Graph *graph = search->model->graph;
    const Value *input = graph->inputs.at[index];
    const char *name = input->name ? input->name : "x";
    *column = (FeedColumn){ .name = name, .element = input->element, .width = (size_t)shape_count(input->shape), .input = input };
    if (input->element == ELEMENT_LEVEL)
        column->levels = ARENA_ARRAY(search->arena, int32_t, column->width);
    column->array = find(search, name, "x", graph->inputs.count);
    if (!column->array)
        return false;
    column->from = row_elements(column->array);
    if (column->from != column->width)
        return fail(search, arena_printf(search->arena, "the model takes %s, the data set's %s are %s", shape_text(search->arena, input->shape, true),
                                         graph->inputs.count == 1 ? "images" : name, rows_text(search->arena, column->array)));
    for (int i = 0; i < 256; i++)
        column->value_of_byte[i] = (float)(i * search->scale.scale + search->scale.offset);
    return fits_input(search, column);
}

/* --- labels */
static float element(const Array *array, size_t i)
{
    return array->bytes ? (float)array->bytes[i] : array->whole ? (float)array->whole[i] : array->reals[i];
}

static bool classes_fit(const Search *search, const FeedColumn *column, int classes, int ignored)
{
    for (size_t i = 0; i < column->array->count; i++) {
        float label = element(column->array, i);
        if (label != (float)ignored && (label != (float)(int)label || label < 0 || label >= (float)classes))
            return fail(search, arena_printf(search->arena, "the label of image %zu is %g, the model tells the classes 0 to %d apart", i / column->from,
                                             (double)label, classes - 1));
    }
    return true;
}

static bool two_classes(const char *loss)
{
    return strstr(loss, "binary") || (strstr(loss, "hinge") && !strstr(loss, "categorical"));
}

static bool set_label(const Search *search, int index, FeedColumn *column)
{
    const Graph *graph = search->model->graph;
    const CompileInfo *compile = &search->model->compile;
    const Value *output = graph->outputs.at[index];
    const char *name = graph->output_names.at[index];
    int classes = output->shape.rank ? output->shape.dim[output->shape.rank - 1] : 1;
    bool sparse = compile->present && compile->sparse_labels[index];
    *column = (FeedColumn){ .name = name, .element = sparse ? ELEMENT_I32 : ELEMENT_F32, .form = sparse ? FORM_CLASS : FORM_PLAIN,
                            .width = (size_t)shape_count(output->shape) / (size_t)(sparse ? classes : 1) };
    column->array = find(search, name, "y", graph->outputs.count);
    if (!column->array)
        return false;
    column->from = row_elements(column->array);
    if (column->from == 1 && column->width == (size_t)classes && classes > 1)
        column->form = FORM_ONE_HOT;
    else if (column->from != column->width)
        return fail(search, arena_printf(search->arena, "the labels of '%s' are %s, the model's output is %s", name, rows_text(search->arena, column->array),
                                         shape_text(search->arena, output->shape, true)));
    if (column->form != FORM_PLAIN)
        return classes_fit(search, column, classes, sparse && compile->ignored_class ? compile->ignored_class[index] : CLASS_NONE);
    return classes > 1 || !column->array->bytes || !compile->present || !two_classes(compile->loss_name[index]) || classes_fit(search, column, 2, CLASS_NONE);
}

/* Whether a row's label is one class of one output; one-hot rows count as well. */
static bool one_class(const Feed *feed)
{
    const FeedColumn *label = feed->labels;
    if (feed->label_count != 1 || label->form != FORM_PLAIN)
        return feed->label_count == 1 && label->from == 1;
    for (int row = 0; row < feed->count && label->from > 1; row++) {
        int ones = 0;
        for (size_t i = 0; i < label->from; i++) {
            float value = element(label->array, (size_t)row * label->from + i);
            ones += value == 1.0f;
            if (value != 0.0f && value != 1.0f && value != -1.0f)
                return false;
        }
        if (ones != 1)
            return false;
    }
    for (size_t i = 0; label->from == 1 && i < label->array->count; i++)
        if (element(label->array, i) != 0.0f && element(label->array, i) != 1.0f && element(label->array, i) != -1.0f)
            return false;
    return true;
}

Feed *feed_new(Arena *arena, const Model *model, const DataSet *data, ImageScale scale, bool labels, const char **error)
{
    const Graph *graph = model->graph;
    Search search = { arena, model, data, scale, error };
    Feed *feed = ARENA_NEW(arena, Feed);
    *feed = (Feed){ .count = data->count, .input_count = graph->inputs.count, .output_count = graph->outputs.count, .middle = 0.5f };
    if (graph->inputs.count > FEED_MAX || graph->outputs.count > FEED_MAX)
        return fail(&search, arena_printf(arena, "at most %d inputs and outputs are fed", FEED_MAX)), NULL;
    feed->inputs = ARENA_ARRAY(arena, FeedColumn, feed->input_count + 1);
    feed->labels = ARENA_ARRAY(arena, FeedColumn, feed->output_count + 1);
    for (int i = 0; i < feed->input_count; i++)
        if (!set_input(&search, i, &feed->inputs[i]))
            return NULL;
    for (int i = 0; i < feed->output_count; i++) {
        feed->outputs[i] = (int)shape_count(graph->outputs.at[i]->shape);
        feed->output_names[i] = graph->output_names.at[i];
        if (labels && !set_label(&search, i, &feed->labels[i]))
            return NULL;
    }
    feed->label_count = labels ? feed->output_count : 0;
    feed->classes = labels && one_class(feed);
    if (model->compile.present && model->compile.loss_name[0] && strstr(model->compile.loss_name[0], "hinge"))
        feed->middle = 0.0f;
    return feed;
}

Feed feed_part(const Feed *feed, int first, int count)
{
    Feed part = *feed;
    part.first += first;
    part.count = count;
    return part;
}

/* --- batches */
static size_t column_bytes(const FeedColumn *column)
{
    if (column->element == ELEMENT_LEVEL)
        return input_elements(column->input) * sizeof(uint32_t);
    return column->width * (column->element == ELEMENT_U8 || column->element == ELEMENT_I8 ? 1 : 4);
}

static void *buffer(size_t bytes)
{
    enum { ALIGNMENT = 64 };
    void *at = aligned_alloc(ALIGNMENT, (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT);
    BUG_IF(!at);
    memset(at, 0, bytes);
    return at;
}

FeedBatch feed_batch_new(const Feed *feed, int rows)
{
    FeedBatch batch = { 0 };
    for (int i = 0; i < feed->input_count; i++)
        batch.x[i] = buffer((size_t)rows * column_bytes(&feed->inputs[i]));
    for (int i = 0; i < feed->label_count; i++)
        batch.y[i] = buffer((size_t)rows * column_bytes(&feed->labels[i]));
    for (int i = 0; i < feed->output_count; i++)
        batch.out[i] = buffer((size_t)rows * (size_t)feed->outputs[i] * sizeof(float));
    return batch;
}

void feed_batch_free(FeedBatch *batch)
{
    for (int i = 0; i < FEED_MAX; i++) {
        free(batch->x[i]);
        free(batch->y[i]);
        free(batch->out[i]);
    }
}

static void put_floats(const FeedColumn *column, size_t from, float *out)
{
    const Array *array = column->array;
    for (size_t i = 0; i < column->width; i++)
        out[i] = array->bytes ? column->value_of_byte[array->bytes[from + i]] : element(array, from + i);
}

static void put_label(const FeedColumn *column, size_t from, void *to)
{
    float *out = to;
    for (size_t i = 0; i < column->width; i++) {
        if (column->form == FORM_CLASS)
            ((int32_t *)to)[i] = (int32_t)element(column->array, from + i);
        else if (column->form == FORM_ONE_HOT)
            out[i] = element(column->array, from) == (float)i;
        else
            out[i] = element(column->array, from + i);
    }
}

static void put_bits(const FeedColumn *column, size_t from, uint32_t *out)
{
    for (size_t i = 0; i < column->width; i++)
        column->levels[i] = element(column->array, from + i) < 0 ? -1 : 1;
    input_pack(column->input, column->levels, out);
}

static void put_input(const FeedColumn *column, size_t from, void *to)
{
    if (column->element == ELEMENT_LEVEL) {
        put_bits(column, from, to);
        return;
    }
    if (column->element == ELEMENT_F32)
        put_floats(column, from, to);
    else if (column->element == ELEMENT_U8)
        memcpy(to, column->array->bytes + from, column->width);
    else
        for (size_t i = 0; i < column->width; i++)
            ((int8_t *)to)[i] = (int8_t)column->array->whole[from + i];
}

void feed_gather(const Feed *feed, const int *rows, int first, int count, bool labels, FeedBatch *batch)
{
    for (int k = 0; k < feed->input_count + (labels ? feed->label_count : 0); k++) {
        bool label = k >= feed->input_count;
        const FeedColumn *column = label ? &feed->labels[k - feed->input_count] : &feed->inputs[k];
        char *to = label ? batch->y[k - feed->input_count] : batch->x[k];
        for (int i = 0; i < count; i++, to += column_bytes(column)) {
            size_t row = (size_t)feed->first + (size_t)(rows ? rows[i] : first + i);
            (label ? put_label : put_input)(column, row * column->from, to);
        }
    }
}

static int largest(const float *row, int count)
{
    int best = 0;
    for (int i = 1; i < count; i++)
        if (row[i] > row[best])
            best = i;
    return best;
}

int feed_class(const Feed *feed, int row)
{
    const FeedColumn *label = feed->labels;
    size_t from = ((size_t)feed->first + (size_t)row) * label->from;
    BUG_IF(!feed->classes);
    if (label->from == 1)
        return element(label->array, from) > 0 ? (int)element(label->array, from) : 0;
    for (size_t i = 0; i < label->from; i++)
        if (element(label->array, from + i) == 1.0f)
            return (int)i;
    return 0;
}

int feed_predicted(const Feed *feed, int output, const float *row)
{
    return feed->outputs[output] == 1 ? row[0] > feed->middle : largest(row, feed->outputs[output]);
}
