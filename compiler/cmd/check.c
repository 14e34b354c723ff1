/* bnnc check: everything that can be said about a model without writing anything. */
#include "cmd/commands.h"
#include "cmd/compilation.h"

int command_check(Arena *arena, const Options *options)
{
    Compilation c = compilation_begin(arena, options);
    if (!compilation_read(&c) || !compilation_model(&c))
        return c.status;
    int warnings = diag_warnings(c.diag);
    if (options->strict && warnings) {
        fprintf(stderr, "bnnc: %d warning%s, with --strict an error\n", warnings, warnings == 1 ? "" : "s");
        return STATUS_MODEL;
    }
    printf("%s: good (%d layers, %d variables)\n", options->file, c.model->layers.count, c.model->graph->variables.count);
    return STATUS_GOOD;
}
