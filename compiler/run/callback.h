/* Callbacks while a training runs. What they know between epochs is in numbers and kept weights, which checkpoints hold: a resumed run goes on as if
 * it had never stopped. graph/callbacks.def lists them and says what they do. */
#ifndef RUN_CALLBACK_H
#define RUN_CALLBACK_H

#include "run/progress.h"

/* What callbacks see, and may change. */
typedef struct {
    Arena *arena;
    const TrainProgram *program;
    float *state;
    int epoch;                   /* from 0 */
    int batch;                   /* of this epoch, from 0 */
    Logs *logs;                  /* so far in this epoch */
    bool stop;                   /* set: no further batch, no further epoch */
    Progress *progress;
    const char *error;           /* set: the run ends with this message */
} Moment;

typedef struct CallbackRun CallbackRun;
typedef void CallbackHook(CallbackRun *run, Moment *moment);
/* Any may be NULL. begin: before the first epoch; not in a run that goes on from a checkpoint, whose numbers are read instead. */
typedef struct { CallbackHook *begin, *epoch_begin, *batch_begin, *batch_end, *epoch_end; } CallbackType;

enum { CALLBACK_NUMBERS = 6 };
struct CallbackRun {
    const Callback *callback;
    const CallbackType *type;
    double number[CALLBACK_NUMBERS];
    float *kept;                 /* a copy of the state; NULL: none */
    const char **keys;           /* CSVLogger: the columns */
    int key_count;
};

typedef struct { CallbackRun *at; int count; } Callbacks;
Callbacks callbacks_new(Arena *arena, const FitInfo *fit);
void callbacks_call(Callbacks *callbacks, Moment *moment, size_t hook); /* hook: CALLBACK_HOOK(epoch_end) */
#define CALLBACK_HOOK(name) offsetof(CallbackType, name)
/* Warns of figures that are watched and will not be logged. */
void callbacks_check(const Callbacks *callbacks, const TrainProgram *program, bool validation, FILE *err);
const char *callback_name(CallbackKind kind);

/* --- for the callbacks themselves */
double callback_number(const CallbackRun *run, const char *name); /* NAN: None */
const char *callback_text(const CallbackRun *run, const char *name);
/* The figure that `monitor` names; false: it is not logged. */
bool callback_watched(const CallbackRun *run, const Moment *moment, double *value);
float *callback_variable(const Moment *moment, const char *name);
void callback_say(const Moment *moment, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define CALLBACK(name, module, arguments, help) extern const CallbackType callback_##name;
#include "graph/callbacks.def"
#undef CALLBACK

#endif
