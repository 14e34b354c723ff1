/* The prelude against tables that real TensorFlow + Larq computed (tests/larq/make_tables.py), and against values worked out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "io/io.h"
#include "unit/lang_help.h"

typedef struct { const char *key, *source; double tolerance; } Row;

static Lang open_lang(void)
{
    Lang lang = lang_start();
    field_pool = lang.pool;
    assert_int_equal(diag_errors(lang.diag), 0);
    return lang;
}

static TensorFile *open_table(Lang *lang, const char *path)
{
    const char *error = NULL;
    TensorFile *file = tensor_file_read(lang->arena, path, &error);
    if (!file)
        fail_msg("%s", error);
    return file;
}

static const NamedTensor *tensor(Lang *lang, const TensorFile *file, const char *prefix, const char *name)
{
    const NamedTensor *found = tensor_file_find(file, arena_printf(lang->arena, "%s%s", prefix, name));
    if (!found)
        fail_msg("the table has no %s%s", prefix, name);
    return found;
}

/* TensorFlow on CPU takes denormals as zero; we follow IEEE. */
static bool denormal(float x)
{
    return x != 0 && fabsf(x) < 2.4e-38f; /* products of the least normal numbers too */
}

static int compare(const char *what, const NamedTensor *x, const float *got, const float *want, double tolerance)
{
    int wrong = 0;
    for (size_t i = 0; i < x->count; i++) {
        double scale = fmax(fabs(want[i]), 1);
        bool same = isnan(want[i]) || got[i] == want[i] || fabs(got[i] - want[i]) <= tolerance * scale;
        if (denormal(x->data[i]) || same)
            continue;
        if (!wrong++)
            print_message("%s at x = %.9g: got %.9g, want %.9g\n", what, x->data[i], got[i], want[i]);
    }
    return wrong;
}

/* Forward, gradient for dy = 1, gradient for the table's dy. */
static int check_row(Lang *lang, const TensorFile *file, const char *prefix, const Row *row)
{
    const NamedTensor *x = tensor(lang, file, prefix, "x"), *dy = tensor(lang, file, prefix, "dy");
    Object *callable = lang_value(lang, row->source);
    TraceShape shape = {.rank = x->rank};
    Field field = {.rank = x->rank, .count = (int)x->count, .argument = {x->data, dy->data}};
    memcpy(shape.dim, x->dim, sizeof shape.dim);
    memcpy(field.dim, x->dim, sizeof field.dim);
    const Expr *e = eval_trace(lang->eval, callable, 1, &shape, (Span){0}), *gradient[2] = {0};
    if (!e) {
        diag_print(lang->diag, stderr);
        fail_msg("%s does not trace", row->source);
    }
    const float ones = 1;
    float *got = malloc(sizeof(float) * x->count);
    int wrong = 0;
    field_eval(&field, expr_forward(lang->pool, e), got);
    wrong += compare(arena_printf(lang->arena, "%s%s/y", prefix, row->key), x, got, tensor(lang, file, prefix, arena_printf(lang->arena, "%s/y", row->key))->data, row->tolerance);
    expr_differentiate(lang->pool, e, expr_arg(lang->pool, 1), gradient, 1);
    for (int unit = 0; unit < 2; unit++) {
        field.argument[1] = unit ? &ones : dy->data;
        field.scalar[1] = unit;
        field_eval(&field, gradient[0] ? gradient[0] : expr_const(lang->pool, 0), got);
        const char *key = arena_printf(lang->arena, "%s/%s", row->key, unit ? "g1" : "g");
        wrong += compare(arena_printf(lang->arena, "%s%s", prefix, key), x, got, tensor(lang, file, prefix, key)->data, row->tolerance * 4 + 1e-30);
    }
    free(got);
    return wrong;
}

static void check_rows(const char *path, const char *const *prefixes, int prefix_count, const Row *rows, size_t count)
{
    Lang lang = open_lang();
    TensorFile *file = open_table(&lang, path);
    int wrong = 0;
    for (int p = 0; p < prefix_count; p++)
        for (size_t i = 0; i < count; i++)
            wrong += check_row(&lang, file, prefixes[p], &rows[i]);
    assert_int_equal(wrong, 0);
    arena_free(lang.arena);
}

