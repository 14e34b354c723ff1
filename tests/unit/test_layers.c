/* Layers: files to models: names, shapes, variables, graphs, training settings, and errors with their place. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "layers/family.h"
#include "unit/layers_help.h"

#include <math.h>
#include <string.h>

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(text_snake_case(arena, "QuantConv2D"), "quant_conv2d");
    assert_string_equal(text_snake_case(arena, "PReLU"), "p_re_lu");
    assert_string_equal(text_snake_case(arena, "MaxPooling2D"), "max_pooling2d");
    assert_string_equal(text_snake_case(arena, "QuantConv2DTranspose"), "quant_conv2d_transpose");
    assert_string_equal(text_snake_case(arena, "ELU"), "elu");
}

static void test_sequential(void **state)
{
    (void)state;
    const Model *model = compile("model = Sequential([Input((8, 8, 1)), QuantConv2D(4, 3, kernel_quantizer=ste_sign, use_bias=False),\n"
                                 "  MaxPool2D(2), BatchNormalization(scale=False), Flatten(), QuantDense(3, input_quantizer=ste_sign, name='top')])\n");
    assert_string_equal(variables(model), "quant_conv2d/kernel (3, 3, 1, 4); batch_normalization/beta (4,); batch_normalization/moving_mean (4,); "
                                          "batch_normalization/moving_variance (4,); top/kernel (36, 3); top/bias (3,)");
    assert_string_equal(rows(model), "quant_conv2d max_pooling2d batch_normalization flatten top");
    assert_string_equal(output_shape(model), "(None, 3)");
    assert_true(model->graph->variables.at[0]->quantized);
    assert_int_equal(model->graph->variables.at[0]->precision, 1);
    assert_int_equal(model->layers.at[4]->input_precision, 1);
    assert_true(model->graph->variables.at[2]->state);
}

static void test_add_pop_build(void **state)
{
    (void)state;
    const Model *model = compile("model = Sequential()\nmodel.add(Dense(4))\nmodel.add(Dense(5))\nmodel.pop()\nmodel.add(Dense(2))\nmodel.build((None, 7))\n");
    assert_string_equal(variables(model), "dense/kernel (7, 4); dense/bias (4,); dense_2/kernel (4, 2); dense_2/bias (2,)");
}

static void test_bare_layer(void **state)
{
    (void)state;
    FrontOptions options = {.model.input_shape = {.rank = 1, .dim = {13}}};
    const Model *model = compile_with("larq.layers.QuantDense(10, kernel_quantizer='ste_sign')\n", &options);
    assert_non_null(model);
    assert_string_equal(variables(model), "quant_dense/kernel (13, 10); quant_dense/bias (10,)");
}

static void test_functional_order(void **state)
{
    (void)state;
    const Model *model = compile("i = Input((4, 4, 8))\nx = Conv2D(8, 3, padding='same')(i)\ny = x + i\nz = tf.keras.layers.add([y, i])\n"
                                 "model = tf.keras.Model(inputs=i, outputs=GlobalAveragePooling2D()(z * 2))\n");
    assert_string_equal(rows(model), "input_1 conv2d tf.__operators__.add add tf.math.multiply global_average_pooling2d");
    assert_string_equal(output_shape(model), "(None, 8)");
}

static void test_shared_and_nested(void **state)
{
    (void)state;
    const Model *model = compile("base = Sequential([Dense(3, input_shape=(5,))])\nbase.trainable = False\na = Input((5,))\nb = Input((5,))\n"
                                 "model = Model([a, b], concatenate([base(a), base(b)]))\n");
    assert_string_equal(variables(model), "dense/kernel (5, 3); dense/bias (3,)");
    assert_false(model->graph->variables.at[0]->trainable);
    assert_int_equal(model->graph->inputs.count, 2);
}

static void test_convolutions(void **state)
{
    (void)state;
    static const struct { const char *layer, *kernel, *output; } cases[] = {
        {"Conv2D(6, 3, strides=2, padding='same')", "(3, 3, 4, 6)", "(None, 4, 5, 6)"},
        {"QuantConv2D(6, (2, 3), padding='same', pad_values=1.0, groups=2)", "(2, 3, 2, 6)", "(None, 8, 9, 6)"},
        {"DepthwiseConv2D(3, depth_multiplier=2)", "(3, 3, 4, 2)", "(None, 6, 7, 8)"},
        {"SeparableConv2D(5, 3)", "(3, 3, 4, 1)", "(None, 6, 7, 5)"},
        {"Conv2DTranspose(5, 3, strides=2, padding='same')", "(3, 3, 5, 4)", "(None, 16, 18, 5)"},
        {"Conv2DTranspose(5, 3, strides=3, output_padding=(1, 2))", "(3, 3, 5, 4)", "(None, 25, 29, 5)"},
        {"LocallyConnected2D(5, (2, 3), strides=(2, 1))", "(28, 24, 5)", "(None, 4, 7, 5)"},
        {"LocallyConnected2D(5, 3, strides=(2, 1), padding='same', implementation=2)", "(8, 9, 4, 4, 9, 5)", "(None, 4, 9, 5)"},
        {"LocallyConnected2D(5, 3, padding='same', implementation=3)", "(11000,)", "(None, 8, 9, 5)"}, /* 22 * 25 taps that exist, 4 channels, 5 filters */
        {"Conv2D(6, 3, data_format='channels_first')", "(3, 3, 8, 6)", "(None, 6, 7, 2)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Model *model = compile(arena_printf(arena, "model = Sequential([Input((8, 9, 4)), %s])\n", cases[i].layer));
        assert_string_equal(shape_text(arena, model->graph->variables.at[0]->shape, false), cases[i].kernel);
        assert_string_equal(output_shape(model), cases[i].output);
    }
}

