/* bnnc help [TOPIC]: everything comes from the tables that the compiler itself uses: commands, options, layers, the prelude, kernels,
 * targets, passes. */
#include "cmd/commands.h"
#include "cmd/compilation.h"
#include "cmd/help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct { const char *topic; Family family; } family_topics[] = {
    { "quantizers", FAMILY_QUANTIZER }, { "activations", FAMILY_ACTIVATION }, { "initializers", FAMILY_INITIALIZER },
    { "regularizers", FAMILY_REGULARIZER }, { "constraints", FAMILY_CONSTRAINT }, { "losses", FAMILY_LOSS }, { "metrics", FAMILY_METRIC },
    { "optimizers", FAMILY_OPTIMIZER }, { "schedules", FAMILY_SCHEDULE }, { "callbacks", FAMILY_CALLBACK }, { "functions", FAMILY_FUNCTION },
    { "models", FAMILY_MODEL },
};
enum { FAMILY_TOPICS = sizeof family_topics / sizeof *family_topics };

static void help_overview(void)
{
    int count;
    const CommandRow *commands = commands_table(&count);
    puts("bnnc, the compiler for binarized networks: Keras/Larq models to C.\n");
    for (int i = 0; i < count; i++) {
        char left[96];
        snprintf(left, sizeof left, "bnnc %s%s%s", i ? commands[i].name : "", i ? " " : "", commands[i].usage);
        printf("  %-62s %s\n", left, commands[i].summary);
    }
    puts("\n`bnnc help COMMAND` lists a command's options. Further topics: layers, quantizers, activations, constraints, regularizers,\n"
         "initializers, losses, metrics, optimizers, schedules, callbacks, functions, models, kernels, targets, passes, and every name in those lists.");
}

static bool help_command(const char *topic)
{
    int count, option_count;
    const CommandRow *commands = commands_table(&count);
    const OptionRow *options = options_table(&option_count);
    for (int i = 0; i < count; i++) {
        if (strcmp(commands[i].name, topic) != 0)
            continue;
        printf("bnnc %s%s%s\n  %s\n\n", i ? commands[i].name : "", i ? " " : "", commands[i].usage, commands[i].summary);
        for (int k = 0; k < option_count; k++) {
            char left[64];
            if (!(options[k].commands & (1u << i)))
                continue;
            snprintf(left, sizeof left, "%s%s%s%s%s", options[k].letter ? options[k].letter : "", options[k].letter ? ", " : "", options[k].name,
                     options[k].value ? " " : "", options[k].value ? options[k].value : "");
            printf("  %-32s %s\n", left, options[k].help);
        }
        return true;
    }
    return false;
}

static bool help_table(const char *topic)
{
    int count;
    if (strcmp(topic, "layers") == 0) {
        help_layers();
    } else if (strcmp(topic, "kernels") == 0) {
        const Kernel *rows = kernels_table(&count);
        for (int i = 0; i < count; i++)
            printf("  %-24s %-16s %-24s %s\n", rows[i].name, rows[i].op < OP_COUNT_OF_KINDS ? op_name(rows[i].op) : "(layout)",
                   rows[i].template_name, rows[i].summary);
    } else if (strcmp(topic, "targets") == 0) {
        const Target *rows = targets_table(&count);
        for (int i = 0; i < count; i++)
            printf("  %-12s %-28s %s\n", rows[i].name, rows[i].compiler_flags ? rows[i].compiler_flags : "", rows[i].summary);
        printf("  %-12s %-28s %s\n", "native", "", "the best of these that this machine can run");
    } else if (strcmp(topic, "passes") == 0) {
        const PassRow *rows = passes_table(&count);
        for (int i = 0; i < count; i++)
            printf("  %-20s %-12s %s\n", rows[i].name, rows[i].modes == MODE_INFER ? "inference" : rows[i].modes == MODE_TRAIN ? "training" : "both",
                   rows[i].summary);
    } else {
        return false;
    }
    return true;
}

Eval *help_language(Arena *arena)
{
    ModelOptions model = { 0 };
    EvalOptions options = { .arena = arena, .pool = expr_pool_new(arena), .diag = diag_new(arena) };
    options.layers = layers_new(arena, options.pool, options.diag, &model);
    Eval *eval = eval_new(&options);
    layers_register(eval);
    return eval;
}