static void test_quantizers(void **state)
{
    static const Row rows[] = {
        {"ste_sign", "SteSign()", 0}, {"ste_sign(clip_value=None)", "SteSign(clip_value=None)", 0},
        {"ste_sign(clip_value=0.75)", "SteSign(0.75)", 0},
        {"ste_sign(clip_value=1.25)", "SteSign(clip_value=1.25)", 0}, {"ste_sign(clip_value=1.3)", "SteSign(1.3)", 0},
        {"approx_sign", "approx_sign", 2e-7},
        {"ste_heaviside", "SteHeaviside()", 0}, {"ste_heaviside(clip_value=None)", "SteHeaviside(None)", 0},
        {"ste_heaviside(clip_value=1.3)", "SteHeaviside(1.3)", 0},
        {"swish_sign", "SwishSign()", 1e-6}, {"swish_sign(beta=1.0)", "SwishSign(1.0)", 1e-6},
        {"swish_sign(beta=2.5)", "SwishSign(2.5)", 1e-6},
        {"swish_sign(beta=10.0)", "SwishSign(beta=10.0)", 1e-6}, {"ste_tern", "SteTern()", 0},
        {"ste_tern(threshold_value=0.0)", "SteTern(0.0)", 0},
        {"ste_tern(threshold_value=0.02)", "SteTern(threshold_value=0.02)", 0},
        {"ste_tern(threshold_value=0.3)", "SteTern(0.3)", 0}, {"ste_tern(threshold_value=0.5)", "SteTern(0.5)", 0},
        {"ste_tern(clip_value=None)", "SteTern(clip_value=None)", 0}, {"ste_tern(clip_value=1.3)", "SteTern(clip_value=1.3)", 0},
        {"dorefa(k_bit=1)", "DoReFa(1)", 0},
        {"dorefa(k_bit=2)", "DoReFa()", 0}, {"dorefa(k_bit=3)", "DoReFa(k_bit=3)", 0}, {"dorefa(k_bit=4)", "DoReFa(4)", 0},
        {"dorefa(k_bit=8)", "DoReFa(8)", 0},
        {"noop", "NoOp(precision=1)", 0}, {"math_sign", "larq.math.sign", 0}, {"math_heaviside", "larq.math.heaviside", 0},
        {"tf_sign", "tf.sign", 0},
    };
    static const char *const prefixes[] = {""};
    (void)state;
    check_rows("tests/larq/quantizers.safetensors", prefixes, 1, rows, sizeof rows / sizeof *rows);
}

static void test_kernel_quantizers(void **state)
{
    static const Row rows[] = {
        {"magnitude_aware_sign", "MagnitudeAwareSign()", 2e-7},
        {"magnitude_aware_sign(clip_value=1.25)", "MagnitudeAwareSign(1.25)", 2e-7},
        {"magnitude_aware_sign(clip_value=None)", "MagnitudeAwareSign(clip_value=None)", 2e-7},
        {"twn", "SteTern(ternary_weight_networks=True)", 0},
        {"twn(clip_value=None)", "SteTern(ternary_weight_networks=True, clip_value=None)", 0},
        {"dorefa(k_bit=1,weights)", "DoReFa(1, mode=\"weights\")", 2e-7},
        {"dorefa(k_bit=2,weights)", "DoReFa(2, mode=\"weights\")", 2e-7}, {"dorefa(k_bit=3,weights)", "DoReFa(3, \"weights\")", 2e-7},
        {"dorefa(k_bit=4,weights)", "DoReFa(4, \"weights\")", 2e-7}, {"dorefa(k_bit=8,weights)", "DoReFa(8, \"weights\")", 2e-7},
    };
    static const char *const prefixes[] = {"kernel_dense/", "kernel_conv/", "kernel_depthwise/", "kernel_conv1d/", "kernel_one/", "kernel_zero/", "kernel_zero_column/"};
    (void)state;
    check_rows("tests/larq/quantizers.safetensors", prefixes, sizeof prefixes / sizeof *prefixes, rows, sizeof rows / sizeof *rows);
}

