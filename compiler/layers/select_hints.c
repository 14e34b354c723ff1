/* Select's errors: in: a file that builds no model, or several. out: the error, with the candidates and the flag to paste. */
#include "layers/training.h"

#include <string.h>

static const char *global_name(Eval *eval, const Layer *layer)
{
    const char *const *names;
    Object *const *values;
    int count = eval_globals(eval, &names, &values);
    for (int i = 0; i < count; i++)
        if (layer_of(values[i]) == layer)
            return names[i];
    return NULL;
}

static Span module_span(const Node *module)
{
    Span span = module->body ? module->body->span : module->span;
    for (const Node *node = module->body; node; node = node->next)
        span = node->span;
    return span;
}

void select_several(Layers *layers, Layer *const *models, int count, const Node *module)
{
    Message *message = diag_error(layers->diag, module_span(module), "%d models, none of them called 'model'", count);
    for (int i = 0; i < count; i++) {
        const char *name = global_name(layers->eval, models[i]);
        bool functional = models[i]->network && models[i]->kind == LAYER_FUNCTIONAL;
        int layer_count = functional ? models[i]->network->layers.count : models[i]->children.count;
        diag_note(message, models[i]->span, "--model %s  (%d layer%s)", name ? name : models[i]->name, layer_count, layer_count == 1 ? "" : "s");
    }
    diag_hint(message, "choose one with --model NAME");
}

static bool mentions(Span span, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = span.begin; span.source && i + length <= span.end; i++)
        if (!memcmp(span.source->text + i, word, length))
            return true;
    return false;
}

/* A function of the file's own whose text makes a model; `any`: every function. */
static bool may_return_model(const Object *value, bool any)
{
    const Node *node = value->kind == OBJECT_FUNCTION && !value->u.function.custom_gradient ? value->u.function.node : NULL;
    if (!node || node->kind != AST_DEF)
        return false;
    Span whole = node->span;
    for (const Node *statement = node->body; statement; statement = statement->next)
        whole.end = statement->span.end > whole.end ? statement->span.end : whole.end;
    return any || mentions(whole, "Sequential(") || mentions(whole, "Model(");
}

static int hint_functions(Layers *layers, Message *message, bool any)
{
    const char *const *names;
    Object *const *values;
    int count = eval_globals(layers->eval, &names, &values), hints = 0;
    for (int i = 0; i < count && hints < 3; i++) {
        if (!may_return_model(values[i], any))
            continue;
        bool plain = eval_parameter_count(values[i]) == 0;
        diag_note(message, values[i]->origin, "does this function return it? --model '%s(%s)'", names[i], plain ? "" : "...");
        hints++;
    }
    return hints;
}

void select_none(Layers *layers, const Node *module)
{
    Message *message = diag_error(layers->diag, module_span(module), "the file builds no model");
    int hints = hint_functions(layers, message, false);
    hints = hints ? hints : hint_functions(layers, message, true);
    const Object *model = eval_global(layers->eval, "model");
    if (model && model->kind == OBJECT_UNKNOWN && model->origin.source)
        diag_note(message, model->origin, "'model' comes from %s", model->u.unknown.why);
    else if (!hints)
        diag_hint(message, "model = Sequential([...])");
}
