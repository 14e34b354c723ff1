/* Options: the command line as one struct. Parsing, help and the check of which option goes with which command all come from options.def. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef enum {
#define COMMAND(name, usage, summary) COMMAND_##name,
#include "cmd/commands.def"
#undef COMMAND
    COMMAND_COUNT
} CommandKind;

enum {
#define COMMAND(name, usage, summary) CMD_##name = 1 << COMMAND_##name,
#include "cmd/commands.def"
#undef COMMAND
};

typedef bool OptionFLAG;
typedef const char *OptionTEXT;
typedef struct { const char **at; int count, capacity; } OptionLIST;
typedef int OptionWHOLE;
typedef int64_t OptionSEED;
typedef double OptionNUMBER;

typedef struct {
    CommandKind command;
    bool version;
    const char *file;            /* the model file; help: the topic; NULL: none */
    const char **more_files;     /* predict: images */
    int more_count;
#define OPTION(type, field, name, letter, value, commands, help) Option##type field;
#include "cmd/options.def"
#undef OPTION
} Options;

enum { STATUS_GOOD = 0, STATUS_MODEL = 1, STATUS_USAGE = 2 };

/* STATUS_GOOD, or STATUS_USAGE after a message on `err`. */
int options_parse(Arena *arena, int argc, char **argv, Options *out, FILE *err);

typedef struct { const char *name, *letter, *value; unsigned commands; const char *help; } OptionRow;
const OptionRow *options_table(int *count);
typedef struct { const char *name, *usage, *summary; } CommandRow;
const CommandRow *commands_table(int *count);

#endif