/* One line: the name and its docstring's first line, which stands between the signature and the rest. */
static void print_entry(Eval *eval, Family family, const char *name)
{
    const char *help = eval_help(eval, family, name), *line = strstr(help, "\n\n");
    line += strspn(line, "\n ");
    printf("  %-28s %.*s\n", name, (int)strcspn(line, "\n"), line);
}

static bool help_family(Eval *eval, const char *topic)
{
    for (int i = 0; i < FAMILY_TOPICS; i++) {
        if (strcmp(family_topics[i].topic, topic) != 0)
            continue;
        const char *const *names;
        int count = eval_family_names(eval, family_topics[i].family, &names);
        for (int k = 0; k < count; k++)
            print_entry(eval, family_topics[i].family, names[k]);
        return true;
    }
    return false;
}

/* A name may stand for several things: "Identity" is a layer and an initializer. */
static int help_name(Eval *eval, const char *topic)
{
    int found = 0;
    for (int i = 0; i < FAMILY_TOPICS; i++) {
        const char *help = eval_help(eval, family_topics[i].family, topic);
        if (help)
            printf("%s%s", found++ ? "\n" : "", help);
    }
    return found;
}

typedef struct { const char **names; int count, room; } Names;

static void add_name(Names *names, const char *name)
{
    if (names->count < names->room)
        names->names[names->count++] = name;
}

static Names all_names(Arena *arena, Eval *eval)
{
    int count;
    Names names = { ARENA_ARRAY(arena, const char *, 4096), 0, 4096 };
    const CommandRow *commands = commands_table(&count);
    for (int i = 0; i < count; i++)
        add_name(&names, commands[i].name);
    const LayerRow *rows = layers_table(&count);
    for (int i = 0; i < count; i++)
        add_name(&names, rows[i].name);
    for (int i = 0; i < FAMILY_TOPICS; i++) {
        const char *const *members;
        int members_count = eval_family_names(eval, family_topics[i].family, &members);
        add_name(&names, family_topics[i].topic);
        for (int k = 0; k < members_count; k++)
            add_name(&names, members[k]);
    }
    return names;
}

/* "max_pool" for "MaxPool2D": letters and digits alone, in lower case. */
static const char *letters(Arena *arena, const char *name)
{
    Text text = text_new(arena);
    for (; *name; name++)
        if (isalnum((unsigned char)*name))
            text_add_char(&text, (char)tolower((unsigned char)*name));
    return text.at ? text.at : "";
}

static int no_help(Arena *arena, Eval *eval, const char *topic)
{
    enum { LISTED = 8 };
    Names names = all_names(arena, eval);
    const char *near = text_nearest(topic, names.names, names.count), *part = letters(arena, topic);
    Text list = text_new(arena);
    for (int i = 0, found = 0; i < names.count && !near && *part && found < LISTED; i++)
        if (strstr(letters(arena, names.names[i]), part))
            text_printf(&list, "%s%s", found++ ? ", " : "", names.names[i]);
    if (near)
        fprintf(stderr, "bnnc: no help on '%s'; did you mean '%s'?\n", topic, near);
    else if (list.length)
        fprintf(stderr, "bnnc: no help on '%s'; there is %s\n", topic, list.at);
    else
        fprintf(stderr, "bnnc: no help on '%s'; `bnnc help` lists the topics\n", topic);
    return STATUS_USAGE;
}

/* "KERNELS" and "kernels" are the same topic; names of the language keep their case. */
static const char *lower(Arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *at = copy; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at + 'a' - 'A');
    return copy;
}

int command_help(Arena *arena, const Options *options)
{
    const char *topic = options->file;
    if (!topic) {
        help_overview();
        return STATUS_GOOD;
    }
    const char *small = lower(arena, topic);
    Eval *eval = help_language(arena);
    if (help_table(small) || help_family(eval, small))
        return STATUS_GOOD;
    if (help_command(small) + help_layer(arena, topic) + help_name(eval, topic) > 0) /* "summary" is a command and a function */
        return STATUS_GOOD;
    return no_help(arena, eval, topic);
}
