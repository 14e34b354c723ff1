/* What the parts of `bnnc help` share. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "lang/eval.h"
#include "layers/layers.h"

/* Prints the help on a layer; false: there is none of that name. */
bool help_layer(Arena *arena, const char *topic);
/* A small call of a layer that compiles: Input(input) as x, NAME(arguments)(call). */
typedef struct { const char *input, *arguments, *call; const Model *model; Diag *why_not; /* the errors, where there is none */ } HelpExample;
/* The first example whose input has `rank` axes behind the first, or more; returns the rank to go on with, or 0: there is none. */
int help_example(Arena *arena, const LayerRow *row, int rank, HelpExample *out);
/* The language with all its names, to look them up. */
Eval *help_language(Arena *arena);
/* All layers, a line each. */
void help_layers(void);

#endif
