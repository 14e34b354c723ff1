/* bnnc summary: the two tables that larq.models.summary prints, character for character; --json: the same figures for programs. */
#include "cmd/commands.h"
#include "cmd/compilation.h"

int command_summary(Arena *arena, const Options *options)
{
    Compilation c = compilation_begin(arena, options);
    if (compilation_read(&c) && compilation_model(&c))
        fputs(options->json ? layers_summary_json(arena, c.model) : layers_larq_summary(arena, c.model, true), stdout);
    return c.status;
}
