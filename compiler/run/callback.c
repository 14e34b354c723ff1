/* See callback.h: the table, arguments, and what several callbacks need. */
#include "run/callback.h"

#include "base/bug.h"

#include <math.h>
#include <string.h>

static const struct { const char *name; const CallbackType *type; const char *arguments; } rows[] = {
#define CALLBACK(name, module, arguments, help) { #name, &callback_##name, arguments },
#include "graph/callbacks.def"
#undef CALLBACK
};

static bool watches(CallbackKind kind)
{
    return rows[kind].arguments && strstr(rows[kind].arguments, "monitor");
}

const char *callback_name(CallbackKind kind)
{
    return rows[kind].name;
}

Callbacks callbacks_new(Arena *arena, const FitInfo *fit)
{
    Callbacks callbacks = { ARENA_ARRAY(arena, CallbackRun, fit->callbacks.count + 1), fit->callbacks.count };
    for (int i = 0; i < callbacks.count; i++)
        callbacks.at[i] = (CallbackRun){ .callback = &fit->callbacks.at[i], .type = rows[fit->callbacks.at[i].kind].type };
    return callbacks;
}

void callbacks_call(Callbacks *callbacks, Moment *moment, size_t hook)
{
    for (int i = 0; i < callbacks->count && !moment->error; i++) {
        CallbackHook *function;
        memcpy(&function, (const char *)callbacks->at[i].type + hook, sizeof function);
        if (function)
            function(&callbacks->at[i], moment);
    }
}

static const CallbackArgument *argument(const CallbackRun *run, const char *name)
{
    for (int i = 0; i < run->callback->argument_count; i++)
        if (strcmp(run->callback->arguments[i].name, name) == 0)
            return &run->callback->arguments[i];
    BUG("%s has no argument %s", rows[run->callback->kind].name, name);
}

double callback_number(const CallbackRun *run, const char *name)
{
    return argument(run, name)->number;
}

const char *callback_text(const CallbackRun *run, const char *name)
{
    return argument(run, name)->text;
}

bool callback_watched(const CallbackRun *run, const Moment *moment, double *value)
{
    return logs_get(moment->logs, callback_text(run, "monitor"), value);
}

float *callback_variable(const Moment *moment, const char *name)
{
    const bnn_variable *variable = program_variable(moment->program, name);
    BUG_IF(!variable);
    return moment->state + variable->offset;
}

void callback_say(const Moment *moment, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    progress_say(moment->progress, arena_vprintf(moment->arena, format, arguments));
    va_end(arguments);
}

/* --- before the start */
static bool will_be_logged(const TrainProgram *program, bool validation, const char *name)
{
    bool val = strncmp(name, "val_", 4) == 0;
    const char *plain = val ? name + 4 : name;
    bool known = strcmp(plain, "loss") == 0 || strcmp(name, "lr") == 0;
    for (int i = 0; i < program->metric_count; i++)
        known |= strcmp(program->metrics[i].name, plain) == 0;
    return known && (validation || !val);
}

void callbacks_check(const Callbacks *callbacks, const TrainProgram *program, bool validation, FILE *err)
{
    for (int i = 0; i < callbacks->count; i++) {
        const CallbackRun *run = &callbacks->at[i];
        CallbackKind kind = run->callback->kind;
        if (!watches(kind) || (kind == CALLBACK_ModelCheckpoint && callback_number(run, "save_best_only") == 0))
            continue;
        const char *monitor = callback_text(run, "monitor");
        if (!will_be_logged(program, validation, monitor))
            fprintf(err, "bnnc: warning: %s watches '%s', which this run does not log%s\n", rows[kind].name, monitor,
                    !validation && strncmp(monitor, "val_", 4) == 0 ? ": it needs --validation-split or --validation-data" : "");
    }
}

/* Accepted, and without anything to do. */
const CallbackType callback_History = { 0 }, callback_ProgbarLogger = { 0 }, callback_TensorBoard = { 0 }, callback_BackupAndRestore = { 0 },
                   callback_LambdaCallback = { 0 }, callback_RemoteMonitor = { 0 };
