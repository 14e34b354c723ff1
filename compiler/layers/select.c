/* Select: in: an evaluated file. out: its model: which one is meant, its input shape, its graph, layers and training settings. */
#include "layers/apply.h"
#include "layers/training.h"

#include <string.h>

static bool is_model(const Object *object)
{
    return layer_of(object) && layer_of(object)->is_model;
}

static int distinct_models(Eval *eval, Layer **out, int limit, bool top)
{
    const char *const *names;
    Object *const *values;
    int count = eval_globals(eval, &names, &values), found = 0;
    for (int i = 0; i < count; i++) {
        Layer *layer = is_model(values[i]) ? layer_of(values[i]) : NULL;
        bool known = !layer || (top && layer->used);
        for (int k = 0; k < found; k++)
            known |= out[k] == layer;
        if (!known && found < limit)
            out[found++] = layer;
    }
    return found;
}

static Layer *from_expression(Layers *layers, const char *text)
{
    Source *source = source_from_text(layers->arena, "--model", text, strlen(text));
    Node *node = parse_expression(layers->arena, source, layers->diag);
    Object *value = node ? eval_expression(layers->eval, node) : NULL;
    if (!value || eval_is_poison(value))
        return NULL;
    if (is_model(value))
        return layer_of(value);
    if (value->kind == OBJECT_UNKNOWN)
        eval_unknown_error(layers->eval, value, node->span, "--model: its value is not known here");
    else
        diag_error(layers->diag, node->span, "--model: %s is %s, not a model", text, object_kind_name(value));
    return NULL;
}

/* `model` is what the file made of another model, and that is not known here: load_model, clone_model, a library of others. */
static void warn_unknown(Layers *layers, const Object *model, const Layer *chosen)
{
    if (!model || model->kind != OBJECT_UNKNOWN || eval_is_poison(model))
        return;
    Message *message = diag_warning(layers->diag, model->origin, "'model' is not known here: it comes from %s", model->u.unknown.why);
    diag_note(message, chosen->span, "this model is compiled in its place");
}

/* A file whose last expression is a layer is the model of that layer. */
static Layer *from_last_expression(Layers *layers)
{
    Object *last = eval_last_expression(layers->eval);
    Layer *layer = layer_of(last);
    if (!layer || layer->is_model)
        return layer;
    Layer *model = model_layer_new(layers, LAYER_SEQUENTIAL, layer->span);
    layer_set_name(layers, model, NULL, layer->span);
    sequential_add(layers->eval, model, last, layer->span);
    return model;
}

static Layer *find_model(Layers *layers, const Node *module)
{
    Eval *eval = layers->eval;
    Layer *found[64];
    if (layers->options.model_expression)
        return from_expression(layers, layers->options.model_expression);
    Object *model = eval_global(eval, "model");
    if (is_model(model))
        return layer_of(model);
    int count = distinct_models(eval, found, 64, true);
    if (!count)
        count = distinct_models(eval, found, 64, false);
    if (count == 1) {
        warn_unknown(layers, model, found[0]);
        return found[0];
    }
    if (count > 1) {
        select_several(layers, found, count, module);
        return NULL;
    }
    for (int i = 0; i < layers->models.count && count < 64; i++)
        if (!layers->models.at[i]->used)
            found[count++] = layers->models.at[i];
    if (count > 1)
        select_several(layers, found, count, module);
    if (count)
        return count == 1 ? found[0] : NULL;
    Layer *bare = from_last_expression(layers);
    if (!bare)
        select_none(layers, module);
    return bare;
}

/* --- finishing */

static bool build_input(Layers *layers, Layer *layer)
{
    Shape shape = layers->options.input_shape;
    if (!shape.rank && layer->fit)
        shape = layer->fit->input_shape;
    if (shape.rank)
        return model_build(layers, layer, ELEMENT_F32, shape, layer->span);
    Message *message = diag_error(layers->diag, layer->span, "%s: the input shape is not known", layer->class_name);
    diag_hint(message, "Input((28, 28, 1)) as the first layer, input_shape=(28, 28, 1) in it, or --input 28,28,1");
    return false;
}

static Network *finished_network(Layers *layers, Layer *layer)
{
    Network *network = model_network(layers, layer);
    if (network || layer->broken)
        return network;
    if (layer->kind == LAYER_COMPOSITE && layer->nodes.count) {
        const CallNode *node = layer->nodes.at[0];
        return network_new(layers, node->input_count, node->input, node->output_count, node->output, layer->span, layer->class_name, 0);
    }
    return build_input(layers, layer) ? model_network(layers, layer) : NULL;
}