static void test_activations(void **state)
{
    static const Row rows[] = {
        {"relu", "relu", 0}, {"relu6", "tf.nn.relu6", 0}, {"sigmoid", "sigmoid", 5e-7}, {"tanh", "tanh", 5e-7},
        {"elu", "elu", 5e-7}, {"selu", "selu", 5e-7}, {"softplus", "softplus", 5e-7},
        {"softsign", "softsign", 3e-7}, {"swish", "swish", 1e-6}, {"gelu", "gelu", 1e-6}, {"hard_sigmoid", "hard_sigmoid", 2e-7},
        {"exponential", "exponential", 5e-7}, {"mish", "mish", 1e-6},
        {"hard_tanh", "hard_tanh", 0}, {"leaky_tanh", "leaky_tanh", 3e-7},
        {"leaky_tanh(alpha=0.5)", "lambda x: leaky_tanh(x, alpha=0.5)", 3e-7},
        {"ReLU(max_value=2)", "lambda x: relu(x, max_value=2)", 0},
        {"ReLU(max_value=3,negative_slope=0.1,threshold=0.5)", "lambda x: relu(x, 0.1, 3, 0.5)", 3e-7},
        {"LeakyReLU(alpha=0.3)", "lambda x: relu(x, alpha=0.3)", 2e-7}, {"ELU(alpha=0.7)", "lambda x: elu(x, 0.7)", 5e-7},
        {"clip_by_value(0,1)", "lambda x: tf.clip_by_value(x, 0.0, 1.0)", 0},
        {"abs", "tf.abs", 0}, {"sqrt", "lambda x: tf.sqrt(tf.abs(x))", 3e-7}, {"square", "tf.square", 2e-7},
        {"gelu_tanh", "lambda x: gelu(x, approximate=True)", 2e-6},
        {"leaky_relu", "tf.nn.leaky_relu", 2e-7}, {"round", "tf.round", 0}, {"floor", "tf.floor", 0},
        {"maximum(x,1)", "lambda x: tf.maximum(x, 1.0)", 0},
        {"maximum(1,x)", "lambda x: tf.maximum(1.0, x)", 0}, {"minimum(x,1)", "lambda x: tf.minimum(x, 1.0)", 0},
        {"minimum(1,x)", "lambda x: tf.minimum(1.0, x)", 0},
    };
    static const char *const prefixes[] = {""};
    (void)state;
    check_rows("tests/larq/activations.safetensors", prefixes, 1, rows, sizeof rows / sizeof *rows);
}

