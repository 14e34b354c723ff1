/* Callbacks: in: their calls in the file or in --callback. out: kinds and arguments as data, for run/ to follow. */
#include "layers/training.h"

#include <math.h>
#include <string.h>

typedef struct { const char *name, *module, *arguments, *help; CallbackKind kind; } CallbackRow;
static const CallbackRow rows[] = {
#define CALLBACK(name, module, arguments, help) {#name, module, arguments, help, CALLBACK_##name},
#include "graph/callbacks.def"
#undef CALLBACK
};

/* What the language holds. */
typedef struct {
    const CallbackRow *row;
    Signature *signature;
    Bound *bound;              /* NULL: not followed */
    const Object *unknown;     /* the argument that is not known; NULL: all are */
    const char *unknown_name;
    Span span;
} CallbackObject;

/* Arguments that are not known here (a path made of the date) leave the callback out instead of being errors. */
static void find_unknown(CallbackObject *callback, const Call *call)
{
    for (int i = 0; i < call->count; i++)
        if (call->at[i].value->kind == OBJECT_UNKNOWN) {
            callback->unknown = call->at[i].value;
            callback->unknown_name = call->at[i].name ? call->at[i].name : i < signature_count(callback->signature) ? signature_name(callback->signature, i) : "?";
        }
}

static Object *callback_create(Eval *eval, void *data, const Call *call)
{
    Arena *arena = eval_arena(eval);
    CallbackObject *callback = ARENA_NEW(arena, CallbackObject);
    *callback = (CallbackObject){.row = data, .span = call->span};
    if (callback->row->arguments) {
        callback->signature = signature_parse(arena, callback->row->arguments);
        find_unknown(callback, call);
        if (!callback->unknown && !(callback->bound = signature_bind(eval, callback->signature, callback->row->name, call)))
            return eval_poison(eval);
    }
    return object_native(arena, &callback_native, callback, call->span);
}

static Object *callback_attribute(Eval *eval, Object *self, const char *name, Span span)
{
    const CallbackObject *callback = self->u.native.at;
    return object_unknown(eval_arena(eval), span, "%s.%s", callback->row->name, name);
}

static bool callback_set_attribute(Eval *eval, Object *self, const char *name, Object *value, Span span)
{
    (void)eval, (void)self, (void)name, (void)value, (void)span;
    return true;
}

const NativeType callback_native = {.name = "callback", .attribute = callback_attribute, .set_attribute = callback_set_attribute};

void callbacks_register(Eval *eval)
{
    Arena *arena = eval_arena(eval);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *help = arena_printf(arena, "%s(%s): %s", rows[i].name, rows[i].arguments ? rows[i].arguments : "...", rows[i].help);
        eval_register(eval, arena_printf(arena, "%s.%s", rows[i].module, rows[i].name), FAMILY_CALLBACK,
                      object_builtin(arena, rows[i].name, callback_create, (void *)&rows[i], help));
    }
}

/* --- schedules */
typedef struct { Layers *layers; Object *function; Span span; int parameters; } Schedule;

static bool schedule_value(void *context, int64_t t, double now, double *value)
{
    const Schedule *schedule = context;
    Arena *arena = schedule->layers->arena;
    Object *arguments[2] = {object_int(arena, t), object_float(arena, now)};
    Object *answer = eval_call_later(schedule->layers->eval, schedule->function, schedule->parameters == 2 ? 2 : 1, arguments, schedule->span);
    bool constant = answer->kind == OBJECT_EXPR && answer->u.expr->op == EX_CONST;
    if (constant)
        *value = answer->u.expr->value;
    else if (object_is_number(answer))
        *value = object_number(answer);
    return constant || object_is_number(answer);
}

static bool set_schedule(Layers *layers, const CallbackObject *callback, Callback *out)
{
    int index = signature_index(callback->signature, "schedule");
    Schedule *schedule = ARENA_NEW(layers->arena, Schedule);
    Object *function = callback->bound[index].value;
    double value;
    *schedule = (Schedule){layers, function, callback->bound[index].span, eval_parameter_count(function)};
    out->schedule = schedule_value;
    out->context = schedule;
    if (schedule_value(schedule, 0, 0.001, &value))
        return true;
    if (!diag_errors(layers->diag))
        diag_warning(layers->diag, schedule->span, "%s: the schedule gives no number that is known here: it is not followed", callback->row->name);
    return false;
}

/* --- arguments */
static CallbackArgument argument_of(const Signature *signature, const Bound *bound, int i)
{
    const Object *value = bound[i].value;
    CallbackArgument argument = {.name = signature_name(signature, i), .number = NAN};
    if (object_is_number(value))
        argument.number = object_number(value);
    if (value->kind == OBJECT_STRING)
        argument.text = value->u.string.at;
    return argument;
}

static void copy_arguments(Layers *layers, const CallbackObject *callback, Callback *out)
{
    int count = signature_count(callback->signature);
    CallbackArgument *arguments = ARENA_ARRAY(layers->arena, CallbackArgument, count + 1);
    for (int i = 0; i < count; i++)
        arguments[i] = argument_of(callback->signature, callback->bound, i);
    out->arguments = arguments;
    out->argument_count = count;
}

static Object *bound_value(const CallbackObject *callback, const char *name)
{
    int index = signature_index(callback->signature, name);
    return index < 0 ? NULL : callback->bound[index].value;
}

/* The number that it sets, if it sets one. */
static bool bind_number(Layers *layers, const CallbackObject *callback, Object *optimizer, Callback *out)
{
    bool rate = out->kind == CALLBACK_LearningRateScheduler || out->kind == CALLBACK_ReduceLROnPlateau;
    const Object *wanted = bound_value(callback, "hyperparameter");
    Object *own = bound_value(callback, "optimizer");
    if (!rate && !wanted)
        return true;
    if (own && own->kind != OBJECT_NONE)
        optimizer = eval_resolve(layers->eval, FAMILY_OPTIMIZER, own, callback->span, callback->row->name);
    out->variable = optimizer ? hyper_bind(layers, optimizer, wanted ? wanted->u.string.at : "learning_rate", callback->span, callback->row->name) : NULL;
    return out->variable != NULL;
}

bool callback_finish(Layers *layers, Object *object, Object *optimizer, Span span, Callback *out)
{
    if (!object_is_native(object, &callback_native)) {
        if (!eval_is_poison(object))
            diag_warning(layers->diag, span, "fit: a callback is not followed: %s is none that bnnc knows", object_text(layers->arena, object));
        return false;
    }
    const CallbackObject *callback = object->u.native.at;
    *out = (Callback){.kind = callback->row->kind, .span = callback->span};
    if (callback->unknown) {
        diag_hint(diag_warning(layers->diag, callback->span, "%s is not followed: its %s is not known here", callback->row->name, callback->unknown_name),
                  "--callback '%s(...)' gives it", callback->row->name);
        return false;
    }
    if (!callback->bound) {
        if (!strncmp(callback->row->help, "Not followed", 12))
            diag_warning(layers->diag, callback->span, "%s: not followed", callback->row->name);
        return false;
    }
    copy_arguments(layers, callback, out);
    return (!bound_value(callback, "schedule") || set_schedule(layers, callback, out)) && bind_number(layers, callback, optimizer, out);
}
