/* The end of a model: head, Model or Sequential, and model.compile with an optimizer, losses that suit the outputs, metrics. */
#include "diff/draw.h"

#include <string.h>

static const char *draw_rate(Draw *d)
{
    return DRAW_PICK(d, "0.01", "0.01", "0.05", "ExponentialDecay(0.01, 3, 0.9)", "ExponentialDecay(0.1, 2, 0.5, staircase=True)", "CosineDecay(0.01, 10)",
                     "InverseTimeDecay(0.05, 2, 0.5)", "PolynomialDecay(0.1, 10, 0.001, power=2.0)", "PiecewiseConstantDecay([1, 3], [0.1, 0.01, 0.001])",
                     "CosineDecayRestarts(0.05, 2, 1.5, 0.5)");
}

static const char *draw_plain_optimizer(Draw *d)
{
    const char *kind = DRAW_PICK(d, "Adam(%s", "Adam(%s, amsgrad=True", "Adam(%s, beta_1=0.8, epsilon=1e-3", "SGD(%s", "SGD(%s, momentum=0.9",
                                 "SGD(%s, momentum=0.9, nesterov=True", "RMSprop(%s", "RMSprop(%s, momentum=0.8", "RMSprop(%s, centered=True",
                                 "RMSprop(%s, momentum=0.5, centered=True", "Adagrad(%s", "Adadelta(%s", "Adamax(%s", "Nadam(%s", "AdamW(%s, weight_decay=0.01", "Adafactor(%s",
                                 "my_descent(0.1");
    const char *rate = draw_rate(d), *clip = draw_chance(d, 20) ? DRAW_PICK(d, ", clipnorm=0.5", ", clipvalue=0.1", ", clipnorm=1.0") : "";
    if (kind[0] == 'm')
        return "my_descent(0.1)";
    Text text = text_new(d->arena);
    for (const char *at = kind; *at; at++) {
        if (*at != '%')
            text_add_char(&text, *at);
        else
            text_add(&text, (at++, rate));
    }
    text_printf(&text, "%s)", clip);
    return text.at;
}

/* Bop needs a binary kernel that is trained, or bnnc refuses. */
static bool has_binary_kernel(const Draw *d)
{
    return strstr(d->text.at, "kernel_quantizer=ste_sign") && !strstr(d->text.at, "trainable=False");
}

static const char *draw_bop(Draw *d)
{
    const char *rest = draw_plain_optimizer(d);
    return arena_printf(d->arena, "CaseOptimizer((Bop.is_binary_variable, Bop(threshold=1e-6, gamma=%s)), default_optimizer=%s)",
                        DRAW_PICK(d, "1e-3", "0.1", "PolynomialDecay(0.1, 10, 0.001)"), rest);
}

static const char *draw_optimizer(Draw *d)
{
    if (has_binary_kernel(d) && draw_chance(d, 20))
        return draw_bop(d);
    if (draw_chance(d, 5))
        return DRAW_PICK(d, "'adam'", "'sgd'", "'rmsprop'", "'nadam'", "Adam(0.01, decay=1e-2)", "SGD(0.1, decay=1e-2, momentum=0.5)");
    return draw_plain_optimizer(d);
}

/* What every real number may go into. */
static const char *draw_plain_loss(Draw *d)
{
    return DRAW_PICK(d, "'mse'", "'mean_squared_error'", "'mae'", "'squared_hinge'", "'hinge'", "'categorical_hinge'", "Huber(0.5)", "'log_cosh'", "'cosine_similarity'",
                     "'msle'", "CategoricalCrossentropy(from_logits=True)", "BinaryCrossentropy(from_logits=True)", "'mape'");
}