static void test_schedules(void **state)
{
    static const struct { const char *key, *source; } rows[] = {
        {"ExponentialDecay(0.1,5,0.5)", "ExponentialDecay(0.1, 5, 0.5)"},
        {"ExponentialDecay(0.1,5,0.5,staircase)", "ExponentialDecay(0.1, 5, 0.5, staircase=True)"},
        {"PiecewiseConstantDecay([3,7],[0.1,0.05,0.001])", "PiecewiseConstantDecay([3, 7], [0.1, 0.05, 0.001])"},
        {"PolynomialDecay(0.1,10)", "PolynomialDecay(0.1, 10)"},
        {"PolynomialDecay(0.1,10,0.01,power=2)", "PolynomialDecay(0.1, 10, 0.01, power=2.0)"},
        {"PolynomialDecay(0.1,4,0.01,cycle)", "PolynomialDecay(0.1, 4, 0.01, cycle=True)"},
        {"PolynomialDecay(0.005,750684,0)", "PolynomialDecay(0.005, 750684, 0.0)"},
        {"CosineDecay(0.1,10)", "CosineDecay(0.1, 10)"}, {"CosineDecay(0.1,10,alpha=0.2)", "CosineDecay(0.1, 10, alpha=0.2)"},
        {"CosineDecay(0.01,10,warmup_target=0.1,warmup_steps=4)", "CosineDecay(0.01, 10, warmup_target=0.1, warmup_steps=4)"},
        {"CosineDecayRestarts(0.1,4)", "CosineDecayRestarts(0.1, 4)"},
        {"InverseTimeDecay(0.1,2,0.5)", "InverseTimeDecay(0.1, 2, 0.5)"},
        {"InverseTimeDecay(0.1,2,0.5,staircase)", "InverseTimeDecay(0.1, 2, 0.5, staircase=True)"},
        {"decay(lr=0.01,decay=0.0001)", "lambda step: _rate(0.01, step, 1e-4)"},
        {"decay(lr=0.1,decay=0.5)", "lambda step: _rate(0.1, step, 0.5)"},
    };
    (void)state;
    Lang lang = open_lang();
    TensorFile *file = open_table(&lang, "tests/larq/schedules.safetensors");
    const NamedTensor *steps = tensor(&lang, file, "", "steps");
    int wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const NamedTensor *want = tensor(&lang, file, "", rows[i].key);
        const Expr *e = eval_trace(lang.eval, lang_value(&lang, rows[i].source), 1, (TraceShape[]){{0}}, (Span){0});
        assert_non_null(e);
        for (size_t k = 0; k < steps->count; k++) {
            float got = expr_eval(e, &steps->data[k]);
            bool restart = strstr(rows[i].key, "Restarts") && steps->data[k] > 24; /* log and pow differ by ulps next to the jump */
            if (fabsf(got - want->data[k]) <= 3e-7f * 0.1f + 1e-6f * fabsf(want->data[k]) || restart)
                continue;
            print_message("%s at %g: got %.9g, want %.9g\n", rows[i].key, steps->data[k], got, want->data[k]);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    arena_free(lang.arena);
}

/* Twelve steps on 24 weights. */
static int walk(Lang *lang, const TensorFile *file, const char *key, const char *source, double tolerance)
{
    const NamedTensor *w0 = tensor(lang, file, "", "w0"), *g = tensor(lang, file, "", "g"), *want = tensor(lang, file, key, "/w");
    UpdateRule rule;
    if (!eval_trace_update(lang->eval, lang_value(lang, source), &(TraceShape){.rank = 1, .dim = {(int)w0->count}}, (Span){0}, &rule)) {
        diag_print(lang->diag, stderr);
        fail_msg("%s does not trace", source);
    }
    int wrong = 0;
    for (size_t i = 0; i < w0->count; i++) {
        float arguments[4 + 8] = {w0->data[i], 0, 0, 1};
        memcpy(arguments + 4, rule.slot_initial, sizeof(float) * 8);
        for (int step = 0; step < g->dim[0]; step++) {
            float next[9];
            arguments[1] = g->data[(size_t)step * w0->count + i];
            arguments[2] = (float)step;
            next[0] = expr_eval(rule.new_weight, arguments);
            for (int s = 0; s < rule.slot_count; s++)
                next[s + 1] = expr_eval(rule.new_slot[s], arguments);
            arguments[0] = next[0];
            memcpy(arguments + 4, next + 1, sizeof(float) * (size_t)rule.slot_count);
            float expected = want->data[(size_t)step * w0->count + i];
            if (fabs(next[0] - expected) <= tolerance || wrong++)
                continue;
            print_message("%s weight %zu step %d: got %.9g, want %.9g\n", key, i, step, next[0], expected);
        }
        for (int s = 0; s < rule.slot_count; s++) {
            const NamedTensor *slot = tensor_file_find(file, arena_printf(lang->arena, "%s/%s", key, rule.slot_name[s]));
            if (slot && fabs(slot->data[i] - arguments[4 + s]) > tolerance && !wrong++)
                print_message("%s slot %s: got %.9g, want %.9g\n", key, rule.slot_name[s], arguments[4 + s], slot->data[i]);
        }
    }
    return wrong;
}

static void test_optimizers(void **state)
{
    static const Row rows[] = {
        {"legacy/SGD(0.1)", "SGD(0.1)", 0}, {"legacy/SGD(0.1,momentum=0.9)", "SGD(0.1, momentum=0.9)", 5e-7},
        {"legacy/SGD(0.1,momentum=0.9,nesterov)", "SGD(0.1, momentum=0.9, nesterov=True)", 5e-7},
        {"legacy/Adam()", "Adam()", 1e-6}, {"legacy/Adam(0.01,epsilon=1e-3)", "Adam(0.01, epsilon=1e-3)", 1e-6},
        {"legacy/Adam(0.01,amsgrad)", "Adam(0.01, amsgrad=True)", 1e-6},
        {"legacy/Adam(0.02,beta_1=0.5,beta_2=0.9)", "Adam(0.02, beta_1=0.5, beta_2=0.9)", 1e-6},
        {"legacy/Adam(0.01,decay=0.1)", "Adam(0.01, decay=0.1)", 1e-6},
        {"legacy/RMSprop(0.01)", "RMSprop(0.01)", 1e-6},
        {"legacy/RMSprop(0.01,momentum=0.9,epsilon=1e-3)", "RMSprop(0.01, momentum=0.9, epsilon=1e-3)", 1e-6},
        {"legacy/RMSprop(0.01,centered)", "RMSprop(0.01, centered=True)", 1e-5}, {"legacy/Adagrad(0.1)", "Adagrad(0.1)", 1e-6},
        {"legacy/Adamax(0.01)", "Adamax(0.01)", 1e-6},
        {"legacy/Nadam(0.01)", "Nadam(0.01)", 1e-6}, {"legacy/Adadelta(1.0)", "Adadelta(1.0)", 1e-6},
        {"larq/Bop(threshold=0.1,gamma=0.1)", "Bop(threshold=0.1, gamma=0.1)", 1e-6},
        {"larq/Bop(threshold=1e-08,gamma=0.0001)", "Bop()", 1e-6}, {"larq/Bop(threshold=0.0,gamma=0.5)", "Bop(0.0, 0.5)", 1e-6},
        {"larq/Bop(threshold=0.001,gamma=1.0)", "Bop(1e-3, gamma=1.0)", 1e-6},
    };
    (void)state;
    Lang lang = open_lang();
    TensorFile *file = open_table(&lang, "tests/larq/optimizers.safetensors");
    int wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        wrong += walk(&lang, file, rows[i].key, rows[i].source, rows[i].tolerance);
    assert_int_equal(wrong, 0);
    arena_free(lang.arena);
}

/* larq.md appendix A10 and the definitions: one sample of three outputs. */
static void test_losses(void **state)
{
    static const struct { const char *source; float y[3], p[3], want; } rows[] = {
        {"categorical_crossentropy", {0, 1, 0}, {.2f, .5f, .3f}, 0.6931472f},
        {"CategoricalCrossentropy(from_logits=True)", {0, 1, 0}, {1, 2, .5f}, 0.4643688f},
        {"SparseCategoricalCrossentropy()", {0, 1, 0}, {.2f, .5f, .3f}, 0.6931472f}, {"mse", {0, 1, 0},
        {.2f, .5f, .3f}, 0.1266667f}, {"mae", {0, 1, 0}, {.2f, .5f, .3f}, 1 / 3.0f},
        {"hinge", {-1, 1, -1}, {-.5f, .3f, .8f}, 1.0f}, {"squared_hinge", {-1, 1, -1}, {-.5f, .3f, .8f}, 1.3266667f},
        {"hinge", {0, 1, 0}, {-.5f, .3f, .8f}, 1.0f},
        {"categorical_hinge", {0, 1, 0}, {.2f, .5f, .3f}, 0.8f}, {"binary_crossentropy", {1, 1, 1}, {0, 0, 0}, 15.42495f},
        {"BinaryCrossentropy(from_logits=True)", {1, 0, 1}, {0, 0, 0}, 0.6931472f},
        {"kl_divergence", {.5f, .5f, 0}, {.25f, .25f, .5f}, 0.6931456f}, {"poisson", {1, 0, 0}, {1, 1, 1}, 1.0f},
        {"CosineSimilarity()", {1, 0, 0}, {1, 1, 0}, -0.70710678f},
        {"Huber(delta=0.5)", {0, 0, 0}, {.5f, 2, 0}, 1 / 3.0f}, {"log_cosh", {0, 0, 0}, {1, 0, 0}, 0.4337808f / 3},
        {"msle", {0, 0, 0}, {1, 0, 0}, 0.480453f / 3},
        {"CategoricalCrossentropy(from_logits=True, label_smoothing=0.3)", {0, 1, 0}, {0, 0, 0}, 1.0986123f},
    };
    (void)state;
    Lang lang = open_lang();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TraceShape shape[2] = {{2, {-1, 3}}, {2, {-1, 3}}};
        Field field = {.rank = 2, .dim = {1, 3}, .count = 3, .argument = {rows[i].y, rows[i].p}};
        float got[3];
        const Expr *e = eval_trace(lang.eval, eval_resolve(lang.eval, FAMILY_LOSS, lang_value(&lang, rows[i].source), (Span){0}, "test"), 2, shape, (Span){0});
        assert_non_null(e);
        field_eval(&field, e, got);
        if (fabsf(got[0] - rows[i].want) > 3e-6f)
            fail_msg("%s: got %.9g, want %.9g", rows[i].source, got[0], rows[i].want);
    }
    arena_free(lang.arena);
}

