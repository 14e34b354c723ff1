/* Writes a small model as text, layer by layer, keeping track of the current shape so that it is always legal. */
#include "diff/generate.h"

#include <string.h>

typedef struct {
    Text text;
    uint64_t state;
    bool image;
    int height, width, channels;
    bool functional;
    int blocks;
} Generator;

static uint64_t next(Generator *g)
{
    uint64_t z = g->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int below(Generator *g, int n)
{
    return (int)(next(g) % (uint64_t)n);
}

static bool chance(Generator *g, int percent)
{
    return below(g, 100) < percent;
}

#define PICK(g, ...) pick((g), (const char *const[]){ __VA_ARGS__ }, (int)(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)))
static const char *pick(Generator *g, const char *const *choices, int count)
{
    return choices[below(g, count)];
}

static int channel_count(Generator *g)
{
    static const int usual[] = { 1, 2, 3, 5, 8, 16, 31, 32, 33, 40, 64, 65 };
    return chance(g, 70) ? usual[below(g, 12)] : 1 + below(g, 40);
}

static const char *input_quantizer(Generator *g)
{
    return PICK(g, "None", "ste_sign", "ste_sign", "ste_sign", "SteSign(clip_value=1.25)", "approx_sign", "swish_sign", "ste_heaviside",
                "SteTern(threshold_value=0.3)", "ste_tern", "DoReFa(k_bit=1)", "DoReFa(k_bit=2)", "DoReFa(k_bit=4)", "my_sign", "my_binary(0.75)");
}

static const char *kernel_quantizer(Generator *g)
{
    return PICK(g, "None", "ste_sign", "ste_sign", "ste_sign", "approx_sign", "magnitude_aware_sign", "ste_tern",
                "SteTern(ternary_weight_networks=True)", "DoReFa(k_bit=1, mode='weights')", "DoReFa(k_bit=3, mode='weights')", "ste_heaviside",
                "my_scaled_sign", "my_sign");
}

static const char *activation(Generator *g)
{
    return PICK(g, "'relu'", "'hard_tanh'", "'tanh'", "'sigmoid'", "'ste_sign'");
}

static void begin_layer(Generator *g)
{
    text_add(&g->text, g->functional ? "x = " : "    ");
}

static void end_layer(Generator *g)
{
    text_add(&g->text, g->functional ? "(x)\n" : ",\n");
}

static void quantizer_arguments(Generator *g)
{
    text_printf(&g->text, ", input_quantizer=%s, kernel_quantizer=%s", input_quantizer(g), kernel_quantizer(g));
    if (chance(g, 50))
        text_add(&g->text, ", kernel_constraint=weight_clip");
    if (chance(g, 50))
        text_add(&g->text, ", use_bias=False");
    if (chance(g, 15))
        text_printf(&g->text, ", activation=%s", activation(g));
}

static int output_size(int in, int kernel, int stride, bool same)
{
    return same ? (in + stride - 1) / stride : (in - kernel) / stride + 1;
}

static void convolution(Generator *g)
{
    int smallest = g->height < g->width ? g->height : g->width;
    bool same = smallest < 2 || chance(g, 50);
    int largest = same ? 4 : smallest < 4 ? smallest : 4;
    int kernel = 1 + below(g, largest), stride = chance(g, 30) ? 2 : 1, filters = channel_count(g);
    begin_layer(g);
    text_printf(&g->text, "QuantConv2D(%d, %d, strides=%d, padding='%s'", filters, kernel, stride, same ? "same" : "valid");
    if (same && chance(g, 40))
        text_add(&g->text, ", pad_values=1.0");
    quantizer_arguments(g);
    text_add(&g->text, ")");
    end_layer(g);
    g->height = output_size(g->height, kernel, stride, same);
    g->width = output_size(g->width, kernel, stride, same);
    g->channels = filters;
}

static void residual(Generator *g)
{
    text_add(&g->text, "shortcut = x\n");
    begin_layer(g);
    text_printf(&g->text, "QuantConv2D(%d, 3, padding='same', pad_values=%s", g->channels, chance(g, 50) ? "0" : "1");
    quantizer_arguments(g);
    text_add(&g->text, ")");
    end_layer(g);
    text_add(&g->text, chance(g, 50) ? "x = x + shortcut\n" : "x = Add()([x, shortcut])\n");
}

static void dense(Generator *g, int units)
{
    begin_layer(g);
    text_printf(&g->text, "QuantDense(%d", units);
    quantizer_arguments(g);
    text_add(&g->text, ")");
    end_layer(g);
    g->channels = units;
}

static void simple(Generator *g, const char *layer)
{
    begin_layer(g);
    text_add(&g->text, layer);
    end_layer(g);
}

static void pool(Generator *g)
{
    int smallest = g->height < g->width ? g->height : g->width;
    if (smallest < 2)
        return;
    bool same = chance(g, 30);
    int size = smallest >= 3 && chance(g, 30) ? 3 : 2, stride = chance(g, 20) ? 1 : 2;
    begin_layer(g);
    text_printf(&g->text, "MaxPool2D(%d, strides=%d, padding='%s')", size, stride, same ? "same" : "valid");
    end_layer(g);
    g->height = output_size(g->height, size, stride, same);
    g->width = output_size(g->width, size, stride, same);
}

static void batchnorm(Generator *g)
{
    simple(g, PICK(g, "BatchNormalization(scale=False)", "BatchNormalization(momentum=0.9)", "BatchNormalization()",
                   "BatchNormalization(epsilon=1e-5)"));
}

static void block(Generator *g)
{
    if (g->image && g->functional && g->blocks && chance(g, 30))
        residual(g);
    else if (g->image)
        convolution(g);
    else
        dense(g, channel_count(g));
    if (g->image && chance(g, 40))
        pool(g);
    if (chance(g, 65))
        batchnorm(g);
    if (chance(g, 20)) {
        begin_layer(g);
        text_printf(&g->text, "Activation(%s)", activation(g));
        end_layer(g);
    }
    if (chance(g, 10))
        simple(g, "Dropout(0.3)");
    g->blocks++;
}

static void head(Generator *g)
{
    if (g->image)
        simple(g, chance(g, 60) ? "Flatten()" : "GlobalAveragePooling2D()");
    g->image = false;
    dense(g, 2 + below(g, 9));
    if (chance(g, 60))
        batchnorm(g);
}

static void definitions(Generator *g)
{
    text_add(&g->text, "@tf.custom_gradient\n"
                       "def my_sign(x):\n"
                       "    def grad(dy):\n"
                       "        return dy * tf.exp(-tf.abs(x))\n"
                       "    return larq.math.sign(x), grad\n\n"
                       "def my_binary(width):\n"
                       "    @tf.custom_gradient\n"
                       "    def quantize(x):\n"
                       "        def grad(dy):\n"
                       "            return tf.where(tf.abs(x) <= width, dy, tf.zeros_like(dy))\n"
                       "        return tf.where(x >= 0, tf.ones_like(x), -tf.ones_like(x)), grad\n"
                       "    return quantize\n\n"
                       "@lq.utils.set_precision(1)\n"
                       "@tf.custom_gradient\n"
                       "def my_scaled_sign(w):\n"
                       "    def grad(dy):\n"
                       "        return dy\n"
                       "    return larq.math.sign(w) * tf.reduce_mean(tf.abs(w)), grad\n\n");
}

static void input(Generator *g, bool bytes)
{
    const char *dtype = bytes ? ", dtype='uint8'" : "";
    text_add(&g->text, g->functional ? "inputs = " : "model = Sequential([\n    ");
    if (g->image)
        text_printf(&g->text, "Input((%d, %d, %d)%s)", g->height, g->width, g->channels, dtype);
    else
        text_printf(&g->text, "Input((%d,)%s)", g->channels, dtype);
    text_add(&g->text, g->functional ? "\nx = inputs\n" : ",\n");
    if (bytes)
        simple(g, "Rescaling(1 / 127.5, offset=-1)");
}

static void compile(Generator *g)
{
    const char *optimizer = PICK(g, "Adam(0.01)", "Adam(0.01, decay=1e-4)", "SGD(0.1)", "SGD(0.1, momentum=0.9)",
                                 "SGD(0.1, momentum=0.9, nesterov=True)", "Adam(ExponentialDecay(0.01, 3, 0.9))", "Adam(CosineDecay(0.01, 10))");
    const char *loss = PICK(g, "'sparse_categorical_crossentropy'", "'categorical_crossentropy'", "'squared_hinge'", "'mse'");
    if (strcmp(loss, "'squared_hinge'") && strcmp(loss, "'mse'"))
        simple(g, "Activation('softmax')");
    text_add(&g->text, g->functional ? "model = Model(inputs, x)\n" : "])\n");
    text_printf(&g->text, "model.compile(optimizer=%s, loss=%s, metrics=['accuracy'])\n", optimizer, loss);
}

const char *generate_model(Arena *arena, uint64_t seed)
{
    Generator g = { .text = text_new(arena), .state = seed * 0x2545F4914F6CDD1Du + 1 };
    text_printf(&g.text, "# diff suite, seed %llu\n", (unsigned long long)seed);
    definitions(&g);
    g.functional = chance(&g, 40);
    g.image = chance(&g, 65);
    g.height = 1 + below(&g, 9);
    g.width = chance(&g, 70) ? g.height : 1 + below(&g, 9);
    g.channels = channel_count(&g);
    input(&g, chance(&g, 35));
    for (int i = below(&g, 3); i >= 0; i--)
        block(&g);
    head(&g);
    compile(&g);
    return g.text.at;
}