static bool make_inputs(Layers *layers, const Network *network, Graph *graph, Value **inputs)
{
    for (int i = 0; i < network->inputs.count; i++) {
        const KerasTensor *tensor = network->inputs.at[i];
        Element element = tensor->value->element;
        Span span = tensor->node ? tensor->node->span : (Span){0};
        if (layers->options.input_dtype && !element_from_text(layers->eval, layers->options.input_dtype, span, "--input", &element))
            return false;
        graph_at(graph, span, tensor->node ? tensor->node->layer->name : "input");
        inputs[i] = graph_input(graph, element, tensor->value->shape, false);
    }
    return true;
}

static bool make_graph(Layers *layers, const Network *network, Model *model, Environment *environment)
{
    Value *inputs[LAYER_MAX_OUTPUTS], *outputs[LAYER_MAX_OUTPUTS];
    Graph *graph = model->graph = graph_new(layers->arena, layers->pool, layers->diag);
    layers->streams = 0;
    if (!make_inputs(layers, network, graph, inputs) || !network_run(layers, graph, network, inputs, outputs, -1, NULL, environment))
        return false;
    for (int i = 0; i < network->outputs.count; i++) {
        const char *name = outputs_name_after(graph, network->outputs.at[i]->node);
        VEC_PUSH(layers->arena, &graph->outputs, outputs[i]);
        VEC_PUSH(layers->arena, &graph->output_names, name);
    }
    return true;
}

/* --- rows of the summary */

typedef struct { Layers *layers; LayerInfo *info; } InfoWalk;

static void add_variable(void *context, Variable *variable)
{
    InfoWalk *walk = context;
    VEC_PUSH(walk->layers->arena, &walk->info->variables, variable);
}

static const Layer *first_inner(const Layer *layer)
{
    if (layer->kind == LAYER_FUNCTIONAL && layer->network && layer->network->layers.count)
        return layer->network->layers.at[0]; /* its input layer: Larq then says "-" */
    return layer->kind == LAYER_SEQUENTIAL && layer->children.count ? layer->children.at[0] : NULL;
}

static int input_precision(Layers *layers, const Layer *layer)
{
    if (layer->is_model && first_inner(layer))
        return input_precision(layers, first_inner(layer));
    int index = layer->signature ? signature_index(layer->signature, "input_quantizer") : -1;
    if (index < 0 || layer->bound[index].value->kind == OBJECT_NONE)
        return 0;
    int precision = layer_of(layer->bound[index].value) ? 0 : eval_precision(layers->eval, layer->bound[index].value);
    return precision ? precision : -1;
}

static bool one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(name, *names))
            return true;
    return false;
}

static const char *several_outputs(Layers *layers, const CallNode *node)
{
    Text text = text_new(layers->arena);
    for (int i = 0; i < node->output_count; i++) {
        const Shape shape = node->output[i]->value->shape;
        text_add(&text, i ? ", (-1" : "[(-1");
        for (int k = 0; k < shape.rank; k++)
            text_printf(&text, ", %d", shape.dim[k]);
        text_add(&text, ")");
    }
    text_add(&text, "]");
    return text.at;
}

static LayerInfo *layer_info(Layers *layers, const Layer *parent, Layer *layer, const Environment *environment);

static void add_inner(Layers *layers, Layer *layer, LayerInfo *info, const Environment *environment)
{
    bool functional = layer->kind == LAYER_FUNCTIONAL && layer->network;
    int count = !layer->is_model ? 0 : functional ? layer->network->layers.count : layer->children.count;
    for (int i = 0; i < count; i++)
        VEC_PUSH(layers->arena, &info->inner, layer_info(layers, layer, functional ? layer->network->layers.at[i] : layer->children.at[i], environment));
}