static void test_constraints_and_regularizers(void **state)
{
    static const struct { const char *source; float want[4]; } rows[] = { /* of [[3, 0.5], [-4, -0.25]], norms 5 and 0.559 over axis 0 */
        {"weight_clip", {1, .5f, -1, -.25f}}, {"weight_clip(2)", {2, .5f, -2, -.25f}},
        {"WeightClip(1.3)", {1.3f, .5f, -1.3f, -.25f}}, {"NonNeg()", {3, .5f, 0, 0}},
        {"MaxNorm(2)", {1.2f, .5f, -1.6f, -.25f}}, {"UnitNorm()", {.6f, .8944272f, -.8f, -.4472136f}},
        {"MinMaxNorm(1.0, 2.0)", {1.2f, .8944272f, -1.6f, -.4472136f}},
        {"l1(0.1)", {.775f, .775f, .775f, .775f}}, {"l2(0.1)", {2.53125f, 2.53125f, 2.53125f, 2.53125f}},
        {"L1L2(l1=0.1, l2=0.1)", {3.30625f, 3.30625f, 3.30625f, 3.30625f}},
    };
    static const float w[4] = {3, .5f, -4, -.25f};
    (void)state;
    Lang lang = open_lang();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TraceShape shape = {2, {2, 2}};
        Field field = {.rank = 2, .dim = {2, 2}, .count = 4, .argument = {w}};
        float got[4];
        const Expr *e = eval_trace(lang.eval, lang_value(&lang, rows[i].source), 1, &shape, (Span){0});
        assert_non_null(e);
        field_eval(&field, e, got);
        for (int k = 0; k < 4; k++)
            if (fabsf(got[k] - rows[i].want[k]) > 1e-6f)
                fail_msg("%s [%d]: got %.9g, want %.9g", rows[i].source, k, got[k], rows[i].want[k]);
    }
    arena_free(lang.arena);
}

