/* Fit: in: model.fit(...) and its callbacks. out: defaults of `bnnc train`: epochs, batch size, learning rate per epoch, how data is scaled. */
#include "layers/layer.h"

#include <string.h>

typedef struct { const char *name; const Call *call; } Callback;

static Object *callback_create(Eval *eval, void *name, const Call *call)
{
    Arena *arena = eval_arena(eval);
    Callback *callback = ARENA_NEW(arena, Callback);
    Call *copy = ARENA_NEW(arena, Call);
    *copy = *call;
    copy->at = ARENA_ARRAY(arena, CallArgument, call->count + 1);
    for (int i = 0; i < call->count; i++)
        copy->at[i] = call->at[i];
    callback->name = name;
    callback->call = copy;
    return object_native(arena, &callback_native, callback, call->span);
}

static Object *callback_attribute(Eval *eval, Object *self, const char *name, Span span)
{
    const Callback *callback = self->u.native.at;
    return object_unknown(eval_arena(eval), span, "%s.%s", callback->name, name);
}

static bool callback_set_attribute(Eval *eval, Object *self, const char *name, Object *value, Span span)
{
    (void)eval, (void)self, (void)name, (void)value, (void)span;
    return true;
}

const NativeType callback_native = {.name = "callback", .attribute = callback_attribute, .set_attribute = callback_set_attribute};

static void take_callback(FitCall *fit, const Object *object)
{
    if (!object_is_native(object, &callback_native))
        return;
    const Callback *callback = object->u.native.at;
    if (strcmp(callback->name, "LearningRateScheduler"))
        return;
    for (int i = 0; i < callback->call->count; i++) {
        const CallArgument *argument = &callback->call->at[i];
        if (i == 0 || (argument->name && !strcmp(argument->name, "schedule"))) {
            fit->schedule = argument->value;
            fit->schedule_span = argument->span;
        }
    }
}

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
    return object_is_number(object) && object_number(object) >= 1 ? (int)object_number(object) : 0;
}

Object *model_fit(Eval *eval, void *data, const Call *call)
{
    Layer *layer = data;
    Arena *arena = eval_arena(eval);
    Signature *signature = signature_parse(arena, "x: object = None, y: object = None, batch_size: object = None, epochs: object = None, verbose: ignored = None, "
                                                  "callbacks: object = None, validation_split: object = None, validation_data: ignored = None, shuffle: object = None, "
                                                  "class_weight: ignored = None, sample_weight: ignored = None, initial_epoch: ignored = None, "
                                                  "steps_per_epoch: ignored = None, validation_steps: ignored = None, validation_batch_size: ignored = None, "
                                                  "validation_freq: ignored = None, max_queue_size: ignored = None, workers: ignored = None, "
                                                  "use_multiprocessing: ignored = None, generator: ignored = None");
    Bound *bound = signature_bind(eval, signature, "fit", call);
    if (!bound)
        return eval_poison(eval);
    FitCall *fit = ARENA_NEW(arena, FitCall);
    fit->info = (FitInfo){.validation_split = -1, .shuffle = -1, .input_scale = 1};
    take_data(fit, bound[0].value);
    fit->info.batch_size = positive_int(bound[2].value);
    fit->info.epochs = positive_int(bound[3].value);
    if (object_is_number(bound[6].value))
        fit->info.validation_split = object_number(bound[6].value);
    if (bound[8].value->kind == OBJECT_BOOL)
        fit->info.shuffle = bound[8].value->u.boolean;
    Object *callbacks = bound[5].value;
    bool list = callbacks->kind == OBJECT_LIST || callbacks->kind == OBJECT_TUPLE;
    for (int i = 0; list && i < callbacks->u.list.count; i++)
        take_callback(fit, callbacks->u.list.at[i]);
    if (!list)
        take_callback(fit, callbacks);
    layer->fit = fit;
    return object_unknown(arena, call->span, "the history of a training");
}

/* f(epoch) or f(epoch, rate) for each epoch; stops where the answer is not a number. */
static void trace_schedule(Layers *layers, const FitCall *fit, double rate, FitInfo *info)
{
    int epochs = info->epochs ? info->epochs : 100, count = 0, parameters = eval_parameter_count(fit->schedule);
    double *rates = ARENA_ARRAY(layers->arena, double, epochs);
    for (int epoch = 0; epoch < epochs; epoch++) {
        Object *arguments[2] = {object_int(layers->arena, epoch), object_float(layers->arena, rate)};
        Object *answer = eval_call_simple(layers->eval, fit->schedule, parameters == 2 ? 2 : 1, arguments, fit->schedule_span);
        bool constant = answer && answer->kind == OBJECT_EXPR && answer->u.expr->op == EX_CONST;
        if (!answer || (!object_is_number(answer) && !constant)) {
            if (answer && !eval_is_poison(answer))
                diag_warning(layers->diag, fit->schedule_span, "LearningRateScheduler: the rate of epoch %d is not known; the schedule is ignored", epoch);
            return;
        }
        rates[count++] = rate = constant ? answer->u.expr->value : object_number(answer);
    }
    info->epoch_rate = rates;
    info->epoch_rate_count = count;
}

void fit_finish(Layers *layers, Layer *layer, Model *model)
{
    model->fit = (FitInfo){.validation_split = -1, .shuffle = -1, .input_scale = 1};
    if (!layer->fit)
        return;
    model->fit = layer->fit->info;
    if (!layer->fit->schedule || !layer->compile)
        return;
    model->fit.base_rate = optimizer_rate(layer->compile->optimizer);
    trace_schedule(layers, layer->fit, model->fit.base_rate, &model->fit);
}

void callbacks_register(Eval *eval)
{
    static const struct { const char *name, *help; } rows[] = {
        {"LearningRateScheduler", "The learning rate of each epoch by a function; becomes a default of bnnc train."},
        {"ReduceLROnPlateau", "An option of bnnc train."}, {"EarlyStopping", "An option of bnnc train."},
        {"ModelCheckpoint", "An option of bnnc train."},   {"CSVLogger", "An option of bnnc train."},
        {"TensorBoard", "Not used."}, {"TerminateOnNaN", "Not used."}, {"History", "Not used."}, {"ProgbarLogger", "Not used."},
        {"BackupAndRestore", "Not used."}, {"LambdaCallback", "Not used."}, {"RemoteMonitor", "Not used."},
    };
    Arena *arena = eval_arena(eval);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        eval_register(eval, arena_printf(arena, "tf.keras.callbacks.%s", rows[i].name), FAMILY_CALLBACK,
                      object_builtin(arena, rows[i].name, callback_create, (void *)rows[i].name, rows[i].help));
    eval_register(eval, "larq.callbacks.HyperparameterScheduler", FAMILY_CALLBACK,
                  object_builtin(arena, "HyperparameterScheduler", callback_create, "HyperparameterScheduler", "Not followed: use a schedule as the argument."));
}