/* tail: "softmax", "sigmoid" or "". */
static const char *draw_loss(Draw *d, Dims shape, char tail)
{
    if (tail == 's')
        return shape.rank == 1 && draw_chance(d, 50)
                   ? "'sparse_categorical_crossentropy'"
                   : DRAW_PICK(d, "'categorical_crossentropy'", "CategoricalCrossentropy(label_smoothing=0.1)", "'kl_divergence'", "'mse'");
    if (tail == 'g')
        return DRAW_PICK(d, "'binary_crossentropy'", "BinaryCrossentropy(label_smoothing=0.2)", "'poisson'", "'mae'");
    if (shape.rank == 1 && draw_chance(d, 15))
        return "SparseCategoricalCrossentropy(from_logits=True)";
    return draw_plain_loss(d);
}

static char draw_tail(Draw *d)
{
    char tail = dims_channels(d->shape) > 1 && draw_chance(d, 45) ? 's' : draw_chance(d, 20) ? 'g' : ' ';
    if (tail != ' ')
        draw_layer(d, d->shape, 0, "Activation('%s')", tail == 's' ? "softmax" : "sigmoid");
    return tail;
}

/* Mostly a classifier: a vector of a few classes; else the tensor as it is. */
static void draw_classifier(Draw *d)
{
    if (d->shape.rank > 1)
        draw_layer(d, (Dims){ .rank = 1, .dim = { (int)dims_count(d->shape) } }, 0, "Flatten()");
    Text more = text_new(d->arena);
    int units = draw_between(d, 2, 10);
    draw_weight_arguments(d, &more, true, "kernel");
    d->work = INT64_MAX;
    draw_layer(d, (Dims){ .rank = 1, .dim = { units } }, 0, "QuantDense(%d%s)", units, more.at);
    if (draw_chance(d, 40))
        draws_batchnorm(d);
}

static void draw_losses(Draw *d, char tail)
{
    const char *last = draw_loss(d, d->shape, tail);
    text_printf(&d->text, ", loss=%s%s", d->output_count ? "[" : "", last);
    for (int i = 0; i < d->output_count; i++)
        text_printf(&d->text, ", %s", draw_loss(d, d->output[i], ' '));
    text_add(&d->text, d->output_count ? "]" : "");
    if (d->output_count && draw_chance(d, 40))
        text_add(&d->text, d->output_count == 1 ? ", loss_weights=[1.0, 0.3]" : ", loss_weights=[1.0, 0.3, 2]");
}

void draw_head(Draw *d)
{
    if (draw_chance(d, 75))
        draw_classifier(d);
}

/* Some that are more than a mean, where they suit the outputs. */
static const char *draw_metrics(Draw *d, char tail)
{
    int classes = dims_channels(d->shape);
    if (d->output_count || d->shape.rank > 1 || tail == ' ' || draw_chance(d, 60))
        return draw_chance(d, 60) ? "['accuracy']" : "[]";
    const char *first = DRAW_PICK(d, "AUC(20)", "AUC(12, curve='PR')", "Precision(0.3, class_id=0)", "SensitivityAtSpecificity(0.4, 15)", "RecallAtPrecision(0.3, 9)");
    const char *second = DRAW_PICK(d, "F1Score('macro')", "FBetaScore('weighted', beta=2.0, threshold=0.4)", "F1Score('micro')", "Recall(top_k=1)");
    if (tail == 's' && draw_chance(d, 40))
        second = arena_printf(d->arena, "MeanIoU(%d, sparse_y_true=False, sparse_y_pred=False)", classes);
    return arena_printf(d->arena, "[%s, %s]", first, second);
}

void draw_compile(Draw *d)
{
    char tail = draw_tail(d);
    bool several = d->inputs.length || d->outputs.length;
    if (d->style == WRITE_LIST)
        text_add(&d->text, "])\n");
    else if (several)
        draw_statement(d, "model = Model(inputs=[inputs%s], outputs=[x%s])", d->inputs.at, d->outputs.at);
    else
        draw_statement(d, "model = Model(inputs, x)");
    text_printf(&d->text, "model.compile(optimizer=%s", draw_optimizer(d));
    draw_losses(d, tail);
    text_printf(&d->text, ", metrics=%s)\n", draw_metrics(d, tail));
}
