/* The command line: see options.h. */
#include "cmd/options.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef enum { TYPE_FLAG, TYPE_TEXT, TYPE_LIST, TYPE_WHOLE, TYPE_SEED, TYPE_NUMBER } OptionType;

static const OptionRow rows[] = {
#define OPTION(type, field, name, letter, value, commands, help) { name, letter, value, commands, help },
#include "cmd/options.def"
#undef OPTION
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static const struct { OptionType type; size_t offset; } fields[ROW_COUNT] = {
#define OPTION(type, field, name, letter, value, commands, help) { TYPE_##type, offsetof(Options, field) },
#include "cmd/options.def"
#undef OPTION
};

static const CommandRow command_rows[] = {
#define COMMAND(name, usage, summary) { #name, usage, summary },
#include "cmd/commands.def"
#undef COMMAND
};

const OptionRow *options_table(int *count)
{
    *count = ROW_COUNT;
    return rows;
}

const CommandRow *commands_table(int *count)
{
    *count = COMMAND_COUNT;
    return command_rows;
}

typedef struct {
    Arena *arena;
    int argc, at;
    char **argv;
    Options *out;
    FILE *err;
} Parser;

static int usage_error(const Parser *parser, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int usage_error(const Parser *parser, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("bnnc: ", parser->err);
    vfprintf(parser->err, format, arguments);
    fputc('\n', parser->err);
    va_end(arguments);
    return STATUS_USAGE;
}

static void set_absent(Options *out)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        char *field = (char *)out + fields[i].offset;
        if (fields[i].type == TYPE_WHOLE)
            memcpy(field, &(OptionWHOLE){ -1 }, sizeof(OptionWHOLE));
        if (fields[i].type == TYPE_SEED)
            memcpy(field, &(OptionSEED){ -1 }, sizeof(OptionSEED));
        if (fields[i].type == TYPE_NUMBER)
            memcpy(field, &(OptionNUMBER){ NAN }, sizeof(OptionNUMBER));
    }
}

static int command_find(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(command_rows[i].name, name) == 0)
            return i;
    return -1;
}

static int option_find(const char *name, size_t length)
{
    for (int i = 0; i < ROW_COUNT; i++)
        if ((strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0) ||
            (rows[i].letter && strlen(rows[i].letter) == length && memcmp(rows[i].letter, name, length) == 0))
            return i;
    return -1;
}

static int unknown_option(const Parser *parser, const char *name, size_t length)
{
    const char *names[ROW_COUNT];
    int count = 0;
    for (int i = 0; i < ROW_COUNT; i++)
        if (rows[i].commands & (1u << parser->out->command))
            names[count++] = rows[i].name;
    const char *given = arena_strndup(parser->arena, name, length), *near = text_nearest(given, names, count);
    if (near)
        return usage_error(parser, "unknown option '%s'; did you mean '%s'?", given, near);
    return usage_error(parser, "unknown option '%s'; `bnnc help %s` lists them", given, command_rows[parser->out->command].name);
}

/* A choice option's value column is "a|b|c" in lower case throughout; anything else is free text. */
static bool is_choice(const char *value)
{
    return strchr(value, '|') && !strpbrk(value, "[]:ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

static bool choice_allows(const char *choices, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = choices;; at++) {
        size_t piece = strcspn(at, "|");
        if (piece == length && memcmp(at, value, length) == 0)
            return true;
        at += piece;
        if (!*at)
            return false;
    }
}

static int store_whole(const Parser *parser, const OptionRow *row, OptionType type, void *field, const char *value)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (end == value || *end || number < 0 || errno)
        return usage_error(parser, "%s takes a whole number, not '%s'", row->name, value);
    if (type == TYPE_WHOLE && number > INT_MAX)
        return usage_error(parser, "%s takes a whole number up to %d, not '%s'", row->name, INT_MAX, value);
    if (type == TYPE_SEED)
        memcpy(field, &(OptionSEED){ number }, sizeof(OptionSEED));
    else
        memcpy(field, &(OptionWHOLE){ (int)number }, sizeof(OptionWHOLE));
    return STATUS_GOOD;
}

static int store_number(const Parser *parser, const OptionRow *row, void *field, const char *value)
{
    char *end;
    double number = strtod(value, &end);
    if (end == value || *end || !isfinite(number))
        return usage_error(parser, "%s takes a number, not '%s'", row->name, value);
    memcpy(field, &number, sizeof number);
    return STATUS_GOOD;
}

