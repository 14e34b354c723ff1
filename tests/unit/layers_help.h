/* What the tests of layers share: models from texts, and what they ask of them. Include behind <cmocka.h>. */
#ifndef UNIT_LAYERS_HELP_H
#define UNIT_LAYERS_HELP_H

#include "layers/layer.h"

#include <string.h>

static Arena *arena;
static Diag *diag;

static inline int setup(void **state)
{
    (void)state;
    arena = arena_new();
    diag = diag_new(arena);
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static inline Model *compile_with(const char *text, const FrontOptions *options)
{
    Model *model = model_from_source(arena, source_from_text(arena, "t.bnn", text, strlen(text)), options, diag);
    if (model)
        graph_verify(model->graph, "layers");
    return model;
}

static inline Model *compile(const char *text)
{
    FrontOptions options = {0};
    Model *model = compile_with(text, &options);
    if (!model)
        diag_print(diag, stderr);
    assert_non_null(model);
    return model;
}

/* "name (3, 3, 1, 4); other (4,)": every variable in order. */
static inline const char *variables(const Model *model)
{
    Text text = text_new(arena);
    for (int i = 0; i < model->graph->variables.count; i++) {
        const Variable *v = model->graph->variables.at[i];
        text_printf(&text, "%s%s %s", i ? "; " : "", v->name, shape_text(arena, v->shape, false));
    }
    return text.at;
}

static inline const char *rows(const Model *model)
{
    Text text = text_new(arena);
    for (int i = 0; i < model->layers.count; i++)
        text_printf(&text, "%s%s", i ? " " : "", model->layers.at[i]->name);
    return text.at;
}

static inline const char *output_shape(const Model *model)
{
    return shape_text(arena, model->graph->outputs.at[0]->shape, true);
}

/* The file is refused, with this message at this text. */
static inline void refused(const char *file, const char *place, const char *words)
{
    FrontOptions options = {0};
    Span span;
    Severity severity;
    const char *hint, *message = NULL;
    diag = diag_new(arena);
    assert_null(compile_with(file, &options));
    for (int i = 0; (message = diag_text(diag, i, &span, &severity, &hint)); i++)
        if (severity == DIAG_ERROR && strstr(message, words))
            break;
    if (!message) {
        diag_print(diag, stderr);
        fail_msg("no error says '%s'", words);
    }
    assert_int_equal(span.end - span.begin, strlen(place));
    assert_memory_equal(file + span.begin, place, strlen(place));
}

#define LAYERS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