/* Against a count of the cells, one by one. */
static void test_taps(void **state)
{
    (void)state;
    for (int kernel = 1; kernel <= 5; kernel++)
        for (int stride = 1; stride <= 3; stride++)
            for (int in = 1; in <= 7; in++) {
                Window window = {.spatial = 1, .kernel = {kernel}, .stride = {stride}, .dilation = {1}, .in = {in}};
                window_same(&window);
                for (int position = 0; position < window.out[0]; position++) {
                    TapRange taps = family_taps(&window, 0, position);
                    for (int tap = 0; tap < kernel; tap++) {
                        int at = position * stride - window.before[0] + tap;
                        assert_int_equal(at >= 0 && at < in, tap >= taps.low && tap < taps.low + taps.count);
                    }
                }
            }
}

static void test_shapes_of_other_layers(void **state)
{
    (void)state;
    static const struct { const char *layer, *output; } cases[] = {
        {"MaxPool2D(3, strides=2, padding='same')", "(None, 3, 4, 4)"}, {"AveragePooling2D((2, 3))", "(None, 3, 2, 4)"},
        {"GlobalMaxPooling2D(keepdims=True)", "(None, 1, 1, 4)"},       {"Reshape((-1, 12))", "(None, 14, 12)"},
        {"Permute((3, 1, 2))", "(None, 4, 6, 7)"},                      {"ZeroPadding2D(((1, 0), (2, 1)))", "(None, 7, 10, 4)"},
        {"Cropping2D(1)", "(None, 4, 5, 4)"},                           {"UpSampling2D((2, 3))", "(None, 12, 21, 4)"},
        {"UpSampling2D(2, interpolation='bilinear')", "(None, 12, 14, 4)"}, {"RandomCrop(5, 4)", "(None, 5, 4, 4)"},
        {"CenterCrop(2, 3)", "(None, 2, 3, 4)"},                        {"TimeDistributed(Dense(3))", "(None, 6, 7, 3)"},
        {"Lambda(lambda x: x[..., 1:] * 2)", "(None, 6, 7, 3)"},        {"PReLU(shared_axes=[1, 2])", "(None, 6, 7, 4)"},
        {"GroupNormalization(2)", "(None, 6, 7, 4)"},                   {"UnitNormalization(axis=[1, 2])", "(None, 6, 7, 4)"},
        {"LayerNormalization()", "(None, 6, 7, 4)"},                    {"BatchNormalization(axis=1)", "(None, 6, 7, 4)"},
        {"Masking(0.5)", "(None, 6, 7, 4)"},                            {"TimeDistributed(SteSign())", "(None, 6, 7, 4)"},
        {"ZeroPadding2D([1, [2, 3]])", "(None, 8, 12, 4)"},             {"Cropping2D(([1, 2], (0, 3)))", "(None, 3, 4, 4)"},
        {"Dropout(0.5, noise_shape=[None, 6, 1, 4])", "(None, 6, 7, 4)"},   {"RandomTranslation([-0.5, 0.5], (0, 0.5))", "(None, 6, 7, 4)"},
        {"PReLU(shared_axes=[])", "(None, 6, 7, 4)"},                   {"Normalization(None, mean=0.0, variance=1.0)", "(None, 6, 7, 4)"},
        {"Normalization((), mean=0.0, variance=1.0)", "(None, 6, 7, 4)"},   {"Softmax([1, -1])", "(None, 6, 7, 4)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(output_shape(compile(arena_printf(arena, "model = Sequential([Input((6, 7, 4)), %s])\n", cases[i].layer))), cases[i].output);
}

/* Between layers that want their channels first nothing is moved: the input is, and what the model gives. */
static void test_channels_first(void **state)
{
    (void)state;
    const Model *model = compile("K.set_image_data_format('channels_first')\n"
                                 "model = Sequential([Input((4, 8, 9)), QuantConv2D(6, 3, kernel_quantizer='ste_sign'), BatchNormalization(axis=1),\n"
                                 "                    Activation('relu'), MaxPooling2D(2), QuantConv2D(5, 2, input_quantizer='ste_sign', activation='relu')])\n");
    int moved = 0;
    for (const Value *at = model->graph->outputs.at[0]; at->op != OP_INPUT; at = at->input[0])
        moved += at->op == OP_TRANSPOSE;
    assert_int_equal(moved, 2);
    assert_string_equal(output_shape(model), "(None, 5, 2, 2)");
    assert_string_equal(output_shape(compile("K.set_image_data_format('channels_first')\nK.set_image_data_format('channels_last')\n"
                                             "model = Sequential([Input((8, 9, 4)), Conv2D(6, 3)])\n")), "(None, 6, 7, 6)");
}

static void test_training_only(void **state)
{
    (void)state;
    const Model *model = compile("model = Sequential([Input((9,)), Dropout(0.5), GaussianNoise(0.1)])\n");
    int switches = 0, randoms = 0;
    for (int i = 0; i < model->graph->values.count; i++) {
        switches += model->graph->values.at[i]->op == OP_SWITCH;
        randoms += model->graph->values.at[i]->op == OP_RANDOM;
    }
    assert_int_equal(switches, 2);
    assert_int_equal(randoms, 3);
}

static void test_initializers(void **state)
{
    (void)state;
    const Model *model = compile("model = Sequential([Input((4, 4, 64)), Conv2D(128, 3, bias_initializer=Constant(0.5))])\n");
    const Initializer *kernel = &model->graph->variables.at[0]->initializer, *bias = &model->graph->variables.at[1]->initializer;
    assert_int_equal(kernel->kind, INIT_UNIFORM);
    assert_true(fabs(kernel->b - 0.0589256) < 1e-6 && kernel->a == -kernel->b);
    assert_int_equal(bias->kind, INIT_CONSTANT);
    assert_true(bias->a == 0.5f);
}

static const Initializer *start_of(const char *initializer)
{
    const Model *model = compile(arena_printf(arena, "def start(shape, dtype=None):\n    return %s\nmodel = Sequential([Input((4,)), Dense(6, kernel_initializer=start)])\n", initializer));
    return &model->graph->variables.at[0]->initializer;
}

/* Those of the file: numbers times a distribution are one, anything else is drawn. */
static void test_own_initializers(void **state)
{
    static const struct { const char *text; InitKind kind; float a, b; } rows[] = {
        {"tf.random.normal(shape, 1.0, stddev=0.5, dtype=dtype) * 2 - 3", INIT_NORMAL, -1, 1},
        {"tf.random.truncated_normal(shape, stddev=0.5) / shape[0]", INIT_TRUNCATED_NORMAL, 0, 0.125f},
        {"1 - np.random.uniform(-1, 3, size=shape).astype('float32')", INIT_UNIFORM, 2, -2},
        {"-2 * tf.keras.initializers.Orthogonal(gain=3)(shape, dtype)", INIT_ORTHOGONAL, -6, 0},
        {"tf.constant(0.25)", INIT_CONSTANT, 0.25f, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const Initializer *start = start_of(rows[i].text);
        assert_int_equal(start->kind, rows[i].kind);
        assert_true(start->a == rows[i].a && start->b == rows[i].b);
    }
    const Initializer *ones = start_of("tf.ones(shape, dtype=dtype) * tf.range(6.0)"), *signs = start_of("tf.sign(tf.random.normal(shape)) * 0.5"),
                      *centred = start_of("(lambda w: w - tf.reduce_mean(w, axis=0, keepdims=True))(tf.random.uniform(shape))");
    float sum[6] = {0};
    int negative = 0;
    assert_true(ones->kind == INIT_ARRAY && signs->kind == INIT_ARRAY && centred->kind == INIT_ARRAY);
    for (int i = 0; i < 24; i++) {
        assert_true(ones->array[i] == (float)(i % 6) && fabsf(signs->array[i]) == 0.5f);
        negative += signs->array[i] < 0;
        sum[i % 6] += centred->array[i];
    }
    assert_true(negative > 4 && negative < 20);
    const Model *model = compile("def start(shape, dtype=None):\n    a = np.zeros(shape)\n    a[1] = np.arange(6)\n    a[2:, 1] = 7\n    a[0, ::5] = [8, 9]\n    return a + np.eye(4, 6)\n"
                                 "model = Sequential([Input((4,)), Dense(6, kernel_initializer=start)])\n");
    static const float want[24] = {9, 0, 0, 0, 0, 9, 0, 2, 2, 3, 4, 5, 0, 7, 1, 0, 0, 0, 0, 7, 0, 1, 0, 0};
    assert_memory_equal(model->graph->variables.at[0]->initializer.array, want, sizeof want);
    for (int i = 0; i < 6; i++)
        assert_true(fabsf(sum[i]) < 1e-6f);
}

static void test_compile(void **state)
{
    (void)state;
    const Model *model = compile("model = Sequential([Input((9,)), Dense(4, name='a'), Activation('softmax')])\n"
                                 "model.compile(Adam(0.01), 'sparse_categorical_crossentropy', metrics=['accuracy'])\n"
                                 "model.fit(batch_size=32, epochs=4, validation_split=0.25, callbacks=[tf.keras.callbacks.LearningRateScheduler(lambda e, r: r / 2)])\n");
    assert_true(model->compile.present && model->compile.loss_from_logits[0] && model->compile.sparse_labels[0]);
    assert_string_equal(model->compile.loss_name[0], "sparse_categorical_crossentropy");
    assert_string_equal(model->compile.metrics.at[0].name, "accuracy");
    assert_string_equal(model->compile.rule[0]->name, "Adam");
    assert_int_equal(model->compile.rule[0]->slot_count, 2);
    assert_int_equal(model->fit.epochs, 4);
    assert_int_equal(model->fit.batch_size, 32);
    assert_int_equal(model->fit.callbacks.count, 0); /* only where they are wanted */
}

/* A metric with `step=N` runs N times a row; of a method, self is no parameter. */
static void test_metric_steps(void **state)
{
    (void)state;
    const char *text = "class M:\n"
                       "    def f(self, y_true, y_pred, position, step=5):\n"
                       "        return (tf.reduce_sum(tf.cast(y_pred > step / 5.0, tf.float32), axis=1),), lambda samples, hits: tf.reduce_sum(hits)\n"
                       "def g(y_true, y_pred, position, step=3):\n"
                       "    return (tf.reduce_sum(tf.cast(y_pred > step / 5.0, tf.float32), axis=1),), lambda samples, hits: tf.reduce_sum(hits)\n"
                       "model = Sequential([Dense(2, input_shape=(3,))])\n"
                       "model.compile('sgd', 'mse', metrics=[M().f, g])\n";
    const Model *model = compile(text);
    assert_int_equal(model->compile.metrics.at[0].steps, 5);
    assert_int_equal(model->compile.metrics.at[1].steps, 3);
}

static void test_logits_only_directly(void **state)
{
    (void)state;
    const Model *model = compile("model = Sequential([Input((9,)), Dense(4, activation='softmax'), Rescaling(0.5)])\nmodel.compile('sgd', 'categorical_crossentropy')\n");
    assert_false(model->compile.loss_from_logits[0]);
}

static void test_two_outputs(void **state)
{
    (void)state;
    const Model *model = compile("i = Input((6,))\nm = Model(i, [Dense(2, activation='softmax', name='p')(i), Dense(1, name='v')(i)])\n"
                                 "m.compile('adam', {'p': 'categorical_crossentropy', 'v': 'mse'}, loss_weights={'v': 0.5})\n");
    assert_string_equal(model->compile.loss_name[0], "categorical_crossentropy");
    assert_string_equal(model->compile.loss_name[1], "mean_squared_error");
    assert_true(model->compile.loss_weight[0] == 1.0f && model->compile.loss_weight[1] == 0.5f);
}

static void test_case_optimizer(void **state)
{
    (void)state;
    const Model *model = compile("model = Sequential([Input((6,)), QuantDense(3, kernel_quantizer=NoOp(precision=1))])\n"
                                 "model.compile(CaseOptimizer((Bop.is_binary_variable, Bop()), default_optimizer=SGD(0.1)), 'mse')\n");
    assert_string_equal(model->compile.rule[0]->name, "Bop");
    assert_string_equal(model->compile.rule[1]->name, "SGD");
}

static void test_errors(void **state)
{
    (void)state;
    static const struct { const char *file, *place, *words; } cases[] = {
        {"model = Sequential([Input((8, 8, 3)), QuantConv2D(4, 3, groups=2)])", "2", "3 input channels cannot be split into 2 groups"},
        {"model = Sequential([Input((8, 8, 1)), Conv2D(4, 3, strides=2, dilation_rate=2)])", "2", "cannot be combined"},
        {"model = Sequential([Input((2, 2, 1)), Conv2D(4, 3)])", "3", "does not fit into the input (None, 2, 2, 1)"},
        {"model = Sequential([Input((28, 28)), Conv2D(4, 3)])", "Conv2D(4, 3)", "expected an input of 4 dimensions"},
        {"model = Sequential([Input((8,)), Reshape((3, 3))])", "(3, 3)", "cannot become (3, 3)"},
        {"model = Sequential([Input((8,)), Dense(2, name='d'), Dense(2, name='d')])", "'d'", "two layers of the model are called 'd'"},
        {"i = Input((8, 8, 4))\nmodel = Model(i, i + Conv2D(4, 3)(i))", "i + Conv2D(4, 3)(i)", "(None, 8, 8, 4) and (None, 6, 6, 4) do not fit"},
        {"s = Dense(4)\na = Input((8,))\nb = Input((9,))\nmodel = Model([a, b], [s(a), s(b)])", "s(b)", "first called on another shape"},
        {"a = Input((8,))\nb = Input((9,))\nmodel = Model(a, Dense(2)(b))", "Dense(2)(b)", "the outputs depend on 'input_2'"},
        {"model = Sequential([Dense(3)])", "Sequential([Dense(3)])", "the input shape is not known"},
        {"model = Sequential([Input((8,)), Dense])", "Dense", "expected a layer"},
        {"model = Sequential([Input((3, 4)), Normalization(axis=(1,) * 4000, mean=0.0, variance=1.0)])", "(1,) * 4000", "axis names 4000 axes, the input (None, 3, 4) has 2"},
        {"model = Sequential([Input((3, 4)), Normalization(axis=(1, -2), mean=0.0, variance=1.0)])", "(1, -2)", "axis 1 is named twice"},
        {"model = Sequential([Input((3, 4)), Normalization(axis='last', mean=0.0, variance=1.0)])", "'last'", "axis must be an int, or a list of ints"},
        {"model = Sequential([Input((3, 4)), Normalization(axis=[[1]], mean=0.0, variance=1.0)])", "[[1]]", "axis must be an int, or a list of ints"},
        {"model = Sequential([Input((3, 4)), Softmax([2] * 4000)])", "[2] * 4000", "axis names 4000 axes"},
        {"model = Sequential([Input((3, 4)), Softmax([2, -1])])", "[2, -1]", "axis 2 is named twice"},
        {"model = Sequential([Input((3, 4)), PReLU(shared_axes=[1, 2, 3])])", "[1, 2, 3]", "shared_axes names 3 axes, the input (None, 3, 4) has 2"},
        {"model = Sequential([Input((3, 4)), GroupNormalization(groups=3)])", "3", "4 channels cannot be 3 groups"},
        {"model = Sequential([Input((3, 4)), LayerNormalization(axis=[])])", "[]", "axis names 0 axes"},
        {"model = Sequential([Input((8,)), Dense(2, kernel_initializer={'class_name': 'Constant', 'config': {1: 2}})])",
         "{'class_name': 'Constant', 'config': {1: 2}}", "Dense: 'config' needs names as keys, not 1"},
        {"model = Sequential([Input((8,)), Dense(2, kernel_initializer={'class_name': 'Constant', 'config': 2})])",
         "{'class_name': 'Constant', 'config': 2}", "Dense: 'config' needs a dict, not int"},
        {"model = Sequential([Input((8,)), TimeDistributed(Flatten())])", "TimeDistributed(Flatten())", "at least 3 dimensions (batch and steps included), found (None, 8)"},
        {"model = Sequential([Input((8,)), Masking()])", "Masking()", "at least 3 dimensions (batch and steps included), found (None, 8)"},
        {"model = Sequential([Input((8,)), Dropout(1.5)])", "1.5", "rate must be in [0, 1)"},
        {"a = Sequential([Input((8,)), Dense(2)])\nb = Sequential([Input((8,)), Dense(3)])", "b = Sequential([Input((8,)), Dense(3)])", "2 models"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        diag = diag_new(arena);
        refused(cases[i].file, cases[i].place, cases[i].words);
    }
}

static void test_every_signature_parses(void **state)
{
    (void)state;
    int count;
    const LayerRow *table = layers_table(&count);
    assert_true(count > 70);
    for (int i = 0; i < count; i++) {
        assert_non_null(signature_parse(arena, table[i].signature));
        assert_true(strlen(table[i].summary) > 10);
    }
}

const struct CMUnitTest layers_tests[] = {
    LAYERS_TEST(test_names), LAYERS_TEST(test_sequential), LAYERS_TEST(test_add_pop_build), LAYERS_TEST(test_bare_layer),
    LAYERS_TEST(test_functional_order), LAYERS_TEST(test_shared_and_nested), LAYERS_TEST(test_convolutions), LAYERS_TEST(test_taps),
    LAYERS_TEST(test_shapes_of_other_layers), LAYERS_TEST(test_channels_first), LAYERS_TEST(test_training_only), LAYERS_TEST(test_initializers), LAYERS_TEST(test_own_initializers), LAYERS_TEST(test_compile),
    LAYERS_TEST(test_metric_steps),
    LAYERS_TEST(test_logits_only_directly), LAYERS_TEST(test_two_outputs), LAYERS_TEST(test_case_optimizer), LAYERS_TEST(test_errors),
    LAYERS_TEST(test_every_signature_parses),
};
const int layers_test_count = sizeof layers_tests / sizeof *layers_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return cmocka_run_group_tests(layers_tests, NULL, NULL);
}
#endif
