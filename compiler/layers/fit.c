/* Fit: in: model.fit(...) and its callbacks. out: defaults of `bnnc train`: epochs, batch size, callbacks, how data is scaled. */
#include "layers/training.h"

#include <string.h>

static void take_data(FitCall *fit, const Object *x)
{
    if (x->kind != OBJECT_DATASET || x->u.dataset.labels)
        return;
    fit->input_shape = (Shape){.rank = 0};
    for (int i = 1; i < x->u.dataset.rank && i <= SHAPE_MAX; i++)
        fit->input_shape.dim[fit->input_shape.rank++] = x->u.dataset.shape[i];
    fit->info.input_scale = x->u.dataset.scale;
    fit->info.input_offset = x->u.dataset.offset;
    fit->info.input_scale_known = true;
}

static int positive_int(const Object *object)
{
    return object_is_number(object) && object_number(object) >= 1 ? object_size(object) : 0;
}

/* {0: 1.0, 1: 2.5, ...} as weights by class; the keys are 0 to one less than their number, as Keras wants them. */
static bool take_class_weight(Eval *eval, const Bound *bound, FitInfo *info)
{
    const Object *dict = bound->value;
    if (dict->kind != OBJECT_DICT || dict->u.dict.count == 0)
        return true;
    float *weights = ARENA_ARRAY(eval_arena(eval), float, dict->u.dict.count);
    for (int i = 0; i < dict->u.dict.count; i++) {
        const Object *key = dict->u.dict.keys[i], *value = dict->u.dict.values[i];
        if (key->kind != OBJECT_INT || key->u.integer < 0 || key->u.integer >= dict->u.dict.count || !object_is_number(value)) {
            eval_error(eval, bound->span, "fit: class_weight needs a number for each of the classes 0, 1, 2, ...");
            return false;
        }
        weights[key->u.integer] = (float)object_number(value);
    }
    info->class_weight = weights;
    info->class_weight_count = dict->u.dict.count;
    return true;
}

/* An int, or a list of the epochs, counted from 1, that validation comes after. */
static bool take_validation_freq(Eval *eval, const Bound *bound, FitInfo *info)
{
    const Object *freq = bound->value;
    bool list = object_is_list_or_tuple(freq), good = list || (freq->kind == OBJECT_INT && freq->u.integer >= 1);
    int *epochs = ARENA_ARRAY(eval_arena(eval), int, list ? freq->u.list.count + 1 : 1);
    for (int i = 0; list && i < freq->u.list.count; i++) {
        good &= freq->u.list.at[i]->kind == OBJECT_INT;
        epochs[i] = good ? object_size(freq->u.list.at[i]) : 0;
    }
    if (freq->kind == OBJECT_NONE || eval_is_poison(freq) || freq->kind == OBJECT_UNKNOWN)
        return true;
    if (!good) {
        eval_error(eval, bound->span, "fit: validation_freq must be an int above 0, or a list of epochs");
        return false;
    }
    if (list) {
        info->validation_epochs = epochs;
        info->validation_epoch_count = freq->u.list.count;
    } else {
        info->validation_freq = object_size(freq);
    }
    return true;
}

/* What changes the result and cannot be followed is said. */
static void warn_unfollowed(Eval *eval, const Signature *signature, const Bound *bound)
{
    static const char *const names[] = {"sample_weight", "class_weight", "validation_freq"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const Bound *given = &bound[signature_index(signature, names[i])];
        bool plain = given->value->kind == OBJECT_NONE || (i == 1 && given->value->kind == OBJECT_DICT) || (i == 2 && given->value->kind != OBJECT_UNKNOWN);
        if (!plain && !eval_is_poison(given->value))
            diag_warning(eval_diag(eval), given->span, "fit: %s is not followed by `bnnc train`", names[i]);
    }
}

static bool is_test_set(const Object *validation)
{
    const Object *x = object_is_list_or_tuple(validation) && validation->u.list.count ? validation->u.list.at[0] : NULL;
    return x && x->kind == OBJECT_DATASET && x->u.dataset.test;
}

