/* The subcommands: each returns the exit status. command_compile is in main.c. */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "cmd/options.h"

#define COMMAND(name, usage, summary) int command_##name(Arena *arena, const Options *options);
#include "cmd/commands.def"
#undef COMMAND

#endif
