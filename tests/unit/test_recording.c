/* Calls that are recorded: what the call of a class of the file, or a function, does to placeholders becomes a layer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/layers_help.h"

static void test_subclass(void **state)
{
    (void)state;
    const Model *model = compile("class Block(tf.keras.layers.Layer):\n  def __init__(self, n):\n    super().__init__()\n    self.d = Dense(n)\n"
                                 "  def call(self, x):\n    return tf.nn.relu(self.d(x)) + x\n"
                                 "class Net(tf.keras.Model):\n  def __init__(self):\n    super().__init__()\n    self.parts = []\n"
                                 "    for _ in range(2):\n      self.parts.append(Block(4))\n"
                                 "  def call(self, x, training=None):\n    for p in self.parts:\n      x = p(x)\n    return x\n"
                                 "model = Net()\nmodel.build((None, 4))\n");
    assert_string_equal(variables(model), "net/block/dense/kernel (4, 4); net/block/dense/bias (4,); net/block_1/dense_1/kernel (4, 4); "
                                          "net/block_1/dense_1/bias (4,)");
    assert_string_equal(rows(model), "block block_1");
}

static void test_weights_of_its_own(void **state)
{
    (void)state;
    const Model *model = compile("class Scale(Layer):\n    def __init__(self):\n        super().__init__()\n"
                                 "        self.shift = self.add_weight(name='shift', shape=(1,), initializer='zeros', trainable=False)\n"
                                 "    def build(self, shape):\n        self.kernel = self.add_weight('kernel', shape[1:], constraint=weight_clip)\n"
                                 "    def call(self, x):\n        return x * self.kernel + self.shift\n"
                                 "scale = Scale()\nx = Input((4,))\nmodel = Model(x, scale(scale(x)))\n");
    assert_string_equal(rows(model), "input_1 scale");
    assert_string_equal(variables(model), "scale/kernel (4,); scale/shift (1,)");
    assert_non_null(model->graph->variables.at[0]->constraint);
    assert_true(model->graph->variables.at[0]->trainable);
    assert_false(model->graph->variables.at[1]->trainable);
    refused("class Scale(Layer):\n    def build(self, shape):\n        self.w = self.add_weight('w', (0,))\n    def call(self, x):\n"
            "        return x\nx = Input((4,))\nmodel = Model(x, Scale()(x))\n", "(0,)", "add_weight");
}

/* What a class is called says nothing of what it does to steps. */
static void test_classes_with_names_of_keras(void **state)
{
    (void)state;
    static const char *const classes[][2] = {{"DenseBlock", "layers.Layer"}, {"DenseModel", "tf.keras.Model"}, {"BatchNormalization", "layers.Layer"},
                                             {"TimeDistributed", "layers.Layer"}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        const char *file = arena_printf(arena, "from tensorflow.keras import layers\nclass %s(%s):\n  def call(self, x):\n"
                                               "    return tf.reshape(x, (-1, 5, 1)) * 2.0\ni = Input((3, 5))\n"
                                               "model = tf.keras.Model(i, layers.TimeDistributed(%s())(i))\n", classes[i][0], classes[i][1], classes[i][0]);
        assert_string_equal(output_shape(compile(file)), "(None, 3, 5, 1)");
    }
}

/* A Sequential that is built while a class's call runs leaves what stands around it as it was. */
static void test_sequential_built_inside(void **state)
{
    (void)state;
    static const char *const inner[] = {"Lambda(lambda x: x * 2 + 1)", "Double()"};
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
        const char *file = arena_printf(arena, "class Double(Layer):\n  def call(self, x):\n    return x * 2\n"
                                               "class Block(Layer):\n  def __init__(self):\n    super().__init__()\n"
                                               "    self.s = Sequential([Dense(4), %s])\n    self.e = Sequential([Dense(2)])\n"
                                               "  def call(self, x):\n    y = self.s(x)\n    z = Dense(4)(y)\n    return self.e(tf.abs(y + z))\n"
                                               "model = Sequential([Input((5,)), Block()])\n", inner[i]);
        const Model *model = compile(file);
        assert_string_equal(variables(model), "dense/kernel (5, 4); dense/bias (4,); block/dense_2/kernel (4, 4); block/dense_2/bias (4,); "
                                              "dense_1/kernel (4, 2); dense_1/bias (2,)");
        assert_string_equal(rows(model), "block");
    }
}

/* A layer that is called on several shapes has a recording for each, and its own layers once. */
static void test_several_shapes(void **state)
{
    (void)state;
    static const char *const layers[] = {"TimeDistributed(Flat())", "Lambda(lambda x: Dense(7)(tf.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3]))))"};
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        const char *file = arena_printf(arena, "class Flat(Layer):\n  def call(self, x):\n    return tf.reshape(x, (-1, x.shape[1] * x.shape[2]))\n"
                                               "f = %s\na = Input((3, 4, 5))\nb = Input((3, 2, 5))\nmodel = Model([a, b], [f(a), f(b), f(a)])\n", layers[i]);
        const Model *model = compile(file);
        assert_string_equal(output_shape(model), i ? "(None, 7)" : "(None, 3, 20)");
        assert_string_equal(shape_text(arena, model->graph->outputs.at[1]->shape, true), i ? "(None, 7)" : "(None, 3, 10)");
        assert_int_equal(model->graph->variables.count, i ? 4 : 0);
    }
}

/* A dict of tensors comes to the call with the keys that it has. */
static void test_dicts_of_tensors(void **state)
{
    (void)state;
    static const char *const keys[][2] = {{"'a'", "'b'"}, {"1", "2"}, {"(0, 1)", "None"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *first = keys[i][0], *second = keys[i][1];
        const char *file = arena_printf(arena, "class Difference(Layer):\n  def call(self, d):\n    return d[%s] - d[%s]\n"
                                               "a = Input((4,))\nb = Input((4,))\nmodel = Model([a, b], Difference()({%s: a, %s: b}))\n", first, second, first, second);
        assert_string_equal(output_shape(compile(file)), "(None, 4)");
    }
}

static void test_arguments_of_lambda(void **state)
{
    (void)state;
    const char *file = "x = Input((4,))\nmodel = Model(x, Lambda(lambda x, n, shift: x * n + shift, arguments=%s)(x))\n";
    assert_string_equal(output_shape(compile(arena_printf(arena, file, "{'shift': 1, 'n': 3}"))), "(None, 4)");
    refused(arena_printf(arena, file, "{1: 3}"), "{1: 3}", "Lambda: arguments needs names as keys, not 1");
    refused(arena_printf(arena, file, "[3, 1]"), "[3, 1]", "Lambda: arguments needs a dict, not list");
    refused(arena_printf(arena, file, "{'shift': 1, 'm': 3}"), "{'shift': 1, 'm': 3}", "'m'");
}

const struct CMUnitTest recording_tests[] = {
    LAYERS_TEST(test_subclass), LAYERS_TEST(test_weights_of_its_own), LAYERS_TEST(test_classes_with_names_of_keras),
    LAYERS_TEST(test_sequential_built_inside), LAYERS_TEST(test_several_shapes), LAYERS_TEST(test_dicts_of_tensors),
    LAYERS_TEST(test_arguments_of_lambda),
};
const int recording_test_count = sizeof recording_tests / sizeof *recording_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return cmocka_run_group_tests(recording_tests, NULL, NULL);
}
#endif
