/* bnnc: a model of a binarized network in, C out. `compile` below is the data flow of the whole compiler; the other commands are in
 * cmd/, one file each. Nothing else in the compiler ends the process. */
#include "base/version.h"
#include "cmd/commands.h"
#include "cmd/compilation.h"

#include <signal.h>
#include <stdlib.h>

int command_compile(Arena *arena, const Options *options)
{
    Compilation c = compilation_begin(arena, options);
    (void)(compilation_read(&c)     /* model.bnn -> text */
           && compilation_model(&c) /* -> Ast -> values of the language -> Graph and training settings */
           && compilation_weights(&c)
           && compilation_plan(&c)  /* -> passes -> Graph' -> Plan */
           && compilation_emit(&c)  /* -> C text */
           && compilation_write(&c));
    return c.status;
}

static const struct { int (*run)(Arena *arena, const Options *options); } commands[] = {
#define COMMAND(name, usage, summary) { command_##name },
#include "cmd/commands.def"
#undef COMMAND
};

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    Options options;
    signal(SIGXFSZ, SIG_IGN); /* a file past the user's limit is an error to report, and to clean up after */
    int status = options_parse(arena, argc, argv, &options, stderr);
    if (status == STATUS_GOOD && options.version)
        puts("bnnc " BNNC_VERSION);
    else if (status == STATUS_GOOD)
        status = commands[options.command].run(arena, &options);
    arena_free(arena);
    if (fflush(stdout) != 0 && status == STATUS_GOOD)
        status = STATUS_USAGE;
    exit(status);
}
