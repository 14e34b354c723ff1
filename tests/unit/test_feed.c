/* Feed: rows of data sets in the form that generated code takes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/arena_fixture.h"
#include "run/feed.h"

#include <string.h>

typedef struct { Graph *graph; Model model; const Expr *loss; float weight; bool sparse, logits; const char *name; } World;

/* A model of one input of two floats, and one output. */
static World *world_new(Arena *arena, Element element, int outputs, bool sparse, const char *loss)
{
    World *w = ARENA_NEW(arena, World);
    int two = 2;
    w->graph = graph_new(arena, expr_pool_new(arena), NULL);
    Value *x = graph_input(w->graph, element, shape_of(1, &two), false), *y = graph_input(w->graph, ELEMENT_F32, shape_of(1, &outputs), false);
    w->graph->inputs.count = 1;
    x->name = "board";
    VEC_PUSH(arena, &w->graph->outputs, y);
    VEC_PUSH(arena, &w->graph->output_names, "policy");
    w->sparse = sparse;
    w->name = loss;
    w->model = (Model){ .graph = w->graph, .compile = { .present = true, .sparse_labels = &w->sparse, .loss_name = &w->name } };
    return w;
}

static const Array bytes_2x2 = { .rank = 2, .dim = { 2, 2 }, .count = 4, .bytes = (const uint8_t[]){ 1, 2, 3, 4 } };
static const Array reals_2x2 = { .rank = 2, .dim = { 2, 2 }, .count = 4, .reals = (const float[]){ 0, 1, 1, 0 } };
static const Array classes_2 = { .rank = 1, .dim = { 2 }, .count = 2, .whole = (const int32_t[]){ 1, 0 } };

static DataSet data_of(Arena *arena, const char *x_name, const Array *x, const char *y_name, const Array *y)
{
    DataSet data = { .count = 2 };
    VEC_PUSH(arena, &data.columns, ((Column){ x_name, x }));
    VEC_PUSH(arena, &data.columns, ((Column){ y_name, y }));
    return data;
}

/* A class that counts for nothing need not be one of the model's; any other label must. */
static void test_feed_ignored(void **state)
{
    const Array labels = { .rank = 1, .dim = { 2 }, .count = 2, .whole = (const int32_t[]){ 255, 1 } };
    const char *error = NULL;
    DataSet data = data_of(*state, "x", &reals_2x2, "y", &labels);
    World *w = world_new(*state, ELEMENT_F32, 3, true, "sparse_categorical_crossentropy");
    int ignored = CLASS_NONE;
    w->model.compile.ignored_class = &ignored;
    assert_null(feed_new(*state, &w->model, &data, (ImageScale){ 0 }, true, &error));
    assert_non_null(strstr(error, "is 255"));
    ignored = 255;
    Feed *feed = feed_new(*state, &w->model, &data, (ImageScale){ 0 }, true, &error);
    assert_non_null(feed);
    FeedBatch batch = feed_batch_new(feed, 2);
    feed_gather(feed, (const int[]){ 0, 1 }, 0, 2, true, &batch);
    assert_memory_equal(batch.y[0], ((const int32_t[]){ 255, 1 }), 8);
    feed_batch_free(&batch);
}

static void test_feed_forms(void **state)
{
    static const ImageScale scale = { .known = true, .scale = 0.25, .offset = -1 }, none = { 0 };
    const char *error = NULL;
    DataSet data = data_of(*state, "x", &bytes_2x2, "y", &classes_2);
    World *w = world_new(*state, ELEMENT_F32, 3, false, "mse");
    assert_null(feed_new(*state, &w->model, &data, none, true, &error));
    assert_non_null(strstr(error, "--scale"));
    Feed *feed = feed_new(*state, &w->model, &data, scale, true, &error);
    FeedBatch batch = feed_batch_new(feed, 2);
    feed_gather(feed, (const int[]){ 1, 0 }, 0, 2, true, &batch);
    assert_memory_equal(batch.x[0], ((const float[]){ -0.25f, 0, -0.75f, -0.5f }), 16);
    assert_memory_equal(batch.y[0], ((const float[]){ 1, 0, 0, 0, 1, 0 }), 24); /* one-hot */
    assert_int_equal(feed_class(feed, 0), 1);
    Feed part = feed_part(feed, 1, 1);
    feed_gather(&part, NULL, 0, 1, true, &batch);
    assert_memory_equal(batch.x[0], ((const float[]){ -0.25f, 0 }), 8);
    assert_int_equal(feed_class(&part, 0), 0);
    feed_batch_free(&batch);

    w = world_new(*state, ELEMENT_U8, 2, true, "sparse_categorical_crossentropy");
    feed = feed_new(*state, &w->model, &data, none, true, &error);
    batch = feed_batch_new(feed, 2);
    feed_gather(feed, NULL, 0, 2, true, &batch);
    assert_memory_equal(batch.x[0], bytes_2x2.bytes, 4);
    assert_memory_equal(batch.y[0], classes_2.whole, 8);
    feed_batch_free(&batch);
}

static void test_feed_names(void **state)
{
    static const ImageScale none = { 0 };
    const char *error = NULL;
    World *w = world_new(*state, ELEMENT_F32, 2, false, "categorical_crossentropy");
    DataSet data = data_of(*state, "board", &reals_2x2, "policy", &reals_2x2);
    Feed *feed = feed_new(*state, &w->model, &data, none, true, &error);
    assert_true(feed->classes);
    assert_int_equal(feed_class(feed, 1), 0);
    data = data_of(*state, "bord", &reals_2x2, "policy", &reals_2x2);
    assert_null(feed_new(*state, &w->model, &data, none, true, &error));
    assert_string_equal(error, "no array 'board' or 'x'; there is: bord, policy");
    data = data_of(*state, "board", &reals_2x2, "labels", &reals_2x2);
    assert_non_null(feed_new(*state, &w->model, &data, none, false, &error));
    assert_null(feed_new(*state, &w->model, &data, none, true, &error));
    data = data_of(*state, "board", &classes_2, "policy", &reals_2x2);
    assert_null(feed_new(*state, &w->model, &data, none, true, &error));
    assert_non_null(strstr(error, "(None, 2)"));
    w = world_new(*state, ELEMENT_F32, 1, true, "sparse_categorical_crossentropy");
    data = data_of(*state, "board", &reals_2x2, "policy", &classes_2);
    assert_null(feed_new(*state, &w->model, &data, none, true, &error)); /* class 1 of one */
}

static void test_predicted(void **state)
{
    Feed feed = { .outputs = { 3 }, .output_count = 1 };
    (void)state;
    assert_int_equal(feed_predicted(&feed, 0, (float[3]){ 1, 2, 2 }), 1); /* the first of equals */
    feed.outputs[0] = 1;
    feed.middle = 0.5f;
    assert_int_equal(feed_predicted(&feed, 0, (float[1]){ 0.5f }), 0); /* Keras' threshold is exclusive */
    assert_int_equal(feed_predicted(&feed, 0, (float[1]){ 0.75f }), 1);
}

const struct CMUnitTest feed_tests[] = { TEST(test_feed_forms), TEST(test_feed_ignored), TEST(test_feed_names), TEST(test_predicted) };
const int feed_test_count = sizeof feed_tests / sizeof *feed_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("feed", feed_tests, (size_t)feed_test_count, NULL, NULL) != 0;
}
#endif
