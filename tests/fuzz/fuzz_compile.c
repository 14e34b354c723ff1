/* Fuzzes the whole compile: any text ends in C for training and for inference, or in a message; never in a crash, a BUG or silence. */
#include "base/bug.h"
#include "emit/emit.h"
#include "layers/layers.h"
#include "passes/passes.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t elements(const Model *model)
{
    int64_t total = 0;
    for (int i = 0; i < model->graph->values.count; i++)
        total += shape_count(model->graph->values.at[i]->shape);
    return total;
}

/* No template's name is left in the code: a '$' there is one of the input's. */
static void compile(Arena *arena, Model *model, bool dollar)
{
    PassOptions train = { .mode = MODE_TRAIN, .model = model }, infer = { .mode = MODE_INFER, .model = model };
    PlanOptions options = { .prefix = "model", .target = target_find("generic"), .batch = 2, .training = true };
    Plan *first = plan_build(arena, passes_run(model->graph, &train), &options);
    Plan *second = plan_build(arena, passes_run(model->graph, &infer), &options);
    BUG_IF(!first || !second); /* no value is too large: see elements() */
    plan_verify(first);
    plan_verify(second);
    EmitOptions emit = { .file_stem = "model", .source_hash = "0", .options_text = "" };
    Emitted code = emit_training(arena, first, second, model, &emit);
    Text text = c_file_text(arena, code.c);
    BUG_IF(!text.length || (!dollar && strchr(text.at, '$')));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    FrontOptions options = { .model.training = true };
    Model *model = model_from_source(arena, source_from_text(arena, "fuzz.bnn", (const char *)data, size), &options, diag);
    BUG_IF(!model && diag_errors(diag) == 0);
    BUG_IF(model && diag_errors(diag) > 0);
    if (model && model->compile.present && elements(model) < 1 << 20) /* larger nets only cost time */
        compile(arena, model, size && memchr(data, '$', size));
    arena_free(arena);
    return 0;
}