/* Every definition has a docstring and help; precision is what Larq counts. */
static void test_help_and_precision(void **state)
{
    static const struct { const char *source; int precision; } rows[] = {
        {"ste_sign", 1}, {"SteTern()", 2}, {"DoReFa(3)", 3}, {"DoReFa(k_bit=4, mode='weights')", 4}, {"NoOp(precision=1)", 1},
        {"magnitude_aware_sign", 1}, {"lambda x: x", 0},
    };
    static const Family families[] = {FAMILY_QUANTIZER, FAMILY_ACTIVATION, FAMILY_CONSTRAINT, FAMILY_REGULARIZER, FAMILY_LOSS, FAMILY_OPTIMIZER, FAMILY_SCHEDULE, FAMILY_INITIALIZER, FAMILY_METRIC};
    (void)state;
    Lang lang = open_lang();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(eval_precision(lang.eval, lang_value(&lang, rows[i].source)), rows[i].precision);
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        const char *const *names;
        int count = eval_family_names(lang.eval, families[f], &names);
        assert_true(count > 3);
        for (int i = 0; i < count; i++) {
            const char *help = eval_help(lang.eval, families[f], names[i]);
            if (!help || (!strstr(help, "\"") && !strstr(help, ":")))
                fail_msg("%s has no help", names[i]);
        }
    }
    arena_free(lang.arena);
}

const struct CMUnitTest prelude_tests[] = {
    cmocka_unit_test(test_quantizers), cmocka_unit_test(test_kernel_quantizers), cmocka_unit_test(test_activations), cmocka_unit_test(test_schedules), cmocka_unit_test(test_optimizers),
    cmocka_unit_test(test_losses), cmocka_unit_test(test_constraints_and_regularizers), cmocka_unit_test(test_help_and_precision),
};
const int prelude_test_count = sizeof prelude_tests / sizeof *prelude_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("prelude", prelude_tests, (size_t)prelude_test_count, NULL, NULL);
}
#endif