static int store(const Parser *parser, int index, const char *value)
{
    const OptionRow *row = &rows[index];
    void *field = (char *)parser->out + fields[index].offset;
    switch (fields[index].type) {
    case TYPE_FLAG:
        *(OptionFLAG *)field = true;
        return STATUS_GOOD;
    case TYPE_TEXT:
        if (is_choice(row->value) && !choice_allows(row->value, value))
            return usage_error(parser, "%s takes %s, not '%s'", row->name, row->value, value);
        *(OptionTEXT *)field = value;
        return STATUS_GOOD;
    case TYPE_LIST:
        VEC_PUSH(parser->arena, (OptionLIST *)field, value);
        return STATUS_GOOD;
    case TYPE_WHOLE:
    case TYPE_SEED:
        return store_whole(parser, row, fields[index].type, field, value);
    case TYPE_NUMBER:
        return store_number(parser, row, field, value);
    }
    return STATUS_USAGE;
}

static int parse_option(Parser *parser, const char *word)
{
    size_t length = strcspn(word, "=");
    int index = option_find(word, length);
    if (index < 0)
        return unknown_option(parser, word, length);
    const OptionRow *row = &rows[index];
    if (!(row->commands & (1u << parser->out->command)))
        return usage_error(parser, "%s does not go with `bnnc %s`", row->name, command_rows[parser->out->command].name);
    if (fields[index].type == TYPE_FLAG)
        return word[length] ? usage_error(parser, "%s takes no value", row->name) : store(parser, index, NULL);
    if (word[length])
        return store(parser, index, word + length + 1);
    if (parser->at >= parser->argc)
        return usage_error(parser, "%s wants a value: %s", row->name, row->value);
    return store(parser, index, parser->argv[parser->at++]);
}

static int parse_word(Parser *parser, const char *word)
{
    Options *out = parser->out;
    if (!out->file)
        out->file = word;
    else if (out->command == COMMAND_predict)
        out->more_files[out->more_count++] = word;
    else
        return usage_error(parser, "one file at a time: '%s' is too many", word);
    return STATUS_GOOD;
}

/* The first word may be a command; a word that is no file and close to a command's name was probably meant as one. */
static int parse_command(Parser *parser)
{
    const char *names[COMMAND_COUNT], *word = parser->argc > 1 ? parser->argv[1] : "help";
    parser->at = 1;
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        word = "help", parser->at = 2;
    if (strcmp(word, "--version") == 0)
        return parser->out->version = true, parser->at = parser->argc, STATUS_GOOD;
    int command = command_find(word);
    if (command >= 0) {
        parser->out->command = (CommandKind)command;
        parser->at = 2;
        return STATUS_GOOD;
    }
    for (int i = 0; i < COMMAND_COUNT; i++)
        names[i] = command_rows[i].name;
    const char *near = *word == '-' || strpbrk(word, "./") || access(word, F_OK) == 0 ? NULL : text_nearest(word, names, COMMAND_COUNT);
    return near ? usage_error(parser, "unknown command '%s'; did you mean '%s'?", word, near) : STATUS_GOOD;
}

int options_parse(Arena *arena, int argc, char **argv, Options *out, FILE *err)
{
    Parser parser = { .arena = arena, .argc = argc, .argv = argv, .out = out, .err = err };
    *out = (Options){ .command = COMMAND_compile, .more_files = ARENA_ARRAY(arena, const char *, argc + 1) };
    set_absent(out);
    int status = parse_command(&parser);
    bool words_only = false;
    while (status == STATUS_GOOD && parser.at < argc) {
        const char *word = argv[parser.at++];
        if (!words_only && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)) {
            out->file = command_rows[out->command].name;
            out->command = COMMAND_help;
            return STATUS_GOOD;
        }
        if (!words_only && strcmp(word, "--") == 0)
            words_only = true;
        else
            status = !words_only && word[0] == '-' && word[1] ? parse_option(&parser, word) : parse_word(&parser, word);
    }
    if (status == STATUS_GOOD && !out->file && !out->version && out->command != COMMAND_help)
        return usage_error(&parser, "which model file? `bnnc help %s` shows how", command_rows[out->command].name);
    return status;
}
