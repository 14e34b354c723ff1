/* Session: what train, eval and predict share: a model, its data, and programs that run it. */
#ifndef CMD_SESSION_H
#define CMD_SESSION_H

#include "cmd/compilation.h"
#include "run/feed.h"
#include "run/program.h"

/* Options of the JIT; threads are set in the environment before any generated code is loaded. */
bool session_program_options(Compilation *c, ProgramOptions *out);
/* How bytes become floats: --scale, else what the script does. */
bool session_scale(Compilation *c, ImageScale *out);
/* --data, or an error; either may be NULL. *one: the test data are the training data. */
bool session_data(Compilation *c, DataSet *train, DataSet *test, bool *one);

#endif