/* The row of a layer of `parent`. Keras knows no outputs of what a class's call has called, unless that is a model with its own. */
static LayerInfo *layer_info(Layers *layers, const Layer *parent, Layer *layer, const Environment *environment)
{
    static const char *const counted[] = {"Conv1D", "Conv2D", "Conv1DTranspose", "Conv2DTranspose", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D", "Dense", NULL};
    static const char *const zero[] = {"Flatten", "BatchNormalization", "MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D", NULL};
    LayerInfo *info = ARENA_NEW(layers->arena, LayerInfo);
    InfoWalk walk = {layers, info};
    info->class_name = layer->class_name;
    info->name = layer->name;
    info->span = layer->span;
    layer_variables(layer, add_variable, &walk);
    info->input_precision = input_precision(layers, layer);
    info->is_batchnorm = layer_is(layer, "BatchNormalization");
    const char *plain = !strncmp(layer->class_name, "Quant", 5) ? layer->class_name + 5 : layer->class_name;
    bool known = layer->kind == LAYER_PLAIN && parent->kind != LAYER_COMPOSITE;
    info->counts_macs = known && one_of(plain, counted);
    info->zero_macs = known && one_of(layer->class_name, zero);
    add_inner(layers, layer, info, environment);
    if (!layer->nodes.count)
        return info;
    const CallNode *node = layer->nodes.at[0];
    for (int i = 0; i < layer->nodes.count; i++) { /* the first call inside this model */
        const KerasTensor *output = layer->nodes.at[i]->output[0];
        if (output->id < environment->count && environment->at[output->id]) {
            node = layer->nodes.at[i];
            break;
        }
    }
    const KerasTensor *output = node->output[0];
    info->output_shape = output->value->shape;
    info->outputs_text = parent->kind == LAYER_COMPOSITE ? "multiple" : node->output_count > 1 ? several_outputs(layers, node) : NULL;
    if (node->output_count == 1 && output->id < environment->count)
        info->output = environment->at[output->id];
    if (info->inner.count) { /* Larq gives a model the outputs of its last layer */
        const LayerInfo *last = info->inner.at[info->inner.count - 1];
        info->output_shape = last->output_shape;
        info->outputs_text = last->outputs_text;
    }
    return info;
}

static void add_infos(Layers *layers, Layer *layer, const Network *network, Model *model, const Environment *environment)
{
    bool functional = layer->kind == LAYER_FUNCTIONAL;
    if (layer->kind == LAYER_COMPOSITE)
        composite_sort_children(layers, layer);
    int count = functional ? network->layers.count : layer->children.count;
    for (int i = 0; i < count; i++) {
        Layer *row = functional ? network->layers.at[i] : layer->children.at[i];
        if (layer->kind != LAYER_COMPOSITE || row->kind != LAYER_OPERATION)
            VEC_PUSH(layers->arena, &model->layers, layer_info(layers, layer, row, environment));
    }
}

/* Layers that no model holds: usually a call on the wrong name. */
static void report_unused(Layers *layers)
{
    Message *message = NULL;
    for (int i = 0; i < layers->all.count; i++) {
        const Layer *layer = layers->all.at[i];
        if (layer->used || layer->called || layer->is_model || layer->kind != LAYER_PLAIN)
            continue;
        if (!message)
            message = diag_warning(layers->diag, layer->span, "%s: this layer is in no model", layer->class_name);
        else
            diag_note(message, layer->span, "neither is this %s", layer->class_name);
    }
}

Model *layers_select_model(Eval *eval, const Node *module)
{
    Layers *layers = layers_of(eval);
    if (diag_errors(layers->diag))
        return NULL;
    Layer *layer = find_model(layers, module);
    Network *network = layer ? finished_network(layers, layer) : NULL;
    if (!network || diag_errors(layers->diag))
        return NULL;
    Model *model = ARENA_NEW(layers->arena, Model);
    Environment environment;
    model->name = layer->name;
    model->span = layer->span;
    model->summarized = layer->summarized;
    model->summarized_without_macs = layer->summarized_without_macs;
    layer->used = true;
    if (!make_graph(layers, network, model, &environment))
        return NULL;
    layer_freeze_containers(layer);
    add_infos(layers, layer, network, model, &environment);
    training_default(layers, layer, model);
    if (!fit_finish(layers, layer, model) || !training_trace(layers, layer, model))
        return NULL;
    report_unused(layers);
    return diag_errors(layers->diag) ? NULL : model;
}

static Node **parse_texts(Arena *arena, const char *option, const char *const *texts, int count, Diag *diag)
{
    Node **nodes = ARENA_ARRAY(arena, Node *, count + 1);
    for (int i = 0; i < count; i++) {
        nodes[i] = parse_expression(arena, source_from_text(arena, option, texts[i], strlen(texts[i])), diag);
        if (!nodes[i])
            return NULL;
    }
    return nodes;
}

Model *model_from_source(Arena *arena, const Source *source, const FrontOptions *options, Diag *diag)
{
    ExprPool *pool = expr_pool_new(arena);
    Node **values = parse_texts(arena, "--set", options->set_values, options->set_count, diag);
    Node **callbacks = parse_texts(arena, "--callback", options->callbacks, options->callback_count, diag);
    if (!values || !callbacks)
        return NULL;
    Node *module = parse_source(arena, source, diag);
    if (diag_errors(diag))
        return NULL;
    EvalOptions settings = {.arena = arena, .pool = pool, .diag = diag, .layers = layers_new(arena, pool, diag, &options->model), .made = quantizer_made,
                            .set_names = options->set_names, .set_values = values, .set_count = options->set_count, .explain = options->explain};
    Eval *eval = eval_new(&settings);
    layers_register(eval);
    bool ran = eval_run(eval, module);
    for (int i = 0; ran && i < options->callback_count; i++)
        VEC_PUSH(arena, &((Layers *)settings.layers)->callbacks, eval_expression(eval, callbacks[i]));
    Model *model = ran ? layers_select_model(eval, module) : NULL;
    eval_report_unknowns(eval);
    return model;
}