static FitInfo fit_info(const Signature *signature, const Bound *bound)
{
#define VALUE(name) bound[signature_index(signature, name)].value
    FitInfo info = {.validation_split = -1, .shuffle = -1, .input_scale = 1};
    info.batch_size = positive_int(VALUE("batch_size"));
    info.epochs = positive_int(VALUE("epochs"));
    info.initial_epoch = positive_int(VALUE("initial_epoch"));
    info.steps_per_epoch = positive_int(VALUE("steps_per_epoch"));
    info.validation_steps = positive_int(VALUE("validation_steps"));
    info.validate_on_test = is_test_set(VALUE("validation_data"));
    if (object_is_number(VALUE("validation_split")))
        info.validation_split = object_number(VALUE("validation_split"));
    if (VALUE("shuffle")->kind == OBJECT_BOOL)
        info.shuffle = VALUE("shuffle")->u.boolean;
    return info;
#undef VALUE
}

Object *model_fit(Eval *eval, void *data, const Call *call)
{
    Layer *layer = data;
    Arena *arena = eval_arena(eval);
    Signature *signature = signature_parse(arena, "x: object = None, y: object = None, batch_size: object = None, epochs: object = None, verbose: ignored = None, "
                                                  "callbacks: object = None, validation_split: object = None, validation_data: object = None, shuffle: object = None, "
                                                  "class_weight: object = None, sample_weight: object = None, initial_epoch: object = None, "
                                                  "steps_per_epoch: object = None, validation_steps: object = None, validation_batch_size: ignored = None, "
                                                  "validation_freq: object = None, max_queue_size: ignored = None, workers: ignored = None, "
                                                  "use_multiprocessing: ignored = None, generator: ignored = None");
    Bound *bound = signature_bind(eval, signature, "fit", call);
    if (!bound)
        return eval_poison(eval);
    FitCall *fit = ARENA_NEW(arena, FitCall);
    fit->info = fit_info(signature, bound);
    if (!take_class_weight(eval, &bound[signature_index(signature, "class_weight")], &fit->info) ||
        !take_validation_freq(eval, &bound[signature_index(signature, "validation_freq")], &fit->info))
        return eval_poison(eval);
    take_data(fit, bound[0].value);
    warn_unfollowed(eval, signature, bound);
    fit->callbacks = bound[signature_index(signature, "callbacks")].value;
    fit->callbacks_span = bound[signature_index(signature, "callbacks")].span;
    layer->fit = fit;
    return object_unknown(arena, call->span, "the history of a training");
}

static void add_callback(Layers *layers, Model *model, Object *object, Object *optimizer, Span span)
{
    Callback callback;
    if (object->kind != OBJECT_NONE && callback_finish(layers, object, optimizer, span, &callback))
        VEC_PUSH(layers->arena, &model->fit.callbacks, callback);
}

/* Those of the file that trains, then those of the command line. Other commands than train have no use for them. */
static void add_callbacks(Layers *layers, Layer *layer, Model *model)
{
    Object *given = layer->fit && layer->fit->callbacks ? layer->fit->callbacks : object_none();
    Span span = layer->fit ? layer->fit->callbacks_span : model->span;
    for (int i = 0; object_is_list_or_tuple(given) && i < given->u.list.count; i++)
        add_callback(layers, model, given->u.list.at[i], layer->compile->optimizer, object_item_span(given, i, span));
    if (!object_is_list_or_tuple(given))
        add_callback(layers, model, given, layer->compile->optimizer, span);
    for (int i = 0; i < layers->callbacks.count; i++)
        add_callback(layers, model, layers->callbacks.at[i], layer->compile->optimizer, model->span);
}

/* A model that begins by scaling its only input takes bytes as they are; what only moves pixels may come first. */
static bool scales_bytes(const Model *model)
{
    static const char *const moves[] = {"InputLayer", "Reshape", "Resizing", "CenterCrop"};
    for (int i = 0; model->graph->inputs.count == 1 && i < model->layers.count; i++) {
        const char *name = model->layers.at[i]->class_name;
        bool moving = !strncmp(name, "Random", 6);
        for (size_t k = 0; k < sizeof moves / sizeof *moves; k++)
            moving |= !strcmp(name, moves[k]);
        if (!moving)
            return !strcmp(name, "Rescaling") || !strcmp(name, "Normalization");
    }
    return false;
}

bool fit_finish(Layers *layers, Layer *layer, Model *model)
{
    model->fit = layer->fit ? layer->fit->info : (FitInfo){.validation_split = -1, .shuffle = -1, .input_scale = 1};
    model->fit.input_scale_known |= scales_bytes(model);
    if (layer->compile && layers->options.callbacks)
        add_callbacks(layers, layer, model);
    return diag_errors(layers->diag) == 0;
}
